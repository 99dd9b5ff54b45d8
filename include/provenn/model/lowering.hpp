// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lowering: the model as the plain operations that both engines run.
#pragma once

#include <utility>

#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One operation: a layer's config without trailing activation. Separable convolutions are split into their two halves,
/// activations stand alone, layers on sequences are those on maps of one row (values keep their shape [L, C]).
struct Operation {
    layers::Layer config;
    Index layer = 0;               ///< of the model
    Array<Index> inputs;           ///< lowered values
    Index output = 0;              ///< lowered value
    Array<Index> parameters;       ///< of the model, in the order of layers::parameters(config)
};

/// An intermediate result of the lowered graph.
struct LoweredValue {
    Shape shape;             ///< of one sample
    Index model_value = -1;  ///< the model's value that this is, or -1 for one that only lowering made
};

/// The model's graph in plain operations, in an order in which they can be run.
struct LoweredGraph {
    Array<LoweredValue> values;
    Array<Operation> operations;
    Array<Index> inputs, outputs;  ///< lowered values
};

namespace lowering {

class Lowering {
  public:
    explicit Lowering(const Model& model) : model_(model) {}

    Result<LoweredGraph> run() {
        PROVENN_TRY(lowered_of_.resize(model_.values.size()));
        for (Index& index : lowered_of_) index = -1;
        for (const Index input : model_.inputs) {
            PROVENN_ASSIGN(const Index lowered, new_value(model_.value(input).shape, input));
            PROVENN_TRY(graph_.inputs.push_back(lowered));
        }
        for (const Node& node : model_.nodes) PROVENN_TRY(lower(node));
        for (const Index output : model_.outputs) {
            PROVENN_TRY(graph_.outputs.push_back(lowered_of_[static_cast<std::size_t>(output)]));
        }
        return std::move(graph_);
    }

  private:
    Result<Index> new_value(const Shape& shape, Index model_value) {
        const auto index = static_cast<Index>(graph_.values.size());
        PROVENN_TRY(graph_.values.push_back({shape, model_value}));
        if (model_value >= 0) lowered_of_[static_cast<std::size_t>(model_value)] = index;
        return index;
    }

    /// Appends one operation on `inputs`; its parameters are `count` of the layer's, from `first`.
    Result<Index> append(const layers::Layer& config, const Node& node, Span<const Index> inputs, std::size_t first,
                         std::size_t count, Index model_value) {
        Operation operation;
        operation.config = layers::as_map_layer(config);
        operation.layer = node.layer;
        Array<Shape> shapes;
        for (const Index input : inputs) {
            PROVENN_TRY(operation.inputs.push_back(input));
            PROVENN_TRY(shapes.push_back(graph_.values[static_cast<std::size_t>(input)].shape));
        }
        const Array<Index>& parameters = model_.layer(node.layer).parameters;
        for (std::size_t i = 0; i < count; ++i) PROVENN_TRY(operation.parameters.push_back(parameters[first + i]));
        PROVENN_ASSIGN(const Shape shape, layers::output_shape(config, shapes));
        PROVENN_ASSIGN(operation.output, new_value(shape, model_value));
        const Index output = operation.output;
        PROVENN_TRY(graph_.operations.push_back(std::move(operation)));
        return output;
    }

    Status lower(const Node& node) {
        const LayerInstance& layer = model_.layer(node.layer);
        Array<Index> inputs;
        for (const Index input : node.inputs) {
            PROVENN_TRY(inputs.push_back(lowered_of_[static_cast<std::size_t>(input)]));
        }
        layers::Layer config = layer.config;
        layers::ActivationConfig activation;
        const bool is_activation = std::holds_alternative<layers::ActivationLayer>(config);
        if (auto* trailing = layers::trailing_activation(config); trailing != nullptr && !is_activation) {
            activation = *trailing;
            *trailing = {};
        }
        const bool has_activation = activation.kind != layers::Activation::linear;
        const std::size_t count = layer.parameters.size();
        const Index linear_value = has_activation ? -1 : node.output;
        Index last = 0;
        if (const auto* separable = std::get_if<layers::SeparableConv2d>(&config)) {
            PROVENN_ASSIGN(const Index middle, append(separable->depthwise(), node, inputs, 0, 1, -1));
            PROVENN_ASSIGN(last, append(separable->pointwise(), node, {&middle, 1}, 1, count - 1, linear_value));
        } else if (const auto* sequence = std::get_if<layers::SeparableConv1d>(&config)) {
            const layers::DepthwiseConv1d depthwise(sequence->map.depthwise());
            const layers::Conv1d pointwise(sequence->map.pointwise());
            PROVENN_ASSIGN(const Index middle, append(depthwise, node, inputs, 0, 1, -1));
            PROVENN_ASSIGN(last, append(pointwise, node, {&middle, 1}, 1, count - 1, linear_value));
        } else {
            PROVENN_ASSIGN(last, append(config, node, inputs, 0, count, linear_value));
        }
        if (!has_activation) return {};
        auto appended = append(layers::ActivationLayer{activation}, node, {&last, 1}, 0, 0, node.output);
        if (!appended) return appended.error();
        return {};
    }

    const Model& model_;
    LoweredGraph graph_;
    Array<Index> lowered_of_;
};

}  // namespace lowering

/// @errors out_of_memory; a model from the builder or a reader always lowers.
[[nodiscard]] inline Result<LoweredGraph> lower(const Model& model) { return lowering::Lowering(model).run(); }

}  // namespace PROVENN_ABI
}  // namespace provenn
