// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution as products of pixel tiles with weight panels. Contract in kernels/conv2d.hpp.

struct Conv2dJob {
    const Conv2dArguments* arguments;
    ProductGrid grid;
    std::int64_t pixels;            // positions of all samples
    std::int64_t blocks_per_group;  // blocks of filters whose lanes read the same input channels
    std::int64_t blocks_per_column;  // that are computed together
    std::int64_t columns_per_group;
    bool keeps_pixels;  // consecutive tasks share pixels and go through the filters; else the other way round

    [[nodiscard]] std::int64_t chunk(std::int64_t task) const {
        return keeps_pixels ? task / grid.column_ranges : task % grid.chunks;
    }
    [[nodiscard]] std::int64_t first_column(std::int64_t task) const {
        return (keeps_pixels ? task % grid.column_ranges : task / grid.chunks) * grid.columns_per_task;
    }
};

// Offsets of a chunk's pixels in the three maps, continued by copies of the last pixel.
struct Conv2dPixels {
    static constexpr std::int64_t kSize = ProductGrid::kMostPixels + kTilePixels;
    std::int64_t input[kSize], output[kSize], addend[kSize];
};

inline void conv2d_pixels(const Conv2dArguments& a, std::int64_t begin, std::int64_t count, Conv2dPixels& pixels) {
    const Conv2dPositions& at = a.positions;
    const std::int64_t first_row = begin / at.columns;
    std::int64_t n = first_row / at.rows, p = first_row % at.rows, q = begin % at.columns;
    const std::int64_t padded = (count + kTilePixels - 1) / kTilePixels * kTilePixels;
    for (std::int64_t i = 0; i < padded; ++i) {
        const std::int64_t row = at.output_origin_h + p * at.output_step_h;
        const std::int64_t column = (at.output_origin_w + q * at.output_step_w) * kLanes;
        pixels.input[i] = n * a.input.sample_stride + p * at.input_step_h * a.input.row_stride +
                          q * at.input_step_w * a.input.pixel_stride;
        pixels.output[i] = n * a.output.sample_stride + row * a.output.row_stride + column;
        pixels.addend[i] = n * a.epilogue.addend.sample_stride + row * a.epilogue.addend.row_stride + column;
        if (i + 1 >= count) continue;
        if (++q == at.columns) {
            q = 0;
            if (++p == at.rows) p = 0, ++n;
        }
    }
}

// Where the weights of a segment are in a panel.
inline std::int64_t conv2d_segment_weights(const Conv2dArguments& a, std::int64_t segment) {
    const auto taps = static_cast<std::int64_t>(a.taps.size());
    return a.panels.segment_offset(segment / taps, a.taps.data()[segment % taps].index);
}

// Segments [begin, end) of the chain, number block * taps + tap, those that lie end to end as one. Returns their
// number.
inline std::int64_t conv2d_segments(const Conv2dArguments& a, std::int64_t begin, std::int64_t end,
                                    TileSegment* segments) {
    if (begin == end) return 0;  // no tap: the chain is empty
    const auto taps = static_cast<std::int64_t>(a.taps.size());
    std::int64_t block = begin / taps, number = begin % taps, made = 0;
    for (std::int64_t i = begin; i < end; ++i) {
        const Conv2dTap& tap = a.taps.data()[number];
        const TileSegment next{block * a.input.block_stride + tap.row * a.input.row_stride +
                                   tap.column * a.input.pixel_stride,
                               a.panels.segment_offset(block, tap.index), a.panels.segment_rows(block)};
        TileSegment& last = segments[made == 0 ? 0 : made - 1];
        if (made > 0 && next.input == last.input + last.rows && next.weights == last.weights + last.rows * kLanes) {
            last.rows += next.rows;
        } else {
            segments[made++] = next;
        }
        if (++number == taps) number = 0, ++block;
    }
    return made;
}

