// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums over chunks of rows and the normalisation with them, lanes are channels: what batch and group normalisation
// share. Order in kernels/batch_norm.hpp.

// Scratch: first[chunk] and second[chunk] of block after block, then four words of coefficients a block.
struct ChunkSums {
    float* data;
    std::int64_t chunks, blocks;
};
[[gnu::always_inline]] inline float* partial_sum(const ChunkSums& at, std::int64_t block, std::int64_t which,
                                                 std::int64_t chunk) {
    return at.data + ((block * 2 + which) * at.chunks + chunk) * kLanes;
}
[[gnu::always_inline]] inline float* coefficients(const ChunkSums& at, std::int64_t block, std::int64_t which) {
    return at.data + (at.blocks * 2 * at.chunks + block * 4 + which) * kLanes;
}
inline ChunkSums chunk_sums(float* data, const ConstBlockedMap& map) {
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

struct NormJob {
    ConstBlockedMap input;
    ConstBlockedMap gradient;  // backward only
    BlockedMap target;
    const float* mean;  // the second pass and backward
    ChunkSums scratch;
    ActivationConfig activation = {};  // batch normalisation's
    const float* scale = nullptr;      // backward through an activation, as is beta
    const float* beta = nullptr;
};

// A normalised word after the activation of this kind; linear is none.
template <Activation Kind>
[[gnu::always_inline]] inline F16 joined_activation(const ActivationConfig& config, F16 value) {
    if constexpr (Kind == Activation::linear) return value;
    const F16 above = max(zero(), value);
    return Kind == Activation::relu_general && config.has_upper ? min(broadcast(config.upper), above) : above;
}

// Rows [first, last) of a chunk, in the order (n, h).
struct RowRange {
    std::int64_t first, last;
};
[[gnu::always_inline]] inline RowRange rows_of_chunk(const ConstBlockedMap& map, std::int64_t chunk) {
    const std::int64_t rows = batch_norm_chunk_rows(map.extent.width), all = map.samples * map.extent.height;
    const std::int64_t first = chunk * rows;
    return {first, first + rows < all ? first + rows : all};
}

inline void sum_chunks(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
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

inline void chunk_square_sums(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
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
inline void join_chunks(const ChunkSums& scratch, std::int64_t block, std::int64_t which, float* total) {
    PairwiseTree tree;
    for (std::int64_t chunk = 0; chunk < scratch.chunks; ++chunk) {
        push_term(tree, load(partial_sum(scratch, block, which, chunk)));
    }
    store(total, tree_sum(tree));
}

template <Activation Kind>
inline void normalise_rows(const NormJob& job, std::int64_t begin, std::int64_t end) noexcept {
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
            store(y + i, joined_activation<Kind>(job.activation, fma(sub(load(x + i), mean), scale, beta)));
        }
    }
}
