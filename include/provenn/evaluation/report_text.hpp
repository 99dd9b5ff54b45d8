// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A classification report as text: aligned tables and plain words.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/evaluation/classification_report.hpp"
#include "provenn/evaluation/number_text.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

namespace special {
using Rows = std::vector<std::vector<std::string>>;

[[nodiscard]] inline std::string interval_text(const Interval& interval) {
    if (interval.method == IntervalMethod::none) return "";
    return number_text(interval.lower) + " to " + number_text(interval.upper);
}

/// Name, value, interval, exact interval, counts or the reason.
[[nodiscard]] inline std::vector<std::string> row_of(std::string_view name, const Proportion& p) {
    return {std::string(name), number_text(p.value), interval_text(p.interval), interval_text(p.exact),
            p.defined() ? std::to_string(p.successes) + " of " + std::to_string(p.total) : p.reason};
}

/// Estimate or AucEstimate.
template <class AnyEstimate>
[[nodiscard]] std::vector<std::string> row_of(std::string_view name, const AnyEstimate& estimate) {
    return {std::string(name), number_text(estimate.value), interval_text(estimate.interval), "", estimate.reason};
}

[[nodiscard]] inline std::string confusion_text(const ClassificationReport& report) {
    Rows rows;
    rows.push_back({"truth \\ called"});
    for (const ClassReport& one : report.classes) rows.front().push_back(one_line(one.name));
    rows.front().push_back("cases");
    for (std::size_t truth = 0; truth < report.classes.size(); ++truth) {
        rows.push_back({one_line(report.classes[truth].name)});
        for (std::size_t k = 0; k < report.classes.size(); ++k)
            rows.back().push_back(std::to_string(report.confusion.at(truth, k)));
        rows.back().push_back(std::to_string(report.confusion.row_total(truth)));
    }
    return aligned(rows, true);
}

inline void add_binary_rows(Rows& rows, const ClassificationReport& report, const BinaryReport& binary) {
    const ClassReport& positive = report.classes[binary.positive_class];
    rows.push_back(row_of("Sensitivity", positive.sensitivity));
    rows.push_back(row_of("Specificity", positive.specificity));
    rows.push_back(row_of("PPV (in these cases)", positive.ppv));
    rows.push_back(row_of("NPV (in these cases)", positive.npv));
    if (binary.at_prevalence) {
        const std::string at = " at prevalence " + number_text(binary.at_prevalence->prevalence);
        rows.push_back(row_of("PPV" + at, binary.at_prevalence->ppv));
        rows.push_back(row_of("NPV" + at, binary.at_prevalence->npv));
    }
    rows.push_back(row_of("Likelihood ratio, positive", binary.positive_likelihood_ratio));
    rows.push_back(row_of("Likelihood ratio, negative", binary.negative_likelihood_ratio));
    rows.push_back(row_of("F1", positive.f1));
    rows.push_back(row_of("ROC AUC", positive.auc));
    rows.push_back(row_of("Average precision", binary.average_precision));
}

[[nodiscard]] inline std::string class_table(const ClassificationReport& report) {
    Rows rows = {{"class", "cases", "sensitivity", "interval", "specificity", "PPV", "F1", "AUC", "interval"}};
    for (const ClassReport& one : report.classes) {
        rows.push_back({one_line(one.name), std::to_string(one.table.positives()), number_text(one.sensitivity.value),
                        interval_text(one.sensitivity.interval), number_text(one.specificity.value),
                        number_text(one.ppv.value), number_text(one.f1.value), number_text(one.auc.value),
                        interval_text(one.auc.interval)});
    }
    return aligned(rows, true);
}

[[nodiscard]] inline std::string calibration_text(const ClassificationReport& report) {
    const CalibrationReport& calibration = report.calibration;
    if (!calibration.reason.empty()) return "Calibration: undefined, " + calibration.reason + "\n";
    std::string text = "Calibration: Brier score " + number_text(calibration.brier) + ", log-loss " +
                       number_text(calibration.log_loss) + ", expected calibration error " +
                       number_text(calibration.expected_error) + " (" + std::to_string(calibration.bin_count) +
                       " bins of equal width)\n";
    if (report.binary) {
        const Recalibration& fit = report.binary->recalibration;
        text += "Recalibration: " +
                (fit.reason.empty() ? "slope " + number_text(fit.slope) + " (1 is right), intercept at slope 1 " +
                                          number_text(fit.in_the_large) + " (0 is right)"
                                    : "undefined, " + fit.reason) +
                "\n";
    }
    return text;
}
}  // namespace special

/// The report as lines of plain text, ending with a newline. @req REQ-EVAL-014
[[nodiscard]] inline std::string to_text(const ClassificationReport& report) {
    const std::string level = number_text(100.0 * report.confidence, 1) + " % interval";
    std::string text =
        "Classification report: " + one_line(report.data_name) + ", " + std::to_string(report.case_count) + " cases, ";
    text += report.group_count ? std::to_string(*report.group_count) + " patients\n" : "patients unknown\n";
    if (report.binary) {
        text += "Positive class: " + one_line(report.classes[report.binary->positive_class].name) +
                "; called positive from a score of " + number_text(report.binary->threshold, 6) +
                "\nThreshold: " + one_line(report.binary->threshold_origin) + "\n";
    }
    text += "\n" + special::confusion_text(report) + "\n";
    special::Rows rows = {{"measure", "value", level, "exact", "count or remark"}};
    rows.push_back(special::row_of("Accuracy", report.accuracy));
    rows.push_back(special::row_of("Balanced accuracy", report.balanced_accuracy));
    if (report.binary) {
        special::add_binary_rows(rows, report, *report.binary);
    } else {
        rows.push_back(special::row_of("Macro ROC AUC (each against the rest)", report.macro_auc));
    }
    rows.push_back(special::row_of("Matthews correlation", report.mcc));
    rows.push_back(special::row_of("Cohen's kappa", report.kappa));
    text += aligned(rows, false) + "\n";
    text += "Calling everything the commonest class is right in " + number_text(report.largest_class_share) +
            "; the accuracy is better with one-sided p = " + number_text(report.better_than_largest_p) + "\n";
    text += special::calibration_text(report);
    if (!report.binary) text += "\n" + special::class_table(report);
    text += "\nNotes\n";
    for (const std::string& note : report.notes) text += "- " + one_line(note) + "\n";
    return text;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
