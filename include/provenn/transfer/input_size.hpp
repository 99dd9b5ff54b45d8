// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The same network for images of another height and width.
#pragma once

#include <utility>
#include <vector>

#include "provenn/model/builder.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace input_size {

/// The model's graph once more, its image input of another size; parameters are zero.
inline Result<Model> rebuild(const Model& model, const Shape& input) {
    ModelBuilder builder(model.name);
    std::vector<ModelBuilder::Handle> handles(model.values.size());
    const auto place = static_cast<std::size_t>(model.inputs[0]);
    handles[place] = builder.input(model.value(model.inputs[0]).name, input);
    std::vector<bool> is_added(model.layers.size());
    for (const Node& node : model.nodes) {
        const LayerInstance& layer = model.layer(node.layer);
        std::vector<ModelBuilder::Handle> operands;
        for (const Index value : node.inputs) operands.push_back(handles[static_cast<std::size_t>(value)]);
        const Span<const ModelBuilder::Handle> span(operands.data(), operands.size());
        const auto at = static_cast<std::size_t>(node.layer);
        handles[static_cast<std::size_t>(node.output)] =
            is_added[at] ? builder.reuse(layer.name, span) : builder.add(layer.name, layer.config, span);
        is_added[at] = true;
    }
    for (const Index output : model.outputs) builder.output(handles[static_cast<std::size_t>(output)]);
    return builder.build();
}

}  // namespace input_size

/// Layers keep names, ids, freeze flags, weights and origins; the input contract gets the new size. Cut off the head
/// first where it counts pixels (flatten and dense).
/// @errors invalid_argument (size), unsupported (several inputs, no image), shape_mismatch naming a layer whose weights
///   depend on the size.
[[nodiscard]] inline Result<Model> with_input_size(const Model& model, const layers::Extent2& size) {
    if (size.height < 1 || size.width < 1) {
        return make_error(ErrorCode::invalid_argument, "input size: expected at least 1x1, found ", size.height, "x",
                          size.width);
    }
    Shape input = model.value(model.inputs[0]).shape;
    if (model.inputs.size() != 1 || input.rank() != 3) {
        return make_error(ErrorCode::unsupported, model.name,
                          ": only a network of one image can change its input size");
    }
    input.set(0, size.height);
    input.set(1, size.width);
    PROVENN_ASSIGN(Model resized, input_size::rebuild(model, input));
    for (std::size_t i = 0; i < resized.layers.size(); ++i) {
        LayerInstance& layer = resized.layers[i];
        PROVENN_ASSIGN(const Index index, model.find_layer(layer.name));
        const LayerInstance& original = model.layer(index);
        layer.id = original.id;
        layer.trainable = original.trainable;
        for (std::size_t k = 0; k < layer.parameters.size(); ++k) {
            const Parameter& old = model.parameter(original.parameters[k]);
            Parameter& parameter = resized.parameter(layer.parameters[k]);
            if (parameter.value.shape() != old.value.shape()) {
                return make_error(ErrorCode::shape_mismatch, old.name, ": has ", old.value.shape(), ", an input of ",
                                  input, " needs ", parameter.value.shape());
            }
            PROVENN_ASSIGN(parameter, old.clone());
        }
    }
    resized.next_layer_id = model.next_layer_id;
    resized.numerics = model.numerics;
    PROVENN_ASSIGN(resized.class_names, model.class_names.clone());
    resized.input_contract = model.input_contract;
    resized.input_contract.height = size.height;
    resized.input_contract.width = size.width;
    return resized;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
