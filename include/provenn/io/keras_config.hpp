// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keras' model_config JSON to a Model: Sequential and Functional, nested models, shared layers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "provenn/io/keras_inbound.hpp"
#include "provenn/io/keras_layers.hpp"
#include "provenn/model/builder.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct KerasConfigOptions {
    layers::CustomLayerRegistry registry{};
    KerasVersion version{};
    /// Height and width of inputs that the file leaves open; 0 refuses them.
    layers::Extent2 input_size{0, 0};
    std::int64_t max_parameter_elements = std::int64_t{1} << 31;
};

namespace io {

/// Builds one architecture. Layers of a nested model get path-like names `outer/inner`.
class KerasGraphReader {
  public:
    KerasGraphReader(const KerasConfigOptions& options, LoadReport& report)
        : options_(options), context_{options.version, options.registry, &report} {
        builder_.limit_parameters(options.max_parameter_elements);
    }

    Result<Model> read(const Json& root) {
        std::vector<Handle> none;
        const std::string name = config_text(root, "name", "model");
        builder_.model().name = Name(std::string_view(name));
        PROVENN_ASSIGN(const std::vector<Handle> outputs, read_model(root, "", none, true, 0));
        for (const Handle output : outputs) builder_.output(output);
        PROVENN_ASSIGN(Model model, builder_.build());
        for (LayerInstance& layer : model.layers) {
            if (frozen_.count(std::string(layer.name.view())) != 0) layer.trainable = false;
        }
        return model;
    }

  private:
    using Handle = ModelBuilder::Handle;
    static constexpr int kMaxDepth = 16;
    static constexpr std::size_t kMaxLayers = 20000;
    using Outputs = std::map<std::pair<std::string, std::int64_t>, std::vector<Handle>>;

    static std::string config_text(const Json& model, const char* key, const std::string& otherwise) {
        const auto config = model.find("config");
        if (config == model.end() || !config->is_object() || !config->contains(key) || !(*config)[key].is_string()) {
            return otherwise;
        }
        return (*config)[key].get<std::string>();
    }

    /// A model, the root (`inputs` empty: makes its own) or one used inside another. Its outputs.
    Result<std::vector<Handle>> read_model(const Json& model, const std::string& prefix, std::vector<Handle>& inputs,
                                           bool is_trainable, int depth) {
        if (depth > kMaxDepth) return make_error(ErrorCode::limit_exceeded, prefix, ": models nested too deep");
        if (!model.is_object() || !model.contains("class_name") || !model["class_name"].is_string() ||
            !model.contains("config")) {
            return make_error(ErrorCode::corrupt_data, where(prefix), ": expected a model with class_name and config");
        }
        const std::string type = model["class_name"].get<std::string>();
        const Json& config = model["config"];
        if (type == "Sequential") return read_sequential(config, prefix, inputs, is_trainable, depth);
        if (type == "Functional" || type == "Model")
            return read_functional(config, prefix, inputs, is_trainable, depth);
        return make_error(ErrorCode::unsupported, where(prefix), ": models of type '", type,
                          "' are not known, expected Sequential or Functional");
    }

    Result<std::vector<Handle>> read_sequential(const Json& config, const std::string& prefix,
                                                std::vector<Handle>& inputs, bool is_trainable, int depth) {
        const Json* layers = &config;
        if (config.is_object() && config.contains("layers")) layers = &config["layers"];
        if (!layers->is_array())
            return make_error(ErrorCode::corrupt_data, where(prefix), ": expected a list of layers");
        std::vector<Handle> current = inputs;
        for (const Json& layer : *layers) {
            PROVENN_ASSIGN(const std::string type, class_name(layer, prefix));
            const Json& settings = layer["config"];
            if (current.empty()) {
                const Json* shape = batch_shape(settings);
                if (shape == nullptr && config.is_object() && config.contains("build_input_shape")) {
                    shape = &config["build_input_shape"];
                }
                const bool is_input = type == "InputLayer";
                const bool is_model = is_model_type(type);
                if (shape == nullptr && is_model) {
                    // The nested model brings its own input.
                    PROVENN_ASSIGN(
                        current, read_model(layer, join(prefix, model_name(layer)), current, is_trainable, depth + 1));
                    continue;
                }
                const std::string name = is_input ? text_of(settings, "name") : join(prefix, "input");
                PROVENN_ASSIGN(const Handle input, add_input(name, shape));
                current = {input};
            }
            if (type == "InputLayer") continue;
            PROVENN_ASSIGN(current, apply(layer, type, prefix, current, is_trainable, depth));
        }
        if (current.empty()) return make_error(ErrorCode::empty_data, where(prefix), ": a model without layers");
        return current;
    }

