// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Joining maps element by element, scaling and filling, in Vec16 words. Contract in kernels/elementwise.hpp.

struct ElementwiseJob {
    Combine kind = Combine::add;
    Span<const ConstBlockedMap> inputs;
    std::size_t which = 0;
    ConstBlockedMap gradient;
    const float* scale = nullptr;
    const float* shift = nullptr;
    float value = 0.0f;
    BlockedMap output;
};

/// A word of an input that may be spread along rows or columns.
[[gnu::always_inline]] inline F16 spread_word(const ConstBlockedMap& map, MapRow at, std::int64_t w) {
    return load(map.pixel(at.sample, at.block, map.extent.height == 1 ? 0 : at.row, map.extent.width == 1 ? 0 : w));
}
/// Whether `next` is taken instead of `best`: beyond it, or the first NaN.
[[gnu::always_inline]] inline M16 is_beyond(Combine kind, F16 best, F16 next) {
    const M16 beyond = kind == Combine::maximum ? less(best, next) : less(next, best);
    return either(beyond, both(unordered(next, next), equal(best, best)));
}

inline F16 combine_word(const ElementwiseJob& job, MapRow at, std::int64_t w) {
    F16 joined = spread_word(job.inputs[0], at, w);
    for (std::size_t i = 1; i < job.inputs.size(); ++i) {
        const F16 next = spread_word(job.inputs[i], at, w);
        switch (job.kind) {
            case Combine::add:
            case Combine::average: joined = add(joined, next); break;
            case Combine::subtract: joined = sub(joined, next); break;
            case Combine::multiply: joined = mul(joined, next); break;
            case Combine::maximum:
            case Combine::minimum: joined = select(is_beyond(job.kind, joined, next), next, joined); break;
        }
    }
    return job.kind == Combine::average ? div(joined, broadcast(static_cast<float>(job.inputs.size()))) : joined;
}
inline void combine_rows(const ElementwiseJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        const M16 lanes = channel_lanes(extent, at.block);
        for (std::int64_t w = 0; w < extent.width; ++w) {
            store(y + w * kLanes, select(lanes, combine_word(job, at, w), zero()));
        }
    }
}
inline bool spreads_to(const ConstBlockedMap& input, std::int64_t samples, const MapExtent& extent) {
    return input.samples == samples && input.extent.channels == extent.channels &&
           (input.extent.height == extent.height || input.extent.height == 1) &&
           (input.extent.width == extent.width || input.extent.width == 1);
}
inline std::int64_t row_count(std::int64_t samples, const MapExtent& extent) {
    return samples * extent.blocks() * extent.height;
}
inline void elementwise_combine(const Executor& executor, Combine kind, Span<const ConstBlockedMap> inputs,
                                const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(!inputs.empty() && (kind != Combine::subtract || inputs.size() == 2));
    for (const ConstBlockedMap& input : inputs) PROVENN_REQUIRE(spreads_to(input, output.samples, output.extent));
    ElementwiseJob job;
    job.kind = kind;
    job.inputs = inputs;
    job.output = output;
    run_ranges(executor, row_count(output.samples, output.extent), output.extent.width * kLanes, job, &combine_rows);
}

inline void scale_shift_rows(const ElementwiseJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const float* x = job.inputs[0].pixel(at.sample, at.block, at.row, 0);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        const M16 lanes = channel_lanes(extent, at.block);
        const F16 scale = load(job.scale + at.block * kLanes);
        const F16 shift = job.shift != nullptr ? load(job.shift + at.block * kLanes) : zero();
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
            const F16 value = load(x + i);
            const F16 result = job.shift != nullptr ? fma(value, scale, shift) : mul(value, scale);
            store(y + i, select(lanes, result, zero()));
        }
    }
}
// Rows of dense maps: the channels' scales and shifts, repeated until they fill whole words.
inline void scale_shift_dense_rows(const ElementwiseJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    const ConstBlockedMap& input = job.inputs[0];
    float scale[kMostDenseChannels * kLanes], shift[kMostDenseChannels * kLanes];
    for (std::int64_t i = 0; i < extent.channels * kLanes; ++i) {
        scale[i] = job.scale[i % extent.channels];
        shift[i] = job.shift != nullptr ? job.shift[i % extent.channels] : 0.0f;
    }
    const auto result = [&](F16 value, std::int64_t at) {
        const F16 factor = load(scale + at % (extent.channels * kLanes));
        return job.shift != nullptr ? fma(value, factor, load(shift + at % (extent.channels * kLanes)))
                                    : mul(value, factor);
    };
    const std::int64_t size = extent.width * extent.channels, whole = size / kLanes * kLanes;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t sample = unit / extent.height, row = unit % extent.height;
        const float* x = input.data + sample * input.sample_stride + row * input.row_stride;
        float* y = job.output.data + sample * job.output.sample_stride + row * job.output.row_stride;
        for (std::int64_t i = 0; i < whole; i += kLanes) store(y + i, result(load(x + i), i));
        float last[kLanes] = {};
        for (std::int64_t i = whole; i < size; ++i) last[i - whole] = x[i];
        store(last, result(load(last), whole));
        for (std::int64_t i = whole; i < size; ++i) y[i] = last[i - whole];
    }
}
inline void elementwise_scale_shift(const Executor& executor, const ConstBlockedMap& input, const float* scale,
                                    const float* shift, const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(input.samples == output.samples && input.extent == output.extent && scale != nullptr);
    PROVENN_REQUIRE(input.is_dense() == output.is_dense());
    ElementwiseJob job;
    job.inputs = {&input, 1};
    job.scale = scale;
    job.shift = shift;
    job.output = output;
    run_ranges(executor, row_count(output.samples, output.extent), output.extent.width * output.pixel_stride, job,
               output.is_dense() ? &scale_shift_dense_rows : &scale_shift_rows);
}

inline void fill_rows(const ElementwiseJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        const F16 value = select(channel_lanes(extent, at.block), broadcast(job.value), zero());
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) store(y + i, value);
    }
}
inline void elementwise_fill(const Executor& executor, float value, const BlockedMap& output) noexcept {
    ElementwiseJob job;
    job.value = value;
    job.output = output;
    run_ranges(executor, row_count(output.samples, output.extent), output.extent.width * kLanes, job, &fill_rows);
}
