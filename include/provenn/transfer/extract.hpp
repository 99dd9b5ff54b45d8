// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Extraction of the part of a model between given values, with its weights, ids and origins.
#pragma once

#include <utility>
#include <vector>

#include "provenn/model/builder.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace extraction {

/// Marks the nodes that `outputs` need, walking back and stopping at `inputs`.
inline Result<std::vector<bool>> needed_nodes(const Model& model, Span<const Index> inputs, Span<const Index> outputs) {
    std::vector<bool> is_needed_value(model.values.size()), is_needed_node(model.nodes.size()),
        is_input(model.values.size());
    for (const Index input : inputs) is_input[static_cast<std::size_t>(input)] = true;
    for (const Index output : outputs) is_needed_value[static_cast<std::size_t>(output)] = true;
    for (std::size_t i = model.nodes.size(); i-- > 0;) {
        const auto output = static_cast<std::size_t>(model.nodes[i].output);
        if (!is_needed_value[output] || is_input[output]) continue;
        is_needed_node[i] = true;
        for (const Index input : model.nodes[i].inputs) is_needed_value[static_cast<std::size_t>(input)] = true;
    }
    for (const Index input : model.inputs) {
        const auto at = static_cast<std::size_t>(input);
        if (is_needed_value[at] && !is_input[at]) {
            return make_error(ErrorCode::invalid_argument, "the extracted part also needs the input ",
                              model.value(input).name);
        }
    }
    return is_needed_node;
}

/// Copies flags and parameter values of the layers of `part` from the model they were taken from.
inline Status copy_state(const Model& from, Model& part) {
    for (LayerInstance& layer : part.layers) {
        PROVENN_ASSIGN(const Index index, from.find_layer(layer.name));
        const LayerInstance& original = from.layer(index);
        layer.id = original.id;
        layer.trainable = original.trainable;
        for (std::size_t i = 0; i < layer.parameters.size(); ++i) {
            PROVENN_ASSIGN(part.parameter(layer.parameters[i]), from.parameter(original.parameters[i]).clone());
        }
    }
    part.next_layer_id = from.next_layer_id;
    return {};
}

}  // namespace extraction

/// The sub-network that computes `outputs` from `inputs` (values of `model`, which become its inputs).
/// @ensures layers keep names, ids, freeze flags, weights and origins; the input contract is kept.
/// @errors invalid_argument where an output also depends on an input that is not listed, out_of_memory.
[[nodiscard]] inline Result<Model> extract(const Model& model, Span<const Index> inputs, Span<const Index> outputs) {
    PROVENN_ASSIGN(const auto is_needed, extraction::needed_nodes(model, inputs, outputs));
    ModelBuilder builder(model.name);
    std::vector<ModelBuilder::Handle> handles(model.values.size());
    for (const Index input : inputs) {
        const Value& value = model.value(input);
        handles[static_cast<std::size_t>(input)] = builder.input(value.name, value.shape);
    }
    std::vector<bool> is_added(model.layers.size());
    for (std::size_t i = 0; i < model.nodes.size(); ++i) {
        if (!is_needed[i]) continue;
        const Node& node = model.nodes[i];
        const LayerInstance& layer = model.layer(node.layer);
        std::vector<ModelBuilder::Handle> operands;
        for (const Index input : node.inputs) operands.push_back(handles[static_cast<std::size_t>(input)]);
        const Span<const ModelBuilder::Handle> span(operands.data(), operands.size());
        const auto layer_at = static_cast<std::size_t>(node.layer);
        handles[static_cast<std::size_t>(node.output)] =
            is_added[layer_at] ? builder.reuse(layer.name, span) : builder.add(layer.name, layer.config, span);
        is_added[layer_at] = true;
    }
    for (const Index output : outputs) builder.output(handles[static_cast<std::size_t>(output)]);
    PROVENN_ASSIGN(Model part, builder.build());
    PROVENN_TRY(extraction::copy_state(model, part));
    part.numerics = model.numerics;
    part.input_contract = model.input_contract;
    return part;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
