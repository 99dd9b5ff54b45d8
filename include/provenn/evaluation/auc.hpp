// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The area under the ROC curve with DeLong's variance, its intervals, and comparisons of two areas; for grouped cases
// too.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/binary_metrics.hpp"
#include "provenn/evaluation/groups.hpp"
#include "provenn/evaluation/roc.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// Below this a variance is rounding noise: the smallest true one, a single swapped pair, is above it for 1e4 cases a
/// class.
inline constexpr double kZeroVariance = 1e-20;

/// P(score of a positive > score of a negative) + P(equal) / 2, with what is needed to compare it.
struct AucEstimate {
    double value = kNaN;
    double variance = kNaN;  ///< DeLong; NaN where fewer than two independent cases of a class
    Interval interval;       ///< on the logit scale, to report
    Interval clipped;        ///< value -+ z s, clipped to [0, 1], as other programs print it
    std::int64_t positives = 0;
    std::int64_t negatives = 0;
    std::int64_t independent_pairs =
        0;  ///< disjoint (positive, negative) pairs, of different groups where there are groups
    std::string reason;
    [[nodiscard]] bool defined() const { return !std::isnan(value); }
};

/// An area and each case's share in its error: the sum of their squares (within groups: of their sums) is the variance.
struct AucInfluence {
    AucEstimate auc;                ///< without intervals
    std::vector<double> of_case;    ///< [N]
};

namespace special {
/// Classes that each group holds, as counts: groups with positives, with negatives, with both.
struct GroupKinds {
    double with_positive = 0.0;
    double with_negative = 0.0;
    std::int64_t pairs = 0;
};
[[nodiscard]] inline GroupKinds group_kinds(std::span<const std::int32_t> labels, const Groups* groups) {
    GroupKinds kinds;
    std::int64_t positive = 0;
    std::int64_t negative = 0;
    std::int64_t all = 0;
    if (groups == nullptr) {
        positive = std::count(labels.begin(), labels.end(), 1);
        negative = static_cast<std::int64_t>(labels.size()) - positive;
        all = positive + negative;
    } else {
        std::vector<std::uint8_t> held(static_cast<std::size_t>(groups->count), 0);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            std::uint8_t& bits = held[static_cast<std::size_t>(groups->of_case[i])];
            bits = static_cast<std::uint8_t>(bits | (labels[i] == 1 ? 1 : 2));
        }
        for (const std::uint8_t bits : held) {
            positive += bits & 1;
            negative += bits >> 1;
            all += bits != 0 ? 1 : 0;
        }
    }
    kinds.with_positive = static_cast<double>(positive);
    kinds.with_negative = static_cast<double>(negative);
    kinds.pairs = std::min({positive, negative, all / 2});
    return kinds;
}

/// sum over groups (or cases) of (sum of a) * (sum of b).
[[nodiscard]] inline double group_product(std::span<const double> a, std::span<const double> b, const Groups* groups) {
    double product = 0.0;
    if (groups == nullptr) {
        for (std::size_t i = 0; i < a.size(); ++i) product += a[i] * b[i];
        return product;
    }
    std::vector<double> sum_a(static_cast<std::size_t>(groups->count), 0.0);
    std::vector<double> sum_b(sum_a);
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum_a[static_cast<std::size_t>(groups->of_case[i])] += a[i];
        sum_b[static_cast<std::size_t>(groups->of_case[i])] += b[i];
    }
    for (std::size_t g = 0; g < sum_a.size(); ++g) product += sum_a[g] * sum_b[g];
    return product;
}
}  // namespace special

/// Bounds of an area whose variance estimate is zero or missing, from `pairs` disjoint pairs (independent by design):
/// all in one order: (a/2)^(1/pairs), the exact bound; else Hoeffding's. Both hold for any distribution and are wide.
/// @requires 0 <= area <= 1.
[[nodiscard]] inline Interval disjoint_pairs_interval(double area, std::int64_t pairs, double confidence = 0.95) {
    PROVENN_REQUIRE(area >= 0.0 && area <= 1.0 && confidence > 0.0 && confidence < 1.0);
    if (pairs < 1) return {0.0, 1.0, IntervalMethod::disjoint_pairs_hoeffding};
    const double tail = 0.5 * (1.0 - confidence);
    const double exact = std::pow(tail, 1.0 / static_cast<double>(pairs));
    if (area == 1.0) return {exact, 1.0, IntervalMethod::disjoint_pairs_exact};
    if (area == 0.0) return {0.0, 1.0 - exact, IntervalMethod::disjoint_pairs_exact};
    const double half = std::sqrt(-std::log(tail) / (2.0 * static_cast<double>(pairs)));
    return {std::max(0.0, area - half), std::min(1.0, area + half), IntervalMethod::disjoint_pairs_hoeffding};
}