    Result<std::vector<Handle>> read_functional(const Json& config, const std::string& prefix,
                                                std::vector<Handle>& inputs, bool is_trainable, int depth) {
        if (!config.is_object() || !config.contains("layers") || !config["layers"].is_array()) {
            return make_error(ErrorCode::corrupt_data, where(prefix), ": expected a list of layers");
        }
        Outputs made;
        PROVENN_TRY(make_inputs(config, prefix, inputs, made));
        std::vector<PendingCall> calls;
        PROVENN_TRY(collect_calls(config["layers"], prefix, calls));
        PROVENN_ASSIGN(const auto references, read_tensor_list(config, "output_layers", where(prefix)));
        count_nested_from_one(calls, references);
        std::vector<Handle> outputs;
        while (!calls.empty()) {
            std::vector<PendingCall> waiting;
            for (PendingCall& call : calls) {
                std::vector<Handle> arguments;
                if (!arguments_of(call, made, arguments)) {
                    waiting.push_back(std::move(call));
                    continue;
                }
                PROVENN_ASSIGN(auto results, apply(*call.layer, call.type, prefix, arguments, is_trainable, depth));
                made[{call.name, call.node}] = std::move(results);
            }
            if (waiting.size() == calls.size()) {
                return make_error(ErrorCode::corrupt_data, where(prefix), ": layer '", waiting[0].name,
                                  "' has an input that nothing computes");
            }
            calls = std::move(waiting);
        }
        for (const TensorReference& reference : references) {
            const auto found = made.find({reference.layer, reference.node});
            if (found == made.end() || reference.tensor >= found->second.size()) {
                return make_error(ErrorCode::corrupt_data, where(prefix), ": output '", reference.layer,
                                  "' does not exist");
            }
            outputs.push_back(found->second[reference.tensor]);
        }
        if (outputs.empty()) return make_error(ErrorCode::empty_data, where(prefix), ": a model without outputs");
        return outputs;
    }

    /// Binds the model's inputs to the caller's values, or makes inputs of their own.
    Status make_inputs(const Json& config, const std::string& prefix, const std::vector<Handle>& inputs,
                       Outputs& made) {
        PROVENN_ASSIGN(const auto references, read_tensor_list(config, "input_layers", where(prefix)));
        if (!inputs.empty() && inputs.size() != references.size()) {
            return make_error(ErrorCode::shape_mismatch, where(prefix), ": expected ", references.size(),
                              " inputs, found ", inputs.size());
        }
        for (std::size_t i = 0; i < references.size(); ++i) {
            const Json* layer = nullptr;
            for (const Json& candidate : config["layers"]) {
                if (candidate.is_object() && layer_name(candidate) == references[i].layer) layer = &candidate;
            }
            if (layer == nullptr || !layer->contains("config")) {
                return make_error(ErrorCode::corrupt_data, where(prefix), ": input '", references[i].layer,
                                  "' does not exist");
            }
            Handle handle;
            if (inputs.empty()) {
                PROVENN_ASSIGN(handle, add_input(join(prefix, references[i].layer), batch_shape((*layer)["config"])));
            } else {
                handle = inputs[i];
                PROVENN_TRY(check_bound(batch_shape((*layer)["config"]), handle, join(prefix, references[i].layer)));
            }
            made[{references[i].layer, 0}] = {handle};
        }
        return {};
    }
    /// A nested model's declared input agrees with what it is given.
    Status check_bound(const Json* declared, Handle handle, const std::string& name) {
        const Shape found = builder_.shape(handle);
        if (declared == nullptr || !declared->is_array()) return {};
        bool agrees = declared->size() == static_cast<std::size_t>(found.rank()) + 1;
        for (int axis = 0; agrees && axis < found.rank(); ++axis) {
            const Json& extent = (*declared)[static_cast<std::size_t>(axis) + 1];
            agrees = extent.is_null() || (extent.is_number_integer() && extent.get<std::int64_t>() == found[axis]);
        }
        if (agrees) return {};
        return make_error(ErrorCode::shape_mismatch, name, ": the nested model cannot take ", found);
    }

