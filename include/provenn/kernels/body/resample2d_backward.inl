// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of resampling: outputs scatter into a zeroed plane in order. Contract in kernels/resample2d_backward.hpp.

struct Resample2dBackwardJob {
    ConstBlockedMap output_gradient;
    BlockedMap input_gradient;
};

[[gnu::always_inline]] inline void add_to(float* at, F16 value) { store(at, add(load(at), value)); }

inline void resample2d_nearest_planes(const Resample2dBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input_gradient.extent, out = job.output_gradient.extent;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const std::int64_t sample = plane / in.blocks(), block = plane % in.blocks();
        clear_plane(job.input_gradient, plane);
        for (std::int64_t p = 0; p < out.height; ++p) {
            float* line = job.input_gradient.pixel(sample, block, nearest_tap(p, in.height, out.height), 0);
            const float* dy = job.output_gradient.pixel(sample, block, p, 0);
            for (std::int64_t q = 0; q < out.width; ++q) {
                add_to(line + nearest_tap(q, in.width, out.width) * kLanes, load(dy + q * kLanes));
            }
        }
    }
}

inline void resample2d_bilinear_planes(const Resample2dBackwardJob& job, std::int64_t begin,
                                       std::int64_t end) noexcept {
    const MapExtent in = job.input_gradient.extent, out = job.output_gradient.extent;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const std::int64_t sample = plane / in.blocks(), block = plane % in.blocks();
        clear_plane(job.input_gradient, plane);
        for (std::int64_t p = 0; p < out.height; ++p) {
            const BilinearTap rows = bilinear_tap(p, in.height, out.height);
            const F16 down = broadcast(rows.fraction), up = broadcast(1.0f - rows.fraction);
            float* upper = job.input_gradient.pixel(sample, block, rows.first, 0);
            float* lower = job.input_gradient.pixel(sample, block, rows.second, 0);
            for (std::int64_t q = 0; q < out.width; ++q) {
                const BilinearTap columns = bilinear_tap(q, in.width, out.width);
                const F16 right = broadcast(columns.fraction), left = broadcast(1.0f - columns.fraction);
                const F16 dy = load(job.output_gradient.pixel(sample, block, p, q));
                const F16 top = mul(up, dy), bottom = mul(down, dy);
                add_to(upper + columns.first * kLanes, mul(left, top));
                add_to(upper + columns.second * kLanes, mul(right, top));
                add_to(lower + columns.first * kLanes, mul(left, bottom));
                add_to(lower + columns.second * kLanes, mul(right, bottom));
            }
        }
    }
}

inline void resample2d_bicubic_planes(const Resample2dBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input_gradient.extent, out = job.output_gradient.extent;
    for (std::int64_t plane = begin; plane < end; ++plane) {
        const std::int64_t sample = plane / in.blocks(), block = plane % in.blocks();
        clear_plane(job.input_gradient, plane);
        for (std::int64_t p = 0; p < out.height; ++p) {
            const BicubicTap rows = bicubic_tap(p, in.height, out.height);
            for (std::int64_t q = 0; q < out.width; ++q) {
                const BicubicTap columns = bicubic_tap(q, in.width, out.width);
                const F16 dy = load(job.output_gradient.pixel(sample, block, p, q));
                for (int r = 0; r < 4; ++r) {
                    float* dx = job.input_gradient.pixel(sample, block, rows.index[r], 0);
                    const F16 row = mul(broadcast(rows.weight[r]), dy);
                    for (int s = 0; s < 4; ++s) {
                        add_to(dx + columns.index[s] * kLanes, mul(broadcast(columns.weight[s]), row));
                    }
                }
            }
        }
    }
}

inline void resample2d_backward_run(const Executor& executor, const Resample2dBackwardJob& job,
                                    void (*planes)(const Resample2dBackwardJob&, std::int64_t,
                                                   std::int64_t) noexcept) noexcept {
    const MapExtent &in = job.input_gradient.extent, &out = job.output_gradient.extent;
    PROVENN_REQUIRE(job.input_gradient.samples == job.output_gradient.samples && in.channels == out.channels);
    PROVENN_REQUIRE(in.pixels() > 0 && out.pixels() > 0);
    run_ranges(executor, job.input_gradient.samples * in.blocks(), (in.pixels() + out.pixels()) * kLanes, job, planes);
}
inline void resample2d_nearest_backward(const Executor& executor, const ConstBlockedMap& output_gradient,
                                        const BlockedMap& input_gradient) noexcept {
    resample2d_backward_run(executor, {output_gradient, input_gradient}, &resample2d_nearest_planes);
}
inline void resample2d_bilinear_backward(const Executor& executor, const ConstBlockedMap& output_gradient,
                                         const BlockedMap& input_gradient) noexcept {
    resample2d_backward_run(executor, {output_gradient, input_gradient}, &resample2d_bilinear_planes);
}
inline void resample2d_bicubic_backward(const Executor& executor, const ConstBlockedMap& output_gradient,
                                        const BlockedMap& input_gradient) noexcept {
    resample2d_backward_run(executor, {output_gradient, input_gradient}, &resample2d_bicubic_planes);
}
