// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A classification report as JSON: the same numbers, NaN as null with its reason, intervals with the way they were
// made.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>

#include "provenn/adapters/json.hpp"
#include "provenn/evaluation/classification_report.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

namespace special {
[[nodiscard]] inline Json number_json(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

inline void add_interval(Json& object, const Interval& interval) {
    if (interval.method == IntervalMethod::none) return;
    object["lower"] = number_json(interval.lower);
    object["upper"] = number_json(interval.upper);
    object["method"] = to_string(interval.method);
}

/// Estimate or AucEstimate.
template <class AnyEstimate>
[[nodiscard]] Json estimate_json(const AnyEstimate& estimate) {
    Json object = Json::object();
    object["value"] = number_json(estimate.value);
    add_interval(object, estimate.interval);
    if (!estimate.reason.empty()) object["reason"] = estimate.reason;
    return object;
}

[[nodiscard]] inline Json proportion_json(const Proportion& proportion) {
    Json object = estimate_json(proportion);
    object["successes"] = proportion.successes;
    object["total"] = proportion.total;
    if (proportion.defined()) {
        Json exact = Json::object();
        add_interval(exact, proportion.exact);
        object["exact"] = std::move(exact);
    }
    return object;
}

[[nodiscard]] inline Json auc_json(const AucEstimate& auc) {
    Json object = estimate_json(auc);
    object["variance"] = number_json(auc.variance);
    object["positives"] = auc.positives;
    object["negatives"] = auc.negatives;
    if (auc.clipped.method != IntervalMethod::none) {
        Json clipped = Json::object();
        add_interval(clipped, auc.clipped);
        object["clipped"] = std::move(clipped);
    }
    return object;
}

[[nodiscard]] inline Json class_json(const ClassReport& one) {
    Json object = Json::object();
    object["name"] = one.name;
    object["tp"] = one.table.tp;
    object["fp"] = one.table.fp;
    object["fn"] = one.table.fn;
    object["tn"] = one.table.tn;
    object["sensitivity"] = proportion_json(one.sensitivity);
    object["specificity"] = proportion_json(one.specificity);
    object["ppv"] = proportion_json(one.ppv);
    object["npv"] = proportion_json(one.npv);
    object["f1"] = estimate_json(one.f1);
    object["auc"] = auc_json(one.auc);
    return object;
}

[[nodiscard]] inline Json binary_json(const BinaryReport& binary) {
    Json object = Json::object();
    object["positive_class"] = binary.positive_class;
    object["threshold"] = number_json(binary.threshold);
    object["threshold_origin"] = binary.threshold_origin;
    object["positive_likelihood_ratio"] = estimate_json(binary.positive_likelihood_ratio);
    object["negative_likelihood_ratio"] = estimate_json(binary.negative_likelihood_ratio);
    object["average_precision"] = estimate_json(binary.average_precision);
    if (binary.at_prevalence) {
        object["prevalence"] = number_json(binary.at_prevalence->prevalence);
        object["ppv_at_prevalence"] = estimate_json(binary.at_prevalence->ppv);
        object["npv_at_prevalence"] = estimate_json(binary.at_prevalence->npv);
    }
    const Recalibration& fit = binary.recalibration;
    Json recalibration = Json::object();
    recalibration["slope"] = number_json(fit.slope);
    recalibration["slope_standard_error"] = number_json(fit.slope_error);
    recalibration["intercept"] = number_json(fit.intercept);
    recalibration["intercept_at_slope_1"] = number_json(fit.in_the_large);
    recalibration["intercept_at_slope_1_standard_error"] = number_json(fit.in_the_large_error);
    if (!fit.reason.empty()) recalibration["reason"] = fit.reason;
    object["recalibration"] = std::move(recalibration);
    return object;
}

[[nodiscard]] inline Json calibration_json(const CalibrationReport& calibration) {
    Json object = Json::object();
    object["brier"] = number_json(calibration.brier);
    object["log_loss"] = number_json(calibration.log_loss);
    object["expected_calibration_error"] = number_json(calibration.expected_error);
    object["bins"] = calibration.bin_count;
    if (!calibration.reason.empty()) object["reason"] = calibration.reason;
    return object;
}
}  // namespace special

/// The report as a JSON value; dump_json makes its text. `confusion` is [K, K], rows by truth. @req REQ-EVAL-014
[[nodiscard]] inline Json to_json(const ClassificationReport& report) {
    Json object = Json::object();
    object["data"] = report.data_name;
    object["cases"] = report.case_count;
    object["patients"] = report.group_count ? Json(*report.group_count) : Json(nullptr);
    object["confidence"] = report.confidence;
    Json confusion = Json::array();
    for (std::size_t truth = 0; truth < report.confusion.class_count(); ++truth) {
        Json row = Json::array();
        for (std::size_t k = 0; k < report.confusion.class_count(); ++k) row.push_back(report.confusion.at(truth, k));
        confusion.push_back(std::move(row));
    }
    object["confusion"] = std::move(confusion);
    object["accuracy"] = special::proportion_json(report.accuracy);
    object["largest_class_share"] = special::number_json(report.largest_class_share);
    object["better_than_largest_class_p"] = special::number_json(report.better_than_largest_p);
    object["balanced_accuracy"] = special::estimate_json(report.balanced_accuracy);
    object["kappa"] = special::estimate_json(report.kappa);
    object["matthews_correlation"] = special::estimate_json(report.mcc);
    object[report.binary ? "auc" : "macro_auc"] = special::estimate_json(report.macro_auc);
    if (report.binary) object["binary"] = special::binary_json(*report.binary);
    object["calibration"] = special::calibration_json(report.calibration);
    Json classes = Json::array();
    for (const ClassReport& one : report.classes) classes.push_back(special::class_json(one));
    object["classes"] = std::move(classes);
    object["notes"] = report.notes;
    return object;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
