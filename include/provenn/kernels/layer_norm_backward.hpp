// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of layer normalisation. Statistics are computed anew, as kernels/layer_norm.hpp says.
//
//   u              = (x - mean) * inverse, each rounded once, and g = dy * gamma
//   dx             = fma(-u, sum(fma(g, u, .)) / C, g - sum(g) / C) * inverse, the sums over the channels of the pixel
//   gamma_gradient = sum(fma(dy, u, .)) and beta_gradient = sum(dy), over N, H, W in the order of
//   kernels/batch_norm.hpp
#pragma once

#include "provenn/kernels/layer_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires N * H * W >= 1; maps agree in samples and extent and do not overlap.
struct LayerNormBackward {
    ConstBlockedMap input, output_gradient;
    BlockedMap input_gradient;     ///< data null: not wanted
    const float* gamma = nullptr;  ///< as forward had it
    float epsilon = 1e-3f;
    float* gamma_gradient = nullptr;  ///< [C]; null: not wanted
    float* beta_gradient = nullptr;   ///< [C]; null: not wanted
    float* scratch = nullptr;         ///< batch_norm_scratch_size floats
};

/// @ensures gradients are written, not added to; lanes of input_gradient beyond C are +0.
/// @threads tasks are chunks of rows; the sums do not depend on them.
/// @req REQ-KERN-371
struct LayerNormBackwardKernels {
    void (*backward)(const Executor& executor, const LayerNormBackward& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
