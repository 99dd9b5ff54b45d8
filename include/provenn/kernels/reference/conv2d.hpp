// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of convolution: textbook loops over [N, H, W, C], in the order of kernels/conv2d.hpp.
#pragma once

#include "provenn/core/fma.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// x(n, h, w, c), and +0 where the pixel lies outside: the halo.
template <class T>
[[nodiscard]] T value_or_zero(const View<const T>& x, std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
    const bool inside = h >= 0 && h < x.shape()[1] && w >= 0 && w < x.shape()[2];
    return inside ? x(n, h, w, c) : T(0);
}

/// y [N, P, Q, K] = x [N, H, W, C] * w [R, S, C/G, K] + bias [K], one chain for each output, then + bias.
/// @param bias data null: +0. A bias of -0 counts as +0.
template <class T>
void conv2d(const Conv2dGeometry& at, const View<const T>& x, const View<const T>& weights, const View<const T>& bias,
            const View<T>& y) {
    const Shape& out = y.shape();
    const std::int64_t channels = weights.shape()[2], filters = out[3] / at.groups;
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; ++p)
            for (std::int64_t q = 0; q < out[2]; ++q)
                for (std::int64_t k = 0; k < out[3]; ++k) {
                    const std::int64_t group = k / filters;
                    T sum(0);
                    for (std::int64_t block = 0; block < channels; block += kChannelBlock)
                        for (std::int64_t r = 0; r < at.kernel_h; ++r)
                            for (std::int64_t s = 0; s < at.kernel_w; ++s)
                                for (std::int64_t c = block; c < block + kChannelBlock && c < channels; ++c) {
                                    const std::int64_t h = p * at.stride_h + r * at.dilation_h - at.pad_top;
                                    const std::int64_t w = q * at.stride_w + s * at.dilation_w - at.pad_left;
                                    const T value = value_or_zero(x, n, h, w, group * channels + c);
                                    sum = fma(value, weights(r, s, c, k), sum);
                                }
                    y(n, p, q, k) = sum + (bias.data() == nullptr ? T(0) : bias(k) + T(0));
                }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
