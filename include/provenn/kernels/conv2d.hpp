// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of two-dimensional convolution, which also serves dense layers (1x1 on 1x1 maps) and data gradients.
//
// y[p, q, k] = epilogue(bias[k] + sum over taps t and channels c of x[p * step + tap_row, q * step + tap_column, c] *
// w[t, c, k]). One chain of fused multiply-adds for each output, starting from the bias, in the order
// (c / 16, t, c mod 16), c counted inside the group; then + 0, then the epilogue. Taps outside the input read the halo,
// which holds zeros.
// Error bound against exact arithmetic: gamma_(T*C+1) * (|bias| + sum |x||w|), gamma_n = n u / (1 - n u), u = 2^-24.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/epilogue.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Position of a tap relative to an output pixel's origin, in input pixels.
struct Tap {
    std::int64_t row = 0, column = 0;
};

/// One convolution. @requires the input's halo covers every tap of every output pixel; the output overlaps no input.
struct Conv2dArguments {
    ConstBlockedMap input;
    BlockedMap output;
    const float* weights = nullptr;  ///< packed by pack_conv2d_weights
    const float* bias = nullptr;     ///< blocks() * 16 of the output, or null for zeros
    Span<const Tap> taps;            ///< in the order of the chain
    std::int64_t step_rows = 1, step_columns = 1;  ///< input pixels from one output pixel to the next
    std::int64_t output_column_step = 1;           ///< output pixels between two written columns (rows: row_stride)
    std::int64_t groups = 1;                       ///< more than 1 needs is_conv2d_group_blocked
    Epilogue epilogue;
};

/// Whether a grouped convolution can run on blocks; others go through the reference.
[[nodiscard]] constexpr bool is_conv2d_group_blocked(std::int64_t channels, std::int64_t filters, std::int64_t groups) {
    return groups == 1 || (channels / groups % kChannelBlock == 0 && filters / groups % kChannelBlock == 0);
}

/// Elements of the packed weights: panels of 16 filters, each [c / 16][taps][c mod 16][16].
[[nodiscard]] constexpr std::int64_t conv2d_packed_size(std::int64_t taps, std::int64_t group_channels,
                                                        std::int64_t filters) {
    return channel_blocks(filters) * kChannelBlock * taps * group_channels;
}

/// Packs weights [taps, C/G, K] (strides in elements, so that transposed and flipped weights need no copy of their own).
/// @param packed conv2d_packed_size elements.
inline void pack_conv2d_weights(const View<const float>& weights, float* packed) {
    const std::int64_t taps = weights.shape()[0], channels = weights.shape()[1], filters = weights.shape()[2];
    for (std::int64_t panel = 0; panel < channel_blocks(filters); ++panel) {
        for (std::int64_t first = 0; first < channels; first += kChannelBlock) {
            const std::int64_t end = first + kChannelBlock < channels ? first + kChannelBlock : channels;
            for (std::int64_t tap = 0; tap < taps; ++tap) {
                for (std::int64_t c = first; c < end; ++c) {
                    const float* source = weights.data() + tap * weights.stride(0) + c * weights.stride(1);
                    for (std::int64_t lane = 0; lane < kChannelBlock; ++lane) {
                        const std::int64_t k = panel * kChannelBlock + lane;
                        *packed++ = k < filters ? source[k * weights.stride(2)] : 0.0f;
                    }
                }
            }
        }
    }
}

/// Convolution kernels of one instruction set.
struct Conv2dKernels {
    /// @numerics one chain for each output; bits equal everywhere. @cost 2 * outputs * taps * C/G flop; no allocation.
    /// @threads tasks are blocks of filters times runs of output pixels, cut by shape.
    void (*run)(const Executor& executor, const Conv2dArguments& arguments) noexcept = nullptr;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
