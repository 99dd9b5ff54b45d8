// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layer normalisation of each pixel, in Vec16 words. Contract in kernels/layer_norm.hpp.

struct PixelStatistics {
    float mean, inverse;
};

/// x - mean of one block, +0 beyond the last channel.
[[gnu::always_inline]] inline F16 pixel_deviation(const PixelWords& x, std::int64_t block, F16 mean) {
    const F16 deviation = sub(x.word(block), mean);
    return block + 1 == x.blocks ? select(x.last, deviation, zero()) : deviation;
}

inline PixelStatistics layer_norm_statistics(const PixelWords& x, std::int64_t channels, float epsilon) {
    const auto count = static_cast<float>(channels);
    F16 sum = zero();
    for (std::int64_t b = 0; b < x.blocks; ++b) sum = add(sum, x.word(b));
    const float mean = join_lanes(sum) / count;
    F16 squares = zero();
    for (std::int64_t b = 0; b < x.blocks; ++b) {
        const F16 deviation = pixel_deviation(x, b, broadcast(mean));
        squares = fma(deviation, deviation, squares);
    }
    const float variance = join_lanes(squares) / count;
    return {mean, static_cast<float>(batch_norm_inverse(static_cast<double>(variance), static_cast<double>(epsilon)))};
}

inline void layer_norm_rows(const LayerNormForward& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    const M16 last = channel_lanes(extent, extent.blocks() - 1);
    for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const std::int64_t n = row / extent.height, h = row % extent.height;
            const PixelWords x{job.input.pixel(n, 0, h, w), job.input.block_stride, extent.blocks(), last};
            float* y = job.output.pixel(n, 0, h, w);
            const PixelStatistics pixel = layer_norm_statistics(x, extent.channels, job.epsilon);
            for (std::int64_t b = 0; b < x.blocks; ++b) {
                const F16 unit = mul(pixel_deviation(x, b, broadcast(pixel.mean)), broadcast(pixel.inverse));
                const F16 value = fma(unit, load(job.gamma + b * kLanes), load(job.beta + b * kLanes));
                store(y + b * job.output.block_stride, b + 1 == x.blocks ? select(last, value, zero()) : value);
            }
        }
    }
}
inline void layer_norm_forward(const Executor& executor, const LayerNormForward& arguments) noexcept {
    PROVENN_REQUIRE(arguments.input.samples == arguments.output.samples);
    PROVENN_REQUIRE(arguments.input.extent == arguments.output.extent);
    const MapExtent& extent = arguments.output.extent;
    run_ranges(executor, arguments.output.samples * extent.height, extent.width * extent.blocks() * kLanes * 2,
               arguments, &layer_norm_rows);
}
