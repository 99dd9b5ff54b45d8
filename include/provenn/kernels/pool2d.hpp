// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of pooling: maximum and average over windows, and over the whole map.
//
// Tap (r, s) of output (p, q) is input (p * stride_height - pad_top + r, q * stride_width - pad_left + s). Taps outside
// the input are skipped: they count for neither, and the halo is not read.
//   max       y = the first greatest valid tap in the order (r, s); NaN where a valid tap is NaN
//   average   y = (((0 + x0) + x1) + ...) / count over the valid taps in the order (r, s), as Keras' `same` divides
//   global    the same over all pixels in the order (h, w); the average sums each row as a chain from 0, joins the row
//             sums by the pairwise tree of reference/pairwise_tree.hpp, then divides by H * W
// Error bound of the averages: (longest chain + depth of the tree + 1) * 2^-24 * mean |x|; a maximum is exact.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Where the windows lie, in elements. Padding below and right follows from the output's extent.
struct Pool2dWindow {
    std::int64_t height = 2, width = 2;
    std::int64_t stride_height = 2, stride_width = 2;
    std::int64_t pad_top = 0, pad_left = 0;
};

/// Positions of a window's valid taps along one axis: [begin, end) of the input, `first` the first tap's number.
struct PoolSpan {
    std::int64_t begin = 0, end = 0, first = 0;
};
[[nodiscard]] inline PoolSpan pool_span(std::int64_t output, std::int64_t size, std::int64_t stride, std::int64_t pad,
                                        std::int64_t input) {
    const std::int64_t start = output * stride - pad;
    PoolSpan span;
    span.first = start < 0 ? -start : 0;
    span.begin = start + span.first;
    span.end = start + size < input ? start + size : input;
    return span;
}

/// Every window of `output` has a valid tap in `input`.
[[nodiscard]] inline bool windows_meet_input(const Pool2dWindow& window, const MapExtent& input,
                                             const MapExtent& output) {
    return window.height > 0 && window.width > 0 && window.stride_height > 0 && window.stride_width > 0 &&
           window.pad_top >= 0 && window.pad_left >= 0 && window.pad_top < window.height &&
           window.pad_left < window.width &&
           (output.height - 1) * window.stride_height - window.pad_top < input.height &&
           (output.width - 1) * window.stride_width - window.pad_left < input.width;
}

/// @requires windows_meet_input; input and output agree in samples and channels; global: the output is 1 x 1 x C.
/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are ranges of output rows (global: of planes).
struct Pool2dKernels {
    void (*max)(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                const BlockedMap& output) noexcept;
    void (*average)(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                    const BlockedMap& output) noexcept;
    void (*global_max)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
    void (*global_average)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
