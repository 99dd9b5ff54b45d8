// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolution followed by a 1x1 convolution, as one layer of Keras.
#pragma once

#include "provenn/layers/common.hpp"
#include "provenn/layers/conv2d.hpp"
#include "provenn/layers/depthwise_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// A DepthwiseConv2d without bias and activation, then a 1x1 Conv2d.
/// Input [H, W, C], output [P, Q, K]; depthwise_kernel [R, S, C, M], pointwise_kernel [1, 1, C*M, K], bias [K].
struct SeparableConv2d {
    static constexpr const char* kType = "separable_conv2d";
    std::int64_t filters = 1;
    Extent2 kernel{};
    Extent2 stride{};
    Extent2 dilation{};
    Padding padding = Padding::valid;
    std::int64_t depth_multiplier = 1;
    bool use_bias = true;
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("filters", self.filters);
        visitor("kernel", self.kernel);
        visitor("stride", self.stride);
        visitor("dilation", self.dilation);
        visitor("padding", self.padding);
        visitor("depth_multiplier", self.depth_multiplier);
        visitor("use_bias", self.use_bias);
        visitor("activation", self.activation);
    }

    [[nodiscard]] DepthwiseConv2d depthwise() const {
        DepthwiseConv2d layer;
        layer.kernel = kernel;
        layer.stride = stride;
        layer.dilation = dilation;
        layer.padding = padding;
        layer.depth_multiplier = depth_multiplier;
        layer.use_bias = false;
        return layer;
    }
    [[nodiscard]] Conv2d pointwise() const {
        Conv2d layer;
        layer.filters = filters;
        layer.use_bias = use_bias;
        layer.activation = activation;
        return layer;
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_ASSIGN(const Shape middle, depthwise().output_shape(inputs));
        return pointwise().output_shape({&middle, 1});
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        ParameterSpecs specs = depthwise().parameters(inputs);
        const std::int64_t middle = inputs[0].last() * depth_multiplier;
        specs.add({"pointwise_kernel", {1, 1, middle, filters}, ParameterRole::kernel, Initializer::glorot_uniform,
                   middle, filters});
        if (use_bias) specs.add({"bias", {filters}, ParameterRole::bias, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape> inputs, const Shape& output) const {
        const std::int64_t middle = inputs[0].last() * depth_multiplier;
        return output.element_count() * middle + output[0] * output[1] * middle * kernel.height * kernel.width;
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
