// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of two-dimensional convolution with respect to its weights and bias. The gradient with
// respect to its input is a transposed convolution (kernels/conv2d_transpose.hpp).
//
//   weights  dw[r, s, c, k] = sum over samples and pixels of x[p * stride + r * dilation - pad, ..., c] * dy[p, q, k]
//            one chain from 0 for each chunk of pixels in the order (p, q), + 0; chunks are whole output rows of one
//            sample, about 256 pixels (gradient_chunk_rows), joined over all samples by the fixed pairwise tree
//   bias     db[k] = sum over samples and pixels of dy[p, q, k]: additions in the same chunks and tree
// Taps outside the map read the halo of x, which holds +0, and are multiplied.
// Error bound: gamma_n * sum |a||b| with n = 256 + Q + 1 + ceil(log2 chunks).
// A dense layer has 1x1 maps; for its weights and bias pass samples_as_rows of both maps, so that chunks span samples.
#pragma once

#include "provenn/kernels/conv2d_transpose.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Gradients with respect to weights and bias. @requires the input's halo covers input_halo(...) and
/// holds +0; there is a pixel.
struct Conv2dWeightGradient {
    ConstBlockedMap input, output_gradient;
    float* weight_gradient = nullptr;  ///< [R, S, C/G, K]; null: not wanted
    float* bias_gradient = nullptr;    ///< [K]; null: not wanted
    Conv2dGeometry geometry;
    float* scratch = nullptr;          ///< conv2d_gradient_scratch_size floats
};

/// Whether no block of 16 channels is shared by two groups.
[[nodiscard]] constexpr bool groups_fill_blocks(std::int64_t channels, std::int64_t filters, std::int64_t groups) {
    return groups == 1 || (channels / groups % kChannelBlock == 0 && filters / groups % kChannelBlock == 0);
}

/// Output rows of one chunk of a reduction over pixels.
[[nodiscard]] constexpr std::int64_t gradient_chunk_rows(std::int64_t output_width) {
    return output_width >= 256 ? 1 : 256 / output_width;
}
/// Chunks of all samples, sample-major.
[[nodiscard]] constexpr std::int64_t gradient_chunks(const ConstBlockedMap& map) {
    const std::int64_t rows = gradient_chunk_rows(map.extent.width);
    return map.samples * ((map.extent.height + rows - 1) / rows);
}

/// A map of 1x1 pixels seen as one sample whose rows are the samples.
template <class T>
[[nodiscard]] BasicBlockedMap<T> samples_as_rows(const BasicBlockedMap<T>& map) {
    PROVENN_REQUIRE(map.extent.pixels() == 1);
    return {map.data, 1, {map.samples, 1, map.extent.channels}, map.sample_stride, map.block_stride, map.sample_stride};
}

/// Tasks that the weights gradient is cut into at most; each has a stack of partial sums of its own.
inline constexpr std::int64_t kGradientTasks = 64;
/// Taps whose partial sums one task holds at a time.
inline constexpr std::int64_t kGradientTaps = 12;
/// Levels of the pairwise tree over `chunks` terms.
[[nodiscard]] constexpr std::int64_t tree_levels(std::int64_t chunks) {
    std::int64_t levels = 0;
    for (; (chunks >> levels) != 0; ++levels) {}
    return levels;
}

/// How the weights gradient is cut: from shapes alone, and without influence on the bits.
struct WeightGradientGrid {
    std::int64_t channel_blocks, panels, panels_per_unit, panel_units, taps_per_unit, tap_units, units, tasks;
    std::int64_t slot;  ///< floats of one task's partial sums
};
[[nodiscard]] inline WeightGradientGrid weight_gradient_grid(const Conv2dWeightGradient& a) {
    WeightGradientGrid grid;
    grid.channel_blocks = channel_blocks(a.input.extent.channels / a.geometry.groups);
    grid.panels = channel_blocks(a.output_gradient.extent.channels / a.geometry.groups);
    grid.panels_per_unit = grid.panels < 2 ? 1 : 2;
    grid.panel_units = (grid.panels + 1) / 2;
    const std::int64_t without_taps = a.geometry.groups * grid.channel_blocks * grid.panel_units;
    const std::int64_t taps = a.geometry.taps();
    const std::int64_t wanted = without_taps >= 16 ? taps : (taps * without_taps + 15) / 16;
    grid.taps_per_unit = wanted < kGradientTaps ? wanted : kGradientTaps;
    grid.tap_units = (taps + grid.taps_per_unit - 1) / grid.taps_per_unit;
    grid.units = without_taps * grid.tap_units;
    grid.tasks = grid.units < kGradientTasks ? grid.units : kGradientTasks;
    grid.slot = tree_levels(gradient_chunks(a.output_gradient)) * grid.taps_per_unit * kChannelBlock *
                grid.panels_per_unit * kChannelBlock;
    return grid;
}
/// Floats of scratch; `arguments` needs extents and geometry, no data.
[[nodiscard]] inline std::int64_t conv2d_gradient_scratch_size(const Conv2dWeightGradient& arguments) {
    const WeightGradientGrid grid = weight_gradient_grid(arguments);
    return grid.tasks * grid.slot;
}

/// Gradients of one instruction set.
struct Conv2dBackwardKernels {
    /// @ensures gradients are written, not added to. @cost 2 * outputs * taps * C/G flop; no allocation.
    /// @threads tasks are blocks of channels times panels of filters times taps; nothing is reduced between tasks.
    /// Groups that do not fill blocks take one scalar fma a term.
    void (*weights)(const Conv2dWeightGradient& arguments, const Executor& executor) noexcept = nullptr;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
