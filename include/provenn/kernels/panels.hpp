// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Weight panels: the order in which products read their weights, the same for every instruction set.
//
//   [F/16] [(c/16, tap)] [c mod 16] [16 filters]
// F filters (outputs) in blocks of 16, +0 in the lanes beyond F; for each block of 16 input channels of the filter's
// group and each tap a segment of min(16, C - 16 * (c/16)) rows of 16 lanes. A panel is one block of filters.
// Panels are a cache of weights in their canonical layout: they never leave memory, and are packed anew after a change.
#pragma once

#include <cstdint>
#include <cstring>

#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Extents of panels. `channels` are the input channels of one group, `filters` those of all groups together.
struct PanelShape {
    std::int64_t taps = 1, channels = 1, filters = 1, groups = 1;

    [[nodiscard]] std::int64_t blocks() const { return channel_blocks(filters); }
    /// Floats from one panel to the next.
    [[nodiscard]] std::int64_t panel_stride() const { return taps * channels * kChannelBlock; }
    /// Rows of the segments of input block `block`.
    [[nodiscard]] std::int64_t segment_rows(std::int64_t block) const {
        const std::int64_t rest = channels - block * kChannelBlock;
        return rest < kChannelBlock ? rest : kChannelBlock;
    }
    /// Where the segment of (input block, tap) starts inside a panel.
    [[nodiscard]] std::int64_t segment_offset(std::int64_t block, std::int64_t tap) const {
        return (block * kChannelBlock * taps + tap * segment_rows(block)) * kChannelBlock;
    }
    [[nodiscard]] std::int64_t filters_per_group() const { return filters / groups; }
};

/// Floats that the panels take.
[[nodiscard]] inline std::int64_t packed_size(const PanelShape& shape) { return shape.blocks() * shape.panel_stride(); }

/// Where weights come from: the weight of tap t, channel c of the group and filter f (number f % (F/G) of group
/// g = f / (F/G)) is `data[t * tap_stride + c * channel_stride + g * group_stride + (f % (F/G)) * filter_stride]`.
struct PanelSource {
    const float* data = nullptr;
    std::int64_t tap_stride = 0, channel_stride = 0, filter_stride = 1, group_stride = 0;
};

/// The segments of all taps of one panel and one input block, taps * segment_rows(block) rows of 16 lanes.
inline void pack_panel_block(const PanelShape& shape, const PanelSource& source, std::int64_t panel, std::int64_t block,
                             float* to) noexcept {
    const std::int64_t per_group = shape.filters_per_group(), first = panel * kChannelBlock;
    const std::int64_t rest = shape.filters - first, lanes = rest < kChannelBlock ? rest : kChannelBlock;
    const auto offset = [&](std::int64_t filter) {
        return filter / per_group * source.group_stride + filter % per_group * source.filter_stride;
    };
    const bool are_neighbours =
        lanes == kChannelBlock && source.filter_stride == 1 && first / per_group == (first + lanes - 1) / per_group;
    const std::int64_t rows = shape.segment_rows(block);
    for (std::int64_t tap = 0; tap < shape.taps; ++tap, to += rows * kChannelBlock) {
        const float* from = source.data + tap * source.tap_stride + block * kChannelBlock * source.channel_stride;
        if (are_neighbours) {
            from += offset(first);
            for (std::int64_t row = 0; row < rows; ++row) {
                std::memcpy(to + row * kChannelBlock, from + row * source.channel_stride,
                            kChannelBlock * sizeof(float));
            }
            continue;
        }
        // A lane's channels are read together: where they are neighbours, they are a line of a cache.
        for (std::int64_t lane = 0; lane < kChannelBlock; ++lane) {
            const float* channel = lane < lanes ? from + offset(first + lane) : nullptr;
            for (std::int64_t row = 0; row < rows; ++row) {
                to[row * kChannelBlock + lane] = lane < lanes ? channel[row * source.channel_stride] : 0.0f;
            }
        }
    }
}

/// Writes packed_size(shape) floats. @requires groups divides filters. @threads tasks are blocks of panels.
inline void pack_panels(const PanelShape& shape, const PanelSource& source, float* panels,
                        const Executor& executor = serial_executor()) noexcept {
    struct Job {
        PanelShape shape;
        PanelSource source;
        float* panels;
    };
    // Panel after panel of one input block: what lies beside a panel's weights is read while a cache still has it.
    run_ranges<Job>(
        executor, channel_blocks(shape.channels) * shape.blocks(), shape.taps * kChannelBlock * kChannelBlock,
        {shape, source, panels}, [](const Job& job, std::int64_t begin, std::int64_t end) noexcept {
            for (std::int64_t unit = begin; unit < end; ++unit) {
                const std::int64_t panel = unit % job.shape.blocks(), block = unit / job.shape.blocks();
                pack_panel_block(job.shape, job.source, panel, block,
                                 job.panels + panel * job.shape.panel_stride() + job.shape.segment_offset(block, 0));
            }
        });
}

/// Copies `count` values and fills the last block of 16 with +0: biases, scales and shifts as kernels read them.
/// @ensures channel_blocks(count) * 16 floats are written.
inline void pad_lanes(const float* values, std::int64_t count, float* padded) noexcept {
    for (std::int64_t i = 0; i < count; ++i) padded[i] = values[i];
    for (std::int64_t i = count; i < channel_blocks(count) * kChannelBlock; ++i) padded[i] = 0.0f;
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