// The tile job of the blocks from number `block` on.
inline TileJob conv2d_tile_job(const Conv2dArguments& a, std::int64_t block, std::int64_t blocks) {
    TileJob job;
    job.output = a.output.data + block * a.output.block_stride;
    job.output_block_stride = a.output.block_stride;
    job.weights = a.weights + block * a.panels.panel_stride();
    job.panel_stride = a.panels.panel_stride();
    job.bias = a.bias == nullptr ? nullptr : a.bias + block * kLanes;
    const std::int64_t rest = a.panels.filters - (block + blocks - 1) * kLanes;
    job.last_lanes = static_cast<int>(rest < kLanes ? rest : kLanes);
    set_epilogue(job, a.epilogue, block);
    return job;
}

inline void conv2d_one_task(const Conv2dJob& job, std::int64_t task) noexcept {
    constexpr std::int64_t kMostSegments = kChainRows / kLanes;
    const Conv2dArguments& a = *job.arguments;
    const std::int64_t begin = job.chunk(task) * job.grid.chunk_pixels;
    const std::int64_t count = begin + job.grid.chunk_pixels < job.pixels ? job.grid.chunk_pixels : job.pixels - begin;
    Conv2dPixels pixels;
    TileSegment segments[kMostSegments];
    conv2d_pixels(a, begin, count, pixels);
    const TileOffsets at{pixels.input, pixels.output, pixels.addend};

    const std::int64_t chain = channel_blocks(a.panels.channels) * static_cast<std::int64_t>(a.taps.size());
    const std::int64_t parts = chain <= kMostSegments ? 1 : (chain + kMostSegments - 1) / kMostSegments;
    const std::int64_t part_length = (chain + parts - 1) / parts;
    std::int64_t segment_count = parts == 1 ? conv2d_segments(a, 0, chain, segments) : 0;
    const std::int64_t first = job.first_column(task);
    const std::int64_t columns = job.columns_per_group * a.panels.groups;
    for (std::int64_t c = first; c < first + job.grid.columns_per_task && c < columns; ++c) {
        const std::int64_t group = c / job.columns_per_group;
        const std::int64_t in_group = c % job.columns_per_group * job.blocks_per_column;
        const std::int64_t rest = job.blocks_per_group - in_group;
        const std::int64_t blocks = rest < job.blocks_per_column ? rest : job.blocks_per_column;
        TileJob tile = conv2d_tile_job(a, group * job.blocks_per_group + in_group, blocks);
        tile.input = a.input.data + group * (a.panels.channels / kLanes) * a.input.block_stride;
        tile.segments = segments;
        for (std::int64_t part = 0; part < parts; ++part) {
            const std::int64_t from = part * part_length;
            const std::int64_t to = from + part_length < chain ? from + part_length : chain;
            if (parts > 1) segment_count = conv2d_segments(a, from, to, segments);
            tile.segment_count = segment_count;
            tile.is_first = c == first && part == 0;
            tile.next_weights = nullptr;
            if (to < chain) {
                tile.next_weights = tile.weights + conv2d_segment_weights(a, to);
            } else if (chain > 0 && c + 1 < columns) {
                tile.next_weights = tile.weights + blocks * tile.panel_stride + conv2d_segment_weights(a, 0);
            }
            tile.starts_chain = part == 0;
            tile.ends_chain = part + 1 == parts;
            if (job.pixels == 1) {
                product_vector(tile, at, blocks);
            } else {
                product_tiles(tile, at, count, blocks);
            }
        }
    }
}

inline void conv2d_task(const Conv2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t task = begin; task < end; ++task) conv2d_one_task(job, task);
}

// One pixel of one block whose lanes belong to groups that are not whole blocks: every lane has its own input channel.
// Correct, not fast.
inline void conv2d_gathered_pixel(const Conv2dArguments& a, const TileJob& job, const std::int64_t* lane_channels,
                                  std::int64_t input, std::int64_t output, const std::int64_t* addend) {
    F16 sum[1][1] = {{zero()}};
    for (std::int64_t block = 0; block < channel_blocks(a.panels.channels); ++block) {
        for (std::size_t t = 0; t < a.taps.size(); ++t) {
            const Conv2dTap& tap = a.taps.data()[t];
            const float* pixel = a.input.data + input + tap.row * a.input.row_stride + tap.column * kLanes;
            const float* weights = job.weights + a.panels.segment_offset(block, tap.index);
            for (std::int64_t row = 0; row < a.panels.segment_rows(block); ++row) {
                float values[kLanes] = {};
                for (int lane = 0; lane < job.last_lanes; ++lane) {
                    const std::int64_t channel = lane_channels[lane] + block * kLanes + row;
                    values[lane] = pixel[channel / kLanes * a.input.block_stride + channel % kLanes];
                }
                sum[0][0] = fma(load(values), load(weights + row * kLanes), sum[0][0]);
            }
        }
    }
    finish_tile<1, 1>(job, addend, sum);
    store(job.output + output, sum[0][0]);
}

