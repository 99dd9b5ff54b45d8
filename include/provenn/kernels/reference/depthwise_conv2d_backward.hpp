// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the gradients of depthwise convolution, in the order of kernels/depthwise_conv2d_backward.hpp; also the
// path of multipliers other than 1.
#pragma once

#include "provenn/kernels/depthwise_conv2d_backward.hpp"
#include "provenn/kernels/reference/conv2d_backward.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Gradient of sample n, row h. dy [N, P, Q, C * M], weight(tap, k) of k in C * M, dx [N, H, W, C].
template <class T, class Gradient, class Weight, class Target>
void depthwise_data_gradient_row(const Conv2dGeometry& at, const Gradient& dy, const Weight& weight, const Target& dx,
                                 std::int64_t n, std::int64_t h) {
    const std::int64_t multiplier = dy.shape()[3] / dx.shape()[3];
    for (std::int64_t w = 0; w < dx.shape()[2]; ++w)
        for (std::int64_t c = 0; c < dx.shape()[3]; ++c) {
            T sum = T(0);
            for (std::int64_t r = 0; r < at.kernel_h; ++r)
                for (std::int64_t s = 0; s < at.kernel_w; ++s) {
                    std::int64_t p = 0, q = 0;
                    if (!saw(conv_rows(at), h, r, p) || !saw(conv_columns(at), w, s, q)) continue;
                    for (std::int64_t k = c * multiplier; k < (c + 1) * multiplier; ++k)
                        sum = fma(padded<T>(dy, n, p, q, k), weight(r * at.kernel_w + s, k), sum);
                }
            dx(n, h, w, c) = sum + T(0);
        }
}

/// weights [R, S, C, M].
template <class T>
void depthwise_data_gradient(const Conv2dGeometry& at, const View<const T>& dy, const View<const T>& weights,
                             const View<T>& dx) {
    const auto weight = [&](std::int64_t tap, std::int64_t k) {
        const std::int64_t multiplier = weights.shape()[3];
        return weights(tap / at.kernel_w, tap % at.kernel_w, k / multiplier, k % multiplier);
    };
    for (std::int64_t n = 0; n < dx.shape()[0]; ++n)
        for (std::int64_t h = 0; h < dx.shape()[1]; ++h) depthwise_data_gradient_row<T>(at, dy, weight, dx, n, h);
}

/// Gradient of the weights of tap (r, s). x [N, H, W, C], dy [N, P, Q, C * M], dw [R, S, C, M].
template <class T, class Input, class Gradient>
void depthwise_tap_gradient(const Conv2dGeometry& at, const Input& x, const Gradient& dy, const View<T>& dw,
                            std::int64_t r, std::int64_t s) {
    const std::int64_t multiplier = dw.shape()[3];
    for (std::int64_t k = 0; k < dw.shape()[2] * multiplier; ++k)
        dw(r, s, k / multiplier, k % multiplier) = sum_over_pixels<T>(dy.shape(), [&](T sum, auto n, auto p, auto q) {
            const T value = padded<T>(x, n, p * at.stride_h + r * at.dilation_h - at.pad_top,
                                      q * at.stride_w + s * at.dilation_w - at.pad_left, k / multiplier);
            return fma(value, dy(n, p, q, k), sum);
        });
}

template <class T>
void depthwise_weight_gradient(const Conv2dGeometry& at, const View<const T>& x, const View<const T>& dy,
                               const View<T>& dw) {
    for (std::int64_t r = 0; r < at.kernel_h; ++r)
        for (std::int64_t s = 0; s < at.kernel_w; ++s) depthwise_tap_gradient<T>(at, x, dy, dw, r, s);
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
