// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax, log-softmax and sparsemax of each pixel, in Vec16 words. Contract in kernels/softmax.hpp.

/// The sixteen lanes joined by the fixed tree.
[[gnu::always_inline]] inline float join_lanes(F16 a) {
    float lanes[kLanes];
    store(lanes, a);
    for (int width = kLanes / 2; width > 0; width /= 2) {
        for (int l = 0; l < width; ++l) lanes[l] = lanes[l] + lanes[l + width];
    }
    return lanes[0];
}
[[gnu::always_inline]] inline float greatest_lane(F16 a) {
    float lanes[kLanes];
    store(lanes, a);
    float greatest = lanes[0];
    for (int l = 1; l < kLanes; ++l) greatest = lanes[l] > greatest ? lanes[l] : greatest;
    return greatest;
}

struct SoftmaxJob {
    Activation kind;
    ConstBlockedMap input, gradient;  // backward: the output and its gradient
    BlockedMap output;
};

/// A channel vector: `blocks` words, `stride` floats apart.
struct PixelWords {
    const float* x;
    std::int64_t stride, blocks;
    M16 last;  // lanes of the last block that hold channels
    [[nodiscard]] F16 word(std::int64_t block) const { return load(x + block * stride); }
};

/// tau of sparsemax; the support only shrinks, so that at most `channels` rounds are needed.
inline float sparsemax_threshold(const PixelWords& p, float greatest, std::int64_t channels) {
    float tau = -__builtin_inff();
    for (std::int64_t round = 0; round <= channels; ++round) {
        F16 sum = zero(), count = zero();
        for (std::int64_t b = 0; b < p.blocks; ++b) {
            // Shifted by the greatest: exact where it matters, and no overflow.
            const F16 x = sub(p.word(b), broadcast(greatest));
            M16 in = invert(less_equal(x, broadcast(tau)));
            if (b + 1 == p.blocks) in = both(in, p.last);
            sum = add(sum, select(in, x, zero()));
            count = add(count, select(in, broadcast(1.0f), zero()));
        }
        const float next = (join_lanes(sum) - 1.0f) / join_lanes(count);
        if (!(next > tau)) break;
        tau = next;
    }
    return tau;
}

inline void softmax_pixel(Activation kind, const PixelWords& p, std::int64_t channels, float* y,
                          std::int64_t y_stride) {
    const F16 least = broadcast(-__builtin_inff());
    F16 lanes = least;
    M16 broken = unordered(zero(), zero());
    for (std::int64_t b = 0; b < p.blocks; ++b) {
        const F16 x = b + 1 == p.blocks ? select(p.last, p.word(b), least) : p.word(b);
        broken = either(broken, unordered(x, x));
        lanes = max(lanes, x);
    }
    const float greatest = any(broken) ? __builtin_nanf("") : greatest_lane(lanes);
    const bool finite = greatest - greatest == 0.0f;
    float scale = 0.0f;
    if (kind == Activation::sparsemax) {
        scale = finite ? sparsemax_threshold(p, greatest, channels) : __builtin_nanf("");
    } else {
        F16 sum = zero();
        for (std::int64_t b = 0; b < p.blocks; ++b) {
            const F16 e = exp(sub(p.word(b), broadcast(greatest)));
            sum = add(sum, b + 1 == p.blocks ? select(p.last, e, zero()) : e);
            if (kind == Activation::softmax) store(y + b * y_stride, e);  // x of this block is not needed again
        }
        scale = join_lanes(sum);
    }
    const F16 log_sum = kind == Activation::log_softmax ? log(broadcast(scale)) : zero();
    for (std::int64_t b = 0; b < p.blocks; ++b) {
        F16 value = zero();
        if (kind == Activation::softmax) {
            value = div(load(y + b * y_stride), broadcast(scale));
        } else if (kind == Activation::log_softmax) {
            value = sub(sub(p.word(b), broadcast(greatest)), log_sum);
        } else {
            value = max(zero(), sub(sub(p.word(b), broadcast(greatest)), broadcast(scale)));
        }
        store(y + b * y_stride, b + 1 == p.blocks ? select(p.last, value, zero()) : value);
    }
}

inline void softmax_rows(const SoftmaxJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    const M16 last = channel_lanes(extent, extent.blocks() - 1);
    for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const std::int64_t n = row / extent.height, h = row % extent.height;
            const PixelWords p{job.input.pixel(n, 0, h, w), job.input.block_stride, extent.blocks(), last};
            softmax_pixel(job.kind, p, extent.channels, job.output.pixel(n, 0, h, w), job.output.block_stride);
        }
    }
}
inline void softmax_forward(const Executor& executor, Activation kind, const ConstBlockedMap& input,
                            const BlockedMap& output) noexcept {
    PROVENN_REQUIRE(kind == Activation::softmax || kind == Activation::log_softmax || kind == Activation::sparsemax);
    PROVENN_REQUIRE(input.samples == output.samples && input.extent == output.extent);
    const MapExtent& extent = output.extent;
    run_ranges(executor, output.samples * extent.height, extent.width * extent.blocks() * kLanes,
               SoftmaxJob{kind, input, {}, output}, &softmax_rows);
}
