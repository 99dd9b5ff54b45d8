// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of depthwise convolution. Contract in kernels/depthwise_conv2d_backward.hpp.

inline constexpr std::size_t kDepthwiseGradientPixels = 6, kDepthwiseGradientTaps = 4;

// Pixels of one row of dx that share a residue: `dy` is the first tap's gradient of the first, `weights` the block's.
struct DepthwiseResidue {
    const DepthwiseDataGradient* arguments;
    ConvResidue rows, columns;
    M16 real_lanes;
};

template <std::size_t Pixels>
inline void depthwise_gradient_tile(const DepthwiseResidue& at, const float* dy, const float* weights,
                                    float* target) noexcept {
    const DepthwiseDataGradient& a = *at.arguments;
    F16 acc[Pixels];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Pixels; ++i) acc[i] = zero();
    for (std::int64_t r = 0; r < at.rows.taps; ++r) {
        const std::int64_t tap_row = (at.rows.first_tap + r * at.rows.tap_step) * a.geometry.kernel_w;
        for (std::int64_t s = 0; s < at.columns.taps; ++s) {
            const std::int64_t tap = tap_row + at.columns.first_tap + s * at.columns.tap_step;
            const F16 weight = load(weights + tap * kLanes);
            const float* gradient = dy - r * at.rows.step_back * a.output_gradient.row_stride -
                                    s * at.columns.step_back * kLanes;
#pragma GCC unroll 8
            for (std::size_t i = 0; i < Pixels; ++i) acc[i] = fma(load(gradient + i * kLanes), weight, acc[i]);
        }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Pixels; ++i) {
        store(target + static_cast<std::int64_t>(i) * a.geometry.stride_w * kLanes,
              select(at.real_lanes, add(acc[i], zero()), zero()));
    }
}

inline void depthwise_gradient_rows(const DepthwiseDataGradient& a, std::int64_t begin, std::int64_t end) noexcept {
    const BlockedMap& dx = a.input_gradient;
    const MapExtent& in = dx.extent;
    constexpr auto kStep = static_cast<std::int64_t>(kDepthwiseGradientPixels);
    DepthwiseResidue at;
    at.arguments = &a;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t h = unit % in.height, plane = unit / in.height;
        const std::int64_t n = plane / in.blocks(), block = plane % in.blocks();
        const std::int64_t lanes = in.channels - block * kLanes;
        at.real_lanes = first_lanes(static_cast<int>(lanes < kLanes ? lanes : kLanes));
        at.rows = conv_residue(conv_rows(a.geometry), in.height, (h + a.geometry.pad_top) % a.geometry.stride_h);
        const std::int64_t p = (h - at.rows.first) / a.geometry.stride_h + at.rows.offset;
        const float* weights = a.weights + block * a.geometry.taps() * kLanes;
        for (std::int64_t residue = 0; residue < a.geometry.stride_w; ++residue) {
            at.columns = conv_residue(conv_columns(a.geometry), in.width, residue);
            const float* dy = a.output_gradient.pixel(n, block, p, at.columns.offset);
            float* target = dx.pixel(n, block, h, at.columns.first);
            const std::int64_t step = a.geometry.stride_w * kLanes;
            std::int64_t i = 0;
            for (; i + kStep <= at.columns.count; i += kStep) {
                depthwise_gradient_tile<kDepthwiseGradientPixels>(at, dy + i * kLanes, weights, target + i * step);
            }
            for (; i < at.columns.count; ++i) {
                depthwise_gradient_tile<1>(at, dy + i * kLanes, weights, target + i * step);
            }
        }
    }
}

// Rows where the multiplier is not 1.
inline void depthwise_general_rows(const DepthwiseDataGradient& a, std::int64_t begin, std::int64_t end) noexcept {
    const BlockedMap& dx = a.input_gradient;
    const std::int64_t taps = a.geometry.taps();
    const auto weight = [&a, taps](std::int64_t tap, std::int64_t k) {
        return a.weights[(k / kLanes * taps + tap) * kLanes + k % kLanes];
    };
    for (std::int64_t row = begin; row < end; ++row) {
        const std::int64_t n = row / dx.extent.height, h = row % dx.extent.height;
        for (std::int64_t w = 0; w < dx.extent.width; ++w) store(dx.pixel(n, dx.extent.blocks() - 1, h, w), zero());
        reference::depthwise_data_gradient_row<float>(a.geometry,
                                                      reference::BlockedElements<const float>{a.output_gradient},
                                                      weight, reference::BlockedElements<float>{dx}, n, h);
    }
}

inline void depthwise_data_gradient(const DepthwiseDataGradient& a, const Executor& executor) noexcept {
    const MapExtent &in = a.input_gradient.extent, &out = a.output_gradient.extent;
    PROVENN_REQUIRE(a.input_gradient.samples == a.output_gradient.samples);
    PROVENN_REQUIRE(out.channels == in.channels * a.multiplier);
    const std::int64_t row_work = in.width * kLanes * a.geometry.taps();
    if (a.multiplier == 1) {
        run_ranges(executor, a.input_gradient.samples * in.blocks() * in.height, row_work, a, &depthwise_gradient_rows);
    } else {
        run_ranges(executor, a.input_gradient.samples * in.height, row_work * out.blocks(), a, &depthwise_general_rows);
    }
}

