// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of depthwise convolution with a depth multiplier.
//
//   y[n, p, q, c*M + m] = epilogue(bias[c*M + m] + sum over (r, s) of x[n, h, w, c] * w[r, s, c, m])
//   with h = p*stride_h + r*dilation_h - pad_top and w likewise
//   order    one chain of fma from +0 over (r, s), then + bias, whose -0 counts as +0
//   zeros    padding is read from the input's halo and multiplied (0 * Inf weight is NaN)
//   error    |y - exact| <= g/(1 - g) * sum |x||w| + |y| * 2^-24 with g = R * S * 2^-24, before the epilogue
//   weights  [R, S, C, M] packed as [C*M/16] [(r, s)] [16], +0 in the lanes beyond C*M
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/kernels/conv2d.hpp"
#include "provenn/kernels/epilogue.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// geometry.groups is not read. @requires output channels are input channels * multiplier; samples agree; the input's
/// halo covers input_halo(...) and holds +0; input, weights, bias and epilogue do not overlap the output.
struct DepthwiseConv2dArguments {
    ConstBlockedMap input;
    BlockedMap output;
    Conv2dGeometry geometry;
    std::int64_t multiplier = 1;
    const float* weights = nullptr;  ///< depthwise_packed_size floats of pack_depthwise_weights
    const float* bias = nullptr;     ///< output blocks * 16 floats; null: +0
    Epilogue epilogue;
};

struct DepthwiseConv2dKernels {
    /// @ensures the output's interior is written, its lanes beyond C*M with +0.
    /// @numerics see above; the same bits on every instruction set. @threads tasks are ranges of output rows.
    /// @cost 2 * P * Q * R * S * C * M flop; no allocation. With M > 1 the lanes of an input are gathered one by one.
    void (*run)(const DepthwiseConv2dArguments& arguments, const Executor& executor) noexcept = nullptr;
};

/// Floats that the packed weights of C*M output channels take.
[[nodiscard]] inline std::int64_t depthwise_packed_size(const Conv2dGeometry& geometry, std::int64_t output_channels) {
    return channel_blocks(output_channels) * geometry.taps() * kChannelBlock;
}

/// Packs weights [R, S, C, M] (contiguous).
inline void pack_depthwise_weights(const Conv2dGeometry& geometry, std::int64_t output_channels, const float* weights,
                                   float* packed) noexcept {
    for (std::int64_t first = 0; first < output_channels; first += kChannelBlock) {
        const std::int64_t rest = output_channels - first, lanes = rest < kChannelBlock ? rest : kChannelBlock;
        for (std::int64_t tap = 0; tap < geometry.taps(); ++tap, packed += kChannelBlock) {
            pad_lanes(weights + tap * output_channels + first, lanes, packed);
        }
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
