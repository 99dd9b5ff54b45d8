// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Frozen prefix: the part of a network that training cannot change, split off so that it is evaluated once a sample.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "provenn/transfer/extract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A network in two parts. Without a frozen prefix `prefix` is empty and `rest` is the whole network.
struct SplitModel {
    std::optional<Model> prefix;  ///< outputs are the inputs of `rest`, in the same order
    Model rest;
};

namespace frozen_prefix {

/// A node that gives the same result in training as in inference and whose parameters nothing changes.
inline bool is_constant(const LayerInstance& layer) {
    if (std::holds_alternative<layers::Dropout>(layer.config)) return false;
    return layer.parameters.empty() || !layer.trainable;
}

/// Whether each value is computed from the inputs by constant nodes alone. A layer that is also used later, behind
/// something that trains, stays constant: it is frozen there too.
inline std::vector<bool> constant_values(const Model& model) {
    std::vector<bool> is_constant_value(model.values.size());
    for (const Index input : model.inputs) is_constant_value[static_cast<std::size_t>(input)] = true;
    for (const Node& node : model.nodes) {
        bool all = is_constant(model.layer(node.layer));
        for (const Index input : node.inputs) all = all && is_constant_value[static_cast<std::size_t>(input)];
        is_constant_value[static_cast<std::size_t>(node.output)] = all;
    }
    return is_constant_value;
}

inline bool contains(const std::vector<Index>& values, Index value) {
    for (const Index other : values) {
        if (other == value) return true;
    }
    return false;
}

}  // namespace frozen_prefix

/// Splits at the last values that no training can change. Parameterless layers directly in front of what trains go with
/// the prefix. @errors invalid_argument where nothing at all can train, out_of_memory.
[[nodiscard]] inline Result<SplitModel> split_frozen_prefix(const Model& model) {
    const std::vector<bool> constant = frozen_prefix::constant_values(model);
    std::vector<Index> boundary;
    bool has_frozen_work = false, trains = false;
    for (const Node& node : model.nodes) {
        if (constant[static_cast<std::size_t>(node.output)]) {
            has_frozen_work = has_frozen_work || !model.layer(node.layer).parameters.empty();
            continue;
        }
        trains = trains || (!model.layer(node.layer).parameters.empty() && model.layer(node.layer).trainable);
        for (const Index input : node.inputs) {
            const bool crosses = constant[static_cast<std::size_t>(input)];
            if (crosses && !frozen_prefix::contains(boundary, input)) boundary.push_back(input);
        }
    }
    if (!trains)
        return make_error(ErrorCode::invalid_argument, model.name, ": every layer is frozen, nothing can train");
    SplitModel split;
    if (!has_frozen_work) {
        PROVENN_ASSIGN(split.rest, model.clone());
        return split;
    }
    const Span<const Index> cut(boundary.data(), boundary.size());
    PROVENN_ASSIGN(Model prefix, extract(model, model.inputs.span(), cut));
    PROVENN_ASSIGN(split.rest, extract(model, cut, model.outputs.span()));
    split.prefix = std::move(prefix);
    return split;
}

/// Copies the parameters of a trained part back into the whole network, by name. @errors not_found, out_of_memory.
[[nodiscard]] inline Status copy_parameters(const Model& part, Model& whole) {
    for (const LayerInstance& layer : part.layers) {
        PROVENN_ASSIGN(const Index at, whole.find_layer(layer.name));
        for (std::size_t i = 0; i < layer.parameters.size(); ++i) {
            PROVENN_ASSIGN(auto value, part.parameter(layer.parameters[i]).value.clone());
            const bool fits = i < whole.layer(at).parameters.size() &&
                              whole.parameter(whole.layer(at).parameters[i]).value.shape() == value.shape();
            if (!fits) return make_error(ErrorCode::shape_mismatch, layer.name, ": the parameters have other shapes");
            whole.parameter(whole.layer(at).parameters[i]).value = std::move(value);
        }
    }
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
