// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of transposed convolution: textbook loops over [N, H, W, C], in the order of kernels/conv2d_transpose.hpp.
#pragma once

#include "provenn/kernels/conv2d_residue.hpp"
#include "provenn/kernels/reference/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Whether some output, inside the map or beyond it, saw `input` at a tap; `output` is which.
[[nodiscard]] inline bool saw(const ConvAxis& axis, std::int64_t input, std::int64_t tap, std::int64_t& output) {
    const std::int64_t shifted = input + axis.pad - tap * axis.dilation;
    output = shifted / axis.stride;
    return shifted % axis.stride == 0;
}

/// y [N, H, W, C] of x [N, P, Q, K], weights [R, S, C/G, K] and bias [C]: the gradient with respect to its input of the
/// convolution that `at` describes, which leads from y's map to x's; then + bias.
/// @param bias data null: +0. A bias of -0 counts as +0.
template <class T>
void conv2d_transpose(const Conv2dGeometry& at, const View<const T>& x, const View<const T>& weights,
                      const View<const T>& bias, const View<T>& y) {
    const std::int64_t channels = y.shape()[3] / at.groups, filters = x.shape()[3] / at.groups;
    for (std::int64_t n = 0; n < y.shape()[0]; ++n)
        for (std::int64_t h = 0; h < y.shape()[1]; ++h)
            for (std::int64_t w = 0; w < y.shape()[2]; ++w)
                for (std::int64_t c = 0; c < y.shape()[3]; ++c) {
                    const std::int64_t first = c / channels * filters;
                    T sum = T(0);
                    for (std::int64_t block = 0; block < filters; block += kChannelBlock)
                        for (std::int64_t r = 0; r < at.kernel_h; ++r)
                            for (std::int64_t s = 0; s < at.kernel_w; ++s) {
                                std::int64_t p = 0, q = 0;
                                if (!saw(conv_rows(at), h, r, p) || !saw(conv_columns(at), w, s, q)) continue;
                                for (std::int64_t k = block; k < block + kChannelBlock && k < filters; ++k)
                                    sum = fma(value_or_zero(x, n, p, q, first + k),
                                              weights(r, s, c % channels, first + k), sum);
                            }
                    y(n, h, w, c) = sum + (bias.data() == nullptr ? T(0) : bias(c) + T(0));
                }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
