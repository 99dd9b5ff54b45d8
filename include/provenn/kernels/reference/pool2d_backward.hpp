// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the gradients of pooling: windows scatter in the order of kernels/pool2d_backward.hpp.
#pragma once

#include "provenn/kernels/pool2d_backward.hpp"
#include "provenn/kernels/reference/pool2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

template <class T>
void set_zero(const View<T>& x) {
    for (T& value : x.span()) value = T(0);
}

/// @requires dx is contiguous.
template <class T>
void pool2d_max_backward(const Pool2dWindow& at, const View<const T>& x, const View<const T>& dy, const View<T>& dx) {
    set_zero(dx);
    for_each_window(at, x.shape(), dy.shape(), [&](auto n, auto p, auto q, auto c, PoolSpan rows, PoolSpan columns) {
        std::int64_t best_h = rows.begin, best_w = columns.begin;
        for (std::int64_t h = rows.begin; h < rows.end; ++h)
            for (std::int64_t w = columns.begin; w < columns.end; ++w)
                if (takes_over(x(n, best_h, best_w, c), x(n, h, w, c))) {
                    best_h = h;
                    best_w = w;
                }
        dx(n, best_h, best_w, c) = dx(n, best_h, best_w, c) + dy(n, p, q, c);
    });
}

/// @requires dx is contiguous.
template <class T>
void pool2d_average_backward(const Pool2dWindow& at, const View<const T>& dy, const View<T>& dx) {
    set_zero(dx);
    for_each_window(at, dx.shape(), dy.shape(), [&](auto n, auto p, auto q, auto c, PoolSpan rows, PoolSpan columns) {
        const T share = dy(n, p, q, c) / static_cast<T>((rows.end - rows.begin) * (columns.end - columns.begin));
        for (std::int64_t h = rows.begin; h < rows.end; ++h)
            for (std::int64_t w = columns.begin; w < columns.end; ++w) dx(n, h, w, c) = dx(n, h, w, c) + share;
    });
}

template <class T>
void pool2d_global_max_backward(const View<const T>& x, const View<const T>& dy, const View<T>& dx) {
    const Shape& in = x.shape();
    pool2d_max_backward(Pool2dWindow{in[1], in[2], in[1], in[2], 0, 0}, x, dy, dx);
}

template <class T>
void pool2d_global_average_backward(const View<const T>& dy, const View<T>& dx) {
    const Shape& in = dx.shape();
    pool2d_average_backward(Pool2dWindow{in[1], in[2], in[1], in[2], 0, 0}, dy, dx);
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
