// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Comparisons of proportions: two independent groups, and two classifiers on the same cases (McNemar, Newcombe).
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "provenn/evaluation/intervals.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// p1 - p2 of two independent groups by square-and-add of Wilson bounds.
/// @requires 0 <= x <= n, n > 0 for both. @source Newcombe 1998, Statistics in Medicine 17:873, method 10
[[nodiscard]] inline Estimate difference_of_independent(std::int64_t x1, std::int64_t n1, std::int64_t x2,
                                                        std::int64_t n2, double confidence = 0.95) {
    const Interval w1 = wilson(x1, n1, confidence);
    const Interval w2 = wilson(x2, n2, confidence);
    const double p1 = static_cast<double>(x1) / static_cast<double>(n1);
    const double p2 = static_cast<double>(x2) / static_cast<double>(n2);
    Estimate difference;
    difference.value = p1 - p2;
    difference.interval = {difference.value - std::hypot(p1 - w1.lower, w2.upper - p2),
                           difference.value + std::hypot(w1.upper - p1, p2 - w2.lower), IntervalMethod::square_and_add};
    return difference;
}

/// Two classifiers on the same cases.
struct PairedCounts {
    std::int64_t both = 0;         ///< both right
    std::int64_t first_only = 0;   ///< only the first right
    std::int64_t second_only = 0;  ///< only the second right
    std::int64_t neither = 0;      ///< both wrong
    [[nodiscard]] std::int64_t total() const { return both + first_only + second_only + neither; }
};

/// Share right of the first minus that of the second. NaN with a reason without cases.
/// @source Newcombe 1998, Statistics in Medicine 17:2635, method 10
[[nodiscard]] inline Estimate difference_of_paired(const PairedCounts& counts, double confidence = 0.95) {
    const std::int64_t total = counts.total();
    if (total == 0) return undefined("no case");
    const auto real = [](std::int64_t count) { return static_cast<double>(count); };
    const double n = real(total);
    const std::int64_t right1 = counts.both + counts.first_only;
    const std::int64_t right2 = counts.both + counts.second_only;
    const Interval w1 = wilson(right1, total, confidence);
    const Interval w2 = wilson(right2, total, confidence);
    const double p1 = real(right1) / n;
    const double p2 = real(right2) / n;
    const double margins = real(right1) * real(total - right1) * real(right2) * real(total - right2);
    double phi = 0.0;
    if (margins > 0.0) {
        double cross = real(counts.both) * real(counts.neither) - real(counts.first_only) * real(counts.second_only);
        if (cross > 0.0) cross = std::max(cross - 0.5 * n, 0.0);
        phi = cross / std::sqrt(margins);
    }
    const auto side = [phi](double a, double b) { return std::sqrt(std::max(0.0, a * a - 2.0 * phi * a * b + b * b)); };
    Estimate difference;
    difference.value = real(counts.first_only - counts.second_only) / n;
    difference.interval = {difference.value - side(p1 - w1.lower, w2.upper - p2),
                           difference.value + side(w1.upper - p1, p2 - w2.lower), IntervalMethod::newcombe_paired};
    return difference;
}

/// What McNemar's test gives for b and c discordant cases.
struct McNemarTest {
    double exact_p = kNaN;              ///< two-sided, Binomial(b + c, 1/2)
    double mid_p = kNaN;                ///< less conservative
    double chi_square = kNaN;           ///< (b - c)^2 / (b + c); NaN when b + c = 0
    double chi_square_corrected = kNaN; ///< with continuity correction
    double corrected_p = kNaN;          ///< of chi_square_corrected, one degree of freedom
};

/// @param b, c cases that only the first, or only the second classifier got right. @requires b, c >= 0.
/// @ensures without discordant cases the exact p is 1 and the chi-squares are NaN. @source McNemar 1947; Fagerland 2013
[[nodiscard]] inline McNemarTest mcnemar(std::int64_t b, std::int64_t c) {
    PROVENN_REQUIRE(b >= 0 && c >= 0);
    McNemarTest test;
    const std::int64_t trials = b + c;
    if (trials == 0) {
        test.exact_p = test.mid_p = 1.0;
        return test;
    }
    const std::int64_t fewer = std::min(b, c);
    const double tail = binomial_lower_tail(fewer, trials, 0.5);
    const double below = fewer == 0 ? 0.0 : binomial_lower_tail(fewer - 1, trials, 0.5);
    test.exact_p = std::min(1.0, 2.0 * tail);
    test.mid_p = std::min(1.0, tail + below);
    const auto n = static_cast<double>(trials);
    const double gap = std::abs(static_cast<double>(b - c));
    test.chi_square = gap * gap / n;
    const double corrected = std::max(0.0, gap - 1.0);
    test.chi_square_corrected = corrected * corrected / n;
    test.corrected_p = normal_two_sided_p(std::sqrt(test.chi_square_corrected));
    return test;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
