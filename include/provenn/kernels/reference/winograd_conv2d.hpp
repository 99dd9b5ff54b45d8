// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of Winograd convolution: one tile after the other, in the order of kernels/winograd_conv2d.hpp.
#pragma once

#include "provenn/kernels/reference/conv2d.hpp"
#include "provenn/kernels/winograd_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// B^T d in one dimension; six values for m = 4, four for m = 2, `step` apart.
template <class T>
void winograd_input(WinogradTile tile, T* values, std::int64_t step) {
    T d[6] = {};
    for (std::int64_t i = 0; i < winograd_side(tile) + 2; ++i) d[i] = values[i * step];
    if (tile == WinogradTile::f2x2) {
        const T t[] = {d[0] - d[2], d[1] + d[2], d[2] - d[1], d[1] - d[3]};
        for (std::int64_t i = 0; i < 4; ++i) values[i * step] = t[i];
        return;
    }
    const T a = fma(T(-4), d[2], d[4]), b = fma(T(-4), d[1], d[3]), c = d[4] - d[2], e = d[3] - d[1];
    const T t[] = {fma(T(4), d[0], fma(T(-5), d[2], d[4])), a + b, a - b, fma(T(2), e, c), fma(T(-2), e, c),
                   fma(T(4), d[1], fma(T(-5), d[3], d[5]))};
    for (std::int64_t i = 0; i < 6; ++i) values[i * step] = t[i];
}

/// A^T m in one dimension: the first m of the values are the result.
template <class T>
void winograd_output(WinogradTile tile, T* values, std::int64_t step) {
    T m[6] = {};
    for (std::int64_t i = 0; i < winograd_side(tile) + 2; ++i) m[i] = values[i * step];
    if (tile == WinogradTile::f2x2) {
        values[0] = (m[0] + m[1]) + m[2];
        values[step] = (m[1] - m[2]) - m[3];
        return;
    }
    const T p = m[1] + m[2], q = m[1] - m[2], r = m[3] + m[4], s = m[3] - m[4];
    const T y[] = {m[0] + (p + r), fma(T(2), s, q), fma(T(4), r, p), fma(T(8), s, q + m[5])};
    for (std::int64_t i = 0; i < 4; ++i) values[i * step] = y[i];
}

/// y [N, P, Q, K] = x [N, H, W, C] * w [3, 3, C, K] + bias [K], without epilogue. @param bias data null: +0.
template <class T>
void winograd_conv2d(WinogradTile tile, std::int64_t pad_top, std::int64_t pad_left, const View<const T>& x,
                     const View<const float>& weights, const View<const T>& bias, const View<T>& y) {
    const std::int64_t side = winograd_side(tile), width = side + 2, points = winograd_points(tile);
    const Shape& out = y.shape();
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; p += side)
            for (std::int64_t q = 0; q < out[2]; q += side)
                for (std::int64_t k = 0; k < out[3]; ++k) {
                    T sums[36] = {};
                    for (std::int64_t c = 0; c < weights.shape()[2]; ++c) {
                        T d[36] = {};
                        for (std::int64_t i = 0; i < points; ++i)
                            d[i] = value_or_zero(x, n, p + i / width - pad_top, q + i % width - pad_left, c);
                        for (std::int64_t j = 0; j < width; ++j) winograd_input(tile, d + j, width);
                        for (std::int64_t i = 0; i < width; ++i) winograd_input(tile, d + i * width, 1);
                        double g[3][3][1];
                        for (std::int64_t i = 0; i < 9; ++i)
                            g[i / 3][i % 3][0] = static_cast<double>(weights(i / 3, i % 3, c, k));
                        float u[36];
                        if (tile == WinogradTile::f4x4) winograd::transform_kernel<WinogradTile::f4x4>(g, u, 1);
                        else winograd::transform_kernel<WinogradTile::f2x2>(g, u, 1);
                        for (std::int64_t i = 0; i < points; ++i) sums[i] = fma(d[i], static_cast<T>(u[i]), sums[i]);
                    }
                    for (std::int64_t j = 0; j < width; ++j) winograd_output(tile, sums + j, width);
                    for (std::int64_t i = 0; i < side; ++i) winograd_output(tile, sums + i * width, 1);
                    const T closing = bias.data() == nullptr ? T(0) : bias(k) + T(0);
                    for (std::int64_t i = 0; i < side && p + i < out[1]; ++i)
                        for (std::int64_t j = 0; j < side && q + j < out[2]; ++j)
                            y(n, p + i, q + j, k) = sums[i * width + j] + closing;
                }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
