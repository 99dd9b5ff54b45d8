// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The one unit of the program that scores data sets and trains.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine.hpp"
#include "provenn/data/dataset.hpp"
#include "provenn/evaluation/classification_report.hpp"
#include "provenn/evaluation/threshold.hpp"

namespace program {

/// What a network said of the samples of one split.
struct SplitScores {
    std::vector<float> values;         ///< [N, K]
    std::vector<std::int32_t> labels;  ///< [N]
    std::vector<std::string> patients; ///< [N], or empty where not all are known
    std::int64_t columns = 0;          ///< K
};

/// Runs a split's images through a Session, prepared as the model's input contract says.
/// @errors those of the data and the run, not_finite, shape_mismatch where the classes do not fit.
[[nodiscard]] Result<SplitScores> score_split(const Model& model, const Machine& machine, const Dataset& dataset,
                                              Split split);

/// How the report on a split is made.
struct ReportOptions {
    std::optional<evaluation::ThresholdRule> rule;  ///< of two classes: chosen on the validation split
    std::optional<double> threshold;                ///< of two classes: fixed beforehand, with where it is from
    std::string threshold_origin;
    std::int32_t positive_class = 1;
    Split split = Split::test;
};

/// The report on a split, with the threshold that the rule chose.
struct SplitReportOf {
    evaluation::ClassificationReport report;
    std::optional<evaluation::ChosenThreshold> threshold;
    double seconds = 0.0;
};
[[nodiscard]] Result<SplitReportOf> report_on(const Model& model, const Machine& machine, const Dataset& dataset,
                                              const ReportOptions& options);

}  // namespace program
