// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Everything a report on a classifier says of one set of cases, as numbers with intervals, reasons and notes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "provenn/evaluation/auc.hpp"
#include "provenn/evaluation/binary_metrics.hpp"
#include "provenn/evaluation/calibration.hpp"
#include "provenn/evaluation/confusion_matrix.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// What a report is made from. Borrowed data must outlive the call of make_report only.
struct ClassificationInput {
    std::span<const float> scores;             ///< [N, K], or [N, 1]: the score of class 1 of two
    std::span<const std::int32_t> labels;      ///< [N], each in [0, K)
    std::span<const std::string> class_names;  ///< [K], K >= 2
    std::span<const std::string> group_ids;    ///< [N] patient ids, or empty when there are none
    std::string data_name = "test data";       ///< which cases these are
    std::int32_t positive_class = 1;           ///< of two
    std::optional<double> threshold;           ///< of two classes; without one 0.5, if scores are probabilities
    std::string threshold_origin;              ///< needed with a threshold: how it was chosen, such as describe(chosen)
    std::optional<double> prevalence;          ///< of the intended use, for its predictive values
    double confidence = 0.95;
};

/// One class against the rest.
struct ClassReport {
    std::string name;
    BinaryTable table;
    Proportion sensitivity;
    Proportion specificity;
    Proportion ppv;
    Proportion npv;
    Estimate f1;
    AucEstimate auc;
};

/// What is said of two classes only.
struct BinaryReport {
    std::size_t positive_class = 1;
    double threshold = 0.5;  ///< a case is positive when its score is at least this
    std::string threshold_origin;
    Estimate positive_likelihood_ratio;
    Estimate negative_likelihood_ratio;
    Estimate average_precision;
    std::optional<PredictiveValues> at_prevalence;
    Recalibration recalibration;
};

/// Whether probabilities mean what they say; NaN with a reason when scores are no probabilities.
struct CalibrationReport {
    double brier = kNaN;     ///< two classes: of the positive class; more: summed over classes
    double log_loss = kNaN;
    double expected_error = kNaN;  ///< two classes: of the positive class; more: of the class that was called
    std::size_t bin_count = 10;
    std::string reason;
};

struct ClassificationReport {
    explicit ClassificationReport(ConfusionMatrix matrix) : confusion(std::move(matrix)) {}

    std::string data_name;
    double confidence = 0.95;
    std::int64_t case_count = 0;
    std::optional<std::int32_t> group_count;  ///< patients; empty when no ids were given
    ConfusionMatrix confusion;
    Proportion accuracy;
    double largest_class_share = kNaN;  ///< what calling everything the commonest class would get right
    double better_than_largest_p = kNaN;  ///< one-sided binomial p of the accuracy against that
    Estimate balanced_accuracy;
    Estimate kappa;
    Estimate mcc;
    Estimate macro_auc;  ///< of two classes: their one area
    std::vector<ClassReport> classes;
    std::optional<BinaryReport> binary;
    CalibrationReport calibration;
    std::vector<std::string> notes;  ///< what a reader must know, in words
};

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
