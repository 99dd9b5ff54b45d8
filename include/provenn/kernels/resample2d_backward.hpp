// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of resampling: each output's gradient goes back to its taps.
//
//   nearest   dx(row, column) receives dy(p, q)
//   bilinear  bottom = a * dy, top = (1 - a) * dy; then x(h0, w0) receives (1 - b) * top, x(h0, w1) b * top,
//             x(h1, w0) (1 - b) * bottom, x(h1, w1) b * bottom, in this order, each product rounded
//   bicubic   for each row tap h in order row = a(h) * dy, and for each column tap w in order x(h, w) receives
//             b(w) * row, each product rounded
// What an input pixel receives is a chain of additions from +0 in the order (p, q).
#pragma once

#include "provenn/kernels/resample2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires as the forward kernels.
/// @ensures `input_gradient` is written, not added to, its lanes beyond C are +0.
/// @threads tasks are planes (one block of channels of one sample).
struct Resample2dBackwardKernels {
    void (*nearest)(const Executor& executor, const ConstBlockedMap& output_gradient,
                    const BlockedMap& input_gradient) noexcept;
    void (*bilinear)(const Executor& executor, const ConstBlockedMap& output_gradient,
                     const BlockedMap& input_gradient) noexcept;
    void (*bicubic)(const Executor& executor, const ConstBlockedMap& output_gradient,
                    const BlockedMap& input_gradient) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
