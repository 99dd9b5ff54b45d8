// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of the activation kernels.
//
// formula     dx = dy f'(x), from the input x of the forward pass. At a corner of f the slope is that of the left side,
//             except for clipping functions, whose slope is 0 at both corners. For linear, relu, and leaky_relu with
//             alpha >= 0 the output y may stand for x: it has the same sign (`slope_from_output`).
// NaN         where x or dy is NaN, dx is NaN
// order       PReLU's alpha gradient: each row (n, h) is a chain of fma from +0 along the w that share a slope; rows
//             are joined by the fixed pairwise tree in the order (n, h)
#pragma once

#include "provenn/kernels/activation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Whether the forward pass may overwrite x: backward gives the same bits from y.
[[nodiscard]] inline bool slope_from_output(const ActivationConfig& config) {
    return config.kind == Activation::linear || config.kind == Activation::relu ||
           (config.kind == Activation::leaky_relu && config.alpha >= 0.0f);
}

/// @requires maps of one element-wise function have equal samples and extents; `input` is what forward read.
/// @ensures gradients are written, not added to; their lanes beyond C are +0. `input_gradient` may be
/// `output_gradient`, but for glu.
/// @threads tasks are ranges of rows; PReLU's alpha: one row of one block of channels of alpha.
/// @req REQ-KERN-324
struct ActivationBackwardKernels {
    void (*backward)(const Executor& executor, const ActivationConfig& config, const ConstBlockedMap& input,
                     const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept;
    void (*prelu)(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& alpha,
                  const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept;
    /// Written before `prelu` where the latter works in place. `alpha_gradient` has the extent of alpha, one sample.
    void (*prelu_alpha)(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& output_gradient,
                        const BlockedMap& alpha_gradient) noexcept;
    void (*glu)(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& output_gradient,
                const BlockedMap& input_gradient) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
