// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of pooling: textbook loops over [N, H, W, C], in the order of kernels/pool2d.hpp.
#pragma once

#include "provenn/core/view.hpp"
#include "provenn/kernels/pool2d.hpp"
#include "provenn/kernels/reference/pairwise_tree.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Whether `next` becomes the maximum after `best`: it is greater, or the first NaN.
template <class T>
[[nodiscard]] bool takes_over(const T& best, const T& next) {
    return next > best || (next != next && best == best);
}

/// Calls body(n, p, q, c, rows, columns) for every window of every output.
template <class Body>
void for_each_window(const Pool2dWindow& at, const Shape& in, const Shape& out, const Body& body) {
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; ++p)
            for (std::int64_t q = 0; q < out[2]; ++q)
                for (std::int64_t c = 0; c < out[3]; ++c)
                    body(n, p, q, c, pool_span(p, at.height, at.stride_height, at.pad_top, in[1]),
                         pool_span(q, at.width, at.stride_width, at.pad_left, in[2]));
}

template <class T>
void pool2d_max(const Pool2dWindow& at, const View<const T>& x, const View<T>& y) {
    for_each_window(at, x.shape(), y.shape(), [&](auto n, auto p, auto q, auto c, PoolSpan rows, PoolSpan columns) {
        T best = x(n, rows.begin, columns.begin, c);
        for (std::int64_t h = rows.begin; h < rows.end; ++h)
            for (std::int64_t w = columns.begin; w < columns.end; ++w)
                if (takes_over(best, x(n, h, w, c))) best = x(n, h, w, c);
        y(n, p, q, c) = best;
    });
}

template <class T>
void pool2d_average(const Pool2dWindow& at, const View<const T>& x, const View<T>& y) {
    for_each_window(at, x.shape(), y.shape(), [&](auto n, auto p, auto q, auto c, PoolSpan rows, PoolSpan columns) {
        T sum = T(0);
        for (std::int64_t h = rows.begin; h < rows.end; ++h)
            for (std::int64_t w = columns.begin; w < columns.end; ++w) sum = sum + x(n, h, w, c);
        y(n, p, q, c) = sum / static_cast<T>((rows.end - rows.begin) * (columns.end - columns.begin));
    });
}

/// y is [N, 1, 1, C].
template <class T>
void pool2d_global_max(const View<const T>& x, const View<T>& y) {
    const Shape& in = x.shape();
    pool2d_max(Pool2dWindow{in[1], in[2], in[1], in[2], 0, 0}, x, y);
}

/// y is [N, 1, 1, C].
template <class T>
void pool2d_global_average(const View<const T>& x, const View<T>& y) {
    const Shape& in = x.shape();
    for (std::int64_t n = 0; n < in[0]; ++n)
        for (std::int64_t c = 0; c < in[3]; ++c) {
            const auto row_sum = [&](std::int64_t h) {
                T sum = T(0);
                for (std::int64_t w = 0; w < in[2]; ++w) sum = sum + x(n, h, w, c);
                return sum;
            };
            y(n, 0, 0, c) = pairwise_sum<T>(0, in[1], row_sum) / static_cast<T>(in[1] * in[2]);
        }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
