// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of softmax, log-softmax and sparsemax. Contract in kernels/softmax_backward.hpp.

/// One pixel's gradient: the lanes beyond C of y and dy are +0, and stay out of every sum.
inline void softmax_backward_pixel(Activation kind, const PixelWords& y, const PixelWords& dy, float* dx,
                                   std::int64_t dx_stride) {
    F16 sum = zero(), count = zero();
    for (std::int64_t b = 0; b < y.blocks; ++b) {
        if (kind == Activation::softmax) {
            sum = fma(dy.word(b), y.word(b), sum);
        } else if (kind == Activation::log_softmax) {
            sum = add(sum, dy.word(b));
        } else {
            const M16 in = less(zero(), y.word(b));
            sum = add(sum, select(in, dy.word(b), zero()));
            count = add(count, select(in, broadcast(1.0f), zero()));
        }
    }
    float total = join_lanes(sum);
    if (kind == Activation::sparsemax) total = total / join_lanes(count);
    for (std::int64_t b = 0; b < y.blocks; ++b) {
        const F16 value = y.word(b), gradient = dy.word(b);
        F16 result = zero();
        if (kind == Activation::softmax) {
            result = mul(value, sub(gradient, broadcast(total)));
        } else if (kind == Activation::log_softmax) {
            result = fma(negate(exp(value)), broadcast(total), gradient);
        } else {
            result = select(less(zero(), value), sub(gradient, broadcast(total)), keep_nan(value, zero()));
        }
        store(dx + b * dx_stride, b + 1 == y.blocks ? select(y.last, result, zero()) : result);
    }
}
inline void softmax_backward_rows(const SoftmaxJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& extent = job.output.extent;
    const M16 last = channel_lanes(extent, extent.blocks() - 1);
    for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t w = 0; w < extent.width; ++w) {
            const std::int64_t n = row / extent.height, h = row % extent.height;
            const PixelWords y{job.input.pixel(n, 0, h, w), job.input.block_stride, extent.blocks(), last};
            const PixelWords dy{job.gradient.pixel(n, 0, h, w), job.gradient.block_stride, extent.blocks(), last};
            softmax_backward_pixel(job.kind, y, dy, job.output.pixel(n, 0, h, w), job.output.block_stride);
        }
    }
}
inline void softmax_backward(const Executor& executor, Activation kind, const ConstBlockedMap& output,
                             const ConstBlockedMap& output_gradient, const BlockedMap& input_gradient) noexcept {
    PROVENN_REQUIRE(kind == Activation::softmax || kind == Activation::log_softmax || kind == Activation::sparsemax);
    PROVENN_REQUIRE(output.samples == output_gradient.samples && output.extent == output_gradient.extent);
    PROVENN_REQUIRE(output.samples == input_gradient.samples && output.extent == input_gradient.extent);
    const MapExtent& extent = output.extent;
    run_ranges(executor, output.samples * extent.height, extent.width * extent.blocks() * kLanes,
               SoftmaxJob{kind, output, output_gradient, input_gradient}, &softmax_backward_rows);
}
