// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Batch normalisation in training: sums over chunks of rows, lanes are channels. Contract in kernels/batch_norm.hpp.

// Scratch: first[chunk] and second[chunk] of block after block, then four words of coefficients a block.
struct BatchNormScratch {
    float* data;
    std::int64_t chunks, blocks;
};
[[gnu::always_inline]] inline float* partial_sum(const BatchNormScratch& at, std::int64_t block, std::int64_t which,
                                                 std::int64_t chunk) {
    return at.data + ((block * 2 + which) * at.chunks + chunk) * kLanes;
}
[[gnu::always_inline]] inline float* coefficients(const BatchNormScratch& at, std::int64_t block, std::int64_t which) {
    return at.data + (at.blocks * 2 * at.chunks + block * 4 + which) * kLanes;
}
inline BatchNormScratch batch_norm_scratch(float* data, const ConstBlockedMap& map) {
    return {data, batch_norm_chunks(map.samples, map.extent), map.extent.blocks()};
}

// Channels of one block as a word; lanes beyond C are +0.
[[gnu::always_inline]] inline F16 load_channels(const float* values, std::int64_t block, std::int64_t channels) {
    float word[kLanes] = {};
    for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < channels; ++lane) {
        word[lane] = values[block * kLanes + lane];
    }
    return load(word);
}

struct BatchNormJob {
    ConstBlockedMap input;
    ConstBlockedMap gradient;  // backward only
    BlockedMap target;
    const float* mean;  // the second pass and backward
    BatchNormScratch scratch;
};

// Rows [first, last) of a chunk, in the order (n, h).
struct RowRange {
    std::int64_t first, last;
};
[[gnu::always_inline]] inline RowRange rows_of_chunk(const ConstBlockedMap& map, std::int64_t chunk) {
    const std::int64_t rows = batch_norm_chunk_rows(map.extent.width), all = map.samples * map.extent.height;
    const std::int64_t first = chunk * rows;
    return {first, first + rows < all ? first + rows : all};
}

inline void batch_norm_sums(const BatchNormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.input.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t block = unit / job.scratch.chunks, chunk = unit % job.scratch.chunks;
        const RowRange rows = rows_of_chunk(job.input, chunk);
        F16 sum = zero();
        for (std::int64_t row = rows.first; row < rows.last; ++row) {
            const float* x = job.input.pixel(row / extent.height, block, row % extent.height, 0);
            for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) sum = add(sum, load(x + i));
        }
        store(partial_sum(job.scratch, block, 0, chunk), sum);
    }
}

inline void batch_norm_square_sums(const BatchNormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.input.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t block = unit / job.scratch.chunks, chunk = unit % job.scratch.chunks;
        const RowRange rows = rows_of_chunk(job.input, chunk);
        const F16 mean = load_channels(job.mean, block, extent.channels);
        F16 sum = zero();
        for (std::int64_t row = rows.first; row < rows.last; ++row) {
            const float* x = job.input.pixel(row / extent.height, block, row % extent.height, 0);
            for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
                const F16 deviation = sub(load(x + i), mean);
                sum = fma(deviation, deviation, sum);
            }
        }
        store(partial_sum(job.scratch, block, 0, chunk), sum);
    }
}

// The chunks of one block joined by the pairwise tree.
inline void batch_norm_join(const BatchNormScratch& scratch, std::int64_t block, std::int64_t which, float* total) {
    PairwiseTree tree;
    for (std::int64_t chunk = 0; chunk < scratch.chunks; ++chunk) {
        push_term(tree, load(partial_sum(scratch, block, which, chunk)));
    }
    store(total, tree_sum(tree));
}

// Divides the joined sums by the number of pixels. @ensures values[c] is written for c < C.
inline void batch_norm_means(const BatchNormScratch& scratch, const ConstBlockedMap& map, float* values) {
    const F16 pixels = broadcast(static_cast<float>(map.samples * map.extent.pixels()));
    for (std::int64_t block = 0; block < scratch.blocks; ++block) {
        float word[kLanes];
        batch_norm_join(scratch, block, 0, word);
        store(word, div(load(word), pixels));
        for (std::int64_t lane = 0; lane < kLanes && block * kLanes + lane < map.extent.channels; ++lane) {
            values[block * kLanes + lane] = word[lane];
        }
    }
}

inline void batch_norm_normalise(const BatchNormJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent extent = job.input.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / extent.height, row = unit % extent.height;
        const std::int64_t sample = plane / extent.blocks(), block = plane % extent.blocks();
        const F16 mean = load(coefficients(job.scratch, block, 0));
        const F16 scale = load(coefficients(job.scratch, block, 1));
        const F16 beta = load(coefficients(job.scratch, block, 2));
        const float* x = job.input.pixel(sample, block, row, 0);
        float* y = job.target.pixel(sample, block, row, 0);
        for (std::int64_t i = 0; i < extent.width * kLanes; i += kLanes) {
            store(y + i, fma(sub(load(x + i), mean), scale, beta));
        }
    }
}

// Writes inverse[c] and the coefficients of the normalisation, +0 beyond C.
inline void batch_norm_coefficients(const BatchNormForward& arguments, const BatchNormScratch& scratch) {
    for (std::int64_t c = 0; c < scratch.blocks * kLanes; ++c) {
        float mean = 0.0f, scale = 0.0f, beta = 0.0f;
        if (c < arguments.input.extent.channels) {
            const double inverse = batch_norm_inverse(static_cast<double>(arguments.variance[c]),
                                                      static_cast<double>(arguments.epsilon));
            const double gamma = arguments.gamma == nullptr ? 1.0 : static_cast<double>(arguments.gamma[c]);
            arguments.inverse[c] = static_cast<float>(inverse);
            mean = arguments.mean[c];
            scale = static_cast<float>(gamma * inverse);
            beta = arguments.beta == nullptr ? 0.0f : arguments.beta[c];
        }
        coefficients(scratch, c / kLanes, 0)[c % kLanes] = mean;
        coefficients(scratch, c / kLanes, 1)[c % kLanes] = scale;
        coefficients(scratch, c / kLanes, 2)[c % kLanes] = beta;
    }
}

inline void batch_norm_forward(const Executor& executor, const BatchNormForward& arguments) noexcept {
    const FpEnvironmentScope environment;
    const ConstBlockedMap& input = arguments.input;
    const MapExtent& extent = input.extent;
    PROVENN_REQUIRE(input.samples == arguments.output.samples && extent == arguments.output.extent);
    PROVENN_REQUIRE(input.samples * extent.pixels() >= 1);
    const BatchNormScratch scratch = batch_norm_scratch(arguments.scratch, input);
    const BatchNormJob job{input, {}, arguments.output, arguments.mean, scratch};
    const std::int64_t chunk_elements = batch_norm_chunk_rows(extent.width) * extent.width * kLanes;
    run_ranges(executor, scratch.blocks * scratch.chunks, chunk_elements, job, &batch_norm_sums);
    batch_norm_means(scratch, input, arguments.mean);
    run_ranges(executor, scratch.blocks * scratch.chunks, chunk_elements, job, &batch_norm_square_sums);
    batch_norm_means(scratch, input, arguments.variance);
    batch_norm_coefficients(arguments, scratch);
    run_ranges(executor, input.samples * extent.blocks() * extent.height, extent.width * kLanes, job,
               &batch_norm_normalise);
}
