// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn evaluate: how well a model does on data that it has not seen.
#include <algorithm>

#include "commands.hpp"
#include "lab.hpp"
#include "open_data.hpp"
#include "open_model.hpp"
#include "provenn/evaluation/report_json.hpp"
#include "provenn/evaluation/report_text.hpp"

namespace program {

namespace {

struct Evaluate {
    std::string model, threshold_for, positive, split = "test";
    DataOptions data;
    ModelOptions contract;
};

Result<std::int32_t> positive_class(Context& context, const Dataset& dataset, const std::string& name) {
    if (name.empty()) return std::int32_t{1};
    const auto at = std::find(dataset.class_names.begin(), dataset.class_names.end(), name);
    if (at != dataset.class_names.end()) return static_cast<std::int32_t>(at - dataset.class_names.begin());
    return context.usage(make_error(ErrorCode::not_found, "--positive: the data have no class '", name, "'"));
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
    Json json = {{"model", model_json(opened)}, {"data", data_json(data)}, {"split", options.split},
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
         "  provenn evaluate model.pvn cells.tar --patient-pattern '{patient}thin*'"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    add_data_options(command, options->data);
    command.option("--threshold-for", "RULE", options->threshold_for,
                   "Two classes: sens=0.95, spec=0.9 or youden; the threshold is chosen on the validation images");
    command.option("--positive", "CLASS", options->positive,
                   "Two classes: which is the positive one (default: the second)");
    command.choice("--split", options->split, {"test", "validation", "train", "all"}, "Which images are reported on");
    add_model_options(command, options->contract);
}

}  // namespace program
