// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Two-dimensional transposed convolution, which widens maps by its stride.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// One axis of a transposed convolution: the output that a convolution of this window would lead to `input`, and the
/// padding of that convolution.
/// @param output_padding null: Keras' None, input * stride for `same`, and the window's reach beyond it for `valid`.
/// `output` is 0 where no such convolution exists.
[[nodiscard]] inline WindowAxis transposed_axis(std::int64_t input, std::int64_t size, std::int64_t stride,
                                                std::int64_t dilation, Padding padding,
                                                const std::int64_t* output_padding) {
    const std::int64_t reach = (size - 1) * dilation + 1;
    std::int64_t output = input * stride;
    if (output_padding != nullptr) {
        output += reach - stride - (padding == Padding::same ? reach / 2 * 2 : 0) + *output_padding;
    } else if (padding == Padding::valid && reach > stride) {
        output += reach - stride;
    }
    if (output < 1) return {};
    WindowAxis axis = window_axis(output, size, stride, dilation, padding);
    axis.output = axis.output == input ? output : 0;
    return axis;
}

/// y[h, w, k] = activation(bias[k] + sum over r, s, c of x[p, q, c] * kernel[r, s, k, c], where
/// h = p*stride + r*dilation - pad, w likewise): the gradient of a convolution with respect to its input.
/// Input [P, Q, C], output [H, W, K]; kernel [R, S, K, C], bias [K].
struct Conv2dTranspose {
    static constexpr const char* kType = "conv2d_transpose";
    std::int64_t filters = 1;
    Extent2 kernel{};
    Extent2 stride{};
    Extent2 dilation{};
    Padding padding = Padding::valid;
    bool has_output_padding = false;  ///< false: Keras' None, which chooses the output's extent
    Extent2 output_padding{0, 0};     ///< less than the stride
    bool use_bias = true;
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("filters", self.filters);
        visitor("kernel", self.kernel);
        visitor("stride", self.stride);
        visitor("dilation", self.dilation);
        visitor("padding", self.padding);
        visitor("has_output_padding", self.has_output_padding);
        visitor("output_padding", self.output_padding);
        visitor("use_bias", self.use_bias);
        visitor("activation", self.activation);
    }

    /// The output's extent, and the padding of the convolution that leads from there to `sample`.
    [[nodiscard]] Result<Window2> window(const Shape& sample) const {
        PROVENN_TRY(expect_window(kernel, stride, dilation));
        if (padding == Padding::causal) {
            return make_error(ErrorCode::invalid_argument, "a transposed convolution has no causal padding");
        }
        if (has_output_padding) {
            PROVENN_TRY(expect_between("output_padding", output_padding.height, 0, stride.height - 1));
            PROVENN_TRY(expect_between("output_padding", output_padding.width, 0, stride.width - 1));
        }
        const Spatial in = spatial_of(sample);
        Window2 window;
        window.rows = transposed_axis(in.height, kernel.height, stride.height, dilation.height, padding,
                                      has_output_padding ? &output_padding.height : nullptr);
        window.columns = transposed_axis(in.width, kernel.width, stride.width, dilation.width, padding,
                                         has_output_padding ? &output_padding.width : nullptr);
        if (window.rows.output < 1 || window.columns.output < 1) {
            return make_error(ErrorCode::shape_mismatch, "no convolution with a window of ",
                              Shape{kernel.height, kernel.width}, ", stride ", Shape{stride.height, stride.width},
                              " and this output_padding leads to ", sample);
        }
        return window;
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_TRY(expect_at_least("filters", filters, 1));
        PROVENN_ASSIGN(const Window2 at, window(inputs[0]));
        return Shape{at.rows.output, at.columns.output, filters};
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const std::int64_t channels = inputs[0].last(), taps = kernel.height * kernel.width;
        ParameterSpecs specs;
        specs.add({"kernel", {kernel.height, kernel.width, filters, channels}, ParameterRole::kernel,
                   Initializer::glorot_uniform, taps * filters, taps * channels});
        if (use_bias) specs.add({"bias", {filters}, ParameterRole::bias, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape> inputs, const Shape&) const {
        return inputs[0].element_count() * kernel.height * kernel.width * filters;
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
