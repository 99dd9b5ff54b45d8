// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resampling: for each output pixel its taps, then block after block of channels. Contract in kernels/resample2d.hpp.

struct Resample2dJob {
    ConstBlockedMap input;
    BlockedMap output;
};

inline void resample2d_nearest_rows(const Resample2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent, out = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / out.height, p = unit % out.height;
        const std::int64_t row = nearest_tap(p, in.height, out.height);
        for (std::int64_t q = 0; q < out.width; ++q) {
            const float* from = job.input.pixel(sample, 0, row, nearest_tap(q, in.width, out.width));
            float* to = job.output.pixel(sample, 0, p, q);
            for (std::int64_t block = 0; block < out.blocks(); ++block) {
                store(to + block * job.output.block_stride, load(from + block * job.input.block_stride));
            }
        }
    }
}

inline void resample2d_bilinear_rows(const Resample2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent, out = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / out.height, p = unit % out.height;
        const BilinearTap rows = bilinear_tap(p, in.height, out.height);
        const F16 down = broadcast(rows.fraction);
        for (std::int64_t q = 0; q < out.width; ++q) {
            const BilinearTap columns = bilinear_tap(q, in.width, out.width);
            const F16 right = broadcast(columns.fraction);
            const std::int64_t step = (columns.second - columns.first) * kLanes;
            const float* upper = job.input.pixel(sample, 0, rows.first, columns.first);
            const float* lower = job.input.pixel(sample, 0, rows.second, columns.first);
            float* to = job.output.pixel(sample, 0, p, q);
            for (std::int64_t block = 0; block < out.blocks(); ++block) {
                const F16 upper_left = load(upper), lower_left = load(lower);
                const F16 top = fma(right, sub(load(upper + step), upper_left), upper_left);
                const F16 bottom = fma(right, sub(load(lower + step), lower_left), lower_left);
                store(to, fma(down, sub(bottom, top), top));
                upper += job.input.block_stride;
                lower += job.input.block_stride;
                to += job.output.block_stride;
            }
        }
    }
}

inline void resample2d_bicubic_rows(const Resample2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent in = job.input.extent, out = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / out.height, p = unit % out.height;
        const BicubicTap rows = bicubic_tap(p, in.height, out.height);
        for (std::int64_t q = 0; q < out.width; ++q) {
            const BicubicTap columns = bicubic_tap(q, in.width, out.width);
            for (std::int64_t block = 0; block < out.blocks(); ++block) {
                F16 sum = zero();
                for (int r = 0; r < 4; ++r) {
                    const float* x = job.input.pixel(sample, block, rows.index[r], 0);
                    F16 row = zero();
                    for (int s = 0; s < 4; ++s) {
                        row = fma(broadcast(columns.weight[s]), load(x + columns.index[s] * kLanes), row);
                    }
                    sum = fma(broadcast(rows.weight[r]), row, sum);
                }
                store(job.output.pixel(sample, block, p, q), sum);
            }
        }
    }
}

inline void resample2d_run(const Executor& executor, const Resample2dJob& job,
                           void (*rows)(const Resample2dJob&, std::int64_t, std::int64_t) noexcept) noexcept {
    const MapExtent &in = job.input.extent, &out = job.output.extent;
    PROVENN_REQUIRE(job.input.samples == job.output.samples && in.channels == out.channels);
    PROVENN_REQUIRE(in.pixels() > 0 && out.pixels() > 0);
    run_ranges(executor, job.output.samples * out.height, out.width * out.blocks() * kLanes * 2, job, rows);
}
inline void resample2d_nearest(const Executor& executor, const ConstBlockedMap& input,
                               const BlockedMap& output) noexcept {
    resample2d_run(executor, {input, output}, &resample2d_nearest_rows);
}
inline void resample2d_bilinear(const Executor& executor, const ConstBlockedMap& input,
                                const BlockedMap& output) noexcept {
    resample2d_run(executor, {input, output}, &resample2d_bilinear_rows);
}
inline void resample2d_bicubic(const Executor& executor, const ConstBlockedMap& input,
                               const BlockedMap& output) noexcept {
    resample2d_run(executor, {input, output}, &resample2d_bicubic_rows);
}
