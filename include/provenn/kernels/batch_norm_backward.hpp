// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of batch normalisation: with the batch's statistics, and with frozen ones.
//
// Sums run as in kernels/batch_norm.hpp; x - mean is rounded once, then:
//   beta_gradient  = sum(dy)
//   product_sum    = sum(fma(dy, x - mean, .)),  gamma_gradient = product_sum * inverse (rounded)
//   training       dx = fma(dy, k, fma(x - mean, a, b)) with k = gamma * inverse, a = -k * inverse^2 * product_sum / M,
//                  b = -k * sum(dy) / M in double, each rounded once
//   frozen         dx = dy * scale, where scale is that of the frozen forward y = fma(x, scale, shift)
#pragma once

#include "provenn/kernels/batch_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires `mean` and `inverse` as forward wrote them.
struct BatchNormBackward {
    ConstBlockedMap input, output_gradient;
    BlockedMap input_gradient;        ///< data null: not wanted
    const float* gamma = nullptr;     ///< null: ones
    const float* mean = nullptr;
    const float* inverse = nullptr;
    float* gamma_gradient = nullptr;  ///< null: not wanted
    float* beta_gradient = nullptr;   ///< null: not wanted
    float* scratch = nullptr;         ///< batch_norm_scratch_size floats
    /// What forward applied; output_gradient is then that of its output, and the normalised values are computed again.
    ActivationConfig activation{};
    const float* scale = nullptr;     ///< as forward wrote it; read where there is an activation, as is beta
    const float* beta = nullptr;      ///< null: zeros
};

/// A layer whose statistics are frozen; gamma and beta may be trained all the same. `input`, `mean`, `inverse` and
/// `scratch` are read only where a gradient of gamma or beta is wanted; `inverse` is 1 / sqrt(moving variance + eps).
struct BatchNormFrozenBackward {
    ConstBlockedMap input, output_gradient;
    BlockedMap input_gradient;        ///< data null: not wanted
    const float* scale = nullptr;     ///< gamma / sqrt(moving variance + eps)
    const float* mean = nullptr;      ///< moving mean
    const float* inverse = nullptr;
    float* gamma_gradient = nullptr;  ///< null: not wanted
    float* beta_gradient = nullptr;   ///< null: not wanted
    float* scratch = nullptr;         ///< batch_norm_scratch_size floats
};

/// @ensures gradients are written, not added to; lanes of input_gradient beyond C are +0.
struct BatchNormBackwardKernels {
    void (*training)(const Executor& executor, const BatchNormBackward& arguments) noexcept;
    void (*frozen)(const Executor& executor, const BatchNormFrozenBackward& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
