// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Winograd convolution in two passes over a run of tiles: transform inputs; multiply and transform back. Contract in
// kernels/winograd_conv2d.hpp.

struct WinogradJob {
    const WinogradConv2dArguments* arguments;
    WinogradGrid grid;
    std::int64_t first, count;  // tiles of this pass
    std::int64_t parts;         // of task_tiles
};

// A tile's sample and the pixel of its first output.
struct WinogradPlace {
    std::int64_t sample, row, column;
};
template <int Side>
[[gnu::always_inline]] inline WinogradPlace winograd_place(const WinogradGrid& grid, std::int64_t tile) {
    const std::int64_t line = tile / grid.columns;
    return {line / grid.rows, line % grid.rows * Side, tile % grid.columns * Side};
}

// B^T d in one dimension, Side + 2 values.
[[gnu::always_inline]] inline void winograd_input(const F16 (&d)[6], F16 (&t)[6]) {
    const F16 four = broadcast(4.0f), minus_four = broadcast(-4.0f), minus_five = broadcast(-5.0f);
    const F16 a = fma(minus_four, d[2], d[4]), b = fma(minus_four, d[1], d[3]);
    const F16 c = sub(d[4], d[2]), e = sub(d[3], d[1]);
    t[0] = fma(four, d[0], fma(minus_five, d[2], d[4]));
    t[1] = add(a, b);
    t[2] = sub(a, b);
    t[3] = fma(broadcast(2.0f), e, c);
    t[4] = fma(broadcast(-2.0f), e, c);
    t[5] = fma(four, d[1], fma(minus_five, d[3], d[5]));
}
[[gnu::always_inline]] inline void winograd_input(const F16 (&d)[4], F16 (&t)[4]) {
    t[0] = sub(d[0], d[2]);
    t[1] = add(d[1], d[2]);
    t[2] = sub(d[2], d[1]);
    t[3] = sub(d[1], d[3]);
}

// A^T m in one dimension.
[[gnu::always_inline]] inline void winograd_output(const F16 (&m)[6], F16 (&y)[4]) {
    const F16 p = add(m[1], m[2]), q = sub(m[1], m[2]), r = add(m[3], m[4]), s = sub(m[3], m[4]);
    y[0] = add(m[0], add(p, r));
    y[1] = fma(broadcast(2.0f), s, q);
    y[2] = fma(broadcast(4.0f), r, p);
    y[3] = fma(broadcast(8.0f), s, add(q, m[5]));
}
[[gnu::always_inline]] inline void winograd_output(const F16 (&m)[4], F16 (&y)[2]) {
    y[0] = add(add(m[0], m[1]), m[2]);
    y[1] = sub(sub(m[1], m[2]), m[3]);
}

// B^T d B of one tile and block of channels: Side + 2 rows of pixels, `row_stride` apart, to one line a point.
template <int Side>
[[gnu::noinline]] inline void winograd_transform_input(const float* x, std::int64_t row_stride, float* v,
                                                       std::int64_t point_stride) noexcept {
    constexpr int kWidth = Side + 2;
    F16 half[std::size_t{kWidth}][std::size_t{kWidth}];
#pragma GCC unroll 6
    for (int j = 0; j < kWidth; ++j) {
        F16 d[std::size_t{kWidth}], t[std::size_t{kWidth}];
#pragma GCC unroll 6
        for (int i = 0; i < kWidth; ++i) d[i] = load(x + i * row_stride + j * kLanes);
        winograd_input(d, t);
#pragma GCC unroll 6
        for (int i = 0; i < kWidth; ++i) half[i][j] = t[i];
    }
#pragma GCC unroll 6
    for (int i = 0; i < kWidth; ++i) {
        F16 t[std::size_t{kWidth}];
        winograd_input(half[i], t);
#pragma GCC unroll 6
        for (int j = 0; j < kWidth; ++j) store(v + (i * kWidth + j) * point_stride, t[j]);
    }
}

