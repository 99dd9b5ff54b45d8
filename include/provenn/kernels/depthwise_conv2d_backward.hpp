// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of depthwise convolution with respect to its input and weights (bias: as conv2d's).
//
//   data     dx[h, w, c] = sum over taps (r, s) that met the pixel and multiples m of dy[p, q, c*M + m] * w[r, s, c, m]
//            one chain of fused multiply-adds from 0 in the order (r, s, m); + 0
//   weights  dw[r, s, c, m] = sum over samples and pixels of x[.., c] * dy[p, q, c * M + m]
//            one chain from 0 for each chunk of pixels, + 0; chunks and tree as in kernels/conv2d_backward.hpp
// Error bound: gamma_n * sum |a||b| with n = R*S*M + 1 (data), n = 256 + Q + 1 + ceil(log2 chunks) (weights).
#pragma once

#include "provenn/kernels/conv2d_backward.hpp"
#include "provenn/kernels/depthwise_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires output_gradient's halo covers gradient_halo(...) and holds +0. geometry.groups is not read.
struct DepthwiseDataGradient {
    ConstBlockedMap output_gradient;
    BlockedMap input_gradient;
    const float* weights = nullptr;  ///< packed by pack_depthwise_weights, as forward reads them
    Conv2dGeometry geometry;
    std::int64_t multiplier = 1;
};

/// @requires the input's halo covers input_halo(...) and holds +0; there is a pixel. geometry.groups is not read.
struct DepthwiseWeightGradient {
    ConstBlockedMap input, output_gradient;
    float* weight_gradient = nullptr;  ///< [R, S, C, M]; null: not wanted
    float* bias_gradient = nullptr;    ///< [C * M]; null: not wanted
    Conv2dGeometry geometry;
    std::int64_t multiplier = 1;
    float* scratch = nullptr;          ///< depthwise_gradient_scratch_size floats
};

/// Floats of scratch; `arguments` needs extents and geometry, no data.
[[nodiscard]] inline std::int64_t depthwise_gradient_scratch_size(const DepthwiseWeightGradient& arguments) {
    return arguments.output_gradient.extent.blocks() * tree_levels(gradient_chunks(arguments.output_gradient)) *
           arguments.geometry.taps() * kChannelBlock;
}

struct DepthwiseConv2dBackwardKernels {
    /// @ensures input_gradient's interior is written, not added to; lanes beyond C are +0. @threads tasks are rows.
    void (*data)(const DepthwiseDataGradient& arguments, const Executor& executor) noexcept = nullptr;
    /// @ensures gradients are written, not added to. @threads tasks are blocks of channels (multiplier 1) or taps.
    void (*weights)(const DepthwiseWeightGradient& arguments, const Executor& executor) noexcept = nullptr;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
