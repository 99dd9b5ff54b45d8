// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of the activations over maps in Vec16 words. Contract in kernels/activation_backward.hpp.

struct ActivationBackwardJob {
    ActivationConfig config;
    ConstBlockedMap input, alpha, output_gradient;
    BlockedMap gradient;
};

inline void activation_backward_rows(const ActivationBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.gradient.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const float* x = job.input.pixel(at.sample, at.block, at.row, 0);
        const float* dy = job.output_gradient.pixel(at.sample, at.block, at.row, 0);
        float* dx = job.gradient.pixel(at.sample, at.block, at.row, 0);
        const M16 lanes = channel_lanes(extent, at.block);
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
            const F16 value = load(x + i);
            const F16 slope = keep_nan(value, activation_slope(job.config, value));
            store(dx + i, select(lanes, mul(load(dy + i), slope), zero()));
        }
    }
}
inline void activation_backward(const Executor& executor, const ActivationConfig& config, const ConstBlockedMap& input,
                                const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(is_elementwise(config.kind));
    PROVENN_REQUIRE(input.samples == output_gradient.samples && input.extent == output_gradient.extent);
    PROVENN_REQUIRE(input.samples == input_gradient.samples && input.extent == input_gradient.extent);
    run_ranges(executor, input.samples * input.extent.blocks() * input.extent.height, input.extent.width * kLanes,
               ActivationBackwardJob{config, input, {}, output_gradient, input_gradient}, &activation_backward_rows);
}

inline void prelu_backward_rows(const ActivationBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.gradient.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        const float* x = job.input.pixel(at.sample, at.block, at.row, 0);
        const float* dy = job.output_gradient.pixel(at.sample, at.block, at.row, 0);
        float* dx = job.gradient.pixel(at.sample, at.block, at.row, 0);
        const M16 lanes = channel_lanes(extent, at.block);
        std::int64_t step = 0;
        const float* alpha = prelu_row(job.alpha, at, step);
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const F16 value = load(x + w * kLanes);
            const F16 slope = select(less(zero(), value), broadcast(1.0f), load(alpha + w * step));
            store(dx + w * kLanes, select(lanes, mul(load(dy + w * kLanes), keep_nan(value, slope)), zero()));
        }
    }
}
inline void prelu_backward(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& alpha,
                           const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(input.samples == output_gradient.samples && input.extent == output_gradient.extent);
    PROVENN_REQUIRE(input.samples == input_gradient.samples && input.extent == input_gradient.extent);
    PROVENN_REQUIRE(shares_slopes(alpha.extent, input.extent));
    run_ranges(executor, input.samples * input.extent.blocks() * input.extent.height, input.extent.width * kLanes,
               ActivationBackwardJob{{}, input, alpha, output_gradient, input_gradient}, &prelu_backward_rows);
}

/// One row of one block of alpha: each of its pixels sums over samples and over the rows and columns that share it.
inline void prelu_alpha_rows(const ActivationBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent &map = job.input.extent, &slopes = job.gradient.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(slopes, unit);
        const std::int64_t first_row = slopes.height == 1 ? 0 : at.row;
        const std::int64_t last_row = slopes.height == 1 ? map.height : at.row + 1;
        for (std::int64_t column = 0; column < slopes.width; ++column) {
            const std::int64_t last = slopes.width == 1 ? map.width : column + 1;
            PairwiseTree tree;
            for (std::int64_t n = 0; n < job.input.samples; ++n) {
                for (std::int64_t h = first_row; h < last_row; ++h) {
                    F16 sum = zero();
                    for (std::int64_t w = slopes.width == 1 ? 0 : column; w < last; ++w) {
                        const F16 x = load(job.input.pixel(n, at.block, h, w));
                        const F16 below = select(less(zero(), x), zero(), x);
                        sum = fma(load(job.output_gradient.pixel(n, at.block, h, w)), below, sum);
                    }
                    push_term(tree, sum);
                }
            }
            store(job.gradient.pixel(0, at.block, at.row, column),
                  select(channel_lanes(slopes, at.block), tree_sum(tree), zero()));
        }
    }
}
inline void prelu_alpha_backward(const Executor& executor, const ConstBlockedMap& input,
                                 const ConstBlockedMap& output_gradient, const BlockedMap& alpha_gradient) noexcept {
    const MapExtent &map = input.extent, &slopes = alpha_gradient.extent;
    PROVENN_REQUIRE(input.samples == output_gradient.samples && map == output_gradient.extent);
    PROVENN_REQUIRE(shares_slopes(slopes, map) && input.samples > 0 && map.pixels() > 0);
    const std::int64_t work = input.samples * map.pixels() / slopes.height * kLanes;
    run_ranges(executor, slopes.blocks() * slopes.height, work,
               ActivationBackwardJob{{}, input, {}, output_gradient, alpha_gradient}, &prelu_alpha_rows);
}

/// dx of one row: channels below C/2 from the value's side, the others from the gate's.
inline void glu_backward_rows(const ActivationBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.gradient.extent;
    const std::int64_t half = extent.channels / 2;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const MapRow at = map_row(extent, unit);
        float* dx = job.gradient.pixel(at.sample, at.block, at.row, 0);
        for (std::int64_t w = 0; w < extent.width; ++w) {
            float value[kLanes] = {}, gate[kLanes] = {}, dy[kLanes] = {}, is_gate[kLanes] = {};
            for (std::int64_t i = 0; i < kLanes && at.block * kLanes + i < extent.channels; ++i) {
                const std::int64_t c = (at.block * kLanes + i) % half;
                is_gate[i] = at.block * kLanes + i >= half ? 1.0f : 0.0f;
                value[i] = job.input.pixel(at.sample, c / kLanes, at.row, w)[c % kLanes];
                gate[i] = job.input.pixel(at.sample, (c + half) / kLanes, at.row, w)[(c + half) % kLanes];
                dy[i] = job.output_gradient.pixel(at.sample, c / kLanes, at.row, w)[c % kLanes];
            }
            const F16 s = sigmoid(load(gate));
            const F16 gate_slope = mul(load(value), mul(s, sub(broadcast(1.0f), s)));
            const F16 gradient = mul(load(dy), select(less(zero(), load(is_gate)), gate_slope, s));
            store(dx + w * kLanes, select(channel_lanes(extent, at.block), gradient, zero()));
        }
    }
}
inline void glu_backward(const Executor& executor, const ConstBlockedMap& input, const ConstBlockedMap& output_gradient,
                         const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(input.samples == output_gradient.samples && input.samples == input_gradient.samples);
    PROVENN_REQUIRE(input.extent == input_gradient.extent);
    PROVENN_REQUIRE(input.extent.channels == 2 * output_gradient.extent.channels);
    run_ranges(executor, input.samples * input.extent.blocks() * input.extent.height, input.extent.width * kLanes,
               ActivationBackwardJob{{}, input, {}, output_gradient, input_gradient}, &glu_backward_rows);
}
