// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ROC curve, midranks, partial area and average precision of scores against labels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/intervals.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// What every function of scores and labels demands: equal lengths, finite scores, labels 0 (negative) or 1 (positive).
/// @errors shape_mismatch, not_finite, invalid_argument
[[nodiscard]] inline Status check_scores(std::span<const double> scores, std::span<const std::int32_t> labels) {
    if (scores.size() != labels.size()) {
        return make_error(ErrorCode::shape_mismatch, "scores: expected ", labels.size(), ", one for each label, found ",
                          scores.size());
    }
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (!std::isfinite(scores[i])) {
            return make_error(ErrorCode::not_finite, "scores: case ", i, ": expected a finite number");
        }
        if (labels[i] != 0 && labels[i] != 1) {
            return make_error(ErrorCode::invalid_argument, "labels: case ", i, ": expected 0 or 1, found ", labels[i]);
        }
    }
    return {};
}

/// Indices of `values` in ascending order; equal values keep their order.
[[nodiscard]] inline std::vector<std::size_t> ascending_order(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    return order;
}

/// Ranks from 1; equal values share the mean of their ranks. @requires finite values. @cost O(n log n)
[[nodiscard]] inline std::vector<double> midranks(std::span<const double> values) {
    const std::vector<std::size_t> order = ascending_order(values);
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first;
        while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
        const double rank = 0.5 * static_cast<double>(first + 1 + last);
        for (; first < last; ++first) ranks[order[first]] = rank;
    }
    return ranks;
}

/// Calling positive what scores at least `threshold` gives these rates.
struct RocPoint {
    double threshold = kNaN;
    double false_positive_rate = kNaN;
    double true_positive_rate = kNaN;
};

/// From (0, 0), threshold infinity, to (1, 1); one point for each distinct score. Empty with a reason for one class
/// only.
struct RocCurve {
    std::vector<RocPoint> points;
    std::string reason;
};

/// @param scores [N]. @param labels [N], 0 or 1. @errors as check_scores.
[[nodiscard]] inline Result<RocCurve> roc_curve(std::span<const double> scores, std::span<const std::int32_t> labels) {
    PROVENN_TRY(check_scores(scores, labels));
    const auto n1 = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
    const double n0 = static_cast<double>(labels.size()) - n1;
    RocCurve curve;
    if (n1 == 0.0 || n0 == 0.0) {
        curve.reason = n1 == 0.0 ? "no positive case" : "no negative case";
        return curve;
    }
    const std::vector<std::size_t> order = ascending_order(scores);
    curve.points.push_back({std::numeric_limits<double>::infinity(), 0.0, 0.0});
    double tp = 0.0;
    double fp = 0.0;
    for (std::size_t left = order.size(); left > 0;) {
        const double threshold = scores[order[left - 1]];
        for (; left > 0 && scores[order[left - 1]] == threshold; --left) {
            (labels[order[left - 1]] == 1 ? tp : fp) += 1.0;
        }
        curve.points.push_back({threshold, fp / n0, tp / n1});
    }
    return curve;
}

/// Area under the curve where specificity is at least some value, and McClish's correction of it to [0.5, 1] for useful
/// tests.
struct PartialArea {
    double area = kNaN;
    double corrected = kNaN;
};

/// @param lowest_specificity in [0, 1); the area spans false positive rates up to 1 minus that.
/// @requires a curve with points. @source McClish 1989
[[nodiscard]] inline PartialArea partial_area(const RocCurve& curve, double lowest_specificity) {
    PROVENN_REQUIRE(curve.points.size() >= 2 && lowest_specificity >= 0.0 && lowest_specificity < 1.0);
    const double end = 1.0 - lowest_specificity;
    PartialArea partial;
    partial.area = 0.0;
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
        const RocPoint& a = curve.points[i - 1];
        const RocPoint& b = curve.points[i];
        if (a.false_positive_rate >= end) break;
        const double width = b.false_positive_rate - a.false_positive_rate;
        if (width == 0.0) continue;
        const double used = std::min(b.false_positive_rate, end) - a.false_positive_rate;
        const double rate_at_end = a.true_positive_rate + (b.true_positive_rate - a.true_positive_rate) * used / width;
        partial.area += 0.5 * used * (a.true_positive_rate + rate_at_end);
    }
    const double by_chance = 0.5 * end * end;
    partial.corrected = 0.5 * (1.0 + (partial.area - by_chance) / (end - by_chance));
    return partial;
}

/// Average precision: sum over thresholds of (recall step) * precision, without interpolation.
/// @ensures NaN with a reason for one class only. @errors as check_scores.
[[nodiscard]] inline Result<Estimate> average_precision(std::span<const double> scores,
                                                        std::span<const std::int32_t> labels) {
    PROVENN_ASSIGN(const RocCurve curve, roc_curve(scores, labels));
    if (curve.points.empty()) return undefined(curve.reason);
    const auto n1 = static_cast<double>(std::count(labels.begin(), labels.end(), 1));
    const double n0 = static_cast<double>(labels.size()) - n1;
    Estimate average;
    average.value = 0.0;
    for (std::size_t i = 1; i < curve.points.size(); ++i) {
        const double tp = curve.points[i].true_positive_rate * n1;
        const double fp = curve.points[i].false_positive_rate * n0;
        const double step = curve.points[i].true_positive_rate - curve.points[i - 1].true_positive_rate;
        average.value += step * tp / (tp + fp);
    }
    return average;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
