// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies between blocked maps. Contract in kernels/rearrange2d.hpp.

struct RearrangeJob {
    MapBox box;
    ConstBlockedMap input;
    BlockedMap output;
};
struct PermuteJob {
    AxisOrder order;
    ConstBlockedMap input;
    BlockedMap output;
};

// Lanes [first, last) of one output block in a row of pixels; the source's lanes may straddle two of its blocks.
inline void rearrange_copy_lanes(const RearrangeJob& job, std::int64_t sample, std::int64_t row, std::int64_t block,
                                 std::int64_t first, std::int64_t last) {
    const MapBox& box = job.box;
    const std::int64_t channel = block * kLanes + first - box.to.channel + box.from.channel;
    const std::int64_t lane = channel % kLanes;
    const std::int64_t near = last - first < kLanes - lane ? last - first : kLanes - lane;
    const float* from = job.input.pixel(sample, channel / kLanes, box.from.row + row, box.from.column) + lane;
    const float* beyond = job.input.pixel(sample, channel / kLanes, box.from.row + row, box.from.column) +
                          (last - first > near ? job.input.block_stride : 0);
    float* to = job.output.pixel(sample, block, box.to.row + row, box.to.column) + first;
    for (std::int64_t column = 0; column < box.size.width; ++column) {
        for (std::int64_t i = 0; i < near; ++i) to[i] = from[i];
        for (std::int64_t i = near; i < last - first; ++i) to[i] = beyond[i - near];
        from += kLanes;
        beyond += kLanes;
        to += kLanes;
    }
}

inline void rearrange_box_rows(const RearrangeJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapBox& box = job.box;
    const std::int64_t box_end = box.to.channel + box.size.channels;
    const bool is_last = box_end == job.output.extent.channels;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / box.size.height, row = unit % box.size.height;
        for (std::int64_t block = box.to.channel / kLanes; block * kLanes < box_end; ++block) {
            const std::int64_t first = box.to.channel > block * kLanes ? box.to.channel - block * kLanes : 0;
            const std::int64_t last = box_end - block * kLanes < kLanes ? box_end - block * kLanes : kLanes;
            const std::int64_t channel = block * kLanes - box.to.channel + box.from.channel;
            float* to = job.output.pixel(sample, block, box.to.row + row, box.to.column);
            if (first == 0 && last == kLanes && channel % kLanes == 0) {
                const float* from = job.input.pixel(sample, channel / kLanes, box.from.row + row, box.from.column);
                for (std::int64_t i = 0; i < box.size.width * kLanes; i += kLanes) store(to + i, load(from + i));
                continue;
            }
            rearrange_copy_lanes(job, sample, row, block, first, last);
            if (!is_last) continue;
            for (std::int64_t column = 0; column < box.size.width; ++column) {
                for (std::int64_t lane = last; lane < kLanes; ++lane) to[column * kLanes + lane] = 0.0f;
            }
        }
    }
}

// Rows of the output's planes: zeros around the box, and inside it the input, whose channels are the output's.
inline void rearrange_pad_rows(const RearrangeJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent out = job.output.extent;
    const MapBox& box = job.box;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / out.height, row = unit % out.height;
        const std::int64_t sample = plane / out.blocks(), block = plane % out.blocks();
        float* to = job.output.pixel(sample, block, row, 0);
        const bool is_inside = row >= box.to.row && row < box.to.row + box.size.height;
        const std::int64_t first = is_inside ? box.to.column : out.width;
        const std::int64_t last = is_inside ? box.to.column + box.size.width : out.width;
        for (std::int64_t column = 0; column < first; ++column) store(to + column * kLanes, zero());
        if (is_inside) {
            const float* from = job.input.pixel(sample, block, row - box.to.row, 0);
            for (std::int64_t i = 0; i < box.size.width * kLanes; i += kLanes) {
                store(to + first * kLanes + i, load(from + i));
            }
        }
        for (std::int64_t column = last; column < out.width; ++column) store(to + column * kLanes, zero());
    }
}

inline void rearrange_permute_rows(const PermuteJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent out = job.output.extent;
    std::int64_t at[3] = {};  // indices of the input along H, W, C
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / out.height;
        at[job.order.axis[0]] = unit % out.height;
        for (std::int64_t column = 0; column < out.width; ++column) {
            at[job.order.axis[1]] = column;
            for (std::int64_t channel = 0; channel < out.blocks() * kLanes; ++channel) {
                at[job.order.axis[2]] = channel;
                float* to = job.output.pixel(sample, channel / kLanes, unit % out.height, column);
                to[channel % kLanes] = channel < out.channels
                                           ? job.input.pixel(sample, at[2] / kLanes, at[0], at[1])[at[2] % kLanes]
                                           : 0.0f;
            }
        }
    }
}

