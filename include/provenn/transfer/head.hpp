// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cutting off a network's head and putting on a new one.
#pragma once

#include <string_view>
#include <utility>

#include "provenn/transfer/extract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A new classification head: global average pooling where the cut leaves a map, dropout, one dense layer.
struct HeadConfig {
    std::int64_t classes = 2;      ///< at least 2; the output is softmax over them
    float dropout = 0.0f;          ///< rate in [0, 1) in front of the dense layer, 0 for none
    std::int64_t hidden_units = 0; ///< a dense layer with ReLU before the last one, 0 for none
};

namespace head {

/// The node that computes a value, or -1 for an input.
inline Index producer_of(const Model& model, Index value) {
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
        if (model.nodes[i].output == value) return static_cast<Index>(i);
    }
    return -1;
}

inline bool is_classifier(const layers::Layer& config) {
    return std::holds_alternative<layers::Dense>(config) || std::holds_alternative<layers::Conv2d>(config);
}
/// Layers that belong to a head although they have no weights.
inline bool is_head_plumbing(const layers::Layer& config) {
    return std::holds_alternative<layers::Dropout>(config) || std::holds_alternative<layers::Reshape>(config) ||
           std::holds_alternative<layers::Flatten>(config);
}

/// Follows first inputs from `value` upwards while `condition(config)` holds.
template <class Condition>
Index walk_up(const Model& model, Index value, const Condition& condition) {
    for (;;) {
        const Index node = producer_of(model, value);
        if (node < 0) return value;
        const Node& at = model.nodes[static_cast<std::size_t>(node)];
        if (!condition(model.layer(at.layer).config)) return value;
        value = at.inputs[0];
    }
}

}  // namespace head

/// The value after which a classifier's head begins: what feeds the last dense or convolution layer, before any
/// dropout, flatten or reshape. @errors unsupported where the network has no such layer.
[[nodiscard]] inline Result<Index> find_head_cut(const Model& model) {
    const Index above = head::walk_up(model, model.outputs[0],
                                      [](const layers::Layer& config) { return !head::is_classifier(config); });
    const Index classifier = head::producer_of(model, above);
    if (classifier < 0) return make_error(ErrorCode::unsupported, "found no dense or convolution layer to cut before");
    return head::walk_up(model, model.nodes[static_cast<std::size_t>(classifier)].inputs[0], head::is_head_plumbing);
}

/// The network up to and including the layer `cut_layer`; empty finds the cut itself.
/// @errors not_found, unsupported.
[[nodiscard]] inline Result<Model> cut(const Model& model, std::string_view cut_layer = {}) {
    Index value = -1;
    if (cut_layer.empty()) {
        PROVENN_ASSIGN(value, find_head_cut(model));
    } else {
        PROVENN_ASSIGN(const Index layer, model.find_layer(cut_layer));
        for (const Node& node : model.nodes) {
            if (node.layer == layer) value = node.output;
        }
    }
    return extract(model, model.inputs.span(), {&value, 1});
}

/// Appends a head to a trunk with one output. New layers are named head_pool, head_flatten, head_dropout, head_hidden,
/// head; their weights are zero until initialised. @errors invalid_argument, shape_mismatch, duplicate_name.
[[nodiscard]] inline Result<Model> add_head(Model trunk, const HeadConfig& config) {
    if (config.classes < 2) return make_error(ErrorCode::invalid_argument, "a head needs at least 2 classes");
    const Index last = trunk.outputs[0];
    trunk.class_names.clear();
    ModelBuilder builder(std::move(trunk));
    ModelBuilder::Handle value{last};
    const Shape shape = builder.shape(value);
    if (shape.rank() == 3) {
        const bool is_map = shape[0] * shape[1] > 1;
        value = is_map ? builder.add("head_pool", layers::GlobalPool2d{}, value)
                       : builder.add("head_flatten", layers::Flatten{}, value);
    } else if (shape.rank() == 2) {
        value = builder.add("head_flatten", layers::Flatten{}, value);
    }
    if (config.dropout > 0.0f) {
        layers::Dropout dropout;
        dropout.rate = config.dropout;
        value = builder.add("head_dropout", dropout, value);
    }
    if (config.hidden_units > 0) {
        layers::Dense hidden;
        hidden.units = config.hidden_units;
        hidden.activation.kind = layers::Activation::relu;
        value = builder.add("head_hidden", hidden, value);
    }
    layers::Dense dense;
    dense.units = config.classes;
    dense.activation.kind = layers::Activation::softmax;
    builder.output(builder.add("head", dense, value));
    return builder.build();
}

/// `cut` and `add_head` in one.
[[nodiscard]] inline Result<Model> replace_head(const Model& model, const HeadConfig& config,
                                                std::string_view cut_layer = {}) {
    PROVENN_ASSIGN(Model trunk, cut(model, cut_layer));
    return add_head(std::move(trunk), config);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
