// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of depthwise convolution: textbook loops, in the order of kernels/depthwise_conv2d.hpp.
#pragma once

#include "provenn/kernels/depthwise_conv2d.hpp"
#include "provenn/kernels/reference/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// y [N, P, Q, C*M] = x [N, H, W, C] * w [R, S, C, M] + bias [C*M], one chain for each output, then + bias.
/// @param bias data null: +0. A bias of -0 counts as +0.
template <class T>
void depthwise_conv2d(const Conv2dGeometry& at, const View<const T>& x, const View<const T>& weights,
                      const View<const T>& bias, const View<T>& y) {
    const Shape& out = y.shape();
    const std::int64_t multiplier = weights.shape()[3];
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; ++p)
            for (std::int64_t q = 0; q < out[2]; ++q)
                for (std::int64_t k = 0; k < out[3]; ++k) {
                    const std::int64_t c = k / multiplier;
                    T sum(0);
                    for (std::int64_t r = 0; r < at.kernel_h; ++r)
                        for (std::int64_t s = 0; s < at.kernel_w; ++s) {
                            const T value = value_or_zero(x, n, p * at.stride_h + r * at.dilation_h - at.pad_top,
                                                          q * at.stride_w + s * at.dilation_w - at.pad_left, c);
                            sum = fma(value, weights(r, s, c, k % multiplier), sum);
                        }
                    y(n, p, q, k) = sum + (bias.data() == nullptr ? T(0) : bias(k) + T(0));
                }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
