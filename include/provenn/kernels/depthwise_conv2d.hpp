// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of depthwise convolution with a depth multiplier.
//
// y[p, q, c * M + m] = epilogue(bias + sum over taps t of x[p * step + row, q * step + column, c] * w[t, c, m]); one chain
// from the bias in the order of the taps, then + 0. Taps outside the input read the halo, which holds zeros.
// Error bound: gamma_(T+1) * (|bias| + sum |x||w|).
#pragma once

#include "provenn/kernels/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// One depthwise convolution. @requires as for Conv2dArguments.
struct DepthwiseConv2dArguments {
    ConstBlockedMap input;
    BlockedMap output;
    const float* weights = nullptr;  ///< packed by pack_depthwise_weights
    const float* bias = nullptr;     ///< blocks() * 16 of the output, or null for zeros
    Span<const Tap> taps;
    std::int64_t step_rows = 1, step_columns = 1;
    std::int64_t multiplier = 1;
    Epilogue epilogue;
};

/// Elements of the packed weights: [outputs / 16][taps][16].
[[nodiscard]] constexpr std::int64_t depthwise_packed_size(std::int64_t taps, std::int64_t outputs) {
    return channel_blocks(outputs) * kChannelBlock * taps;
}

/// Packs weights [taps, C * M].
inline void pack_depthwise_weights(const View<const float>& weights, float* packed) {
    const std::int64_t taps = weights.shape()[0], outputs = weights.shape()[1];
    for (std::int64_t block = 0; block < channel_blocks(outputs); ++block) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t lane = 0; lane < kChannelBlock; ++lane) {
                const std::int64_t k = block * kChannelBlock + lane;
                *packed++ = k < outputs ? weights(tap, k) : 0.0f;
            }
        }
    }
}

/// Depthwise kernels of one instruction set.
struct DepthwiseConv2dKernels {
    /// @threads tasks are output rows of one block of channels.
    void (*run)(const Executor& executor, const DepthwiseConv2dArguments& arguments) noexcept = nullptr;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
