// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the functions that mix the channels of a pixel: softmax, log-softmax, sparsemax, and their gradients.
//
// formula     softmax y = e / sum e with e = exp(x - max x); log_softmax y = (x - max x) - ln sum e;
//             sparsemax y = max(0, x - tau) with sum y = 1 (Martins and Astudillo 2016), tau by dropping from the
//             support all x <= tau until none is left to drop (Michelot 1986)
// order       a sum over channels: lane l is a chain of additions from +0 over channels l, l + 16, ...; the lanes are
//             joined by the fixed tree l + (l + 8), then + 4, + 2, + 1
// gradients   softmax dx = y (dy - sum dy y), lanes of the sum being fma chains; log_softmax dx = dy - exp(y) sum dy;
//             sparsemax dx = dy - (sum of dy over y > 0) / (number of y > 0) where y > 0, else 0. All from the output.
// error       |y - exact| <= (C / 16 + 10) 2^-24 max(1, |y|, |x - max x|)
// NaN         a NaN in a pixel makes every channel of it NaN, and so does +Inf or a pixel of -Inf alone
#pragma once

#include "provenn/core/executor.hpp"
#include "provenn/kernels/activation_kind.hpp"
#include "provenn/kernels/math.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires kind is softmax, log_softmax or sparsemax; samples and extents agree.
/// @ensures interior written, lanes beyond C are +0. The result may be written over an argument.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-327
struct SoftmaxKernels {
    void (*forward)(const Executor& executor, Activation kind, const ConstBlockedMap& input,
                    const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