// Tiles at the lower and right edge reach beyond the halo: their pixels are gathered first, with zeros for the rest.
template <int Side>
inline void winograd_input_units(const WinogradJob& job, std::int64_t begin, std::int64_t end) noexcept {
    constexpr int kWidth = Side + 2;
    const WinogradConv2dArguments& a = *job.arguments;
    const ConstBlockedMap& x = a.input;
    // Pixels below and to the right of which the halo ends.
    const std::int64_t last_row = a.output.extent.height + 2 - a.pad_top;
    const std::int64_t last_column = a.output.extent.width + 2 - a.pad_left;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t block = unit / job.count, tile = unit % job.count;
        const WinogradPlace at = winograd_place<Side>(job.grid, job.first + tile);
        const std::int64_t row = at.row - a.pad_top, column = at.column - a.pad_left;
        const float* source = x.pixel(at.sample, block, row, column);
        float* target = a.scratch + (block * job.grid.pass_tiles + tile) * kLanes;
        if (row + kWidth <= last_row && column + kWidth <= last_column) {
            winograd_transform_input<Side>(source, x.row_stride, target, job.grid.input_point);
            continue;
        }
        alignas(64) float pixels[std::size_t{kWidth * kWidth * kLanes}];
        for (int i = 0; i < kWidth; ++i) {
            for (int j = 0; j < kWidth; ++j) {
                const bool is_inside = row + i < last_row && column + j < last_column;
                store(pixels + (i * kWidth + j) * kLanes,
                      is_inside ? load(source + i * x.row_stride + j * kLanes) : zero());
            }
        }
        winograd_transform_input<Side>(pixels, kWidth * kLanes, target, job.grid.input_point);
    }
}

// A^T M A of one tile and block of filters, closed by bias and epilogue; `rows` and `columns` of it are stored.
template <int Side>
[[gnu::noinline]] inline void winograd_transform_output(const float* m, std::int64_t point_stride,
                                                        const EpilogueBlock& at, float* y, std::int64_t row_stride,
                                                        std::int64_t addend, std::int64_t addend_row, std::int64_t rows,
                                                        std::int64_t columns) noexcept {
    constexpr int kWidth = Side + 2;
    F16 half[std::size_t{Side}][std::size_t{kWidth}];
#pragma GCC unroll 6
    for (int j = 0; j < kWidth; ++j) {
        F16 d[std::size_t{kWidth}], t[std::size_t{Side}];
#pragma GCC unroll 6
        for (int i = 0; i < kWidth; ++i) d[i] = load(m + (i * kWidth + j) * point_stride);
        winograd_output(d, t);
#pragma GCC unroll 4
        for (int i = 0; i < Side; ++i) half[i][j] = t[i];
    }
#pragma GCC unroll 4
    for (int i = 0; i < Side; ++i) {
        if (i >= rows) break;
        F16 t[std::size_t{Side}];
        winograd_output(half[i], t);
#pragma GCC unroll 4
        for (int j = 0; j < Side; ++j) {
            if (j < columns)
                store(y + i * row_stride + j * kLanes, finish(t[j], at, addend + i * addend_row + j * kLanes));
        }
    }
}

// Products of all points for `count` tiles from number `first` of the pass on, and one or two panels.
template <int Side>
inline void winograd_products(const WinogradJob& job, std::int64_t first, std::int64_t count, std::int64_t panel,
                              std::int64_t panels, float* products) noexcept {
    constexpr std::int64_t kMostSegments = kChainRows / kLanes;
    const WinogradConv2dArguments& a = *job.arguments;
    const std::int64_t channels = a.input.extent.channels;
    std::int64_t offsets[WinogradGrid::kTaskTiles + kTilePixels];
    for (std::int64_t i = 0; i < count + kTilePixels; ++i) offsets[i] = (i < count ? i : count - 1) * kLanes;
    TileSegment segments[kMostSegments];
    TileJob tile;
    tile.segments = segments;
    tile.output_block_stride = job.grid.task_tiles * kLanes;
    tile.panel_stride = winograd_panel_stride(a.tile, channels);
    tile.ends_chain = false;
    const std::int64_t blocks = a.input.extent.blocks();
    for (std::int64_t from = 0; from < blocks; from += kMostSegments) {
        tile.starts_chain = from == 0;
        tile.segment_count = blocks - from < kMostSegments ? blocks - from : kMostSegments;
        for (std::int64_t i = 0; i < tile.segment_count; ++i) {
            const std::int64_t first_row = (from + i) * kLanes, rows = channels - first_row;
            segments[i] = {first_row * job.grid.pass_tiles, first_row * kLanes, rows < kLanes ? rows : kLanes};
        }
        for (std::int64_t point = 0; point < (Side + 2) * (Side + 2); ++point) {
            tile.input = a.scratch + point * job.grid.input_point + first * kLanes;
            tile.weights = a.weights + panel * tile.panel_stride + point * channels * kLanes;
            tile.is_first = from == 0 && point == 0;
            tile.next_weights = tile.weights + channels * kLanes;
            tile.output = products + point * job.grid.product_point;
            product_tiles(tile, {offsets, offsets, offsets}, count, panels);
        }
    }
}

