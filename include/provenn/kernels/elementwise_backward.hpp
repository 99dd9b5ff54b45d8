// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the gradients of joining maps; the formulas stand in kernels/elementwise.hpp.
#pragma once

#include "provenn/kernels/elementwise.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires and @ensures as ElementwiseKernels.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-328
struct ElementwiseBackwardKernels {
    /// Gradient of input `which`, of that input's extent; it may be the output gradient where the extents agree.
    void (*combine)(const Executor& executor, Combine kind, Span<const ConstBlockedMap> inputs,
                    std::size_t which, const ConstBlockedMap& output_gradient,
                    const BlockedMap& input_gradient) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
