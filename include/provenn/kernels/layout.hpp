// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the layout kernels: public [N, H, W, C] arrays to blocked maps and back, and reshape in NHWC order.
//
// Pure copies: every bit of every element, NaN payloads included, arrives unchanged. Ranks below 4 are read as
// [N, W, C] = [N, 1, W, C] and [N, C] = [N, 1, 1, C]. Each kernel's gradient is the kernel that undoes it:
// to_blocked and from_blocked are each other's, reshape's is reshape with the maps exchanged.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// A public array of rank 2 to 4 read as [N, H, W, C]: pointer and strides in elements. Axes it lacks have stride 0.
template <class T>
struct NhwcArray {
    T* data = nullptr;
    std::int64_t samples = 0;
    MapExtent extent;
    std::int64_t sample_stride = 0, row_stride = 0, pixel_stride = 0, channel_stride = 0;

    [[nodiscard]] T* pixel(std::int64_t sample, std::int64_t row, std::int64_t column) const {
        return data + sample * sample_stride + row * row_stride + column * pixel_stride;
    }
};

/// @requires rank of `view` is 2 to 4.
template <class T>
[[nodiscard]] NhwcArray<T> as_nhwc(const View<T>& view) {
    const int rank = view.shape().rank();
    PROVENN_REQUIRE(rank >= 2 && rank <= 4);
    NhwcArray<T> array;
    array.data = view.data();
    array.samples = view.shape()[0];
    array.sample_stride = view.stride(0);
    array.extent.channels = view.shape()[rank - 1];
    array.channel_stride = view.stride(rank - 1);
    if (rank >= 3) {
        array.extent.width = view.shape()[rank - 2];
        array.pixel_stride = view.stride(rank - 2);
    }
    if (rank == 4) {
        array.extent.height = view.shape()[1];
        array.row_stride = view.stride(1);
    }
    return array;
}

/// @requires source and target hold the same number of samples and, but for reshape, the same extent; for reshape as
/// many elements a sample; they do not overlap. @ensures the target's interior is written, its lanes beyond C are +0.
/// @threads tasks are ranges of rows (reshape: of target rows).
struct LayoutKernels {
    /// target(n, h, w, c) = source(n, h, w, c); any strides; the target may be dense.
    void (*to_blocked)(const Executor& executor, const View<const float>& source, const BlockedMap& target) noexcept;
    /// target(n, h, w, c) = source(n, h, w, c); any strides.
    void (*from_blocked)(const Executor& executor, const ConstBlockedMap& source,
                         const View<float>& target) noexcept;
    /// Element i of each sample, counted in the order (h, w, c) of either extent. Flatten is a target of 1 x 1 x H*W*C.
    void (*reshape)(const Executor& executor, const ConstBlockedMap& source, const BlockedMap& target) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
