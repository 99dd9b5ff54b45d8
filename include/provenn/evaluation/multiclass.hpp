// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Areas under the ROC curve of K classes, each against the rest, and their mean with its interval.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "provenn/evaluation/auc.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// One area for each class and their unweighted mean.
struct OneVersusRestAucs {
    std::vector<AucEstimate> of_class;
    Estimate macro;
};

/// Variance of the mean: the influences of a case on all areas are averaged, then squared (within groups: summed
/// first). Where an area has no positive variance the bound is the mean of bounds from disjoint pairs at 1 - (1 -
/// confidence) / K.
/// @param scores [N, K]. @param labels [N], each in [0, K). @param groups nullptr for independent cases.
/// @ensures macro is NaN with a reason when a class has no case. @errors as check_scores. @req REQ-EVAL-005
[[nodiscard]] inline Result<OneVersusRestAucs> one_versus_rest_aucs(std::span<const double> scores,
                                                                    std::span<const std::int32_t> labels,
                                                                    std::size_t class_count,
                                                                    const Groups* groups = nullptr,
                                                                    double confidence = 0.95) {
    if (class_count < 2 || scores.size() != labels.size() * class_count) {
        return make_error(ErrorCode::shape_mismatch, "auc: expected scores of ", labels.size(), " cases and ",
                          class_count, " classes, found ", scores.size(), " numbers");
    }
    OneVersusRestAucs result;
    std::vector<double> column(labels.size());
    std::vector<std::int32_t> is_class(labels.size());
    std::vector<double> mean_influence(labels.size(), 0.0);
    const auto classes = static_cast<double>(class_count);
    bool has_variance = true;
    double sum = 0.0;
    for (std::size_t k = 0; k < class_count; ++k) {
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= class_count) {
                return make_error(ErrorCode::invalid_argument, "auc: case ", i, ": expected a class from 0 to ",
                                  class_count - 1, ", found ", labels[i]);
            }
            column[i] = scores[i * class_count + k];
            is_class[i] = static_cast<std::size_t>(labels[i]) == k ? 1 : 0;
        }
        PROVENN_ASSIGN(AucInfluence influence, auc_influence(column, is_class, groups));
        add_auc_intervals(influence.auc, groups != nullptr, confidence);
        has_variance = has_variance && influence.auc.variance > kZeroVariance;
        if (!influence.auc.defined()) {
            result.macro.reason = influence.auc.positives == 0 ? "class " + std::to_string(k) + " has no case"
                                                               : "all cases belong to class " + std::to_string(k);
        } else {
            sum += influence.auc.value;
            for (std::size_t i = 0; i < labels.size(); ++i) mean_influence[i] += influence.of_case[i] / classes;
        }
        result.of_class.push_back(std::move(influence.auc));
    }
    if (!result.macro.reason.empty()) return result;
    result.macro.value = sum / classes;
    const double variance = special::group_product(mean_influence, mean_influence, groups);
    if (has_variance && variance > kZeroVariance) {
        const double a = result.macro.value;
        result.macro.interval =
            special::logit_interval(a, std::sqrt(variance) / (a * (1.0 - a)), two_sided_z(confidence),
                                    groups != nullptr ? IntervalMethod::grouped_logit : IntervalMethod::delong_logit);
        return result;
    }
    result.macro.interval = {0.0, 0.0, IntervalMethod::disjoint_pairs_hoeffding};
    for (const AucEstimate& auc : result.of_class) {
        const Interval bound =
            disjoint_pairs_interval(auc.value, auc.independent_pairs, 1.0 - (1.0 - confidence) / classes);
        result.macro.interval.lower += bound.lower / classes;
        result.macro.interval.upper += bound.upper / classes;
    }
    result.macro.reason =
        "an area of a class has no positive variance; the bound is the mean of bounds from disjoint pairs";
    return result;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
