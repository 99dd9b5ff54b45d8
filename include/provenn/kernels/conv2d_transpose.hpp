// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of transposed convolution: the gradient of a convolution with respect to its input, also with bias and
// epilogue, as a layer that widens maps has them.
//
//   y[n, h, w, c] = epilogue(bias[c] + sum over taps (r, s) that met the pixel and filters k of
//                            x[n, p, q, k] * w[r, s, c, k])  with h = p*stride_h + r*dilation_h - pad_top, w likewise
// The geometry is that of the convolution which leads from y's map to x's: its input is the output here.
//   order   one chain of fma from +0 over (k/16, r, s, k mod 16), k counted inside the group, then + bias, whose -0
//           counts as +0
//   zeros   (p, q) outside x reads its halo and is multiplied; a pixel that no tap met is epilogue(bias)
//   error   |y - exact| <= g/(1 - g) * sum |x||w| + |y| * 2^-24 with g = R*S*K/G * 2^-24, before the epilogue
//   source  by residues of the stride: the pixels of one residue met the same taps, and are a plain convolution of x
#pragma once

#include "provenn/kernels/conv2d.hpp"
#include "provenn/kernels/conv2d_residue.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires input.extent follows from output.extent by the geometry; samples agree; the input's halo covers
/// gradient_halo(geometry, output.extent, input.extent) and holds +0; input, weights, bias and epilogue do not overlap
/// the output.
struct Conv2dTransposeArguments {
    ConstBlockedMap input;
    BlockedMap output;
    Conv2dGeometry geometry;
    const float* weights = nullptr;  ///< packed by pack_transpose_weights
    const float* bias = nullptr;     ///< output blocks * 16 floats; null: +0
    Span<const Conv2dTap> taps;      ///< of transpose_taps
    Epilogue epilogue;
};

struct Conv2dTransposeKernels {
    /// @ensures the output's interior is written, its lanes beyond its channels with +0.
    /// @numerics see above; the same bits on every instruction set. @cost as the convolution; no allocation.
    /// @threads as the convolution, one run for each pair of residues.
    void (*run)(const Conv2dTransposeArguments& arguments, const Executor& executor) noexcept = nullptr;
};

/// Extents of the panels: the filters of the convolution are channels here, and the other way round.
/// @param channels, filters of the convolution that the geometry describes.
[[nodiscard]] inline PanelShape transpose_panel_shape(const Conv2dGeometry& geometry, std::int64_t channels,
                                                      std::int64_t filters) {
    return {geometry.taps(), filters / geometry.groups, channels, geometry.groups};
}

/// Packs weights [R, S, C/G, K] (contiguous) into packed_size(transpose_panel_shape(...)) floats.
inline void pack_transpose_weights(const PanelShape& shape, const float* weights, float* panels,
                                   const Executor& executor = serial_executor()) noexcept {
    const std::int64_t filters = shape.channels * shape.groups;
    pack_panels(shape, {weights, shape.filters_per_group() * filters, 1, filters, shape.channels}, panels, executor);
}

/// The taps of a transposed convolution, residue by residue in the order in which the kernel runs them; each tap
/// belongs to one pair of residues. @requires taps.size() == geometry.taps().
inline void transpose_taps(const Conv2dGeometry& geometry, Span<Conv2dTap> taps) noexcept {
    Conv2dTap* tap = taps.data();
    for (std::int64_t i = 0; i < geometry.stride_h; ++i) {
        const ConvResidue rows = conv_residue(conv_rows(geometry), 1, i);
        for (std::int64_t j = 0; rows.taps > 0 && j < geometry.stride_w; ++j) {
            const ConvResidue columns = conv_residue(conv_columns(geometry), 1, j);
            for (std::int64_t r = 0; r < rows.taps; ++r) {
                for (std::int64_t s = 0; s < columns.taps; ++s) {
                    *tap++ = {rows.offset - r * rows.step_back, columns.offset - s * columns.step_back,
                              (rows.first_tap + r * rows.tap_step) * geometry.kernel_w + columns.first_tap +
                                  s * columns.tap_step};
                }
            }
        }
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
