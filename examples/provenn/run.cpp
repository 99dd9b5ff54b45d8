// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn run: numbers in, numbers out, without preprocessing.
#include <algorithm>

#include "commands.hpp"
#include "engine.hpp"
#include "open_model.hpp"
#include "outputs.hpp"
#include "progress.hpp"
#include "provenn/data/npy.hpp"
#include "provenn/data/npz.hpp"
#include "provenn/files/atomic_save.hpp"
#include "provenn/files/mapped_file.hpp"

namespace program {

namespace {

struct Run {
    std::string model, input, output;
    std::int64_t batch = 16;
    ModelOptions contract;
};

bool ends_with(const std::string& text, std::string_view ending) {
    return text.size() >= ending.size() && text.compare(text.size() - ending.size(), ending.size(), ending) == 0;
}

/// One array for each input of the model.
Result<std::vector<Tensor<float>>> read_inputs(const Model& model, const std::string& path) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    if (file.bytes().empty()) return make_error(ErrorCode::empty_data, path, ": the file is empty");
    std::vector<Tensor<float>> inputs;
    if (kind_of(file.bytes()) == FileKind::zip) {
        PROVENN_ASSIGN(const NpzReader archive, NpzReader::open(file.bytes(), path));
        for (const Index input : model.inputs) {
            PROVENN_ASSIGN(auto tensor, archive.read<float>(model.value(input).name.c_str(), Rounding::nearest));
            inputs.push_back(std::move(tensor));
        }
        return inputs;
    }
    if (kind_of(file.bytes()) != FileKind::npy) {
        return make_error(ErrorCode::unsupported, path, ": expected an array (.npy, .npz), found ",
                          kind_text(file.bytes()));
    }
    PROVENN_ASSIGN(const RawArray array, read_npy(file.bytes(), path));
    PROVENN_ASSIGN(auto tensor, to_tensor<float>(array, Rounding::nearest));
    inputs.push_back(std::move(tensor));
    return inputs;
}

Status write_outputs(const Model& model, const std::vector<Tensor<float>>& outputs, const std::string& path) {
    if (!ends_with(path, ".npz")) {
        PROVENN_ASSIGN(const auto bytes, write_npy(outputs[0]));
        return atomic_save(path, bytes.span());
    }
    NpzWriter writer;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        PROVENN_TRY(writer.add(model.value(model.outputs[i]).name.c_str(), outputs[i]));
    }
    PROVENN_ASSIGN(const auto bytes, writer.finish());
    return atomic_save(path, bytes.span());
}

Result<ExitCode> run(const Run& options, Context& context) {
    PROVENN_TRY(check_output(context, {"--output", options.output, {".npy", ".npz"}}, {options.model, options.input}));
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.model, options.contract));
    const Model& model = opened.model;
    if (model.outputs.size() > 1 && !ends_with(options.output, ".npz")) {
        return context.usage(
            make_error(ErrorCode::invalid_argument, "the model has ", model.outputs.size(), " outputs"),
            "give --output a name that ends in .npz");
    }
    PROVENN_ASSIGN(const auto inputs, read_inputs(model, options.input));
    PROVENN_ASSIGN(Engine engine, Engine::make(model, machine, options.batch));
    const std::int64_t samples = inputs[0].shape().rank() > 0 ? inputs[0].shape()[0] : 0;
    ProgressBar bar("run", samples);
    auto outputs = engine.run(inputs, [&bar](std::int64_t done) { bar.update(done); });
    if (!outputs) return make_error(outputs.error().code, options.input, ": ", outputs.error().message);
    PROVENN_TRY(write_outputs(model, *outputs, options.output));
    Json list = Json::array();
    std::string text;
    for (std::size_t i = 0; i < outputs->size(); ++i) {
        const Tensor<float>& output = (*outputs)[i];
        const std::string name = model.value(model.outputs[i]).name.c_str();
        const std::string digest(sha256(output.bytes()).hex().view());
        text += name + " " + text_of(output.shape()) + " -> " + options.output + "\n  sha256 of the values " + digest +
                "\n";
        list.push_back({{"name", name}, {"shape", io::shape_json(output.shape())}, {"values_sha256", digest}});
    }
    PROVENN_TRY(context.print(text, {{"model", model_json(opened)},
                                     {"input", options.input},
                                     {"output", options.output},
                                     {"samples", samples},
                                     {"isa", machine.isa()},
                                     {"threads", machine.threads()},
                                     {"outputs", std::move(list)}}));
    return ExitCode::ok;
}

}  // namespace

void add_run(CommandLine& line) {
    auto options = std::make_shared<Run>();
    Command command = line.command(
        {"run", "Runs a model on an array: the numbers go in as they are, nothing is resized or scaled",
         "  provenn run model.pvn --input x.npy --output y.npy\n"
         "  (x.npy holds [N, height, width, channels]; several inputs or outputs go into .npz files by name)"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    command.required_option("--input", "X.npy", options->input, "Array of inputs, one sample a row");
    command.required_option("--output", "Y.npy", options->output, "Where the outputs go");
    command.number("--batch", options->batch, 1, 4096, "Samples at a time; results are the same for any number");
    add_model_options(command, options->contract);
}

}  // namespace program
