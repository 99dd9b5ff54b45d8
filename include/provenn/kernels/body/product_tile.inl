// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The micro-kernel of all products: a tile of pixels times one or two blocks of 16 filters, held in registers.

// kConvTilePixels and kConvTilePanels come from the instruction set: as many accumulators as its registers hold.
inline constexpr auto kTilePixels = static_cast<int>(kConvTilePixels);
inline constexpr auto kTileBlocks = static_cast<int>(kConvTilePanels);
// Blocks of filters for a product of one pixel: as many chains as hide the latency of a fused multiply-add.
inline constexpr int kVectorBlocks = kTilePixels >= 6 ? (kTileBlocks == 2 ? 8 : 4) : 1;
// Rows of weights that one block of the chain walks: 320 KiB, which a second-level cache of 512 KiB keeps.
inline constexpr std::int64_t kChainRows = 320 * 1024 / (kLanes * 4 * kTileBlocks);

// Floats by which a tile asks for its weights ahead of their use: those of a large layer come from the third-level
// cache.
inline constexpr std::int64_t kPrefetchAhead = 1024;

// A run of the chain: `rows` consecutive floats of each pixel meet `rows` rows of weights. Offsets in floats.
struct TileSegment {
    std::int64_t input, weights, rows;
};

// What all tiles of a task share. Pointers are those of the first of the tile's blocks.
struct TileJob {
    const float* input = nullptr;
    float* output = nullptr;
    std::int64_t output_block_stride = 0;
    const float* weights = nullptr;
    std::int64_t panel_stride = 0;
    // What is asked for from memory meanwhile: the weights of the next product, `panel_stride` apart too; null: none.
    const float* next_weights = nullptr;
    bool is_first = true;  // of a task: nobody asked for its weights
    const float* bias = nullptr;  // null: +0
    const TileSegment* segments = nullptr;
    std::int64_t segment_count = 0;
    bool starts_chain = true, ends_chain = true;
    int last_lanes = kLanes;  // lanes of the last block that are channels
    const float* scale = nullptr;
    const float* shift = nullptr;
    const float* addend = nullptr;
    std::int64_t addend_block_stride = 0;
    Clamp clamp = Clamp::none;
    float lower = 0.0f, upper = 0.0f;
};

// Where the tile's pixels are, in floats from the job's pointers.
struct TileOffsets {
    const std::int64_t* input;
    const std::int64_t* output;
    const std::int64_t* addend;
};

// The epilogue of `blocks` blocks from number `block` on.
inline void set_epilogue(TileJob& job, const Epilogue& epilogue, std::int64_t block) {
    job.scale = epilogue.scale == nullptr ? nullptr : epilogue.scale + block * kLanes;
    job.shift = epilogue.shift == nullptr ? nullptr : epilogue.shift + block * kLanes;
    job.addend = epilogue.addend.data == nullptr ? nullptr
                                                 : epilogue.addend.data + block * epilogue.addend.block_stride;
    job.addend_block_stride = epilogue.addend.block_stride;
    job.clamp = epilogue.clamp;
    job.lower = epilogue.lower;
    job.upper = epilogue.upper;
}

// Moves the job on by one block of filters.
inline void next_block(TileJob& job) {
    job.output += job.output_block_stride;
    job.weights += job.panel_stride;
    if (job.bias != nullptr) job.bias += kLanes;
    if (job.scale != nullptr) job.scale += kLanes, job.shift += kLanes;
    if (job.addend != nullptr) job.addend += job.addend_block_stride;
}

