// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layout kernels: copies between [N, H, W, C] and blocked maps. Contract in kernels/layout.hpp.

struct LayoutToBlocked {
    NhwcArray<const float> source;
    BlockedMap target;
};
struct LayoutFromBlocked {
    ConstBlockedMap source;
    NhwcArray<float> target;
};
struct LayoutReshape {
    ConstBlockedMap source;
    BlockedMap target;
};

// A row of pixels whose channels lie together. `lanes` of each are copied; a whole word is read where it ends within
// the row.
inline void layout_to_blocked_row(const float* from, std::int64_t pixel_stride, std::int64_t width, std::int64_t lanes,
                                  float* to) noexcept {
    const M16 mask = first_lanes(static_cast<int>(lanes));
    std::int64_t column = 0;
    for (; column < width && (width - 1 - column) * pixel_stride + lanes >= kLanes; ++column) {
        store(to + column * kLanes, select(mask, load(from + column * pixel_stride), zero()));
    }
    for (; column < width; ++column) {
        const float* pixel = from + column * pixel_stride;
        for (std::int64_t lane = 0; lane < kLanes; ++lane)
            to[column * kLanes + lane] = lane < lanes ? pixel[lane] : 0.0f;
    }
}

// Rows of a dense target, which has the source's order.
inline void layout_to_dense_rows(const LayoutToBlocked& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.target.extent;
    const std::int64_t step = job.source.channel_stride;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / extent.height, row = unit % extent.height;
        const float* from = job.source.pixel(sample, row, 0);
        float* to = job.target.data + sample * job.target.sample_stride + row * job.target.row_stride;
        const std::int64_t pixel_step = job.source.pixel_stride - extent.channels * step;
        if (step == 1 && pixel_step == 0) {
            std::memcpy(to, from, static_cast<std::size_t>(extent.width * extent.channels) * sizeof(float));
            continue;
        }
        for (std::int64_t column = 0; column < extent.width; ++column, from += pixel_step) {
            for (std::int64_t c = 0; c < extent.channels; ++c, from += step) *to++ = *from;
        }
    }
}

inline void layout_to_blocked_rows(const LayoutToBlocked& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.target.extent;
    const std::int64_t step = job.source.channel_stride;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / extent.height, row = unit % extent.height;
        for (std::int64_t block = 0; block < extent.blocks(); ++block) {
            const std::int64_t first = block * kLanes;
            const std::int64_t lanes = extent.channels - first < kLanes ? extent.channels - first : kLanes;
            float* to = job.target.pixel(sample, block, row, 0);
            if (step == 1) {
                layout_to_blocked_row(job.source.pixel(sample, row, 0) + first, job.source.pixel_stride, extent.width,
                                      lanes, to);
                continue;
            }
            for (std::int64_t column = 0; column < extent.width; ++column, to += kLanes) {
                const float* from = job.source.pixel(sample, row, column) + first * step;
                for (std::int64_t lane = 0; lane < lanes; ++lane) to[lane] = from[lane * step];
                for (std::int64_t lane = lanes; lane < kLanes; ++lane) to[lane] = 0.0f;
            }
        }
    }
}

inline void layout_from_blocked_rows(const LayoutFromBlocked& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.source.extent;
    const std::int64_t step = job.target.channel_stride;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / extent.height, row = unit % extent.height;
        for (std::int64_t block = 0; block < extent.blocks(); ++block) {
            const std::int64_t first = block * kLanes;
            const std::int64_t lanes = extent.channels - first < kLanes ? extent.channels - first : kLanes;
            const float* from = job.source.pixel(sample, block, row, 0);
            for (std::int64_t column = 0; column < extent.width; ++column, from += kLanes) {
                float* to = job.target.pixel(sample, row, column) + first * step;
                if (lanes == kLanes && step == 1) {
                    store(to, load(from));
                    continue;
                }
                for (std::int64_t lane = 0; lane < lanes; ++lane) to[lane * step] = from[lane];
            }
        }
    }
}

// One target row: runs of channels that lie together in source and target are copied at once.
inline void layout_reshape_rows(const LayoutReshape& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.source.extent, out = job.target.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / out.height, row = unit % out.height;
        const std::int64_t first = row * out.width * out.channels;
        std::int64_t from_channel = first % in.channels;
        std::int64_t from_column = first / in.channels % in.width;
        std::int64_t from_row = first / in.channels / in.width;
        for (std::int64_t column = 0; column < out.width; ++column) {
            for (std::int64_t channel = 0; channel < out.channels;) {
                const float* from = job.source.pixel(sample, from_channel / kLanes, from_row, from_column);
                float* to = job.target.pixel(sample, channel / kLanes, row, column);
                const std::int64_t from_lane = from_channel % kLanes, to_lane = channel % kLanes;
                std::int64_t run = kLanes - (from_lane > to_lane ? from_lane : to_lane);
                if (run > in.channels - from_channel) run = in.channels - from_channel;
                if (run > out.channels - channel) run = out.channels - channel;
                if (run == kLanes) {
                    store(to, load(from));
                } else {
                    for (std::int64_t i = 0; i < run; ++i) to[to_lane + i] = from[from_lane + i];
                }
                channel += run;
                from_channel += run;
                if (from_channel < in.channels) continue;
                from_channel = 0;
                if (++from_column < in.width) continue;
                from_column = 0;
                ++from_row;
            }
            float* last = job.target.pixel(sample, out.blocks() - 1, row, column);
            for (std::int64_t lane = out.channels - (out.blocks() - 1) * kLanes; lane < kLanes; ++lane)
                last[lane] = 0.0f;
        }
    }
}

inline void layout_to_blocked(const Executor& executor, const View<const float>& source,
                              const BlockedMap& target) noexcept {
    const LayoutToBlocked job{as_nhwc(source), target};
    PROVENN_REQUIRE(job.source.samples == target.samples && job.source.extent == target.extent);
    run_ranges(executor, target.samples * target.extent.height, target.row_stride * target.extent.blocks(), job,
               target.is_dense() ? &layout_to_dense_rows : &layout_to_blocked_rows);
}
inline void layout_from_blocked(const Executor& executor, const ConstBlockedMap& source,
                                const View<float>& target) noexcept {
    const LayoutFromBlocked job{source, as_nhwc(target)};
    PROVENN_REQUIRE(job.target.samples == source.samples && job.target.extent == source.extent);
    run_ranges(executor, source.samples * source.extent.height, source.row_stride * source.extent.blocks(), job,
               &layout_from_blocked_rows);
}
inline void layout_reshape(const Executor& executor, const ConstBlockedMap& source,
                           const BlockedMap& target) noexcept {
    const LayoutReshape job{source, target};
    PROVENN_REQUIRE(source.samples == target.samples);
    PROVENN_REQUIRE(source.extent.pixels() * source.extent.channels == target.extent.pixels() * target.extent.channels);
    if (source.extent.channels == 0 || source.extent.pixels() == 0) return;
    run_ranges(executor, target.samples * target.extent.height, target.row_stride * target.extent.blocks(), job,
               &layout_reshape_rows);
}
