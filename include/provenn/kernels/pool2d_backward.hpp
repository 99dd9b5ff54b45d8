// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of pooling with respect to its input.
//
//   max       each output's gradient goes to its first greatest valid tap in the order (r, s), as TensorFlow's max_pool
//             does; where taps are NaN, to the first of those
//   average   each valid tap receives dy / count
//   global    as above over all pixels in the order (h, w). Where several pixels share the maximum, TensorFlow's
//             reduce_max (behind Keras' GlobalMaxPooling2D) splits the gradient among them; here the first has it all.
// What an input pixel receives from several windows is a chain of additions from +0 in the order (p, q).
#pragma once

#include "provenn/kernels/pool2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires as the forward kernels; `input` is what forward read; max: at most 2^24 taps (global: pixels).
/// @ensures `input_gradient` is written, not added
/// to, its lanes beyond C are +0.
/// @threads tasks are planes (one block of channels of one sample).
struct Pool2dBackwardKernels {
    void (*max)(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept;
    void (*average)(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& output_gradient,
                    const BlockedMap& input_gradient) noexcept;
    void (*global_max)(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& output_gradient,
                       const BlockedMap& input_gradient) noexcept;
    void (*global_average)(const Executor& executor, const ConstBlockedMap& output_gradient,
                           const BlockedMap& input_gradient) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
