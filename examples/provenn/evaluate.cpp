// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn evaluate: how well a model does on data that it has not seen.
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
    std::string model, threshold_for, positive, split = "test";
    DataOptions data;
    ModelOptions contract;
};

/// Warns where the record beside the package says that these images were trained on; null where it is unknown.
Result<Json> check_trained_on(const Context& context, const OpenedModel& opened, const Dataset& dataset, Split split) {
    const std::string digest(opened.file_digest.hex().view());
    PROVENN_ASSIGN(const auto found, find_trained_on(context, opened.path, digest, dataset, split));
    if (!found) return Json(nullptr);
    if (found->trained > 0) {
        context.warn(std::to_string(found->trained) + " of these " + std::to_string(found->evaluated) +
                     " images were trained on, says " + found->record +
                     ": the figures are too good; split the data as the training did, or take other images");
    }
    return Json(found->trained);
}

Result<ExitCode> run(const Evaluate& options, Context& context) {
    ReportOptions wanted;
    if (!options.threshold_for.empty()) {
        auto rule = evaluation::parse_threshold_rule(options.threshold_for);
        if (!rule) return context.usage(rule.error());
        wanted.rule = *rule;
    }
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.model, options.contract));
    if (!takes_images(opened.model)) {
        return make_error(ErrorCode::unsupported, options.model, ": the model's input is no image");
    }
    PROVENN_ASSIGN(OpenedDataset data, open_data(context, options.data));
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
    PROVENN_ASSIGN(wanted.positive_class, positive_class(context, data.dataset, options.positive));
    PROVENN_ASSIGN(const SplitReportOf made, report_on(opened.model, machine, data.dataset, wanted));
    PROVENN_ASSIGN(Json trained_on, check_trained_on(context, opened, data.dataset, wanted.split));
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
         "  provenn evaluate model.pvn images/ --threshold-for sens=0.95\n"
         "  provenn evaluate model.pvn cells.tar --patient-pattern '{patient}Thin*|{patient}thin*'"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    add_data_options(command, options->data);
    command.option("--threshold-for", "RULE", options->threshold_for,
                   "Two classes: sens=0.95, spec=0.9 or youden; the threshold is chosen on the validation images");
    command.option("--positive", "CLASS", options->positive,
                   "Two classes: the positive one, which sens= is about (default: the second, and says so)");
    command.choice("--split", options->split, {"test", "validation", "train", "all"}, "Which images are reported on");
    add_model_options(command, options->contract);
}

}  // namespace program
