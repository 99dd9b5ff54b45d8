// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn train: a known architecture from its first random weights.
#include <utility>

#include "commands.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"
#include "training_job.hpp"

namespace program {

namespace {

struct Train {
    std::string architecture, input_size, preprocess = "unit", channels, numerics;
    DataOptions data;
    TrainingOptions training;
};

std::string architecture_names() {
    std::string names;
    for (const zoo::Entry& entry : zoo::entries()) names += (names.empty() ? "" : ", ") + std::string(entry.name);
    return names;
}

/// The architecture for the data's classes and channels, in the size that was asked for.
Result<Model> make_model(Context& context, const Train& options, const Dataset& dataset) {
    auto plain = zoo::make_architecture(options.architecture);
    if (!plain) return context.usage(plain.error(), "known architectures: " + architecture_names());
    Shape input = plain->value(plain->inputs[0]).shape;
    PROVENN_ASSIGN(const Image image, dataset.pixels->read(0, OrientationPolicy::ignore, nullptr));
    input.set(2, options.channels == "1"   ? 1
                 : options.channels == "3" ? 3
                                           : image.channels - (image.has_alpha ? 1 : 0));
    if (!options.input_size.empty()) {
        auto size = parse_size(options.input_size);
        if (!size) return context.usage(size.error());
        input.set(0, size->height);
        input.set(1, size->width);
    }
    const std::string separator = options.architecture.find(':') == std::string::npos ? ":" : ",";
    const std::string text =
        options.architecture + separator + "classes=" + std::to_string(dataset.class_names.size()) +
        ",input=" + std::to_string(input[0]) + "x" + std::to_string(input[1]) + "x" + std::to_string(input[2]);
    PROVENN_ASSIGN(Model model, zoo::make_architecture(text));
    PROVENN_ASSIGN(const PreprocessingPreset preset, parse_preset(options.preprocess));
    PROVENN_ASSIGN(model.input_contract, make_input_contract(preset, input, image.depth_bits));
    for (const std::string& name : dataset.class_names) PROVENN_TRY(model.class_names.push_back(Name(name)));
    PROVENN_TRY(initialize(model, static_cast<std::uint64_t>(options.training.seed)));
    set_numerics(model, options.numerics);
    return model;
}

Result<ExitCode> run(const Train& options, Context& context) {
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    if (auto plain = zoo::make_architecture(options.architecture); !plain) {
        return context.usage(plain.error(), "known architectures: " + architecture_names());
    }
    PROVENN_TRY(check_outputs(context, options.training, {options.data.path, options.data.table}));
    PROVENN_ASSIGN(OpenedDataset data, open_data(context, options.data));
    PROVENN_ASSIGN(Model model, make_model(context, options, data.dataset));
    return run_training(context, machine, std::move(model), data, options.training,
                        {"train", options.architecture, Json::object(), data_options_json(options.data),
                         {{"input_size", options.input_size}, {"preprocess", options.preprocess},
                          {"channels", options.channels}, {"numerics", options.numerics}}});
}

}  // namespace

void add_train(CommandLine& line) {
    auto options = std::make_shared<Train>();
    Command command = line.command(
        {"train", "Trains a known architecture from random weights",
         "  provenn train small_cnn pneumoniamnist.npz --out pneumonia.pvn --epochs 10 --leaks drop\n"
         "  provenn train mobilenet_v1:alpha=0.25 images/ --out m.pvn --input-size 96x96 --augment flip,rotate=10"},
        [options](Context& context) { return run(*options, context); });
    command.argument("ARCHITECTURE", options->architecture, architecture_names());
    add_data_options(command, options->data);
    add_training_options(command, options->training);
    command.option("--input-size", "HxW", options->input_size,
                   "Size that images are brought to (default: the architecture's)");
    command.choice("--channels", options->channels, {"1", "3"},
                   "Channels of the network (default: those of the first image); with 3, grey images are repeated");
    command.choice("--preprocess", options->preprocess, {"raw", "unit", "tf", "caffe", "torch"},
                   "How pixels become numbers, named as in keras.applications");
    add_numerics_option(command, options->numerics, "Of training and of the package");
}

}  // namespace program
