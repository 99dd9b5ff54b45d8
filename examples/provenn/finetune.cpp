// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn finetune: adapts a pre-trained network to a new task.
#include <utility>

#include "commands.hpp"
#include "provenn/transfer/adopt.hpp"
#include "training_job.hpp"
#include "transfer_job.hpp"

namespace program {

namespace {

struct FineTune {
    std::string model;
    AdaptOptions adapt;
    DataOptions data;
    ModelOptions contract;
    TrainingOptions training;
};

Result<ExitCode> run(const FineTune& options, Context& context) {
    layers::Extent2 size{0, 0};
    ModelOptions contract = options.contract;
    if (!contract.input_size.empty()) {
        auto parsed = parse_size(contract.input_size);
        if (!parsed) return context.usage(parsed.error());
        size = *parsed;
    }
    PROVENN_TRY(check_outputs(context, options.training, {options.model, options.data.path, options.data.table}));
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    // A package states its size too, but a trunk may be moved to another one.
    PROVENN_ASSIGN(const bool is_package, is_package_file(options.model));
    if (is_package) contract.input_size.clear();
    PROVENN_ASSIGN(OpenedModel opened, open_model(context, machine, options.model, contract));
    if (!takes_images(opened.model)) {
        return make_error(ErrorCode::unsupported, options.model, ": the model's input is no image");
    }
    if (is_package) {  // its own tensors count as pre-trained from here on: the package is their publisher
        PROVENN_ASSIGN(const MappedFile file, MappedFile::open(options.model));
        adopt_as_pretrained(opened.model, sha256(file.bytes()));
    }
    PROVENN_ASSIGN(OpenedDataset data, open_data(context, options.data));
    PROVENN_ASSIGN(Model model, adapt_model(context, opened.model, options.adapt, size, data.dataset.class_names,
                                            static_cast<std::uint64_t>(options.training.seed)));
    Json source = model_json(opened);
    if (opened.report) source["load_report"] = to_json(*opened.report);
    return run_training(context, machine, std::move(model), data, options.training,
                        {"finetune", options.model, std::move(source), data_options_json(options.data),
                         {{"cut", options.adapt.cut}, {"freeze_until", options.adapt.freeze_until},
                          {"dropout", options.adapt.dropout}, {"hidden", options.adapt.hidden},
                          {"channels", options.adapt.channels}, {"input_size", options.contract.input_size},
                          {"preprocess", options.contract.preprocess}, {"resize", options.contract.resize},
                          {"crop", options.contract.crop}, {"architecture", options.contract.architecture},
                          {"numerics", options.contract.numerics}}});
}

}  // namespace

void add_finetune(CommandLine& line) {
    auto options = std::make_shared<FineTune>();
    Command command = line.command(
        {"finetune", "Adapts a pre-trained network: new head, frozen trunk, training, test report, package, proof",
         "  provenn finetune mobilenet.h5 cells.tar --out cells.pvn --patient-pattern\\\n"
         "      '{patient}Thin*|{patient}thin*' --resplit --epochs 20 --class-weights --threshold-for sens=0.95 \\\n"
         "      --positive Parasitized\n"
         "  provenn finetune mobilenet.h5 images/ --out m.pvn --freeze-until conv_pw_9_relu --lr 0.0003"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Pre-trained network: Keras file (.h5) or package (.pvn)");
    add_data_options(command, options->data);
    command.option("--cut", "LAYER", options->adapt.cut,
                   "Last layer that is kept (default: what feeds the classifier)");
    command.option("--freeze-until", "LAYER|all|none", options->adapt.freeze_until, "Last frozen layer");
    command.number("--dropout", options->adapt.dropout, 0.0, 0.9, "In front of the new classifier");
    command.number("--hidden", options->adapt.hidden, 0, 65536, "Units of a dense layer before the new classifier");
    command.number("--channels", options->adapt.channels, 0, 16, "Adapts the first convolution; 0 keeps the network's");
    add_training_options(command, options->training);
    add_model_options(command, options->contract);
}

}  // namespace program
