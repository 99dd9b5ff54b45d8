// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of resampling and its gradients, in the order of the contracts.
#pragma once

#include "provenn/core/view.hpp"
#include "provenn/kernels/resample2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Calls body(n, p, q, c) for every output in order.
template <class Body>
void for_each_output(const Shape& out, const Body& body) {
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; ++p)
            for (std::int64_t q = 0; q < out[2]; ++q)
                for (std::int64_t c = 0; c < out[3]; ++c) body(n, p, q, c);
}

template <class T>
void resample2d_nearest(const View<const T>& x, const View<T>& y) {
    const Shape &in = x.shape(), &out = y.shape();
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        y(n, p, q, c) = x(n, nearest_tap(p, in[1], out[1]), nearest_tap(q, in[2], out[2]), c);
    });
}

template <class T>
void resample2d_bilinear(const View<const T>& x, const View<T>& y) {
    const Shape &in = x.shape(), &out = y.shape();
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        const BilinearTap rows = bilinear_tap(p, in[1], out[1]), columns = bilinear_tap(q, in[2], out[2]);
        const T down = static_cast<T>(rows.fraction), right = static_cast<T>(columns.fraction);
        const auto along = [&](std::int64_t h) {
            const T left = x(n, h, columns.first, c);
            return fma(right, x(n, h, columns.second, c) - left, left);
        };
        const T top = along(rows.first), bottom = along(rows.second);
        y(n, p, q, c) = fma(down, bottom - top, top);
    });
}

template <class T>
void resample2d_bicubic(const View<const T>& x, const View<T>& y) {
    const Shape &in = x.shape(), &out = y.shape();
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        const BicubicTap rows = bicubic_tap(p, in[1], out[1]), columns = bicubic_tap(q, in[2], out[2]);
        T sum = T(0);
        for (int r = 0; r < 4; ++r) {
            T row = T(0);
            for (int s = 0; s < 4; ++s)
                row = fma(static_cast<T>(columns.weight[s]), x(n, rows.index[r], columns.index[s], c), row);
            sum = fma(static_cast<T>(rows.weight[r]), row, sum);
        }
        y(n, p, q, c) = sum;
    });
}

/// @requires dx is contiguous.
template <class T>
void resample2d_nearest_backward(const View<const T>& dy, const View<T>& dx) {
    const Shape &in = dx.shape(), &out = dy.shape();
    for (T& value : dx.span()) value = T(0);
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        T& at = dx(n, nearest_tap(p, in[1], out[1]), nearest_tap(q, in[2], out[2]), c);
        at = at + dy(n, p, q, c);
    });
}

/// @requires dx is contiguous.
template <class T>
void resample2d_bilinear_backward(const View<const T>& dy, const View<T>& dx) {
    const Shape &in = dx.shape(), &out = dy.shape();
    for (T& value : dx.span()) value = T(0);
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        const BilinearTap rows = bilinear_tap(p, in[1], out[1]), columns = bilinear_tap(q, in[2], out[2]);
        const T down = static_cast<T>(rows.fraction), right = static_cast<T>(columns.fraction);
        const auto receive = [&](std::int64_t h, std::int64_t w, T amount) {
            dx(n, h, w, c) = dx(n, h, w, c) + amount;
        };
        const T top = mul_rounded(T(1) - down, dy(n, p, q, c)), bottom = mul_rounded(down, dy(n, p, q, c));
        receive(rows.first, columns.first, mul_rounded(T(1) - right, top));
        receive(rows.first, columns.second, mul_rounded(right, top));
        receive(rows.second, columns.first, mul_rounded(T(1) - right, bottom));
        receive(rows.second, columns.second, mul_rounded(right, bottom));
    });
}

/// @requires dx is contiguous.
template <class T>
void resample2d_bicubic_backward(const View<const T>& dy, const View<T>& dx) {
    const Shape &in = dx.shape(), &out = dy.shape();
    for (T& value : dx.span()) value = T(0);
    for_each_output(out, [&](auto n, auto p, auto q, auto c) {
        const BicubicTap rows = bicubic_tap(p, in[1], out[1]), columns = bicubic_tap(q, in[2], out[2]);
        for (int r = 0; r < 4; ++r) {
            const T row = mul_rounded(static_cast<T>(rows.weight[r]), dy(n, p, q, c));
            for (int s = 0; s < 4; ++s) {
                T& at = dx(n, rows.index[r], columns.index[s], c);
                at = at + mul_rounded(static_cast<T>(columns.weight[s]), row);
            }
        }
    });
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