// Closes the chains with their bias, whose -0 counts as +0, and applies the epilogue.
template <int Pixels, int Blocks>
[[gnu::always_inline]] inline void finish_tile(
    const TileJob& job, const std::int64_t* addend,
    F16 (&sum)[static_cast<std::size_t>(Pixels)][static_cast<std::size_t>(Blocks)]) {
#pragma GCC unroll 16
    for (int b = 0; b < Blocks; ++b) {
        const F16 bias = job.bias == nullptr ? zero() : add(load(job.bias + b * kLanes), zero());
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p) sum[p][b] = add(sum[p][b], bias);
    }
    if (job.scale != nullptr) {
#pragma GCC unroll 16
        for (int b = 0; b < Blocks; ++b) {
            const F16 scale = load(job.scale + b * kLanes), shift = load(job.shift + b * kLanes);
#pragma GCC unroll 16
            for (int p = 0; p < Pixels; ++p) sum[p][b] = fma(sum[p][b], scale, shift);
        }
    }
    if (job.addend != nullptr) {
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b)
                sum[p][b] = add(sum[p][b], load(job.addend + addend[p] + b * job.addend_block_stride));
    }
    if (job.clamp != Clamp::none) {
        const F16 lower = broadcast(job.lower);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b) sum[p][b] = max(lower, sum[p][b]);
    }
    if (job.clamp == Clamp::relu_clipped) {
        const F16 upper = broadcast(job.upper);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b) sum[p][b] = min(upper, sum[p][b]);
    }
    if (job.last_lanes < kLanes) {
        const M16 channels = first_lanes(job.last_lanes);
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p) sum[p][Blocks - 1] = select(channels, sum[p][Blocks - 1], zero());
    }
}

// Weights that a tile asks for while it computes, in floats: where they begin, and how far on for each row.
struct TileFetch {
    const float* first;
    std::int64_t step;
};
// A task's first tile asks for its own weights ahead of their use; the others share those of the next product.
inline TileFetch tile_fetch(const TileJob& job, std::int64_t tile, std::int64_t tiles) {
    if (job.segment_count == 0) return {job.weights, 0};
    const std::int64_t own = job.is_first || job.next_weights == nullptr ? 1 : 0;
    if (tile < own) return {job.weights + job.segments[0].weights + kPrefetchAhead, kLanes};
    if (job.next_weights == nullptr) return {job.weights, 0};
    const std::int64_t step = (kLanes + tiles - own - 1) / (tiles - own), at = (tile - own) * step;
    if (at >= kLanes) return {job.weights, 0};
    std::int64_t rows = 0;
    for (std::int64_t s = 0; s < job.segment_count; ++s) rows += job.segments[s].rows;
    return {job.next_weights + at * rows, step};
}

// Step: pixels from one of the tile to the next in the input, so that addresses are constants and not registers; 0:
// any.
template <int Pixels, int Blocks, int Step>
[[gnu::noinline]] inline void product_tile(const TileJob& job, const TileOffsets& at, TileFetch fetch) noexcept {
    F16 sum[static_cast<std::size_t>(Pixels)][static_cast<std::size_t>(Blocks)];
    std::int64_t pixel[static_cast<std::size_t>(Pixels)];
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p) pixel[p] = Step > 0 ? p * Step * kLanes : at.input[p];
    if (job.starts_chain) {
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b) sum[p][b] = zero();
    } else {
#pragma GCC unroll 16
        for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b) sum[p][b] = load(job.output + at.output[p] + b * job.output_block_stride);
    }
    const float* ahead = fetch.first;
    for (std::int64_t s = 0; s < job.segment_count; ++s) {
        const float* x = job.input + job.segments[s].input + (Step > 0 ? at.input[0] : 0);
        const float* w = job.weights + job.segments[s].weights;
        const float* end = x + job.segments[s].rows;
        do {
            F16 weight[static_cast<std::size_t>(Blocks)];
#pragma GCC unroll 16
            for (int b = 0; b < Blocks; ++b) {
                weight[b] = load(w + b * job.panel_stride);
                __builtin_prefetch(ahead + b * job.panel_stride);
            }
#pragma GCC unroll 16
            for (int p = 0; p < Pixels; ++p) {
                const F16 value = broadcast(x[pixel[p]]);
#pragma GCC unroll 16
                for (int b = 0; b < Blocks; ++b) sum[p][b] = fma(value, weight[b], sum[p][b]);
            }
            w += kLanes;
            ahead += fetch.step;
            ++x;
        } while (x != end);
    }
    if (job.ends_chain) finish_tile<Pixels, Blocks>(job, at.addend, sum);
#pragma GCC unroll 16
    for (int p = 0; p < Pixels; ++p)
#pragma GCC unroll 16
        for (int b = 0; b < Blocks; ++b) store(job.output + at.output[p] + b * job.output_block_stride, sum[p][b]);
}

// Whether a whole tile's pixels are `step` apart in the input.
[[gnu::always_inline]] inline bool is_run(const std::int64_t* input, std::int64_t step) {
    for (int p = 1; p < kTilePixels; ++p) {
        if (input[p] - input[p - 1] != step * kLanes) return false;
    }
    return true;
}

