// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of group normalisation.
//
// For each sample and channel, in the order of kernels/group_norm.hpp: s = sum(dy) and t = sum(fma(dy, x - mean, .)).
//   beta_gradient  = sum(s), gamma_gradient = sum(t * inverse), products rounded, over the samples by the pairwise tree
//   dx             = fma(dy, k, fma(x - mean, a, b)) with k = gamma * inverse, a = -inverse^3 * T / M and
//                    b = -inverse * S / M in double, each rounded once, where S = sum(gamma * s), T = sum(gamma * t),
//                    products rounded, over the channels of the group
#pragma once

#include "provenn/kernels/group_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires `mean` and `inverse` as forward wrote them; maps agree in samples and extent and do not overlap.
struct GroupNormBackward {
    ConstBlockedMap input, output_gradient;
    BlockedMap input_gradient;  ///< data null: not wanted
    const float* gamma = nullptr;
    std::int64_t groups = 1;
    const float* mean = nullptr;
    const float* inverse = nullptr;
    float* gamma_gradient = nullptr;  ///< [C]; null: not wanted
    float* beta_gradient = nullptr;   ///< [C]; null: not wanted
    float* scratch = nullptr;         ///< group_norm_scratch_size floats
};

/// @ensures gradients are written, not added to; lanes of input_gradient beyond C are +0.
/// @threads tasks are chunks of rows; the sums do not depend on them.
/// @req REQ-KERN-373
struct GroupNormBackwardKernels {
    void (*backward)(const Executor& executor, const GroupNormBackward& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
