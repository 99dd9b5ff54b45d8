// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the kernels that only move elements: pad, crop, concatenate, split, slice, permute. Copies, bit for bit.
//
// Gradients are kernels of the same family: crop undoes pad, embed undoes copy_box, split undoes concatenate, and
// permute with `inverse_order` undoes permute.
#pragma once

#include <cstdint>

#include "provenn/core/array.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

enum class MapAxis : std::uint8_t { height = 0, width = 1, channels = 2 };

/// A position in one sample.
struct MapPoint {
    std::int64_t row = 0, column = 0, channel = 0;
};

/// A box of elements and its places in a source and in a target.
struct MapBox {
    MapPoint from, to;
    MapExtent size;
};

[[nodiscard]] inline std::int64_t extent_along(const MapExtent& extent, MapAxis axis) {
    return axis == MapAxis::height ? extent.height : axis == MapAxis::width ? extent.width : extent.channels;
}

/// The box of `size` whose target (or source) starts `offset` along `axis`.
[[nodiscard]] inline MapPoint point_along(MapAxis axis, std::int64_t offset) {
    MapPoint point;
    (axis == MapAxis::height ? point.row : axis == MapAxis::width ? point.column : point.channel) = offset;
    return point;
}

/// Order of the axes (H, W, C): output axis i is input axis `axis[i]`.
struct AxisOrder {
    int axis[3] = {0, 1, 2};
};
[[nodiscard]] inline AxisOrder inverse_order(const AxisOrder& order) {
    AxisOrder inverse;
    for (int i = 0; i < 3; ++i) inverse.axis[order.axis[i]] = i;
    return inverse;
}

/// @requires maps of one call agree in samples, have fitting extents and do not overlap.
/// @ensures what is written has +0 in its lanes beyond C. Channel counts and offsets need not be multiples of 16.
/// @threads tasks are ranges of rows; the inputs of concatenate and the outputs of split follow one another.
struct Rearrange2dKernels {
    /// output = input with a border of +0; the border's top and left are in `border`, the rest follows.
    void (*pad)(const Executor& executor, const Halo& border, const ConstBlockedMap& input,
                const BlockedMap& output) noexcept;
    /// output = input without a border.
    void (*crop)(const Executor& executor, const Halo& border, const ConstBlockedMap& input,
                 const BlockedMap& output) noexcept;
    /// Copies a box of input into output; output's other channels, rows and columns stay.
    void (*copy_box)(const Executor& executor, const MapBox& box, const ConstBlockedMap& input,
                     const BlockedMap& output) noexcept;
    /// As copy_box, and everything else of output becomes +0.
    void (*embed)(const Executor& executor, const MapBox& box, const ConstBlockedMap& input,
                  const BlockedMap& output) noexcept;
    /// The inputs end to end along `axis`.
    void (*concatenate)(const Executor& executor, MapAxis axis, Span<const ConstBlockedMap> inputs,
                        const BlockedMap& output) noexcept;
    /// The reverse of concatenate. Outputs whose data is null are skipped, their extents count.
    void (*split)(const Executor& executor, MapAxis axis, const ConstBlockedMap& input,
                  Span<const BlockedMap> outputs) noexcept;
    /// output(i0, i1, i2) = input, whose index along axis order.axis[k] is ik.
    void (*permute)(const Executor& executor, const AxisOrder& order, const ConstBlockedMap& input,
                    const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