inline void conv2d_gathered_one_task(const Conv2dJob& job, std::int64_t task) noexcept {
    const Conv2dArguments& a = *job.arguments;
    const std::int64_t begin = job.chunk(task) * job.grid.chunk_pixels;
    const std::int64_t count = begin + job.grid.chunk_pixels < job.pixels ? job.grid.chunk_pixels : job.pixels - begin;
    Conv2dPixels pixels;
    conv2d_pixels(a, begin, count, pixels);
    const std::int64_t first = job.first_column(task);
    for (std::int64_t block = first; block < first + job.grid.columns_per_task && block < a.panels.blocks(); ++block) {
        const TileJob tile = conv2d_tile_job(a, block, 1);
        std::int64_t lane_channels[kLanes] = {};
        for (int lane = 0; lane < tile.last_lanes; ++lane) {
            lane_channels[lane] = (block * kLanes + lane) / a.panels.filters_per_group() * a.panels.channels;
        }
        for (std::int64_t i = 0; i < count; ++i) {
            conv2d_gathered_pixel(a, tile, lane_channels, pixels.input[i], pixels.output[i], pixels.addend + i);
        }
    }
}

inline void conv2d_gathered_task(const Conv2dJob& job, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t task = begin; task < end; ++task) conv2d_gathered_one_task(job, task);
}

// A product of one pixel reads each weight once: tasks of 256 KiB of them.
inline ProductGrid vector_grid(std::int64_t terms, std::int64_t columns) {
    const std::int64_t fit = (std::int64_t{1} << 16) / ((terms < 1 ? 1 : terms) * kVectorBlocks * kLanes);
    const std::int64_t per_task = fit < 1 ? 1 : fit;
    return {kTilePixels, 1, per_task, (columns + per_task - 1) / per_task};
}

inline void conv2d_run(const Conv2dArguments& a, const Executor& executor) noexcept {
    const PanelShape& panels = a.panels;
    PROVENN_REQUIRE(panels.groups >= 1 && panels.filters % panels.groups == 0);
    PROVENN_REQUIRE(a.input.extent.channels == panels.channels * panels.groups);
    PROVENN_REQUIRE(a.output.extent.channels == panels.filters && a.output.samples == a.input.samples);
    PROVENN_REQUIRE(!a.input.is_dense() || panels.groups == 1);
    const std::int64_t pixels = a.output.samples * a.positions.rows * a.positions.columns;
    const bool whole_blocks =
        panels.groups == 1 || (panels.channels % kLanes == 0 && panels.filters_per_group() % kLanes == 0);
    Conv2dJob job{&a, {}, pixels, panels.blocks(), pixels == 1 ? kVectorBlocks : kTileBlocks, panels.blocks(), false};
    if (whole_blocks) {
        job.blocks_per_group = channel_blocks(panels.filters_per_group());
        job.columns_per_group = (job.blocks_per_group + job.blocks_per_column - 1) / job.blocks_per_column;
    }
    const std::int64_t columns = whole_blocks ? job.columns_per_group * panels.groups : panels.blocks();
    const std::int64_t terms = panels.channels * static_cast<std::int64_t>(a.taps.size());
    job.grid = pixels == 1 && whole_blocks ? vector_grid(terms, columns) : product_grid(pixels, terms, columns);
    // What does not stay is read again for each chunk or range of columns: the smaller sum of both.
    const std::int64_t input_size = pixels * a.input.extent.channels, weight_size = packed_size(panels);
    job.keeps_pixels = job.grid.chunks * weight_size < job.grid.column_ranges * input_size;
    run_ranges(executor, job.grid.chunks * job.grid.column_ranges, kTaskElements, job,
               whole_blocks ? &conv2d_task : &conv2d_gathered_task);
}
