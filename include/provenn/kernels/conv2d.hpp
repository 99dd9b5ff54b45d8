// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of two-dimensional convolution with stride, dilation, groups and any list of taps.
//
//   y[n, p, q, k] = epilogue(bias[k] + sum over (c, t) of x[n, p*step + row_t, q*step + column_t, c] * w[t, c, k])
// Position (p, q) is pixel (origin + p*step, ...) of the output map; c runs over the channels of k's group.
//   order   one chain of fma from +0 over (c/16, taps as listed, c mod 16), then + bias, whose -0 counts as +0;
//           c/16 is of c in the group. sums may rest in the output between blocks of the chain, which is exact.
//   zeros   padding is read from the input's halo and multiplied (0 * Inf weight is NaN); taps not listed are not.
//   error   |y - exact| <= g/(1 - g) * sum |x||w| + |y| * 2^-24 with g = terms * 2^-24, before the epilogue
//   source  blocking after "High Performance Zero-Memory Overhead Direct Convolutions" (Zhang, Franchetti, Low, 2018)
// A dense layer of N samples is a convolution with one tap on maps of 1 x 1; tiles of pixels span rows and samples.
#pragma once

#include <cstdint>

#include "provenn/core/array.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/kernels/epilogue.hpp"
#include "provenn/kernels/panels.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// A forward convolution as layers describe it. Padding below and right follows from the output's extent.
struct Conv2dGeometry {
    std::int64_t kernel_h = 1, kernel_w = 1;
    std::int64_t stride_h = 1, stride_w = 1;
    std::int64_t dilation_h = 1, dilation_w = 1;
    std::int64_t pad_top = 0, pad_left = 0;
    std::int64_t groups = 1;
    [[nodiscard]] std::int64_t taps() const { return kernel_h * kernel_w; }
};

/// A tap: its offset in input pixels, and its number in the order of the panels.
struct Conv2dTap {
    std::int64_t row = 0, column = 0, index = 0;
};

/// Which output pixels are computed, and how positions step through both maps, in pixels.
struct Conv2dPositions {
    std::int64_t rows = 0, columns = 0;
    std::int64_t input_step_h = 1, input_step_w = 1;
    std::int64_t output_origin_h = 0, output_origin_w = 0;
    std::int64_t output_step_h = 1, output_step_w = 1;
};

/// @requires panels.channels * panels.groups and panels.filters are the channels of input and output; samples agree;
/// groups divides filters; every tap's index is below panels.taps (without taps y is epilogue(bias)); every pixel read
/// lies in the input or in its halo, which holds +0, as do the input's lanes beyond C; without groups the input may be
/// dense; input, weights, bias and epilogue do not overlap the output.
struct Conv2dArguments {
    ConstBlockedMap input;
    BlockedMap output;
    PanelShape panels;
    const float* weights = nullptr;  ///< packed_size(panels) floats of pack_panels
    const float* bias = nullptr;     ///< panels.blocks() * 16 floats; null: +0
    Span<const Conv2dTap> taps;
    Conv2dPositions positions;
    Epilogue epilogue;
};

struct Conv2dKernels {
    /// @ensures the pixels of all positions are written, their lanes beyond K with +0; nothing else is.
    /// @numerics see above; the same bits on every instruction set. @threads tasks cut by shape write disjoint pixels.
    /// @cost 2 * positions * taps * C/G * K flop; no allocation; 16 KiB of stack a task. Fast where groups is 1 or both
    /// C/G and K/G are multiples of 16; other groups take one gathered vector a term.
    void (*run)(const Conv2dArguments& arguments, const Executor& executor) noexcept = nullptr;
};

/// Extents of the panels of a forward convolution with C input channels (all groups) and K filters.
[[nodiscard]] inline PanelShape panel_shape(const Conv2dGeometry& geometry, std::int64_t channels,
                                            std::int64_t filters) {
    return {geometry.taps(), channels / geometry.groups, filters, geometry.groups};
}

/// Packs weights [R, S, C/G, K] (contiguous) into packed_size(panel_shape(...)) floats.
inline void pack_weights(const PanelShape& shape, const float* weights, float* panels,
                         const Executor& executor = serial_executor()) noexcept {
    pack_panels(shape, {weights, shape.channels * shape.filters, shape.filters, 1, shape.filters_per_group()}, panels,
                executor);
}

/// The taps of a forward convolution in the order (r, s). @requires taps.size() == geometry.taps().
inline void forward_taps(const Conv2dGeometry& geometry, Span<Conv2dTap> taps) noexcept {
    for (std::int64_t r = 0; r < geometry.kernel_h; ++r) {
        for (std::int64_t s = 0; s < geometry.kernel_w; ++s) {
            const std::int64_t index = r * geometry.kernel_w + s;
            taps[static_cast<std::size_t>(index)] = {r * geometry.dilation_h - geometry.pad_top,
                                                     s * geometry.dilation_w - geometry.pad_left, index};
        }
    }
}

/// The positions of a forward convolution: every pixel of the output.
[[nodiscard]] inline Conv2dPositions forward_positions(const Conv2dGeometry& geometry, const MapExtent& output) {
    return {output.height, output.width, geometry.stride_h, geometry.stride_w, 0, 0, 1, 1};
}

/// Rows and columns of zeros that a forward convolution reads around its input.
[[nodiscard]] inline Halo input_halo(const Conv2dGeometry& geometry, const MapExtent& input, const MapExtent& output) {
    const auto after = [](std::int64_t positions, std::int64_t stride, std::int64_t kernel, std::int64_t dilation,
                          std::int64_t pad, std::int64_t extent) {
        const std::int64_t reach = (positions - 1) * stride + (kernel - 1) * dilation - pad + 1 - extent;
        return reach > 0 ? reach : 0;
    };
    return {geometry.pad_top,
            after(output.height, geometry.stride_h, geometry.kernel_h, geometry.dilation_h, geometry.pad_top,
                  input.height),
            geometry.pad_left,
            after(output.width, geometry.stride_w, geometry.kernel_w, geometry.dilation_w, geometry.pad_left,
                  input.width)};
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
