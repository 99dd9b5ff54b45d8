// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of layer normalisation, joined as in body/batch_norm.inl. Contract in kernels/layer_norm_backward.hpp.

struct LayerNormBackwardJob {
    const LayerNormBackward& to;
    ChunkSums scratch;
};

// dx of one pixel.
[[gnu::always_inline]] inline void layer_norm_backward_pixel(const LayerNormBackward& to, const PixelWords& x,
                                                             const PixelWords& dy, const PixelStatistics& pixel,
                                                             float* dx) {
    const auto count = static_cast<float>(to.input.extent.channels);
    const F16 mean = broadcast(pixel.mean), inverse = broadcast(pixel.inverse);
    F16 sum = zero(), product = zero();
    for (std::int64_t b = 0; b < x.blocks; ++b) {
        const F16 gradient = mul(dy.word(b), load(to.gamma + b * kLanes));
        sum = add(sum, gradient);
        product = fma(gradient, mul(pixel_deviation(x, b, mean), inverse), product);
    }
    const F16 of_one = broadcast(join_lanes(sum) / count), of_unit = broadcast(join_lanes(product) / count);
    for (std::int64_t b = 0; b < x.blocks; ++b) {
        const F16 gradient = mul(dy.word(b), load(to.gamma + b * kLanes));
        const F16 unit = mul(pixel_deviation(x, b, mean), inverse);
        const F16 value = mul(fma(negate(unit), of_unit, sub(gradient, of_one)), inverse);
        store(dx + b * to.input_gradient.block_stride, b + 1 == x.blocks ? select(x.last, value, zero()) : value);
    }
}

inline void layer_norm_backward_chunks(const LayerNormBackwardJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const LayerNormBackward& to = job.to;
    const MapExtent& extent = to.input.extent;
    const M16 last = channel_lanes(extent, extent.blocks() - 1);
    const bool has_affine = to.gamma_gradient != nullptr || to.beta_gradient != nullptr;
    for (std::int64_t chunk = begin; chunk < end; ++chunk) {
        for (std::int64_t b = 0; has_affine && b < extent.blocks(); ++b) {
            store(partial_sum(job.scratch, b, 0, chunk), zero());
            store(partial_sum(job.scratch, b, 1, chunk), zero());
        }
        const RowRange rows = rows_of_chunk(to.input, chunk);
        for (std::int64_t i = rows.first * extent.width; i < rows.last * extent.width; ++i) {
            const std::int64_t row = i / extent.width, w = i % extent.width;
            const std::int64_t n = row / extent.height, h = row % extent.height;
            const PixelWords x{to.input.pixel(n, 0, h, w), to.input.block_stride, extent.blocks(), last};
            const PixelWords dy{to.output_gradient.pixel(n, 0, h, w), to.output_gradient.block_stride, extent.blocks(),
                                last};
            const PixelStatistics pixel = layer_norm_statistics(x, extent.channels, to.epsilon);
            if (to.input_gradient.data != nullptr) {
                layer_norm_backward_pixel(to, x, dy, pixel, to.input_gradient.pixel(n, 0, h, w));
            }
            for (std::int64_t b = 0; has_affine && b < extent.blocks(); ++b) {
                float* sum = partial_sum(job.scratch, b, 0, chunk);
                float* product = partial_sum(job.scratch, b, 1, chunk);
                const F16 unit = mul(pixel_deviation(x, b, broadcast(pixel.mean)), broadcast(pixel.inverse));
                store(sum, add(load(sum), dy.word(b)));
                store(product, fma(dy.word(b), unit, load(product)));
            }
        }
    }
}

// Joins the chunks of one of the two sums into an array [C].
inline void layer_norm_join(const ChunkSums& scratch, std::int64_t channels, std::int64_t which, float* target) {
    for (std::int64_t block = 0; target != nullptr && block < scratch.blocks; ++block) {
        float word[kLanes];
        join_chunks(scratch, block, which, word);
        for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < channels; ++lane) {
            target[block * kLanes + lane] = word[lane];
        }
    }
}

inline void layer_norm_backward(const Executor& executor, const LayerNormBackward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output_gradient.samples && extent == arguments.output_gradient.extent);
    PROVENN_REQUIRE(input.samples * extent.pixels() >= 1);
    if (arguments.input_gradient.data != nullptr) {
        PROVENN_REQUIRE(input.samples == arguments.input_gradient.samples && extent == arguments.input_gradient.extent);
    }
    const ChunkSums scratch = chunk_sums(arguments.scratch, input);
    run_ranges(executor, scratch.chunks,
               batch_norm_chunk_rows(extent.width) * extent.width * extent.blocks() * kLanes * 4,
               LayerNormBackwardJob{arguments, scratch}, &layer_norm_backward_chunks);
    layer_norm_join(scratch, extent.channels, 0, arguments.beta_gradient);
    layer_norm_join(scratch, extent.channels, 1, arguments.gamma_gradient);
}
