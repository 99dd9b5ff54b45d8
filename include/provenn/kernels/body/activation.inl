// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations over maps in Vec16 words. Contract in kernels/activation.hpp.

/// Row `unit` of a map, counted over (sample, block, row).
struct MapRow {
    std::int64_t sample, block, row;
};
[[gnu::always_inline]] inline MapRow map_row(const MapExtent& extent, std::int64_t unit) {
    const std::int64_t plane = unit / extent.height;
    return {plane / extent.blocks(), plane % extent.blocks(), unit % extent.height};
}
/// Lanes of a block that hold channels.
[[gnu::always_inline]] inline M16 channel_lanes(const MapExtent& extent, std::int64_t block) {
    const std::int64_t left = extent.channels - block * kChannelBlock;
    return first_lanes(static_cast<int>(left < kLanes ? left : kLanes));
}

struct ActivationJob {
    ActivationConfig config;
    ConstBlockedMap input, alpha;
    BlockedMap output;
};

/// One row of one kind of activation, without a branch for each word.
template <Activation Kind>
[[gnu::flatten]] inline void activation_row(ActivationConfig config, const float* x, float* y, std::int64_t size,
                                            M16 lanes) noexcept {
    config.kind = Kind;
    for (std::int64_t i = 0; i < size; i += kLanes) store(y + i, select(lanes, activate(config, load(x + i)), zero()));
}

inline void activation_rows(const ActivationJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const float* x = job.input.pixel(at.sample, at.block, at.row, 0);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        const M16 lanes = channel_lanes(extent, at.block);
        const std::int64_t size = extent.width * kLanes;
        if (job.config.kind == Activation::relu) {
            for (std::int64_t i = 0; i < size; i += kLanes) store(y + i, max(zero(), load(x + i)));
        } else if (job.config.kind == Activation::swish) {
            activation_row<Activation::swish>(job.config, x, y, size, lanes);
        } else if (job.config.kind == Activation::sigmoid) {
            activation_row<Activation::sigmoid>(job.config, x, y, size, lanes);
        } else {
            for (std::int64_t i = 0; i < size; i += kLanes) {
                store(y + i, select(lanes, activate(job.config, load(x + i)), zero()));
            }
        }
    }
}
inline void activation_forward(const Executor& executor, const ActivationConfig& config, const ConstBlockedMap& input,
                               const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(is_elementwise(config.kind));
    PROVENN_REQUIRE(input.samples == output.samples && input.extent == output.extent);
    const std::int64_t rows = output.samples * output.extent.blocks() * output.extent.height;
    const ActivationJob job{config, input, {}, output};
    run_ranges(executor, rows, output.extent.width * kLanes, job, &activation_rows);
}

/// First slope of row `at` of alpha, which may share rows; `step` is 0 where columns share.
[[gnu::always_inline]] inline const float* prelu_row(const ConstBlockedMap& alpha, MapRow at, std::int64_t& step) {
    step = alpha.extent.width == 1 ? 0 : kLanes;
    return alpha.pixel(0, at.block, alpha.extent.height == 1 ? 0 : at.row, 0);
}
inline bool shares_slopes(const MapExtent& alpha, const MapExtent& map) {
    return alpha.channels == map.channels && (alpha.height == 1 || alpha.height == map.height) &&
           (alpha.width == 1 || alpha.width == map.width);
}
inline void prelu_rows(const ActivationJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const float* x = job.input.pixel(at.sample, at.block, at.row, 0);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        std::int64_t step = 0;
        const float* alpha = prelu_row(job.alpha, at, step);
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const F16 a = load(x + w * kLanes);
            store(y + w * kLanes, select(less(a, zero()), mul(load(alpha + w * step), a), a));
        }
    }
}
inline void prelu_forward(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& alpha,
                          const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(input.samples == output.samples && input.extent == output.extent);
    PROVENN_REQUIRE(shares_slopes(alpha.extent, input.extent));
    const std::int64_t rows = output.samples * output.extent.blocks() * output.extent.height;
    run_ranges(executor, rows, output.extent.width * kLanes, ActivationJob{{}, input, alpha, output}, &prelu_rows);
}

/// Channels [first, first + 16) of a pixel, cut at `channels`: they may straddle two blocks.
[[gnu::always_inline]] inline F16 load_channels(const ConstBlockedMap& map, MapRow at, std::int64_t column,
                                                std::int64_t first, std::int64_t channels) {
    float lanes[kLanes] = {};
    for (std::int64_t i = 0; i < kLanes && first + i < channels; ++i) {
        const std::int64_t c = first + i;
        lanes[i] = map.pixel(at.sample, c / kLanes, at.row, column)[c % kLanes];
    }
    return load(lanes);
}
inline void glu_rows(const ActivationJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        float* y = job.output.pixel(at.sample, at.block, at.row, 0);
        const std::int64_t first = at.block * kLanes;
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const F16 value = load_channels(job.input, at, w, first, extent.channels);
            const F16 gate = load_channels(job.input, at, w, first + extent.channels, job.input.extent.channels);
            store(y + w * kLanes, mul(value, sigmoid(gate)));
        }
    }
}
inline void glu_forward(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(input.samples == output.samples && input.extent.channels == 2 * output.extent.channels);
    PROVENN_REQUIRE(input.extent.height == output.extent.height && input.extent.width == output.extent.width);
    const std::int64_t rows = output.samples * output.extent.blocks() * output.extent.height;
    run_ranges(executor, rows, output.extent.width * kLanes, ActivationJob{{}, input, {}, output}, &glu_rows);
}
