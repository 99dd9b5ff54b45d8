// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Estimates with confidence intervals: proportions (Wilson, Clopper-Pearson, Jeffreys), exact bounds, and what to say
// when undefined.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "provenn/evaluation/special_functions.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// How the bounds of an interval were made; records name it.
enum class IntervalMethod {
    none,
    wilson,
    clopper_pearson,
    jeffreys,
    normal,
    log_ratio,
    logit,
    logit_adjusted,
    square_and_add,
    newcombe_paired,
    delong_clipped,
    delong_logit,
    disjoint_pairs_exact,
    disjoint_pairs_hoeffding,
    wilson_grouped,
    grouped_logit,
};

/// The name of a method in plain words, as reports print it.
[[nodiscard]] inline const char* to_string(IntervalMethod method) {
    switch (method) {
        case IntervalMethod::none: return "none";
        case IntervalMethod::wilson: return "Wilson";
        case IntervalMethod::clopper_pearson: return "Clopper-Pearson (exact)";
        case IntervalMethod::jeffreys: return "Jeffreys";
        case IntervalMethod::normal: return "normal approximation";
        case IntervalMethod::log_ratio: return "normal approximation of the logarithm";
        case IntervalMethod::logit: return "logit";
        case IntervalMethod::logit_adjusted: return "logit, z*z/2 added to each count because one of them is zero";
        case IntervalMethod::square_and_add: return "square-and-add of Wilson bounds (Newcombe)";
        case IntervalMethod::newcombe_paired: return "Newcombe, paired (method 10)";
        case IntervalMethod::delong_clipped: return "DeLong, clipped to [0, 1]";
        case IntervalMethod::delong_logit: return "DeLong, logit";
        case IntervalMethod::disjoint_pairs_exact: return "exact bound from disjoint pairs (all in one order)";
        case IntervalMethod::disjoint_pairs_hoeffding: return "Hoeffding bound from disjoint pairs";
        case IntervalMethod::wilson_grouped: return "Wilson, sample size reduced by the design effect of groups";
        case IntervalMethod::grouped_logit: return "DeLong summed within groups (Obuchowski), logit";
    }
    return "unknown";
}

/// Bounds of a two-sided interval; both NaN when there is none.
struct Interval {
    double lower = kNaN;
    double upper = kNaN;
    IntervalMethod method = IntervalMethod::none;
};

/// A number with its interval. Where it is undefined the value is NaN and `reason` says why. A defined value whose
/// interval is unusual explains it in `reason` too.
struct Estimate {
    double value = kNaN;
    Interval interval;
    std::string reason;
    [[nodiscard]] bool defined() const { return !std::isnan(value); }
};

/// An estimate that does not exist, and why.
[[nodiscard]] inline Estimate undefined(std::string_view reason) {
    Estimate estimate;
    estimate.reason = reason;
    return estimate;
}

/// Wilson's score interval from a proportion and a sample size that need not be whole (design effects).
/// @requires 0 <= proportion <= 1, size > 0. @source Wilson 1927; Newcombe 1998 method 3
[[nodiscard]] inline Interval wilson_of(double proportion, double size, double confidence = 0.95) {
    PROVENN_REQUIRE(proportion >= 0.0 && proportion <= 1.0 && size > 0.0);
    const double z = two_sided_z(confidence);
    const double z2 = z * z;
    const double centre = proportion + z2 / (2.0 * size);
    const double half = z * std::sqrt(proportion * (1.0 - proportion) / size + z2 / (4.0 * size * size));
    const double scale = 1.0 + z2 / size;
    Interval interval{(centre - half) / scale, (centre + half) / scale, IntervalMethod::wilson};
    if (proportion == 0.0 || interval.lower < 0.0) interval.lower = 0.0;  // exact there, rounding aside
    if (proportion == 1.0 || interval.upper > 1.0) interval.upper = 1.0;
    return interval;
}

/// @requires 0 <= successes <= total, total > 0.
[[nodiscard]] inline Interval wilson(std::int64_t successes, std::int64_t total, double confidence = 0.95) {
    PROVENN_REQUIRE(successes >= 0 && successes <= total && total > 0);
    return wilson_of(static_cast<double>(successes) / static_cast<double>(total), static_cast<double>(total),
                     confidence);
}

