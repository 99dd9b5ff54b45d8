// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Makes a classification report from scores and labels.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "provenn/evaluation/classification_report.hpp"
#include "provenn/evaluation/multiclass.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

namespace special {
/// Scores as [N, K] doubles, predictions and groups: the input, checked.
struct CheckedInput {
    std::size_t case_count = 0;
    std::size_t class_count = 0;
    std::vector<double> scores;  ///< [N, K]
    std::vector<std::int32_t> predictions;
    bool probabilities = true;
    double threshold = 0.5;
    std::optional<Groups> groups;
    [[nodiscard]] const Groups* grouping() const { return groups ? &*groups : nullptr; }
};

/// Sizes, finite scores, and what may be asked of two classes only.
[[nodiscard]] inline Status check_input(const ClassificationInput& input, std::size_t columns) {
    const std::size_t classes = input.class_names.size();
    if (classes < 2)
        return make_error(ErrorCode::invalid_argument, "report: expected at least 2 class names, found ", classes);
    if (input.labels.empty()) return make_error(ErrorCode::empty_data, "report: no cases in the ", input.data_name);
    if (!(columns == classes || (columns == 1 && classes == 2)) ||
        input.scores.size() != input.labels.size() * columns) {
        return make_error(ErrorCode::shape_mismatch, "report: expected scores [", input.labels.size(), ", ", classes,
                          "], found ", input.scores.size(), " numbers");
    }
    if (!input.group_ids.empty() && input.group_ids.size() != input.labels.size()) {
        return make_error(ErrorCode::shape_mismatch, "report: expected a patient id for each of ", input.labels.size(),
                          " cases, found ", input.group_ids.size());
    }
    if (!(input.confidence > 0.0 && input.confidence < 1.0)) {
        return make_error(ErrorCode::invalid_argument, "report: expected a confidence between 0 and 1");
    }
    if (classes > 2 && (input.threshold || input.prevalence)) {
        return make_error(ErrorCode::invalid_argument, "report: a threshold or prevalence needs 2 classes, found ",
                          classes);
    }
    if (classes == 2 && input.positive_class != 0 && input.positive_class != 1) {
        return make_error(ErrorCode::invalid_argument, "report: expected positive class 0 or 1, found ",
                          input.positive_class);
    }
    if (input.threshold && (input.threshold_origin.empty() || !std::isfinite(*input.threshold))) {
        return make_error(ErrorCode::invalid_argument,
                          "report: expected a finite threshold and where it comes from (threshold_origin)");
    }
    for (std::size_t i = 0; i < input.scores.size(); ++i) {
        if (!std::isfinite(input.scores[i])) {
            return make_error(ErrorCode::not_finite, "report: case ", i / columns, ": expected finite scores");
        }
    }
    return {};
}

[[nodiscard]] inline Result<CheckedInput> checked(const ClassificationInput& input) {
    const std::size_t columns = input.labels.empty() ? 0 : input.scores.size() / input.labels.size();
    PROVENN_TRY(check_input(input, columns));
    CheckedInput data;
    data.case_count = input.labels.size();
    data.class_count = input.class_names.size();
    data.threshold = input.threshold.value_or(0.5);
    for (std::size_t i = 0; i < data.case_count; ++i) {
        double sum = 0.0;
        for (std::size_t k = 0; k < data.class_count; ++k) {
            const auto score = static_cast<double>(input.scores[columns == 1 ? i : i * columns + k]);
            data.scores.push_back(columns == 1 && k == 0 ? 1.0 - score : score);
            data.probabilities = data.probabilities && score >= 0.0 && score <= 1.0;
            sum += data.scores.back();
        }
        data.probabilities = data.probabilities && std::abs(sum - 1.0) < 1e-3;
    }
    const auto positive = static_cast<std::size_t>(input.positive_class);
    if (data.class_count == 2 && !input.threshold && !data.probabilities) {
        return make_error(ErrorCode::invalid_argument,
                          "report: the scores are no probabilities, so 0.5 means nothing: expected a threshold");
    }
    for (std::size_t i = 0; i < data.case_count; ++i) {
        const double* row = data.scores.data() + i * data.class_count;
        std::ptrdiff_t called = std::max_element(row, row + data.class_count) - row;  // of equals the first
        if (data.class_count == 2)
            called = static_cast<std::ptrdiff_t>(row[positive] >= data.threshold ? positive : 1 - positive);
        data.predictions.push_back(static_cast<std::int32_t>(called));
    }
    if (!input.group_ids.empty()) {
        PROVENN_ASSIGN(data.groups, number_groups(input.group_ids));
    }
    return data;
}

/// Wilson intervals widened for groups, from two questions asked of each case.
template <class Counted, class Succeeded>
void widen(Proportion& proportion, const CheckedInput& data, std::span<const std::int32_t> labels, double confidence,
           const Counted& is_counted, const Succeeded& is_success) {
    if (!data.groups) return;
    std::vector<std::uint8_t> counted;
    std::vector<std::uint8_t> succeeded;
    for (std::size_t i = 0; i < data.case_count; ++i) {
        counted.push_back(is_counted(labels[i], data.predictions[i]) ? 1 : 0);
        succeeded.push_back(is_success(labels[i], data.predictions[i]) ? 1 : 0);
    }
    widen_for_groups(proportion, counted, succeeded, *data.groups, confidence);
}

[[nodiscard]] inline ClassReport report_class(const ClassificationInput& input, const CheckedInput& data,
                                              const ConfusionMatrix& confusion, std::size_t k) {
    ClassReport report;
    report.name = input.class_names[k];
    report.table = confusion.one_versus_rest(k);
    const double level = input.confidence;
    report.sensitivity = sensitivity(report.table, level);
    report.specificity = specificity(report.table, level);
    report.ppv = positive_predictive_value(report.table, level);
    report.npv = negative_predictive_value(report.table, level);
    report.f1 = f1_score(report.table);
    const auto own = static_cast<std::int32_t>(k);
    const auto is = [own](std::int32_t label, std::int32_t) { return label == own; };
    const auto is_not = [own](std::int32_t label, std::int32_t) { return label != own; };
    const auto called = [own](std::int32_t, std::int32_t prediction) { return prediction == own; };
    const auto not_called = [own](std::int32_t, std::int32_t prediction) { return prediction != own; };
    widen(report.sensitivity, data, input.labels, level, is, called);
    widen(report.specificity, data, input.labels, level, is_not, not_called);
    widen(report.ppv, data, input.labels, level, called, is);
    widen(report.npv, data, input.labels, level, not_called, is_not);
    return report;
}

[[nodiscard]] inline Result<BinaryReport> report_binary(const ClassificationInput& input, const CheckedInput& data,
                                                        const ClassReport& positive) {
    BinaryReport report;
    report.positive_class = static_cast<std::size_t>(input.positive_class);
    report.threshold = data.threshold;
    report.threshold_origin = input.threshold ? input.threshold_origin : "0.5 by default, not chosen on any data";
    report.positive_likelihood_ratio = positive_likelihood_ratio(positive.table, input.confidence);
    report.negative_likelihood_ratio = negative_likelihood_ratio(positive.table, input.confidence);
    std::vector<double> scores;
    std::vector<std::int32_t> labels;
    for (std::size_t i = 0; i < data.case_count; ++i) {
        scores.push_back(data.scores[i * 2 + report.positive_class]);
        labels.push_back(input.labels[i] == input.positive_class ? 1 : 0);
    }
    PROVENN_ASSIGN(report.average_precision, average_precision(scores, labels));
    if (input.prevalence) {
        PROVENN_ASSIGN(report.at_prevalence, predictive_values_at(*input.prevalence, positive.table, input.confidence));
    }
    if (data.probabilities) {
        PROVENN_ASSIGN(report.recalibration, recalibration(scores, labels));
    } else {
        report.recalibration.reason = "the scores are no probabilities";
    }
    return report;
}

[[nodiscard]] inline Result<CalibrationReport> report_calibration(const ClassificationInput& input,
                                                                  const CheckedInput& data) {
    CalibrationReport report;
    if (!data.probabilities) {
        report.reason = "the scores are no probabilities";
        return report;
    }
    const bool two = data.class_count == 2;
    std::vector<double> of_truth;
    std::vector<double> judged;          // two classes: probability of the positive; more: of the class called
    std::vector<std::int32_t> happened;  // whether that was so
    double squares = 0.0;
    for (std::size_t i = 0; i < data.case_count; ++i) {
        const double* row = data.scores.data() + i * data.class_count;
        of_truth.push_back(std::clamp(row[input.labels[i]], 0.0, 1.0));
        const std::int32_t subject = two ? input.positive_class : data.predictions[i];
        judged.push_back(std::clamp(row[subject], 0.0, 1.0));
        happened.push_back(input.labels[i] == subject ? 1 : 0);
        for (std::size_t k = 0; k < data.class_count; ++k) {
            if (two && k != static_cast<std::size_t>(subject)) continue;
            const double gap = row[k] - (static_cast<std::size_t>(input.labels[i]) == k ? 1.0 : 0.0);
            squares += gap * gap;
        }
    }
    report.brier = squares / static_cast<double>(data.case_count);
    PROVENN_ASSIGN(report.log_loss, log_loss(of_truth, std::vector<std::int32_t>(data.case_count, 1)));
    PROVENN_ASSIGN(report.expected_error, expected_calibration_error(judged, happened, report.bin_count));
    return report;
}

inline void add_notes(ClassificationReport& report) {
    if (report.group_count) {
        report.notes.push_back(
            "Wilson intervals, balanced accuracy and areas allow for several cases of one patient. Exact intervals, "
            "kappa, "
            "likelihood ratios, predictive values at a prevalence and the p value treat cases as independent.");
    } else {
        report.notes.push_back(
            "No patient ids were given: all intervals treat cases as independent. With several images of a patient "
            "they "
            "are too narrow.");
    }
    for (const ClassReport& one : report.classes) {
        if (one.table.positives() == 0) report.notes.push_back("Class '" + one.name + "' has no case.");
    }
    if (report.binary && report.binary->threshold_origin.starts_with("0.5 by default")) {
        report.notes.push_back(
            "The threshold was not chosen for a sensitivity or specificity; choose it on validation data.");
    }
    report.notes.push_back(
        "F1, Matthews correlation, Brier score, log-loss and calibration error are given without interval.");
}
}  // namespace special