/// The structural components of DeLong by midranks:
///   V10_i = (rank among all - rank among positives) / n0,  V01_j = 1 - (rank among all - rank among negatives) / n1;
/// influence (V - A) / n1 (n0) * sqrt(I / (I - 1)) with I the number of cases, or of groups that hold the class.
/// @param groups nullptr for independent cases. @errors as check_scores. @cost O(n log n)
/// @source DeLong et al. 1988; Sun, Xu 2014; Obuchowski 1997 for groups
[[nodiscard]] inline Result<AucInfluence> auc_influence(std::span<const double> scores,
                                                        std::span<const std::int32_t> labels,
                                                        const Groups* groups = nullptr) {
    PROVENN_TRY(check_scores(scores, labels));
    if (groups != nullptr && groups->of_case.size() != labels.size()) {
        return make_error(ErrorCode::shape_mismatch, "auc: expected a group for each of ", labels.size(),
                          " cases, found ", groups->of_case.size());
    }
    AucInfluence result;
    AucEstimate& auc = result.auc;
    std::vector<double> of_class[2];
    for (std::size_t i = 0; i < scores.size(); ++i) of_class[labels[i]].push_back(scores[i]);
    auc.negatives = static_cast<std::int64_t>(of_class[0].size());
    auc.positives = static_cast<std::int64_t>(of_class[1].size());
    if (auc.positives == 0 || auc.negatives == 0) {
        auc.reason = auc.positives == 0 ? "no positive case" : "no negative case";
        return result;
    }
    const std::vector<double> ranks = midranks(scores);
    const std::vector<double> inner[2] = {midranks(of_class[0]), midranks(of_class[1])};
    const double n[2] = {static_cast<double>(auc.negatives), static_cast<double>(auc.positives)};
    result.of_case.resize(scores.size());
    std::size_t at[2] = {0, 0};
    double sum = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const auto label = static_cast<std::size_t>(labels[i]);
        const double placed = ranks[i] - inner[label][at[label]++];  // of the other class, below this score
        if (label == 1) sum += placed;  // whole or half numbers: exact
        result.of_case[i] = label == 1 ? placed / n[0] : 1.0 - placed / n[1];
    }
    auc.value = sum / (n[0] * n[1]);
    const special::GroupKinds kinds = special::group_kinds(labels, groups);
    auc.independent_pairs = kinds.pairs;
    if (kinds.with_positive < 2.0 || kinds.with_negative < 2.0) return result;
    const double scale[2] = {std::sqrt(kinds.with_negative / (kinds.with_negative - 1.0)) / n[0],
                             std::sqrt(kinds.with_positive / (kinds.with_positive - 1.0)) / n[1]};
    for (std::size_t i = 0; i < scores.size(); ++i) {
        result.of_case[i] = (result.of_case[i] - auc.value) * scale[labels[i]];
    }
    auc.variance = special::group_product(result.of_case, result.of_case, groups);
    return result;
}

/// Adds the intervals to an area with its variance, and says how they were made where DeLong's cannot be used.
inline void add_auc_intervals(AucEstimate& auc, bool grouped, double confidence = 0.95) {
    if (!auc.defined()) return;
    if (!(auc.variance > kZeroVariance)) {
        auc.interval = auc.clipped = disjoint_pairs_interval(auc.value, auc.independent_pairs, confidence);
        const char* cause = std::isnan(auc.variance) ? "fewer than two independent cases of a class: no variance"
                            : auc.value == 1.0 || auc.value == 0.0
                                ? "the classes are separated without a mistake, so the estimated variance is zero"
                                : "all cases of a class score alike, so the estimated variance is zero";
        auc.reason = std::string(cause) + "; the bound is made from " + std::to_string(auc.independent_pairs) +
                     " disjoint pairs instead";
        return;
    }
    const double z = two_sided_z(confidence);
    const double deviation = std::sqrt(auc.variance);
    auc.clipped = {std::max(0.0, auc.value - z * deviation), std::min(1.0, auc.value + z * deviation),
                   IntervalMethod::delong_clipped};
    auc.interval = special::logit_interval(auc.value, deviation / (auc.value * (1.0 - auc.value)), z,
                                           grouped ? IntervalMethod::grouped_logit : IntervalMethod::delong_logit);
}

