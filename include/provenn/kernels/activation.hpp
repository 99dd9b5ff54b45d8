// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the activation kernels: the element-wise functions of kernels/activation_kind.hpp, PReLU and GLU.
//
// formula     activation_kind.hpp; mish as x n / (n + 2) with e = exp(min(x, 20)), n = e (e + 2);
//             PReLU y = x < 0 ? alpha x : x; GLU y(c) = x(c) sigmoid(x(c + C/2))
// error       |y - exact| <= 4e-7 max(1, |y|, |x|) for |x| <= 10 and the parameters Keras has by default. Measured over
//             all 2^32 floats (docs/evidence/activations.md): 1.5e-7, for all finite x but squareplus, whose x^2
//             overflows from 1.8e19 on. Largest error in ulp of the exact value:
//               0     linear, relu, ReLU6, hard_tanh, hard_shrink, threshold
//               0.5   leaky_relu, soft_shrink, sparse_sigmoid
//               0.9   elu, celu     1.0  exponential    1.4  tanh      1.5  softsign
//               1.7   softplus, log_sigmoid             1.8  selu      2.0  sparse_plus    2.4  sigmoid
//               52    swish, mish: at -104, where they end among subnormal numbers
//             Not bounded in ulp where near equals cancel: hard_sigmoid(_k2) and hard_swish beside their left corner,
//             gelu and gelu_tanh in the left tail, tanh_shrink at 0, squareplus for large negative x.
// NaN         every function of NaN is NaN
// softmax, log_softmax and sparsemax mix channels and are in kernels/softmax.hpp.
#pragma once

#include "provenn/core/executor.hpp"
#include "provenn/kernels/activation_kind.hpp"
#include "provenn/kernels/math.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Constants of SELU (Klambauer et al. 2017), and of GELU's approximation.
inline constexpr double kSeluScale = 1.0507009873554805, kSeluAlpha = 1.6732632423543772;
inline constexpr double kGeluTanhScale = 0.7978845608028654, kGeluTanhCubic = 0.044715;
inline constexpr double kInverseSqrt2 = 0.7071067811865476, kInverseSqrtTwoPi = 0.3989422804014327;

/// @requires input and output hold the same number of samples and, but for glu, have the same extent.
/// @ensures the output's interior is written, its lanes beyond C are +0. The output may be the input, but for glu.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-323
struct ActivationKernels {
    /// @requires is_elementwise(config.kind); celu: alpha != 0.
    void (*forward)(const Executor& executor, const ActivationConfig& config, const ConstBlockedMap& input,
                    const BlockedMap& output) noexcept;
    /// `alpha` holds one sample; an extent of 1 in height or width shares the slopes along it.
    void (*prelu)(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& alpha,
                  const BlockedMap& output) noexcept;
    /// @requires the input has twice the output's channels.
    void (*glu)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