    /// Every use of every layer, in the order of the file.
    Status collect_calls(const Json& layers, const std::string& prefix, std::vector<PendingCall>& calls) {
        if (layers.size() > kMaxLayers)
            return make_error(ErrorCode::limit_exceeded, where(prefix), ": too many layers");
        for (const Json& layer : layers) {
            PROVENN_ASSIGN(const std::string type, class_name(layer, prefix));
            if (type == "InputLayer") continue;
            const std::string name = layer_name(layer);
            if (!layer.contains("inbound_nodes") || !layer["inbound_nodes"].is_array()) {
                return make_error(ErrorCode::corrupt_data, join(prefix, name), ": expected inbound_nodes");
            }
            std::int64_t node = 0;
            for (const Json& inbound : layer["inbound_nodes"]) {
                PendingCall call{&layer, type, name, node++, {}};
                PROVENN_TRY(read_inbound(inbound, {type, join(prefix, name)}, call.inputs, *context_.report));
                calls.push_back(std::move(call));
                if (calls.size() > kMaxLayers)
                    return make_error(ErrorCode::limit_exceeded, where(prefix), ": too many nodes");
            }
        }
        return {};
    }
    static bool arguments_of(const PendingCall& call, const Outputs& made, std::vector<Handle>& arguments) {
        for (const TensorReference& reference : call.inputs) {
            const auto found = made.find({reference.layer, reference.node});
            if (found == made.end() || reference.tensor >= found->second.size()) return false;
            arguments.push_back(found->second[reference.tensor]);
        }
        return true;
    }

    /// One use of a layer or of a nested model.
    Result<std::vector<Handle>> apply(const Json& layer, const std::string& type, const std::string& prefix,
                                      std::vector<Handle>& inputs, bool is_trainable, int depth) {
        const std::string name = join(prefix, layer_name(layer));
        const Json& settings = layer["config"];
        if (inputs.empty()) return make_error(ErrorCode::corrupt_data, name, ": is called without inputs");
        const bool stays_trainable = is_trainable && !(settings.is_object() && settings.contains("trainable") &&
                                                       settings["trainable"] == false);
        if (is_model_type(type)) return read_model(layer, name, inputs, stays_trainable, depth + 1);
        if (!stays_trainable) frozen_[name] = true;
        const Span<const Handle> span(inputs.data(), inputs.size());
        Handle output;
        if (builder_.model().find_layer(name).ok()) {
            output = builder_.reuse(Name(std::string_view(name)), span);
        } else {
            Array<Shape> shapes;
            for (const Handle input : inputs) PROVENN_TRY(shapes.push_back(builder_.shape(input)));
            ConfigReader config(settings, name);
            KerasLayerReader reader(type, config, shapes.span(), context_);
            PROVENN_ASSIGN(const layers::Layer translated, reader.read());
            output = builder_.add(Name(std::string_view(name)), translated, span);
        }
        PROVENN_TRY(Status(builder_.status()));
        return std::vector<Handle>{output};
    }

    Result<Handle> add_input(const std::string& name, const Json* shape) {
        if (shape == nullptr || !shape->is_array() || shape->size() < 2 || shape->size() > 4) {
            return make_error(ErrorCode::unsupported, name, ": expected an input of 1 to 3 axes besides the batch");
        }
        Shape sample;
        for (std::size_t axis = 1; axis < shape->size(); ++axis) {
            const Json& extent = (*shape)[axis];
            const bool is_open = extent.is_null();
            std::int64_t number = 0;
            if (is_open && shape->size() == 4 && axis == 1) number = options_.input_size.height;
            if (is_open && shape->size() == 4 && axis == 2) number = options_.input_size.width;
            if (extent.is_number_integer()) number = extent.get<std::int64_t>();
            if (number < 1) {
                return make_error(ErrorCode::invalid_argument, name,
                                  is_open ? ": the file leaves the size of the input open:"
                                            " say which height and width to use"
                                          : ": expected extents of at least 1");
            }
            sample.push_back(number);
        }
        const Handle handle = builder_.input(Name(std::string_view(name)), sample);
        PROVENN_TRY(Status(builder_.status()));
        return handle;
    }

    const KerasConfigOptions& options_;
    KerasContext context_;
    ModelBuilder builder_;
    std::map<std::string, bool> frozen_;
};

}  // namespace io

/// Builds the model that a Keras configuration describes; its parameters are zero. What belongs to training only, or is
/// computed otherwise than in Keras, is noted in `report`.
/// @errors unsupported and policy_refused name the layer and the setting; corrupt_data, shape_mismatch, limit_exceeded.
[[nodiscard]] inline Result<Model> read_keras_config(std::string_view json, const KerasConfigOptions& options,
                                                     LoadReport& report) {
    PROVENN_ASSIGN(const Json root, parse_json(json, "model_config"));
    return io::KerasGraphReader(options, report).read(root);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