/// Area under the ROC curve with intervals.
/// @param scores [N]. @param labels [N], 0 or 1. @param groups nullptr for independent cases.
/// @ensures NaN with a reason for one class only; an interval of positive width otherwise.
/// @errors as check_scores. @req REQ-EVAL-005
[[nodiscard]] inline Result<AucEstimate> roc_auc(std::span<const double> scores, std::span<const std::int32_t> labels,
                                                 const Groups* groups = nullptr, double confidence = 0.95) {
    PROVENN_ASSIGN(AucInfluence influence, auc_influence(scores, labels, groups));
    add_auc_intervals(influence.auc, groups != nullptr, confidence);
    return std::move(influence.auc);
}

/// Two areas and the test of their difference.
struct AucComparison {
    AucEstimate first;
    AucEstimate second;
    double covariance = 0.0;
    Estimate difference;       ///< first - second, normal interval clipped to [-1, 1]
    double statistic = kNaN;   ///< z when paired, t when independent
    double degrees = kNaN;     ///< of t
    double p_value = kNaN;     ///< two-sided; NaN with difference.reason where there is no variance
};

namespace special {
inline void finish_comparison(AucComparison& comparison, double variance, double confidence) {
    comparison.difference.value = comparison.first.value - comparison.second.value;
    if (!comparison.difference.defined()) {
        comparison.difference.reason = comparison.first.defined() ? comparison.second.reason : comparison.first.reason;
        return;
    }
    if (!(variance > kZeroVariance)) {
        comparison.difference.reason = "the difference has no estimated variance: no test and no interval";
        return;
    }
    const double half = two_sided_z(confidence) * std::sqrt(variance);
    comparison.difference.interval = {std::max(-1.0, comparison.difference.value - half),
                                      std::min(1.0, comparison.difference.value + half), IntervalMethod::normal};
    comparison.statistic = comparison.difference.value / std::sqrt(variance);
}
}  // namespace special

/// DeLong's test of two models on the same cases: z = (A - B) / sqrt(vA + vB - 2 cov).
/// @param first, second [N] scores of the same cases. @param labels [N], 0 or 1. @errors as check_scores. @req
/// REQ-EVAL-006
[[nodiscard]] inline Result<AucComparison> compare_paired_aucs(std::span<const double> first,
                                                               std::span<const double> second,
                                                               std::span<const std::int32_t> labels,
                                                               const Groups* groups = nullptr,
                                                               double confidence = 0.95) {
    PROVENN_ASSIGN(AucInfluence a, auc_influence(first, labels, groups));
    PROVENN_ASSIGN(AucInfluence b, auc_influence(second, labels, groups));
    AucComparison comparison;
    double variance = kNaN;
    if (!std::isnan(a.auc.variance) && !std::isnan(b.auc.variance)) {
        comparison.covariance = special::group_product(a.of_case, b.of_case, groups);
        std::vector<double> gap(a.of_case.size());
        for (std::size_t i = 0; i < gap.size(); ++i) gap[i] = a.of_case[i] - b.of_case[i];
        variance = special::group_product(gap, gap, groups);
    }
    add_auc_intervals(a.auc, groups != nullptr, confidence);
    add_auc_intervals(b.auc, groups != nullptr, confidence);
    comparison.first = std::move(a.auc);
    comparison.second = std::move(b.auc);
    special::finish_comparison(comparison, variance, confidence);
    if (!std::isnan(comparison.statistic)) comparison.p_value = normal_two_sided_p(comparison.statistic);
    return comparison;
}

/// The test of two areas from different cases, with the degrees of freedom of Welch and Satterthwaite.
/// @param first, second areas of independent cases, as roc_auc makes them. @source Robin et al. 2011 (pROC)
[[nodiscard]] inline AucComparison compare_independent_aucs(const AucEstimate& first, const AucEstimate& second,
                                                            double confidence = 0.95) {
    AucComparison comparison;
    comparison.first = first;
    comparison.second = second;
    const double variance = first.variance + second.variance;
    special::finish_comparison(comparison, variance, confidence);
    if (std::isnan(comparison.statistic)) return comparison;
    const auto part = [](const AucEstimate& auc) {
        return auc.variance * auc.variance / static_cast<double>(auc.positives + auc.negatives - 1);
    };
    comparison.degrees = variance * variance / (part(first) + part(second));
    comparison.p_value = student_two_sided_p(comparison.statistic, comparison.degrees);
    return comparison;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
