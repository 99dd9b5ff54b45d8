// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the element-wise kernels: joining maps, inference batch norm, filling; and the gradients of joining.
//
// formula     add, multiply: from the first input on, one after the other, each step rounded once (one input: a copy);
//             subtract x0 - x1; average: their sum divided by their number; maximum, minimum: the first of equals
//             An input whose height or width is 1 is spread along that axis (squeeze and excite).
//             scale_shift y = fma(x, scale[c], shift[c]), without shift y = x scale[c] rounded once
// gradients   add dy; subtract dy, -dy; average dy / number; maximum, minimum: dy for the first input that has the
// value (the
//             first NaN), +0 for the others, as TensorFlow's maximum; multiply: dy times the other inputs in their
//             order Along spread axes: each row is a chain of additions from +0 over w, rows are joined by the pairwise
//             tree over h.
// NaN         NaN in any input makes the joined value NaN
#pragma once

#include "provenn/core/array.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/double_math.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// The numbers are those of layers::MergeKind.
enum class Combine : std::uint8_t { add = 0, subtract = 1, multiply = 2, average = 3, maximum = 4, minimum = 5 };

/// @requires at least one input (subtract: two); equal samples and channels; each input's height and width are the
/// output's or 1.
/// @ensures interior written, lanes beyond C are +0. The output may be an input of its extent.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-328
struct ElementwiseKernels {
    void (*combine)(const Executor& executor, Combine kind, Span<const ConstBlockedMap> inputs,
                    const BlockedMap& output) noexcept;
    /// Input and output may both be dense. @param scale [blocks * 16], lanes beyond C unused  @param shift as scale, or
    /// null
    void (*scale_shift)(const Executor& executor, const ConstBlockedMap& input, const float* scale, const float* shift,
                        const BlockedMap& output) noexcept;
    void (*fill)(const Executor& executor, float value, const BlockedMap& output) noexcept;
};

/// What inference batch norm multiplies and adds.
struct BatchNormFold {
    float scale, shift;
};
/// scale = gamma / sqrt(variance + epsilon) rounded to float; shift = beta - mean * scale, whose product is exact in
/// double, rounded to float. @numerics the same bits everywhere: IEEE operations only.
[[nodiscard]] inline BatchNormFold fold_batch_norm(float gamma, float beta, float mean, float variance, float epsilon) {
    const double deviation = math::sqrt(static_cast<double>(variance) + static_cast<double>(epsilon));
    const auto scale = static_cast<float>(static_cast<double>(gamma) / deviation);
    const double offset = mul_rounded(static_cast<double>(mean), static_cast<double>(scale));
    return {scale, static_cast<float>(static_cast<double>(beta) - offset)};
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
