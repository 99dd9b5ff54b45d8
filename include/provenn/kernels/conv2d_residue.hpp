// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which outputs saw an input pixel of a convolution: by residue of the stride, along each axis.
#pragma once

#include "provenn/kernels/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// One axis: output p meets input p * stride + tap * dilation - pad at tap 0 ... size - 1. In pixels.
struct ConvAxis {
    std::int64_t size = 1, stride = 1, dilation = 1, pad = 0;
};
[[nodiscard]] inline ConvAxis conv_rows(const Conv2dGeometry& at) {
    return {at.kernel_h, at.stride_h, at.dilation_h, at.pad_top};
}
[[nodiscard]] inline ConvAxis conv_columns(const Conv2dGeometry& at) {
    return {at.kernel_w, at.stride_w, at.dilation_w, at.pad_left};
}

/// The inputs h with (h + pad) mod stride == residue along one axis, and the outputs that saw them: input
/// first + i * stride met output i + offset - j * step_back at tap first_tap + j * tap_step, for j in [0, taps).
struct ConvResidue {
    std::int64_t first = 0, count = 0;
    std::int64_t first_tap = 0, tap_step = 1, taps = 0;
    std::int64_t offset = 0, step_back = 1;
};
[[nodiscard]] inline ConvResidue conv_residue(const ConvAxis& axis, std::int64_t input, std::int64_t residue) {
    ConvResidue found;
    const std::int64_t skipped = axis.pad > residue ? (axis.pad - residue + axis.stride - 1) / axis.stride : 0;
    found.first = residue + skipped * axis.stride - axis.pad;
    found.count = found.first < input ? (input - 1 - found.first) / axis.stride + 1 : 0;
    std::int64_t divisor = axis.stride;  // greatest common divisor of stride and dilation
    for (std::int64_t rest = axis.dilation; rest != 0;) {
        const std::int64_t next = divisor % rest;
        divisor = rest;
        rest = next;
    }
    found.tap_step = axis.stride / divisor;
    found.step_back = axis.dilation / divisor;
    while (found.first_tap < axis.size && found.first_tap * axis.dilation % axis.stride != residue) ++found.first_tap;
    if (found.first_tap < axis.size) {
        found.taps = (axis.size - 1 - found.first_tap) / found.tap_step + 1;
        found.offset = skipped + (residue - found.first_tap * axis.dilation) / axis.stride;  // divides exactly
    }
    return found;
}

/// The halo that the data gradient reads around the output's gradient.
[[nodiscard]] inline Halo gradient_halo(const Conv2dGeometry& geometry, const MapExtent& input,
                                        const MapExtent& output) {
    const auto widen = [](const ConvAxis& axis, std::int64_t in, std::int64_t out, std::int64_t& before,
                          std::int64_t& after) {
        for (std::int64_t residue = 0; residue < axis.stride; ++residue) {
            const ConvResidue at = conv_residue(axis, in, residue);
            if (at.count == 0 || at.taps == 0) continue;
            const std::int64_t least = at.offset - (at.taps - 1) * at.step_back, most = at.offset + at.count - 1;
            if (-least > before) before = -least;
            if (most - (out - 1) > after) after = most - (out - 1);
        }
    };
    Halo halo;
    widen(conv_rows(geometry), input.height, output.height, halo.top, halo.bottom);
    widen(conv_columns(geometry), input.width, output.width, halo.left, halo.right);
    return halo;
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
