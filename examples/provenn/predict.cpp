// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn predict: the classes of images.
#include <algorithm>
#include <cstdio>
#include <numeric>

#include "commands.hpp"
#include "engine.hpp"
#include "open_data.hpp"
#include "open_model.hpp"
#include "progress.hpp"
#include "provenn/data/read_image.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/inference/preprocess.hpp"

namespace program {

namespace {

struct Predict {
    std::string model;
    std::vector<std::string> images;
    std::int64_t top = 3;
    std::string alpha = "refuse";
    ModelOptions contract;
};

/// The network's input for one image file.
Result<Tensor<float>> read_input(Context& context, const InputContract& contract, AlphaPolicy alpha,
                                 const std::string& path) {
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(path));
    PROVENN_ASSIGN(Image image, read_image(file.bytes(), path, {.orientation = contract.orientation}));
    PROVENN_TRY(apply_alpha(image, alpha));
    const ImageView view = image.depth_bits == 16 ? ImageView(image.pixels16.view()) : ImageView(image.pixels8.view());
    PROVENN_ASSIGN(auto input, Tensor<float>::zeros({1, contract.height, contract.width, contract.channels}));
    const Shape sample{contract.height, contract.width, contract.channels};
    const Status prepared = preprocess(view, contract, View<float>(input.data(), sample));
    if (prepared) return input;
    if (image.has_alpha) context.advise("--alpha ignore, white or black says what becomes of the transparency");
    return make_error(prepared.error().code, path, ": ", prepared.error().message);
}

/// Scores of the classes; a single sigmoid is spread to two.
std::vector<float> scores_of(const Tensor<float>& output, bool is_probability) {
    std::vector<float> scores(output.data(), output.data() + output.element_count());
    if (scores.size() == 1 && is_probability) scores.insert(scores.begin(), 1.0f - scores[0]);
    return scores;
}

Result<ExitCode> run(const Predict& options, Context& context) {
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.model, options.contract));
    const Model& model = opened.model;
    const Shape output_shape = model.value(model.outputs[0]).shape;
    if (!takes_images(model) || output_shape.rank() != 1) {
        context.advise("use `provenn run` with an array for models that are not image classifiers");
        return make_error(ErrorCode::unsupported, options.model,
                          ": expected images in and one score for each class out, "
                          "found ",
                          model.value(model.inputs[0]).shape, " in and ", output_shape, " out");
    }
    const std::string score = score_name(model);
    PROVENN_ASSIGN(Engine engine, Engine::make(model, machine, 1));
    ProgressBar bar("predict", static_cast<std::int64_t>(options.images.size()));
    std::string text = "model  " + std::string(model.name.view()) + " (" + opened.format + ")\ninput  " +
                       contract_text(model.input_contract) + (model.input_contract.is_assumed ? " (assumed)" : "") +
                       "\n";
    Json results = Json::array();
    for (const std::string& path : options.images) {
        std::vector<Tensor<float>> inputs;
        PROVENN_ASSIGN(auto input, read_input(context, model.input_contract, alpha_policy(options.alpha), path));
        inputs.push_back(std::move(input));
        auto outputs = engine.run(inputs);
        if (!outputs) return make_error(outputs.error().code, path, ": ", outputs.error().message);
        const std::vector<float> scores = scores_of((*outputs)[0], score == "probability");
        std::vector<std::size_t> order(scores.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
        order.resize(std::min(order.size(), static_cast<std::size_t>(options.top)));
        text += path + "\n";
        Json classes = Json::array();
        for (const std::size_t k : order) {
            const std::string name = k < model.class_names.size() ? model.class_names[k].c_str() : "";
            char line[64];
            std::snprintf(line, sizeof line, "  %8.4f  class %zu", static_cast<double>(scores[k]), k);
            text += line + (name.empty() ? "" : "  " + name) + "\n";
            Json entry = {{"class", k}};
            if (!name.empty()) entry["name"] = name;
            entry[score] = scores[k];
            classes.push_back(std::move(entry));
        }
        results.push_back({{"image", path}, {"classes", std::move(classes)}});
        bar.update(static_cast<std::int64_t>(results.size()));
    }
    PROVENN_TRY(context.print(text, {{"model", model_json(opened)}, {"input", contract_json(model.input_contract)},
                                     {"alpha", options.alpha}, {"results", std::move(results)}}));
    return ExitCode::ok;
}

}  // namespace

void add_predict(CommandLine& line) {
    auto options = std::make_shared<Predict>();
    Command command = line.command(
        {"predict", "Names the most likely classes of images",
         "  provenn predict mobilenet.h5 coffee.png cat.png --top 3\n"
         "  provenn predict mobilenet.h5 coffee.png --preprocess tf --resize pil-bicubic --crop center"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    command.arguments("IMAGE", options->images, "PNG, JPEG or BMP images");
    command.number("--top", options->top, 1, 100000, "How many classes to show");
    add_alpha_option(command, options->alpha);
    add_model_options(command, options->contract);
}

}  // namespace program
