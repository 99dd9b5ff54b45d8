// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scoring a data set through sessions, and the report on it.
#include <chrono>
#include <utility>

#include "lab.hpp"
#include "machine_parts.hpp"
#include "provenn/data/dataset_source.hpp"
#include "provenn/evaluation/make_report.hpp"
#include "provenn/transfer/score.hpp"

namespace program {

namespace {

constexpr std::int64_t kBatch = 32;

Status check_classes(const Model& model, const Dataset& dataset) {
    const Shape output = model.value(model.outputs[0]).shape;
    const auto classes = static_cast<std::int64_t>(dataset.class_names.size());
    const bool fits = output.rank() == 1 && (output[0] == classes || (output[0] == 1 && classes == 2));
    if (!fits) {
        return make_error(ErrorCode::shape_mismatch, dataset.name, ": ", classes, " classes, but the model ends in ",
                          output);
    }
    for (std::size_t k = 0; k < model.class_names.size(); ++k) {
        if (model.class_names.size() == dataset.class_names.size() && model.class_names[k] == dataset.class_names[k])
            continue;
        return make_error(ErrorCode::shape_mismatch, dataset.name, ": class ", k, " of the model is '",
                          model.class_names[k], "', of the data '",
                          k < dataset.class_names.size() ? dataset.class_names[k] : "", "'");
    }
    return {};
}

std::vector<double> column_of(const SplitScores& scores, std::int32_t positive) {
    std::vector<double> column;
    const auto columns = static_cast<std::size_t>(scores.columns);
    for (std::size_t i = 0; i < scores.labels.size(); ++i) {
        const std::size_t at = scores.columns == 1 ? i : i * columns + static_cast<std::size_t>(positive);
        const auto value = static_cast<double>(scores.values[at]);
        column.push_back(scores.columns == 1 && positive == 0 ? 1.0 - value : value);
    }
    return column;
}

}  // namespace

Result<SplitScores> score_split(const Model& model, const Machine& machine, const Dataset& dataset, Split split) {
    PROVENN_TRY(check_classes(model, dataset));
    DatasetSourceOptions options;
    options.threads = machine.threads();
    options.max_cache_bytes = 0;
    PROVENN_ASSIGN(const auto source, DatasetSource::make(dataset, split, model.input_contract, options));
    PlanOptions plan;
    plan.max_batch = std::min(kBatch, source->size());
    plan.kernels = machine.parts().kernels;
    PROVENN_ASSIGN(Session session, Session::from_model(model, plan));
    PROVENN_ASSIGN(Scores scores, score(session, *source, machine.parts().executor.executor()));
    if (scores.has_non_finite) {
        return make_error(ErrorCode::not_finite, dataset.name, ": the network gives NaN or infinity for some images");
    }
    SplitScores result{std::move(scores.values), std::move(scores.labels), {}, scores.classes};
    for (std::int64_t i = 0; i < source->size(); ++i) result.patients.push_back(source->sample_of(i).patient);
    for (const std::string& patient : result.patients) {
        if (!patient.empty()) continue;
        result.patients.clear();
        break;
    }
    return result;
}

Result<SplitReportOf> report_on(const Model& model, const Machine& machine, const Dataset& dataset,
                                const ReportOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::string>& names = dataset.class_names;
    evaluation::ClassificationInput input;
    input.threshold = options.threshold;
    input.threshold_origin = options.threshold_origin;
    std::optional<evaluation::ChosenThreshold> chosen;
    if ((options.rule || options.threshold) && names.size() != 2) {
        return make_error(ErrorCode::invalid_argument, "a threshold is for two classes, found ", names.size());
    }
    if (options.rule) {
        PROVENN_ASSIGN(const SplitScores validation, score_split(model, machine, dataset, Split::validation));
        std::vector<std::int32_t> is_positive;
        for (const std::int32_t label : validation.labels)
            is_positive.push_back(label == options.positive_class ? 1 : 0);
        const std::vector<double> column = column_of(validation, options.positive_class);
        PROVENN_ASSIGN(auto found, evaluation::choose_threshold(*options.rule, column, is_positive, "validation data"));
        input.threshold = found.value;
        input.threshold_origin = evaluation::describe(found);
        chosen = std::move(found);
    }
    PROVENN_ASSIGN(const SplitScores scores, score_split(model, machine, dataset, options.split));
    input.scores = scores.values;
    input.labels = scores.labels;
    input.class_names = names;
    input.group_ids = scores.patients;
    input.positive_class = options.positive_class;
    input.data_name = std::string(to_string(options.split)) + " data of " + dataset.name;
    PROVENN_ASSIGN(auto report, evaluation::make_report(input));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return SplitReportOf{std::move(report), std::move(chosen), seconds};
}

}  // namespace program
