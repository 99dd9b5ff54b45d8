// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn evaluate: how well a model does on data that it has not seen.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "lab.hpp"
#include "open_data.hpp"
#include "open_model.hpp"
#include "provenn/evaluation/report_json.hpp"
#include "provenn/evaluation/report_text.hpp"
#include "run_record.hpp"

namespace program {

namespace {

struct Evaluate {
    std::string model, threshold_for, threshold, positive, split = "test";
    DataOptions data;
    ModelOptions contract;
};

/// Warns where the record beside the package says that these images were trained on; null where it is unknown.
Result<Json> check_trained_on(const Context& context, const std::optional<FoundRecord>& record, const Dataset& dataset,
                              Split split) {
    if (!record) return Json(nullptr);
    PROVENN_ASSIGN(const auto found, find_trained_on(*record, dataset, split));
    if (!found) return Json(nullptr);
    if (found->trained > 0) {
        context.warn(std::to_string(found->trained) + " of these " + std::to_string(found->evaluated) +
                     " images were trained on, says " + record->path +
                     ": the figures are too good; split the data as the training did, or take other images");
    }
    return Json(found->trained);
}

/// What the command line says of the threshold.
Result<ReportOptions> threshold_options(Context& context, const Evaluate& options) {
    ReportOptions wanted;
    if (!options.threshold_for.empty()) {
        auto rule = evaluation::parse_threshold_rule(options.threshold_for);
        if (!rule) return context.usage(rule.error());
        wanted.rule = *rule;
    }
    if (options.threshold.empty()) return wanted;
    double value = 0.0;
    const char* end = options.threshold.data() + options.threshold.size();
    const auto [stop, failure] = std::from_chars(options.threshold.data(), end, value);
    if (failure != std::errc() || stop != end || !(value >= 0.0 && value <= 1.0) || wanted.rule) {
        return context.usage(make_error(ErrorCode::invalid_argument,
                                        "--threshold: expected a number from 0 to 1 and no ",
                                        "--threshold-for, found '", options.threshold, "'"));
    }
    wanted.threshold = value;
    wanted.threshold_origin = "given as --threshold " + options.threshold;
    return wanted;
}

/// Without a word on the command line, the threshold and positive class are those that the run chose.
void take_recorded_threshold(const Context& context, const FoundRecord& record,
                             const std::vector<std::string>& classes, Evaluate& options, ReportOptions& wanted) {
    const std::optional<RecordedThreshold> recorded = recorded_threshold(record);
    if (!recorded || (!options.positive.empty() && options.positive != recorded->positive_class)) return;
    if (std::find(classes.begin(), classes.end(), recorded->positive_class) == classes.end()) return;
    options.positive = recorded->positive_class;
    wanted.threshold = recorded->value;
    wanted.threshold_origin = record.path + ": " + recorded->origin;
    context.note("threshold and positive class are those of " + record.path);
}

Result<ExitCode> run(Evaluate options, Context& context) {
    PROVENN_ASSIGN(ReportOptions wanted, threshold_options(context, options));
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.model, options.contract));
    if (!takes_images(opened.model)) {
        return make_error(ErrorCode::unsupported, options.model, ": the model's input is no image");
    }
    PROVENN_ASSIGN(OpenedDataset data, open_data(context, options.data, false));
    for (const Split split : {Split::train, Split::validation, Split::test}) {
        if (options.split == to_string(split)) wanted.split = split;
    }
    if (options.split == "all") {
        if (wanted.rule) {
            return context.usage(make_error(ErrorCode::invalid_argument, "--split all leaves no validation data for ",
                                            "--threshold-for"));
        }
        for (Sample& sample : data.dataset.samples) sample.split = Split::test;
    }
    const auto record = find_record(context, opened.path, std::string(opened.file_digest.hex().view()));
    if (record && !wanted.rule && !wanted.threshold && data.dataset.class_names.size() == 2) {
        take_recorded_threshold(context, *record, data.dataset.class_names, options, wanted);
    }
    PROVENN_ASSIGN(wanted.positive_class, positive_class(context, data.dataset, options.positive));
    PROVENN_ASSIGN(const SplitReportOf made, report_on(opened.model, machine, data.dataset, wanted));
    PROVENN_ASSIGN(Json trained_on, check_trained_on(context, record, data.dataset, wanted.split));
    Json json = {{"model", model_json(opened)}, {"data", data_json(data)},
                 {"data_options", data_options_json(options.data)}, {"split", options.split},
                 {"images_trained_on", std::move(trained_on)},
                 {"report", evaluation::to_json(made.report)}, {"isa", machine.isa()}, {"threads", machine.threads()},
                 {"seconds", made.seconds}};
    PROVENN_TRY(context.print(data_text(data) + evaluation::to_text(made.report), json));
    return ExitCode::ok;
}

}  // namespace

void add_evaluate(CommandLine& line) {
    auto options = std::make_shared<Evaluate>();
    Command command = line.command(
        {"evaluate", "Measures a model on labelled images: accuracy, sensitivity, specificity, AUC, with intervals",
         "  provenn evaluate model.pvn images/ --threshold-for sens=0.95 --positive ill\n"
         "  provenn evaluate model.pvn cells.tar --patient-pattern '{patient}Thin*|{patient}thin*' --resplit\n"
         "  provenn evaluate model.pvn other_hospital/ --split all --threshold 0.1923 --positive ill"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    add_data_options(command, options->data);
    command.option("--threshold-for", "RULE", options->threshold_for,
                   "Two classes: sens=0.95, spec=0.9 or youden; the threshold is chosen on the validation images");
    command.option("--threshold", "NUMBER", options->threshold,
                   "Two classes: a threshold fixed beforehand (default: that of M.run.json beside M.pvn, else 0.5)");
    command.option("--positive", "CLASS", options->positive,
                   "Two classes: the positive one, which sens= is about (default: the second, and says so)");
    command.choice("--split", options->split, {"test", "validation", "train", "all"}, "Which images are reported on");
    add_model_options(command, options->contract);
}

}  // namespace program
