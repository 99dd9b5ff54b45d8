// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Model: what a network is. Graph, named parameters, freeze flags, numerics mode, input contract, origins.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/layers/layer.hpp"
#include "provenn/model/input_contract.hpp"
#include "provenn/model/parameter.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Index of a value, layer, node or parameter inside its model.
using Index = std::int32_t;

/// An array that one node computes, or an input. Shapes are of one sample: [H, W, C], [L, C] or [C].
struct Value {
    Name name;
    Shape shape;
    DataType type = DataType::f32;
};

/// A layer with its parameters. Several nodes may use one layer (shared weights).
struct LayerInstance {
    Name name;
    std::uint32_t id = 0;  ///< stable: random numbers are keyed by it, so that renaming changes nothing
    layers::Layer config;
    bool trainable = true;
    Array<Index> parameters;  ///< in the order of layers::parameters()

    Result<LayerInstance> clone() const {
        PROVENN_ASSIGN(auto indices, parameters.clone());
        return LayerInstance{name, id, config, trainable, std::move(indices)};
    }
};

/// One use of a layer: values in, one value out.
struct Node {
    Index layer = 0;
    Array<Index> inputs;
    Index output = 0;

    Result<Node> clone() const {
        PROVENN_ASSIGN(auto values, inputs.clone());
        return Node{layer, std::move(values), output};
    }
};

/// Which algorithms may be used. `fast` (Winograd) rounds about four times worse: a recorded choice, never a silent
/// one.
enum class Numerics : std::uint8_t { direct = 0, fast = 1 };

/// What a layer is to a regulator, derived from its tensors' origins and hashes.
enum class LayerStatus : std::uint8_t {
    without_parameters = 0,
    created = 1,               ///< no tensor was imported
    pretrained_unmodified = 2, ///< every tensor still hashes to the publisher's: SOUP
    pretrained_changed = 3,    ///< derived from the publisher's: inherits its risks, counts as SOUP share
};

/// A network as data. Values are assigned once; nodes stand in an order in which they can be run.
/// Made by ModelBuilder or a reader; both check it whole. Move-only; `clone()` copies everything.
struct Model {
    Name name;
    Array<Value> values;
    Array<LayerInstance> layers;
    Array<Node> nodes;
    Array<Index> inputs;   ///< values
    Array<Index> outputs;  ///< values
    Array<Parameter> parameters;
    Numerics numerics = Numerics::direct;
    InputContract input_contract;
    Array<Name> class_names;  ///< of the last axis of the first output, may be empty
    std::uint32_t next_layer_id = 1;

    Result<Model> clone() const {
        Model copy;
        copy.name = name;
        PROVENN_ASSIGN(copy.values, values.clone());
        PROVENN_ASSIGN(copy.layers, layers.clone());
        PROVENN_ASSIGN(copy.nodes, nodes.clone());
        PROVENN_ASSIGN(copy.inputs, inputs.clone());
        PROVENN_ASSIGN(copy.outputs, outputs.clone());
        PROVENN_ASSIGN(copy.parameters, parameters.clone());
        PROVENN_ASSIGN(copy.class_names, class_names.clone());
        copy.numerics = numerics;
        copy.input_contract = input_contract;
        copy.next_layer_id = next_layer_id;
        return copy;
    }

    [[nodiscard]] const Value& value(Index index) const { return values[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const LayerInstance& layer(Index index) const { return layers[static_cast<std::size_t>(index)]; }
    [[nodiscard]] LayerInstance& layer(Index index) { return layers[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const Parameter& parameter(Index index) const { return parameters[static_cast<std::size_t>(index)]; }
    [[nodiscard]] Parameter& parameter(Index index) { return parameters[static_cast<std::size_t>(index)]; }

    /// @errors not_found.
    [[nodiscard]] Result<Index> find_layer(std::string_view layer_name) const {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (layers[i].name == layer_name) return static_cast<Index>(i);
        }
        return make_error(ErrorCode::not_found, "no layer is named '", layer_name, "'");
    }

    /// Shapes of a node's inputs, at most `kMaxInputs`.
    static constexpr std::size_t kMaxInputs = 256;
    [[nodiscard]] Result<Array<Shape>> input_shapes(const Node& node) const {
        Array<Shape> shapes;
        for (const Index index : node.inputs) PROVENN_TRY(shapes.push_back(value(index).shape));
        return shapes;
    }

    [[nodiscard]] std::int64_t parameter_count() const {
        std::int64_t count = 0;
        for (const Parameter& parameter : parameters) count += parameter.value.element_count();
        return count;
    }
};

}  // namespace PROVENN_ABI
}  // namespace provenn