inline bool box_fits(const MapPoint& at, const MapExtent& size, const MapExtent& extent) {
    return at.row >= 0 && at.column >= 0 && at.channel >= 0 && at.row + size.height <= extent.height &&
           at.column + size.width <= extent.width && at.channel + size.channels <= extent.channels;
}

inline void rearrange_copy_box(const Executor& executor, const MapBox& box, const ConstBlockedMap& input,
                               const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(input.samples == output.samples);
    PROVENN_REQUIRE(box_fits(box.from, box.size, input.extent) && box_fits(box.to, box.size, output.extent));
    run_ranges(executor, output.samples * box.size.height, box.size.width * (box.size.channels + kLanes),
               RearrangeJob{box, input, output}, &rearrange_box_rows);
}
inline void rearrange_pad(const Executor& executor, const Halo& border, const ConstBlockedMap& input,
                          const BlockedMap& output) noexcept {
    const MapExtent &in = input.extent, &out = output.extent;
    PROVENN_REQUIRE(input.samples == output.samples && in.channels == out.channels);
    PROVENN_REQUIRE(in.height + border.top + border.bottom == out.height);
    PROVENN_REQUIRE(in.width + border.left + border.right == out.width);
    run_ranges(executor, output.samples * out.blocks() * out.height, out.width * kLanes,
               RearrangeJob{{{}, {border.top, border.left, 0}, in}, input, output}, &rearrange_pad_rows);
}
inline void rearrange_crop(const Executor& executor, const Halo& border, const ConstBlockedMap& input,
                           const BlockedMap& output) noexcept {
    const MapExtent &in = input.extent, &out = output.extent;
    PROVENN_REQUIRE(in.channels == out.channels);
    PROVENN_REQUIRE(out.height + border.top + border.bottom == in.height);
    PROVENN_REQUIRE(out.width + border.left + border.right == in.width);
    rearrange_copy_box(executor, {{border.top, border.left, 0}, {}, out}, input, output);
}
inline void rearrange_embed(const Executor& executor, const MapBox& box, const ConstBlockedMap& input,
                            const BlockedMap& output) noexcept {
    // A pad whose box is empty writes zeros everywhere.
    run_ranges(executor, output.samples * output.extent.blocks() * output.extent.height, output.extent.width * kLanes,
               RearrangeJob{{{}, {}, {0, 0, 0}}, input, output}, &rearrange_pad_rows);
    rearrange_copy_box(executor, box, input, output);
}
inline void rearrange_concatenate(const Executor& executor, MapAxis axis, Span<const ConstBlockedMap> inputs,
                                  const BlockedMap& output) noexcept {
    std::int64_t offset = 0;
    for (const ConstBlockedMap& input : inputs) {
        rearrange_copy_box(executor, {{}, point_along(axis, offset), input.extent}, input, output);
        offset += extent_along(input.extent, axis);
    }
    PROVENN_REQUIRE(offset == extent_along(output.extent, axis));
}
inline void rearrange_split(const Executor& executor, MapAxis axis, const ConstBlockedMap& input,
                            Span<const BlockedMap> outputs) noexcept {
    std::int64_t offset = 0;
    for (const BlockedMap& output : outputs) {
        if (output.data != nullptr) {
            rearrange_copy_box(executor, {point_along(axis, offset), {}, output.extent}, input, output);
        }
        offset += extent_along(output.extent, axis);
    }
    PROVENN_REQUIRE(offset == extent_along(input.extent, axis));
}
inline void rearrange_permute(const Executor& executor, const AxisOrder& order, const ConstBlockedMap& input,
                              const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(input.samples == output.samples);
    const std::int64_t in[] = {input.extent.height, input.extent.width, input.extent.channels};
    const std::int64_t out[] = {output.extent.height, output.extent.width, output.extent.channels};
    bool seen[3] = {};
    for (int i = 0; i < 3; ++i) {
        PROVENN_REQUIRE(order.axis[i] >= 0 && order.axis[i] < 3 && !seen[order.axis[i]]);
        seen[order.axis[i]] = true;
        PROVENN_REQUIRE(out[i] == in[order.axis[i]]);
    }
    run_ranges(executor, output.samples * output.extent.height, output.extent.width * output.extent.channels,
               PermuteJob{order, input, output}, &rearrange_permute_rows);
}
