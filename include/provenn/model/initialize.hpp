// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First values of parameters: Keras' initialisers from counter-based random numbers.
#pragma once

#include <cstdint>

#include "provenn/core/philox.hpp"
#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace initializing {

/// The node that uses a layer first; a layer of a finished model has one.
inline const Node* first_use(const Model& model, Index layer) {
    for (const Node& node : model.nodes) {
        if (node.layer == layer) return &node;
    }
    return nullptr;
}

/// Truncated normal distribution with two deviations, as Keras draws it: what lies outside is drawn again.
inline double truncated_normal(RandomStream& random) {
    for (;;) {
        const double drawn = random.normal();
        if (drawn >= -2.0 && drawn <= 2.0) return drawn;
    }
}

/// Fills one tensor. @numerics computed in double and rounded once; the same bits everywhere.
inline void fill(Span<float> elements, const layers::ParameterSpec& spec, RandomStream random) {
    using layers::Initializer;
    switch (spec.initializer) {
        case Initializer::zeros:
            for (float& element : elements) element = 0.0f;
            return;
        case Initializer::ones:
            for (float& element : elements) element = 1.0f;
            return;
        case Initializer::quarter:
            for (float& element : elements) element = 0.25f;
            return;
        case Initializer::glorot_uniform: {
            const double limit = math::sqrt(6.0 / static_cast<double>(spec.fan_in + spec.fan_out));
            for (float& element : elements) {
                const double centred = 2.0 * random.uniform_double() - 1.0;  // exact
                element = static_cast<float>(mul_rounded(centred, limit));
            }
            return;
        }
        case Initializer::he_normal: {
            constexpr double kTruncatedDeviation =
                0.87962566103423978;  // of a normal distribution cut at two deviations
            const double deviation = math::sqrt(2.0 / static_cast<double>(spec.fan_in)) / kTruncatedDeviation;
            for (float& element : elements)
                element = static_cast<float>(mul_rounded(truncated_normal(random), deviation));
            return;
        }
    }
}

}  // namespace initializing

/// Which layers initialize() fills.
enum class InitializeScope : std::uint8_t { all = 0, not_imported = 1 };

/// glorot_uniform: U(-l, l), l = sqrt(6 / (fan_in + fan_out)); he_normal: N(0, 2 / fan_in) cut at two deviations.
/// Gives every parameter the first value that its layer asks for. Random numbers are keyed by seed, the layer's stable
/// id and the parameter's place in the layer: renaming or adding layers changes no other layer's values.
/// @param scope `not_imported` leaves alone what came from a file.
/// @ensures origins of what is filled are `initialised`. @errors as layers::output_shape(), for models changed by hand.
/// @numerics the same bits on every machine.
inline Status initialize(Model& model, std::uint64_t seed, InitializeScope scope = InitializeScope::all) {
    for (std::size_t i = 0; i < model.layers.size(); ++i) {
        LayerInstance& layer = model.layers[i];
        if (layer.parameters.empty()) continue;
        const Node* node = initializing::first_use(model, static_cast<Index>(i));
        if (node == nullptr) return make_error(ErrorCode::not_found, layer.name, ": no node uses this layer");
        PROVENN_ASSIGN(const Array<Shape> shapes, model.input_shapes(*node));
        PROVENN_ASSIGN(const Shape shape, layers::output_shape(layer.config, shapes.span()));
        (void)shape;
        const layers::ParameterSpecs specs = layers::parameters(layer.config, shapes.span());
        for (std::size_t k = 0; k < layer.parameters.size() && k < specs.span().size(); ++k) {
            Parameter& parameter = model.parameter(layer.parameters[k]);
            if (scope == InitializeScope::not_imported && parameter.source.origin == Origin::imported) continue;
            RandomKey key;
            key.seed = seed;
            key.purpose = RandomPurpose::initialization;
            key.id = layer.id;
            key.sample = k;
            initializing::fill(parameter.value.span(), specs.span()[k], RandomStream(key));
            parameter.source = Source{};
        }
    }
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
