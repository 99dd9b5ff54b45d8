// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pooling: sixteen channels at a time, one output pixel after the other. Contract in kernels/pool2d.hpp.

struct Pool2dJob {
    Pool2dWindow window;
    ConstBlockedMap input;
    BlockedMap output;
};

// The greater of the two, the earlier where they are equal, NaN where either is.
[[gnu::always_inline]] inline F16 greater_or_nan(F16 best, F16 next) {
    return select(unordered(next, next), next, max(next, best));
}

inline void pool2d_max_rows(const Pool2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent, out = job.output.extent;
    const Pool2dWindow& at = job.window;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / out.height, p = unit % out.height;
        const PoolSpan rows = pool_span(p, at.height, at.stride_height, at.pad_top, in.height);
        const float* source = job.input.pixel(plane / out.blocks(), plane % out.blocks(), 0, 0);
        float* target = job.output.pixel(plane / out.blocks(), plane % out.blocks(), p, 0);
        for (std::int64_t q = 0; q < out.width; ++q) {
            const PoolSpan columns = pool_span(q, at.width, at.stride_width, at.pad_left, in.width);
            F16 best = load(source + rows.begin * job.input.row_stride + columns.begin * kLanes);
            for (std::int64_t h = rows.begin; h < rows.end; ++h) {
                const float* line = source + h * job.input.row_stride;
                for (std::int64_t w = columns.begin; w < columns.end; ++w) {
                    best = greater_or_nan(best, load(line + w * kLanes));
                }
            }
            store(target + q * kLanes, best);
        }
    }
}

inline void pool2d_average_rows(const Pool2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent, out = job.output.extent;
    const Pool2dWindow& at = job.window;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / out.height, p = unit % out.height;
        const PoolSpan rows = pool_span(p, at.height, at.stride_height, at.pad_top, in.height);
        const float* source = job.input.pixel(plane / out.blocks(), plane % out.blocks(), 0, 0);
        float* target = job.output.pixel(plane / out.blocks(), plane % out.blocks(), p, 0);
        for (std::int64_t q = 0; q < out.width; ++q) {
            const PoolSpan columns = pool_span(q, at.width, at.stride_width, at.pad_left, in.width);
            F16 sum = zero();
            for (std::int64_t h = rows.begin; h < rows.end; ++h) {
                const float* line = source + h * job.input.row_stride;
                for (std::int64_t w = columns.begin; w < columns.end; ++w) sum = add(sum, load(line + w * kLanes));
            }
            const std::int64_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
            store(target + q * kLanes, div(sum, broadcast(static_cast<float>(count))));
        }
    }
}

inline void pool2d_global_max_planes(const Pool2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const float* source = job.input.pixel(plane / in.blocks(), plane % in.blocks(), 0, 0);
        F16 best = load(source);
        for (std::int64_t h = 0; h < in.height; ++h) {
            const float* line = source + h * job.input.row_stride;
            for (std::int64_t w = 0; w < in.width; ++w) best = greater_or_nan(best, load(line + w * kLanes));
        }
        store(job.output.pixel(plane / in.blocks(), plane % in.blocks(), 0, 0), best);
    }
}

inline void pool2d_global_average_planes(const Pool2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const float* source = job.input.pixel(plane / in.blocks(), plane % in.blocks(), 0, 0);
        PairwiseTree tree;
        for (std::int64_t h = 0; h < in.height; ++h) {
            const float* line = source + h * job.input.row_stride;
            F16 sum = zero();
            for (std::int64_t w = 0; w < in.width; ++w) sum = add(sum, load(line + w * kLanes));
            push_term(tree, sum);
        }
        const F16 mean = div(tree_sum(tree), broadcast(static_cast<float>(in.pixels())));
        store(job.output.pixel(plane / in.blocks(), plane % in.blocks(), 0, 0), mean);
    }
}

inline void pool2d_windows(const Executor& executor, const Pool2dJob& job,
                           void (*rows)(const Pool2dJob&, std::int64_t, std::int64_t) noexcept) noexcept {
    const MapExtent& out = job.output.extent;
    PROVENN_REQUIRE(job.input.samples == job.output.samples && job.input.extent.channels == out.channels);
    PROVENN_REQUIRE(windows_meet_input(job.window, job.input.extent, out));
    run_ranges(executor, job.output.samples * out.blocks() * out.height,
               out.width * kLanes * job.window.height * job.window.width, job, rows);
}
inline void pool2d_planes(const Executor& executor, const Pool2dJob& job,
                          void (*planes)(const Pool2dJob&, std::int64_t, std::int64_t) noexcept) noexcept {
    const MapExtent &in = job.input.extent, &out = job.output.extent;
    PROVENN_REQUIRE(job.input.samples == job.output.samples && in.channels == out.channels);
    PROVENN_REQUIRE(out.pixels() == 1 && in.pixels() > 0);
    run_ranges(executor, job.input.samples * in.blocks(), in.pixels() * kLanes, job, planes);
}

inline void pool2d_max(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                       const BlockedMap& output) noexcept {
    pool2d_windows(executor, {window, input, output}, &pool2d_max_rows);
}
inline void pool2d_average(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                           const BlockedMap& output) noexcept {
    pool2d_windows(executor, {window, input, output}, &pool2d_average_rows);
}
inline void pool2d_global_max(const Executor& executor, const ConstBlockedMap& input,
                              const BlockedMap& output) noexcept {
    pool2d_planes(executor, {Pool2dWindow{}, input, output}, &pool2d_global_max_planes);
}
inline void pool2d_global_average(const Executor& executor, const ConstBlockedMap& input,
                                  const BlockedMap& output) noexcept {
    pool2d_planes(executor, {Pool2dWindow{}, input, output}, &pool2d_global_average_planes);
}