// A chunk of the pixels of one block of channels against some taps: all chains share the loads of dy.
struct DepthwiseTaps {
    const float* input[kDepthwiseGradientTaps];  // of the chunk's first pixel
    float* sums[kDepthwiseGradientTaps];
};
template <std::size_t Taps>
inline void depthwise_weight_tile(const GradientChunk& at, const DepthwiseTaps& taps, const float* dy) noexcept {
    F16 acc[Taps];
#pragma GCC unroll 4
    for (std::size_t t = 0; t < Taps; ++t) acc[t] = zero();
    for (std::int64_t row = 0; row < at.rows; ++row) {
        const float* x[Taps];
#pragma GCC unroll 4
        for (std::size_t t = 0; t < Taps; ++t) x[t] = taps.input[t] + row * at.input_row;
        const float* gradient = dy + row * at.gradient_row;
        for (std::int64_t q = 0; q < at.columns; ++q) {
            const F16 g = load(gradient + q * kLanes);
#pragma GCC unroll 4
            for (std::size_t t = 0; t < Taps; ++t) acc[t] = fma(load(x[t] + q * at.input_column), g, acc[t]);
        }
    }
#pragma GCC unroll 4
    for (std::size_t t = 0; t < Taps; ++t) {
        F16 sum = add(acc[t], zero());
        float* target = taps.sums[t];
        for (int level = 0; level < at.carries; ++level, target += at.level) sum = add(load(target), sum);
        store(target, sum);
    }
}

// The taps [first, first + count) of one chunk; `x` is the input of the chunk's first pixel at offset (0, 0).
inline void depthwise_tap_tile(const DepthwiseWeightGradient& a, const GradientChunk& at, const float* x,
                               const float* dy, float* sums) noexcept {
    const std::int64_t taps = a.geometry.taps();
    constexpr auto kStep = static_cast<std::int64_t>(kDepthwiseGradientTaps);
    for (std::int64_t first = 0; first < taps;) {
        const std::int64_t count = taps - first >= kStep ? kStep : 1;
        DepthwiseTaps tile{};
        for (std::int64_t t = 0; t < count; ++t) {
            const std::int64_t r = (first + t) / a.geometry.kernel_w, s = (first + t) % a.geometry.kernel_w;
            tile.input[t] = x + (r * a.geometry.dilation_h - a.geometry.pad_top) * a.input.row_stride +
                            (s * a.geometry.dilation_w - a.geometry.pad_left) * kLanes;
            tile.sums[t] = sums + (first + t) * kLanes;
        }
        if (count == kStep) {
            depthwise_weight_tile<kDepthwiseGradientTaps>(at, tile, dy);
        } else {
            depthwise_weight_tile<1>(at, tile, dy);
        }
        first += count;
    }
}

inline void depthwise_weight_blocks(const DepthwiseWeightGradient& a, std::int64_t begin, std::int64_t end) noexcept {
    const ConstBlockedMap& dy = a.output_gradient;
    const std::int64_t taps = a.geometry.taps(), channels = dy.extent.channels;
    const std::int64_t rows = gradient_chunk_rows(dy.extent.width), chunks = gradient_chunks(dy);
    const std::int64_t chunks_per_sample = (dy.extent.height + rows - 1) / rows;
    GradientChunk at{};
    at.columns = dy.extent.width;
    at.input_row = a.geometry.stride_h * a.input.row_stride;
    at.input_column = a.geometry.stride_w * kLanes;
    at.gradient_row = dy.row_stride;
    at.level = taps * kLanes;
    for (std::int64_t block = begin; block < end; ++block) {
        float* sums = a.scratch + block * tree_levels(chunks) * at.level;
        for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
            const std::int64_t n = chunk / chunks_per_sample, p = chunk % chunks_per_sample * rows;
            at.rows = dy.extent.height - p < rows ? dy.extent.height - p : rows;
            for (at.carries = 0; ((chunk >> at.carries) & 1) != 0;) ++at.carries;
            depthwise_tap_tile(a, at, a.input.pixel(n, block, p * a.geometry.stride_h, 0), dy.pixel(n, block, p, 0),
                               sums);
        }
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            float lanes[kLanes];
            store(lanes, join_levels(sums + tap * kLanes, at.level, chunks));
            for (std::int64_t c = block * kLanes; c < (block + 1) * kLanes && c < channels; ++c) {
                a.weight_gradient[tap * channels + c] = lanes[c - block * kLanes];
            }
        }
    }
}

// Taps where the multiplier is not 1.
inline void depthwise_general_taps(const DepthwiseWeightGradient& a, std::int64_t begin, std::int64_t end) noexcept {
    const View<float> dw(a.weight_gradient,
                         {a.geometry.kernel_h, a.geometry.kernel_w, a.input.extent.channels, a.multiplier});
    for (std::int64_t tap = begin; tap < end; ++tap) {
        reference::depthwise_tap_gradient<float>(a.geometry, reference::BlockedElements<const float>{a.input},
                                                 reference::BlockedElements<const float>{a.output_gradient}, dw,
                                                 tap / a.geometry.kernel_w, tap % a.geometry.kernel_w);
    }
}

inline void depthwise_weight_gradient(const DepthwiseWeightGradient& a, const Executor& executor) noexcept {
    const MapExtent &in = a.input.extent, &out = a.output_gradient.extent;
    PROVENN_REQUIRE(a.input.samples == a.output_gradient.samples && a.input.samples * out.pixels() >= 1);
    PROVENN_REQUIRE(out.channels == in.channels * a.multiplier);
    if (a.bias_gradient != nullptr) bias_gradient(executor, a.output_gradient, a.bias_gradient);
    if (a.weight_gradient == nullptr) return;
    if (a.multiplier == 1) {
        run_ranges(executor, out.blocks(), kTaskElements, a, &depthwise_weight_blocks);
    } else {
        run_ranges(executor, a.geometry.taps(), kTaskElements, a, &depthwise_general_taps);
    }
}
