// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two-dimensional convolution with stride, dilation and groups.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y[p, q, k] = activation(bias[k] + sum over r, s, c of x[p*stride + r*dilation - pad, ..., c] * kernel[r, s, c, k]).
/// Input [H, W, C], output [P, Q, K]; kernel [R, S, C/G, K], bias [K].
struct Conv2d {
    static constexpr const char* kType = "conv2d";
    std::int64_t filters = 1;
    Extent2 kernel{};
    Extent2 stride{};
    Extent2 dilation{};
    Padding padding = Padding::valid;
    std::int64_t groups = 1;
    bool use_bias = true;
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("filters", self.filters);
        visitor("kernel", self.kernel);
        visitor("stride", self.stride);
        visitor("dilation", self.dilation);
        visitor("padding", self.padding);
        visitor("groups", self.groups);
        visitor("use_bias", self.use_bias);
        visitor("activation", self.activation);
    }

    [[nodiscard]] Result<Window2> window(const Shape& sample) const {
        return window2(sample, kernel, stride, dilation, padding);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_TRY(expect_at_least("filters", filters, 1));
        PROVENN_TRY(expect_at_least("groups", groups, 1));
        const std::int64_t channels = inputs[0].last();
        if (channels % groups != 0 || filters % groups != 0) {
            return make_error(ErrorCode::shape_mismatch, "groups ", groups, " must divide ", channels,
                              " input channels and ", filters, " filters");
        }
        PROVENN_ASSIGN(const Window2 at, window(inputs[0]));
        return Shape{at.rows.output, at.columns.output, filters};
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const std::int64_t channels = inputs[0].last() / groups;
        const std::int64_t taps = kernel.height * kernel.width;
        ParameterSpecs specs;
        specs.add({"kernel", {kernel.height, kernel.width, channels, filters}, ParameterRole::kernel,
                   Initializer::glorot_uniform, taps * channels, taps * filters});
        if (use_bias) specs.add({"bias", {filters}, ParameterRole::bias, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape> inputs, const Shape& output) const {
        return output.element_count() * kernel.height * kernel.width * (inputs[0].last() / groups);
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
