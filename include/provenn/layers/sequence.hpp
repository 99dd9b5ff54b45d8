// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One-dimensional layers: the two-dimensional ones on sequences [L, C], which are maps of one row.
#pragma once

#include <type_traits>

#include "provenn/layers/border2d.hpp"
#include "provenn/layers/conv2d.hpp"
#include "provenn/layers/conv2d_transpose.hpp"
#include "provenn/layers/depthwise_conv2d.hpp"
#include "provenn/layers/global_pool2d.hpp"
#include "provenn/layers/resize2d.hpp"
#include "provenn/layers/separable_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

namespace sequence {
constexpr const char* type_of(const Conv2d*) { return "conv1d"; }
constexpr const char* type_of(const DepthwiseConv2d*) { return "depthwise_conv1d"; }
constexpr const char* type_of(const SeparableConv2d*) { return "separable_conv1d"; }
constexpr const char* type_of(const Conv2dTranspose*) { return "conv1d_transpose"; }
constexpr const char* type_of(const Pool2d*) { return "pool1d"; }
constexpr const char* type_of(const GlobalPool2d*) { return "global_pool1d"; }
constexpr const char* type_of(const ZeroPadding2d*) { return "zero_padding1d"; }
constexpr const char* type_of(const Cropping2d*) { return "cropping1d"; }
constexpr const char* type_of(const UpSampling2d*) { return "up_sampling1d"; }

/// Makes the heights of a layer's fields 1.
struct ToOneRow {
    void operator()(const char*, Extent2& extent) const {
        if (extent.height > 1) extent.height = 1;
    }
    template <class Field>
    void operator()(const char*, Field&) const {}
};
/// Whether no field of a layer reaches beyond one row.
struct IsFlat {
    bool holds = true;
    void operator()(const char*, const Extent2& extent) { holds = holds && extent.height <= 1; }
    void operator()(const char*, const Border2& border) { holds = holds && border.top == 0 && border.bottom == 0; }
    template <class Field>
    void operator()(const char*, const Field&) {}
};

/// [L, C] as [1, L, C].
[[nodiscard]] inline Shape as_map(const Shape& sample) { return {1, sample[0], sample[1]}; }
[[nodiscard]] inline Shape without_first(const Shape& shape) {
    Shape rest;
    for (int axis = 1; axis < shape.rank(); ++axis) rest.push_back(shape[axis]);
    return rest;
}
}  // namespace sequence

/// A two-dimensional layer along a sequence [L, C]: sizes are widths, and every height is 1. Kernels have Keras'
/// shapes, without the axis of height: [S, C/G, K]. Lowering makes it the two-dimensional layer.
template <class MapLayer>
struct OnSequence {
    static constexpr const char* kType = sequence::type_of(static_cast<const MapLayer*>(nullptr));
    MapLayer map{};  ///< the layer on [1, L, C]

    OnSequence() {
        const sequence::ToOneRow to_one_row;
        MapLayer::visit_fields(map, to_one_row);
    }
    /// @param layer heights of 1, no padding above and below; others are refused by output_shape().
    explicit OnSequence(const MapLayer& layer) : map(layer) {}

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        MapLayer::visit_fields(self.map, visitor);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 2));
        sequence::IsFlat flat;
        MapLayer::visit_fields(map, flat);
        if (!flat.holds) {
            return make_error(ErrorCode::invalid_argument, "expected heights of 1 in a layer on sequences");
        }
        const Shape row = sequence::as_map(inputs[0]);
        PROVENN_ASSIGN(const Shape shape, map.output_shape({&row, 1}));
        return shape.rank() == 3 ? sequence::without_first(shape) : shape;
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const Shape row = sequence::as_map(inputs[0]);
        const ParameterSpecs of_map = map.parameters({&row, 1});
        ParameterSpecs specs;
        for (ParameterSpec spec : of_map.span()) {
            if (spec.shape.rank() == 4) spec.shape = sequence::without_first(spec.shape);
            specs.add(spec);
        }
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape> inputs, const Shape& output) const {
        const Shape row = sequence::as_map(inputs[0]);
        return map.multiply_adds({&row, 1}, output.rank() == 2 ? sequence::as_map(output) : output);
    }
};

/// Whether a layer on maps has a form on sequences.
template <class Config, class = void>
inline constexpr bool kHasSequenceForm = false;
template <class Config>
inline constexpr bool
    kHasSequenceForm<Config, std::void_t<decltype(sequence::type_of(static_cast<const Config*>(nullptr)))>> = true;
template <class Config>
inline constexpr bool kIsOnSequence = false;
template <class MapLayer>
inline constexpr bool kIsOnSequence<OnSequence<MapLayer>> = true;

using Conv1d = OnSequence<Conv2d>;
using DepthwiseConv1d = OnSequence<DepthwiseConv2d>;
using SeparableConv1d = OnSequence<SeparableConv2d>;
using Conv1dTranspose = OnSequence<Conv2dTranspose>;
using Pool1d = OnSequence<Pool2d>;
using GlobalPool1d = OnSequence<GlobalPool2d>;
using ZeroPadding1d = OnSequence<ZeroPadding2d>;
using Cropping1d = OnSequence<Cropping2d>;
using UpSampling1d = OnSequence<UpSampling2d>;

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
