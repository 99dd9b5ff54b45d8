// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// provenn compare: the first layer whose output departs from recorded ones, by how much, and in which channel.
#include <algorithm>
#include <cmath>

#include "commands.hpp"
#include "engine.hpp"
#include "open_model.hpp"
#include "provenn/data/npz.hpp"
#include "provenn/files/mapped_file.hpp"

namespace program {

namespace {

struct Compare {
    std::string model, golden;
    double tolerance = 1e-4;
    ModelOptions contract;
};

/// One layer against its record.
struct LayerComparison {
    std::string layer;
    Index value = -1;
    double greatest_difference = 0.0;  ///< |ours - golden|, or infinity where one of them is not a number
    double greatest_golden = 0.0;      ///< |golden|
    std::int64_t element = 0, channel = 0;
    float ours = 0.0f, golden = 0.0f;
    [[nodiscard]] bool departs(double tolerance) const { return !(greatest_difference <= tolerance * greatest_golden); }
};

/// Values that the file has an array for, in the model's order; every array must be accounted for.
Result<std::vector<LayerComparison>> find_layers(Context& context, const Model& model, const NpzReader& archive,
                                                 const std::string& path) {
    std::vector<LayerComparison> found;
    std::vector<std::string> left = archive.names();
    const auto take = [&left](const std::string& name) {
        const auto at = std::find(left.begin(), left.end(), name);
        if (at == left.end()) return false;
        left.erase(at);
        return true;
    };
    take("input");
    for (const Index input : model.inputs) take(model.value(input).name.c_str());
    for (const Node& node : model.nodes) {
        const std::string name = model.value(node.output).name.c_str();
        if (take(name)) found.push_back({.layer = name, .value = node.output});
    }
    if (!left.empty()) {
        context.advise("name the arrays as the layers are named (`provenn inspect` lists them), and the input 'input'");
        return make_error(ErrorCode::unexpected_weight, path, ": array '", left.front(), "' is named for no layer of ",
                          model.name);
    }
    if (found.empty()) return make_error(ErrorCode::empty_data, path, ": holds no layer's output, only inputs");
    return found;
}

Result<std::vector<Tensor<float>>> read_inputs(const Model& model, const NpzReader& archive) {
    std::vector<Tensor<float>> inputs;
    for (const Index input : model.inputs) {
        const std::string own = model.value(input).name.c_str();
        const bool has_own = archive.has(own) || model.inputs.size() > 1;
        PROVENN_ASSIGN(auto tensor, archive.read<float>(has_own ? own : "input", Rounding::nearest));
        inputs.push_back(std::move(tensor));
    }
    return inputs;
}

Status compare_layer(const NpzReader& archive, const Tensor<float>& ours, const std::string& path,
                     LayerComparison& layer) {
    PROVENN_ASSIGN(const auto golden, archive.read<float>(layer.layer, Rounding::nearest));
    if (golden.shape() != ours.shape()) {
        return make_error(ErrorCode::shape_mismatch, path, "/", layer.layer, ": the model gives ", ours.shape(),
                          ", the file has ", golden.shape());
    }
    for (std::int64_t i = 0; i < ours.element_count(); ++i) {
        const auto a = static_cast<double>(ours.data()[i]), b = static_cast<double>(golden.data()[i]);
        const double apart = std::isfinite(a - b) ? std::fabs(a - b) : HUGE_VAL;
        layer.greatest_golden = std::max(layer.greatest_golden, std::fabs(b));
        if (i > 0 && apart <= layer.greatest_difference) continue;
        layer.greatest_difference = apart;
        layer.element = i;
        layer.ours = ours.data()[i];
        layer.golden = golden.data()[i];
    }
    layer.channel = layer.element % ours.shape().last();
    return {};
}

/// Indices of an element, such as [0, 12, 3, 7].
Shape place_of(std::int64_t element, const Shape& shape) {
    Shape place = shape;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        place.set(axis, element % shape[axis]);
        element /= shape[axis];
    }
    return place;
}

std::string number_text(double number) {
    char text[40];
    std::snprintf(text, sizeof text, "%.6g", number);
    return text;
}

Json layer_json(const LayerComparison& layer, const Shape& place, double tolerance) {
    return {{"layer", layer.layer},
            {"departs", layer.departs(tolerance)},
            {"greatest_difference", layer.greatest_difference},
            {"greatest_golden", layer.greatest_golden},
            {"channel", layer.channel},
            {"index", io::shape_json(place)},
            {"ours", layer.ours},
            {"golden", layer.golden}};
}

Result<ExitCode> run(const Compare& options, Context& context) {
    PROVENN_ASSIGN(const Machine machine, Machine::make(context.options));
    PROVENN_ASSIGN(const OpenedModel opened, open_model(context, machine, options.model, options.contract));
    PROVENN_ASSIGN(const MappedFile file, MappedFile::open(options.golden));
    if (kind_of(file.bytes()) != FileKind::zip) {
        return make_error(file.bytes().empty() ? ErrorCode::empty_data : ErrorCode::unsupported, options.golden,
                          ": expected recorded outputs (.npz), found ", kind_text(file.bytes()));
    }
    PROVENN_ASSIGN(const NpzReader archive, NpzReader::open(file.bytes(), options.golden));
    PROVENN_ASSIGN(auto layers, find_layers(context, opened.model, archive, options.golden));
    PROVENN_ASSIGN(const auto inputs, read_inputs(opened.model, archive));
    std::vector<Index> values;
    for (const LayerComparison& layer : layers) values.push_back(layer.value);
    PROVENN_ASSIGN(Engine engine, Engine::make(opened.model, machine, 1, values));
    auto outputs = engine.run(inputs);
    if (!outputs) return make_error(outputs.error().code, options.golden, ": ", outputs.error().message);

    std::string text = "layer: greatest difference / greatest recorded magnitude\n";
    Json list = Json::array(), first;
    std::string verdict;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        LayerComparison& layer = layers[i];
        PROVENN_TRY(compare_layer(archive, (*outputs)[i], options.golden, layer));
        const Shape place = place_of(layer.element, (*outputs)[i].shape());
        const bool departs = layer.departs(options.tolerance);
        text += (departs ? "DEPARTS  " : "agrees   ") + layer.layer + ": " + number_text(layer.greatest_difference) +
                " / " + number_text(layer.greatest_golden) + "\n";
        list.push_back(layer_json(layer, place, options.tolerance));
        if (!departs || !verdict.empty()) continue;
        first = list.back();
        verdict = "first departure: layer " + layer.layer + ", channel " + std::to_string(layer.channel) + ", at " +
                  text_of(place) + ": " + number_text(static_cast<double>(layer.ours)) + " instead of " +
                  number_text(static_cast<double>(layer.golden)) + "\n";
    }
    const bool agrees = verdict.empty();
    text += agrees ? "all " + std::to_string(layers.size()) + " recorded layers agree\n" : verdict;
    PROVENN_TRY(context.print(text, {{"model", model_json(opened)}, {"golden", options.golden}, {"agrees", agrees},
                                     {"tolerance", options.tolerance}, {"first_departure", std::move(first)},
                                     {"layers", std::move(list)}}));
    return agrees ? ExitCode::ok : ExitCode::no;
}

}  // namespace

void add_compare(CommandLine& line) {
    auto options = std::make_shared<Compare>();
    Command command = line.command(
        {"compare", "Finds the first layer whose output departs from recorded ones (exit code 1 if one does)",
         "  provenn compare model.pvn --golden golden.npz\n"
         "  In Keras: numpy.savez('golden.npz', input=x, **{layer.name: output_of(layer, x) for layer in "
         "model.layers})"},
        [options](Context& context) { return run(*options, context); });
    command.argument("MODEL", options->model, "Package (.pvn) or Keras file (.h5)");
    command.required_option("--golden", "FILE.npz", options->golden,
                            "Array 'input' [N, ...] as the network takes it, and one array for each recorded layer");
    command.number("--tolerance", options->tolerance, 0.0, 1.0,
                   "A layer departs when a difference exceeds this share of its greatest recorded magnitude");
    add_model_options(command, options->contract);
}

}  // namespace program
