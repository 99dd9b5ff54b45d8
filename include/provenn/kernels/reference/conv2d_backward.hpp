// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the gradients of convolution, in the order of kernels/conv2d_backward.hpp; for groups that do not fill
// blocks of 16 channels also the kernel of the weights gradient, which reads blocked maps through BlockedElements.
#pragma once

#include "provenn/core/fma.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/conv2d_backward.hpp"
#include "provenn/kernels/reference/conv2d_transpose.hpp"
#include "provenn/kernels/reference/pairwise_tree.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// A blocked map read and written like a View [N, H, W, C].
template <class T>
struct BlockedElements {
    BasicBlockedMap<T> map;
    [[nodiscard]] Shape shape() const {
        return {map.samples, map.extent.height, map.extent.width, map.extent.channels};
    }
    T& operator()(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) const {
        return map.pixel(n, c / kChannelBlock, h, w)[c % kChannelBlock];
    }
};

/// x(n, h, w, c), and +0 in the halo.
template <class T, class Array>
[[nodiscard]] T padded(const Array& x, std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c) {
    const bool inside = h >= 0 && h < x.shape()[1] && w >= 0 && w < x.shape()[2];
    return inside ? x(n, h, w, c) : T(0);
}

/// Sum of term(sum, n, p, q) over all pixels of [N, P, Q, ...], in chunks joined by the fixed tree.
template <class T, class Term>
[[nodiscard]] T sum_over_pixels(const Shape& outputs, const Term& term) {
    const std::int64_t rows = gradient_chunk_rows(outputs[2]), chunks = (outputs[1] + rows - 1) / rows;
    return pairwise_sum<T>(0, outputs[0] * chunks, [&](std::int64_t chunk) {
        const std::int64_t n = chunk / chunks, first = chunk % chunks * rows;
        T sum = T(0);
        for (std::int64_t p = first; p < first + rows && p < outputs[1]; ++p)
            for (std::int64_t q = 0; q < outputs[2]; ++q) sum = term(sum, n, p, q);
        return sum + T(0);
    });
}

/// Gradient of the weights of tap (r, s). x [N, H, W, C], dy [N, P, Q, K], dw [R, S, C/G, K].
template <class T, class Input, class Gradient>
void conv2d_tap_gradient(const Conv2dGeometry& at, const Input& x, const Gradient& dy,
                         const View<T>& dw, std::int64_t r, std::int64_t s) {
    const std::int64_t filters = dy.shape()[3] / at.groups;
    for (std::int64_t c = 0; c < dw.shape()[2]; ++c)
        for (std::int64_t k = 0; k < dw.shape()[3]; ++k) {
            const std::int64_t channel = k / filters * dw.shape()[2] + c;
            dw(r, s, c, k) = sum_over_pixels<T>(dy.shape(), [&](T sum, auto n, auto p, auto q) {
                const T value = padded<T>(x, n, p * at.stride_h + r * at.dilation_h - at.pad_top,
                                          q * at.stride_w + s * at.dilation_w - at.pad_left, channel);
                return fma(value, dy(n, p, q, k), sum);
            });
        }
}

template <class T>
void conv2d_weight_gradient(const Conv2dGeometry& at, const View<const T>& x,
                            const View<const T>& dy, const View<T>& dw) {
    for (std::int64_t r = 0; r < at.kernel_h; ++r)
        for (std::int64_t s = 0; s < at.kernel_w; ++s) conv2d_tap_gradient<T>(at, x, dy, dw, r, s);
}

/// db [K].
template <class T>
void conv2d_bias_gradient(const View<const T>& dy, const View<T>& db) {
    for (std::int64_t k = 0; k < db.shape()[0]; ++k)
        db(k) = sum_over_pixels<T>(dy.shape(),
                                   [&](T sum, auto n, auto p, auto q) { return sum + dy(n, p, q, k); });
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
