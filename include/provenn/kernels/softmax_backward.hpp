// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of softmax, log-softmax and sparsemax; the formulas stand in kernels/softmax.hpp.
#pragma once

#include "provenn/kernels/softmax.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires and @ensures as SoftmaxKernels.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-327
struct SoftmaxBackwardKernels {
    /// `output` is what forward wrote.
    void (*backward)(const Executor& executor, Activation kind, const ConstBlockedMap& output,
                     const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