template <int Side>
inline void winograd_one_task(const WinogradJob& job, std::int64_t task, float* products) noexcept {
    const WinogradConv2dArguments& a = *job.arguments;
    const std::int64_t first = task % job.parts * job.grid.task_tiles, panel = task / job.parts * kTileBlocks;
    const std::int64_t left = job.count - first, count = left < job.grid.task_tiles ? left : job.grid.task_tiles;
    const std::int64_t blocks = a.output.extent.blocks() - panel, panels = blocks < kTileBlocks ? blocks : kTileBlocks;
    winograd_products<Side>(job, first, count, panel, panels, products);
    const ConstBlockedMap& other = a.epilogue.addend;
    for (std::int64_t b = 0; b < panels; ++b) {
        const EpilogueBlock epilogue = epilogue_block(a.epilogue, a.bias, a.output.extent, panel + b);
        for (std::int64_t i = 0; i < count; ++i) {
            const WinogradPlace at = winograd_place<Side>(job.grid, job.first + first + i);
            winograd_transform_output<Side>(
                products + (b * job.grid.task_tiles + i) * kLanes, job.grid.product_point, epilogue,
                a.output.pixel(at.sample, panel + b, at.row, at.column), a.output.row_stride,
                at.sample * other.sample_stride + at.row * other.row_stride + at.column * kLanes, other.row_stride,
                a.output.extent.height - at.row, a.output.extent.width - at.column);
        }
    }
}

template <int Side>
inline void winograd_run(const WinogradConv2dArguments& a, const Executor& executor) noexcept {
    constexpr std::int64_t kPoints = (Side + 2) * (Side + 2);
    WinogradJob job{&a, winograd_grid(a.tile, a.output.samples, a.input.extent, a.output.extent), 0, 0, 0};
    float* products = a.scratch + kPoints * job.grid.input_point;
    for (; job.first < job.grid.tiles; job.first += job.grid.pass_tiles) {
        const std::int64_t left = job.grid.tiles - job.first;
        job.count = left < job.grid.pass_tiles ? left : job.grid.pass_tiles;
        job.parts = (job.count + job.grid.task_tiles - 1) / job.grid.task_tiles;
        run_ranges(executor, job.count * a.input.extent.blocks(), kPoints * kLanes, job, &winograd_input_units<Side>);
        const std::int64_t tasks = job.parts * ((a.output.extent.blocks() + kTileBlocks - 1) / kTileBlocks);
        // Each of the few slots of memory belongs to a runner, which takes tasks until none is left.
        std::atomic<std::int64_t> next{0};
        executor.for_each(tasks < job.grid.slots ? tasks : job.grid.slots, [&](std::int64_t slot) {
            const FpEnvironmentScope environment;
            for (std::int64_t task = next.fetch_add(1, std::memory_order_relaxed); task < tasks;
                 task = next.fetch_add(1, std::memory_order_relaxed)) {
                winograd_one_task<Side>(job, task, products + slot * kPoints * job.grid.product_point);
            }
        });
    }
}

inline void winograd_conv2d_run(const WinogradConv2dArguments& a, const Executor& executor) noexcept {
    PROVENN_REQUIRE(a.input.samples == a.output.samples && a.tile != WinogradTile::none);
    if (a.tile == WinogradTile::f4x4) {
        winograd_run<4>(a, executor);
    } else {
        winograd_run<2>(a, executor);
    }
}
