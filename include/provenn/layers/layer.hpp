// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The closed list of layers, and what can be asked of any of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>

#include "provenn/core/variant.hpp"
#include "provenn/layers/activation.hpp"
#include "provenn/layers/batch_normalization.hpp"
#include "provenn/layers/border2d.hpp"
#include "provenn/layers/conv2d.hpp"
#include "provenn/layers/conv2d_transpose.hpp"
#include "provenn/layers/custom.hpp"
#include "provenn/layers/dense.hpp"
#include "provenn/layers/depthwise_conv2d.hpp"
#include "provenn/layers/dropout.hpp"
#include "provenn/layers/global_pool2d.hpp"
#include "provenn/layers/group_normalization.hpp"
#include "provenn/layers/layer_normalization.hpp"
#include "provenn/layers/merge.hpp"
#include "provenn/layers/pool2d.hpp"
#include "provenn/layers/prelu.hpp"
#include "provenn/layers/rescaling.hpp"
#include "provenn/layers/reshape.hpp"
#include "provenn/layers/resize2d.hpp"
#include "provenn/layers/separable_conv2d.hpp"
#include "provenn/layers/sequence.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// Any layer of the list. The position in this list is part of the file format: append, never reorder.
using Layer = std::variant<Conv2d, DepthwiseConv2d, SeparableConv2d, Dense, BatchNormalization, ActivationLayer, PRelu,
                           Pool2d, GlobalPool2d, Merge, ZeroPadding2d, Cropping2d, UpSampling2d, Resizing, Flatten,
                           Reshape, Permute, Dropout, Rescaling, Normalization, Custom,
                           LayerNormalization, GroupNormalization, Conv2dTranspose, Conv1d, DepthwiseConv1d,
                           SeparableConv1d, Conv1dTranspose, Pool1d, GlobalPool1d, ZeroPadding1d, Cropping1d,
                           UpSampling1d>;
inline constexpr std::size_t kLayerKinds = std::variant_size_v<Layer>;

/// Calls `visitor(config)` with the layer's own type.
template <class AnyLayer, class Visitor>
decltype(auto) visit(AnyLayer& layer, Visitor&& visitor) {
    return visit_variant(layer, std::forward<Visitor>(visitor));
}

/// Name of a layer's type, such as `conv2d`.
[[nodiscard]] inline const char* type_name(const Layer& layer) {
    return visit(layer, [](const auto& config) { return config.kType; });
}

/// Shape of one sample's output. @errors shape_mismatch, invalid_argument, not_found (custom); without the layer's
/// name.
[[nodiscard]] inline Result<Shape> output_shape(const Layer& layer, Span<const Shape> inputs) {
    return visit(layer, [&](const auto& config) { return config.output_shape(inputs); });
}

/// Parameters that the layer needs. @requires output_shape() succeeds for these inputs.
[[nodiscard]] inline ParameterSpecs parameters(const Layer& layer, Span<const Shape> inputs) {
    return visit(layer, [&](const auto& config) { return config.parameters(inputs); });
}

/// Multiplications with addition for one sample.
[[nodiscard]] inline std::int64_t multiply_adds(const Layer& layer, Span<const Shape> inputs, const Shape& output) {
    return visit(layer, [&](const auto& config) { return config.multiply_adds(inputs, output); });
}

/// Whether the layer is a one-dimensional form of a two-dimensional one.
[[nodiscard]] inline bool is_on_sequence(const Layer& layer) {
    return visit(layer, [](const auto& config) { return kIsOnSequence<std::decay_t<decltype(config)>>; });
}

/// The two-dimensional layer that computes a layer on sequences; any other layer as it is.
[[nodiscard]] inline Layer as_map_layer(const Layer& layer) {
    return visit(layer, [](const auto& config) -> Layer {
        if constexpr (kIsOnSequence<std::decay_t<decltype(config)>>) {
            return config.map;
        } else {
            return config;
        }
    });
}

namespace activation_of {
template <class Config>
auto last(Config& config, int) -> decltype(&config.activation) {
    return &config.activation;
}
template <class Config>
ActivationConfig* last(Config&, long) {
    return nullptr;
}
template <class MapLayer>
ActivationConfig* last(OnSequence<MapLayer>& config, int) {
    return last(config.map, 0);
}
}  // namespace activation_of

/// The activation that a layer applies last, or null where it has no such member.
[[nodiscard]] inline ActivationConfig* trailing_activation(Layer& layer) {
    return visit(layer, [](auto& config) -> ActivationConfig* { return activation_of::last(config, 0); });
}

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