/// @ensures every number is finite or NaN with a reason.
/// @errors empty_data, shape_mismatch, not_finite, invalid_argument. @cost O(K N log N). @req REQ-EVAL-014
[[nodiscard]] inline Result<ClassificationReport> make_report(const ClassificationInput& input) {
    PROVENN_ASSIGN(const special::CheckedInput data, special::checked(input));
    PROVENN_ASSIGN(ConfusionMatrix confusion, ConfusionMatrix::make(input.labels, data.predictions,
                                                                    static_cast<std::int32_t>(data.class_count)));
    ClassificationReport report(std::move(confusion));
    report.data_name = input.data_name;
    report.confidence = input.confidence;
    report.case_count = static_cast<std::int64_t>(data.case_count);
    if (data.groups) report.group_count = data.groups->count;
    report.accuracy = accuracy(report.confusion, Abstentions::left_out, input.confidence);
    special::widen(
        report.accuracy, data, input.labels, input.confidence, [](std::int32_t, std::int32_t) { return true; },
        [](std::int32_t label, std::int32_t prediction) { return label == prediction; });
    std::int64_t largest = 0;
    std::vector<Proportion> recalls;
    PROVENN_ASSIGN(OneVersusRestAucs aucs, one_versus_rest_aucs(data.scores, input.labels, data.class_count,
                                                                data.grouping(), input.confidence));
    for (std::size_t k = 0; k < data.class_count; ++k) {
        report.classes.push_back(special::report_class(input, data, report.confusion, k));
        report.classes.back().auc = std::move(aucs.of_class[k]);
        recalls.push_back(report.classes.back().sensitivity);
        largest = std::max(largest, report.confusion.row_total(k));
    }
    report.largest_class_share = static_cast<double>(largest) / static_cast<double>(data.case_count);
    report.better_than_largest_p =
        binomial_upper_tail(report.confusion.correct(), report.case_count, report.largest_class_share);
    const bool complete = std::all_of(recalls.begin(), recalls.end(), [](const Proportion& p) { return p.defined(); });
    report.balanced_accuracy = complete ? mean_by_square_and_add(recalls) : undefined("a class has no case");
    report.kappa = cohen_kappa(report.confusion, input.confidence);
    report.mcc = matthews_correlation(report.confusion);
    report.macro_auc = std::move(aucs.macro);
    if (data.class_count == 2) {
        if (input.scores.size() ==
            data.case_count) {  // 1 - score may round unequal scores to equal ones: one area for both
            AucEstimate mirrored = report.classes[1].auc;
            std::swap(mirrored.positives, mirrored.negatives);
            report.classes[0].auc = std::move(mirrored);
        }
        const ClassReport& positive = report.classes[static_cast<std::size_t>(input.positive_class)];
        report.macro_auc = {positive.auc.value, positive.auc.interval, positive.auc.reason};
        PROVENN_ASSIGN(report.binary, special::report_binary(input, data, positive));
    }
    PROVENN_ASSIGN(report.calibration, special::report_calibration(input, data));
    special::add_notes(report);
    return report;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
