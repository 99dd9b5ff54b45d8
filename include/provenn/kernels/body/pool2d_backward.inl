// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of pooling: windows scatter in order into a zeroed plane. Contract in kernels/pool2d_backward.hpp.

struct Pool2dBackwardJob {
    Pool2dWindow window;
    ConstBlockedMap input;  // max only
    ConstBlockedMap output_gradient;
    BlockedMap input_gradient;
};

// Where `next` becomes the maximum: it is greater, or it is the first NaN.
[[gnu::always_inline]] inline M16 takes_over(F16 best, F16 next) {
    return either(less(best, next), both(unordered(next, next), equal(best, best)));
}

inline void clear_plane(const BlockedMap& map, std::int64_t plane) {
    for (std::int64_t h = 0; h < map.extent.height; ++h) {
        float* line = map.pixel(plane / map.extent.blocks(), plane % map.extent.blocks(), h, 0);
        for (std::int64_t w = 0; w < map.extent.width; ++w) store(line + w * kLanes, zero());
    }
}

// One window: finds the number of the first greatest tap of each lane, then adds the gradient there.
inline void pool2d_max_scatter(const Pool2dBackwardJob& job, const float* source, float* target, PoolSpan rows,
                               PoolSpan columns, const float* gradient) {
    const F16 one = broadcast(1.0f);
    F16 best = load(source + rows.begin * job.input.row_stride + columns.begin * kLanes);
    F16 best_number = zero(), number = zero();
    for (std::int64_t h = rows.begin; h < rows.end; ++h) {
        for (std::int64_t w = columns.begin; w < columns.end; ++w) {
            const F16 next = load(source + h * job.input.row_stride + w * kLanes);
            const M16 taken = takes_over(best, next);
            best = select(taken, next, best);
            best_number = select(taken, number, best_number);
            number = add(number, one);
        }
    }
    const F16 dy = load(gradient);
    number = zero();
    for (std::int64_t h = rows.begin; h < rows.end; ++h) {
        for (std::int64_t w = columns.begin; w < columns.end; ++w) {
            float* at = target + h * job.input_gradient.row_stride + w * kLanes;
            store(at, add(load(at), select(equal(number, best_number), dy, zero())));
            number = add(number, one);
        }
    }
}

inline void pool2d_average_scatter(const Pool2dBackwardJob& job, const float*, float* target, PoolSpan rows,
                                   PoolSpan columns, const float* gradient) {
    const std::int64_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
    const F16 share = div(load(gradient), broadcast(static_cast<float>(count)));
    for (std::int64_t h = rows.begin; h < rows.end; ++h) {
        for (std::int64_t w = columns.begin; w < columns.end; ++w) {
            float* at = target + h * job.input_gradient.row_stride + w * kLanes;
            store(at, add(load(at), share));
        }
    }
}

using Pool2dScatter = void (*)(const Pool2dBackwardJob&, const float* source, float* target, PoolSpan rows,
                               PoolSpan columns, const float* gradient);

inline void pool2d_backward_planes(const Pool2dBackwardJob& job, Pool2dScatter scatter, std::int64_t begin,
                                   std::int64_t end) noexcept {
    const MapExtent in = job.input_gradient.extent, out = job.output_gradient.extent;
    const Pool2dWindow& at = job.window;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const std::int64_t sample = plane / in.blocks(), block = plane % in.blocks();
        const float* source = job.input.data == nullptr ? nullptr : job.input.pixel(sample, block, 0, 0);
        float* target = job.input_gradient.pixel(sample, block, 0, 0);
        clear_plane(job.input_gradient, plane);
        for (std::int64_t p = 0; p < out.height; ++p) {
            const PoolSpan rows = pool_span(p, at.height, at.stride_height, at.pad_top, in.height);
            for (std::int64_t q = 0; q < out.width; ++q) {
                const PoolSpan columns = pool_span(q, at.width, at.stride_width, at.pad_left, in.width);
                scatter(job, source, target, rows, columns, job.output_gradient.pixel(sample, block, p, q));
            }
        }
    }
}
inline void pool2d_max_backward_planes(const Pool2dBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    pool2d_backward_planes(job, &pool2d_max_scatter, begin, end);
}
inline void pool2d_average_backward_planes(const Pool2dBackwardJob& job, std::int64_t begin,
                                           std::int64_t end) noexcept {
    pool2d_backward_planes(job, &pool2d_average_scatter, begin, end);
}

inline void pool2d_backward_run(const Executor& executor, const Pool2dBackwardJob& job,
                                void (*planes)(const Pool2dBackwardJob&, std::int64_t,
                                               std::int64_t) noexcept) noexcept {
    const MapExtent &in = job.input_gradient.extent, &out = job.output_gradient.extent;
    PROVENN_REQUIRE(job.input_gradient.samples == job.output_gradient.samples && in.channels == out.channels);
    PROVENN_REQUIRE(windows_meet_input(job.window, in, out));
    run_ranges(executor, job.input_gradient.samples * in.blocks(), in.pixels() * kLanes, job, planes);
}

// The window that covers the whole map.
inline Pool2dWindow whole_map(const MapExtent& extent) {
    return {extent.height, extent.width, extent.height, extent.width, 0, 0};
}

inline void pool2d_max_backward(const Executor& executor, const Pool2dWindow& window, const ConstBlockedMap& input,
                                const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(input.samples == input_gradient.samples && input.extent == input_gradient.extent);
    PROVENN_REQUIRE(window.height * window.width <= (1 << 24));  // taps are numbered in floats
    pool2d_backward_run(executor, {window, input, output_gradient, input_gradient}, &pool2d_max_backward_planes);
}
inline void pool2d_average_backward(const Executor& executor, const Pool2dWindow& window,
                                    const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept {
    pool2d_backward_run(executor, {window, {}, output_gradient, input_gradient}, &pool2d_average_backward_planes);
}
inline void pool2d_global_max_backward(const Executor& executor, const ConstBlockedMap& input,
                                       const ConstBlockedMap& output_gradient,
                                       const BlockedMap& input_gradient) noexcept {
    pool2d_max_backward(executor, whole_map(input.extent), input, output_gradient, input_gradient);
}
inline void pool2d_global_average_backward(const Executor& executor, const ConstBlockedMap& output_gradient,
                                           const BlockedMap& input_gradient) noexcept {
    pool2d_average_backward(executor, whole_map(input_gradient.extent), output_gradient, input_gradient);
}
