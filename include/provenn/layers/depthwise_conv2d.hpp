// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolution with a depth multiplier.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y[p, q, c*M + m] = activation(bias + sum over r, s of x[..., c] * kernel[r, s, c, m]).
/// Input [H, W, C], output [P, Q, C*M]; kernel [R, S, C, M], bias [C*M].
struct DepthwiseConv2d {
    static constexpr const char* kType = "depthwise_conv2d";
    Extent2 kernel{};
    Extent2 stride{};
    Extent2 dilation{};
    Padding padding = Padding::valid;
    std::int64_t depth_multiplier = 1;
    bool use_bias = true;
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("kernel", self.kernel);
        visitor("stride", self.stride);
        visitor("dilation", self.dilation);
        visitor("padding", self.padding);
        visitor("depth_multiplier", self.depth_multiplier);
        visitor("use_bias", self.use_bias);
        visitor("activation", self.activation);
    }

    [[nodiscard]] Result<Window2> window(const Shape& sample) const {
        return window2(sample, kernel, stride, dilation, padding);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_TRY(expect_at_least("depth_multiplier", depth_multiplier, 1));
        PROVENN_ASSIGN(const Window2 at, window(inputs[0]));
        return Shape{at.rows.output, at.columns.output, inputs[0].last() * depth_multiplier};
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const std::int64_t channels = inputs[0].last();
        const std::int64_t taps = kernel.height * kernel.width;
        ParameterSpecs specs;
        specs.add({"depthwise_kernel", {kernel.height, kernel.width, channels, depth_multiplier}, ParameterRole::kernel,
                   Initializer::glorot_uniform, taps * channels, taps * depth_multiplier});
        if (use_bias) specs.add({"bias", {channels * depth_multiplier}, ParameterRole::bias, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return output.element_count() * kernel.height * kernel.width;
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