/// The exact interval: Beta(a/2; x, n-x+1) and Beta(1-a/2; x+1, n-x), a = 1 - confidence. Never covers too little.
/// @requires 0 <= successes <= total, total > 0. @source Clopper, Pearson 1934
[[nodiscard]] inline Interval clopper_pearson(std::int64_t successes, std::int64_t total, double confidence = 0.95) {
    PROVENN_REQUIRE(successes >= 0 && successes <= total && total > 0);
    PROVENN_REQUIRE(confidence > 0.0 && confidence < 1.0);
    const double tail = 0.5 * (1.0 - confidence);
    const auto x = static_cast<double>(successes);
    const auto rest = static_cast<double>(total - successes);
    return {successes == 0 ? 0.0 : inverse_incomplete_beta(tail, x, rest + 1.0),
            successes == total ? 1.0 : inverse_incomplete_beta(1.0 - tail, x + 1.0, rest),
            IntervalMethod::clopper_pearson};
}

/// Quantiles of Beta(x + 1/2, n - x + 1/2). @requires 0 <= successes <= total, total > 0.
[[nodiscard]] inline Interval jeffreys(std::int64_t successes, std::int64_t total, double confidence = 0.95) {
    PROVENN_REQUIRE(successes >= 0 && successes <= total && total > 0);
    PROVENN_REQUIRE(confidence > 0.0 && confidence < 1.0);
    const double tail = 0.5 * (1.0 - confidence);
    const double a = static_cast<double>(successes) + 0.5;
    const double b = static_cast<double>(total - successes) + 0.5;
    return {successes == 0 ? 0.0 : inverse_incomplete_beta(tail, a, b),
            successes == total ? 1.0 : inverse_incomplete_beta(1.0 - tail, a, b), IntervalMethod::jeffreys};
}

/// Exact one-sided upper bound of a failure rate after `failures` in `total` (such as class flips under a
/// perturbation): 1 - (1 - confidence)^(1/total) when none was seen.
/// @requires 0 <= failures <= total, total > 0.
[[nodiscard]] inline double failure_rate_upper_bound(std::int64_t failures, std::int64_t total,
                                                     double confidence = 0.95) {
    PROVENN_REQUIRE(failures >= 0 && failures <= total && total > 0);
    PROVENN_REQUIRE(confidence > 0.0 && confidence < 1.0);
    if (failures == total) return 1.0;
    if (failures == 0) return -std::expm1(std::log1p(-confidence) / static_cast<double>(total));
    return inverse_incomplete_beta(confidence, static_cast<double>(failures) + 1.0,
                                   static_cast<double>(total - failures));
}

/// Fewest cases without a failure that show a rate of at most `rate`. @requires 0 < rate < 1.
[[nodiscard]] inline std::int64_t zero_failure_sample_size(double rate, double confidence = 0.95) {
    PROVENN_REQUIRE(rate > 0.0 && rate < 1.0 && confidence > 0.0 && confidence < 1.0);
    return static_cast<std::int64_t>(std::ceil(std::log1p(-confidence) / std::log1p(-rate) - 1e-9));
}

/// A proportion with the interval to report (Wilson) and the one to hold against an acceptance limit (exact).
struct Proportion {
    std::int64_t successes = 0;
    std::int64_t total = 0;
    double value = kNaN;
    Interval interval;  ///< Wilson; where cases come in groups, with the sample size their likeness leaves
    Interval exact;     ///< Clopper-Pearson, as if cases were independent
    std::string reason;
    [[nodiscard]] bool defined() const { return !std::isnan(value); }
};

/// @requires 0 <= successes <= total. @ensures NaN with `reason_if_empty` when total is 0.
[[nodiscard]] inline Proportion make_proportion(std::int64_t successes, std::int64_t total,
                                                std::string_view reason_if_empty, double confidence = 0.95) {
    PROVENN_REQUIRE(successes >= 0 && successes <= total);
    Proportion proportion;
    proportion.successes = successes;
    proportion.total = total;
    if (total == 0) {
        proportion.reason = reason_if_empty;
        return proportion;
    }
    proportion.value = static_cast<double>(successes) / static_cast<double>(total);
    proportion.interval = wilson(successes, total, confidence);
    proportion.exact = clopper_pearson(successes, total, confidence);
    return proportion;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
