// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of pad, crop, concatenate, split, slice and permute: one element at a time over [N, H, W, C].
#pragma once

#include "provenn/core/view.hpp"
#include "provenn/kernels/rearrange2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Calls body(n, h, w, c) for all elements of `samples` samples of `extent`.
template <class Body>
void for_each_element(std::int64_t samples, const MapExtent& extent, const Body& body) {
    for (std::int64_t n = 0; n < samples; ++n)
        for (std::int64_t h = 0; h < extent.height; ++h)
            for (std::int64_t w = 0; w < extent.width; ++w)
                for (std::int64_t c = 0; c < extent.channels; ++c) body(n, h, w, c);
}

/// Concatenate, split, slice, crop: everything is a box copied from one place to another.
template <class T>
void copy_box(const MapBox& box, const View<const T>& input, const View<T>& output) {
    for_each_element(output.shape()[0], box.size, [&](auto n, auto h, auto w, auto c) {
        output(n, box.to.row + h, box.to.column + w, box.to.channel + c) =
            input(n, box.from.row + h, box.from.column + w, box.from.channel + c);
    });
}

/// The input at (top, left) of an output of zeros.
template <class T>
void pad(std::int64_t top, std::int64_t left, const View<const T>& input, const View<T>& output) {
    const Shape &in = input.shape(), &out = output.shape();
    for_each_element(out[0], {out[1], out[2], out[3]},
                     [&](auto n, auto h, auto w, auto c) { output(n, h, w, c) = T(0); });
    copy_box<T>({{}, {top, left, 0}, {in[1], in[2], in[3]}}, input, output);
}

template <class T>
void permute(const AxisOrder& order, const View<const T>& input, const View<T>& output) {
    const Shape& out = output.shape();
    for_each_element(out[0], {out[1], out[2], out[3]}, [&](auto n, auto h, auto w, auto c) {
        std::int64_t at[3] = {};
        at[order.axis[0]] = h;
        at[order.axis[1]] = w;
        at[order.axis[2]] = c;
        output(n, h, w, c) = input(n, at[0], at[1], at[2]);
    });
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