// All tiles of `count` pixels. The offset arrays continue past `count` with copies of the last pixel, which a last tile
// of a fixed size computes again: the same value to the same place.
template <int Blocks>
inline void product_tiles(const TileJob& job, TileOffsets at, std::int64_t count) noexcept {
    constexpr int kHalf = kTilePixels / 2, kQuarter = kTilePixels / 4;
    const std::int64_t tiles = (count + kTilePixels - 1) / kTilePixels;
    for (std::int64_t tile = 0; tile < tiles; ++tile) {
        const TileFetch fetch = tile_fetch(job, tile, tiles);
        if (count >= kTilePixels && is_run(at.input, 1)) {
            product_tile<kTilePixels, Blocks, 1>(job, at, fetch);
        } else if (count >= kTilePixels && is_run(at.input, 2)) {
            product_tile<kTilePixels, Blocks, 2>(job, at, fetch);
        } else if (count > kHalf) {
            product_tile<kTilePixels, Blocks, 0>(job, at, fetch);
        } else if (count > (kQuarter > 1 ? kQuarter : 1)) {
            product_tile<kHalf, Blocks, 0>(job, at, fetch);
        } else if (count > 1) {
            product_tile<(kQuarter > 1 ? kQuarter : 1), Blocks, 0>(job, at, fetch);
        } else {
            product_tile<1, Blocks, 0>(job, at, fetch);
        }
        count -= kTilePixels;
        at.input += kTilePixels;
        at.output += kTilePixels;
        at.addend += kTilePixels;
    }
}

inline void product_tiles(const TileJob& job, const TileOffsets& at, std::int64_t count, std::int64_t blocks) noexcept {
    if (blocks == 1) {
        product_tiles<1>(job, at, count);
    } else {
        product_tiles<kTileBlocks>(job, at, count);
    }
}

// One pixel and `blocks` of at most kVectorBlocks.
inline void product_vector(TileJob job, const TileOffsets& at, std::int64_t blocks) noexcept {
    if constexpr (kVectorBlocks > 1) {
        if (blocks == kVectorBlocks) return product_tile<1, kVectorBlocks, 0>(job, at, tile_fetch(job, 0, 1));
    }
    const int last_lanes = job.last_lanes;
    for (std::int64_t b = 0; b < blocks; ++b) {
        job.last_lanes = b + 1 == blocks ? last_lanes : kLanes;
        product_tile<1, 1, 0>(job, at, tile_fetch(job, 0, 1));
        next_block(job);
    }
}

// How a product is cut into tasks, by its shape alone: chunks of pixels times ranges of block groups, each about
// kTaskFmas fused multiply-adds where there are enough of them.
struct ProductGrid {
    static constexpr std::int64_t kTaskFmas = std::int64_t{1} << 21;
    static constexpr std::int64_t kMostPixels = 252;  // a multiple of every tile
    std::int64_t chunk_pixels, chunks, columns_per_task, column_ranges;
};
inline ProductGrid product_grid(std::int64_t pixels, std::int64_t terms, std::int64_t columns) {
    ProductGrid grid{};
    const std::int64_t pixel_cost = (terms < 1 ? 1 : terms) * kLanes * kTileBlocks;
    std::int64_t tiles = ProductGrid::kTaskFmas / (pixel_cost * kTilePixels);
    const std::int64_t most = ProductGrid::kMostPixels / kTilePixels;
    tiles = tiles < 4 ? 4 : tiles > most ? most : tiles;
    grid.chunk_pixels = tiles * kTilePixels;
    grid.chunks = (pixels + grid.chunk_pixels - 1) / grid.chunk_pixels;
    grid.chunk_pixels = grid.chunks == 0 ? 0 : (pixels + grid.chunks - 1) / grid.chunks;  // even chunks of whole tiles
    grid.chunk_pixels = (grid.chunk_pixels + kTilePixels - 1) / kTilePixels * kTilePixels;
    const std::int64_t column_cost = pixel_cost * (pixels < grid.chunk_pixels ? pixels : grid.chunk_pixels);
    const std::int64_t fit = column_cost < 1 ? columns : ProductGrid::kTaskFmas / column_cost;
    grid.columns_per_task = fit < 1 ? 1 : fit > columns ? columns : fit;
    grid.column_ranges = columns == 0 ? 0 : (columns + grid.columns_per_task - 1) / grid.columns_per_task;
    return grid;
}
