// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolution: tiles of output pixels times panels of filters, held in registers. Contract in kernels/conv2d.hpp.

// kConvTilePixels and kConvTilePanels come from the instruction set: as many accumulators as its registers hold.
// A tile is a run of output pixels in the order (n, p, q); each has its own offset into the input, so that tiles wrap
// rows and samples. The chain is cut into blocks of k whose weights stay in the second-level cache; between blocks the
// partial sums wait in the output, which is exact.

inline constexpr auto kTilePixels = static_cast<std::int64_t>(kConvTilePixels);
inline constexpr auto kTilePanels = static_cast<std::int64_t>(kConvTilePanels);

// A task: some output pixels of one group of panels.
struct ConvTask {
    const Conv2dArguments* arguments;
    std::int64_t first_panel;      // of the output
    std::int64_t input_block;      // first channel block of the group
    std::int64_t group_channels;
    std::int64_t first_pixel, end_pixel;
};

// Segments [begin, end) of the chain: segment s is channel block s / taps, tap s % taps.
struct ConvSegments {
    std::int64_t begin, end;
    bool is_first, is_last;
};

struct ConvTile {
    std::int64_t input[kConvTilePixels];   // offsets of the pixels from sample 0
    std::int64_t output[kConvTilePixels];
    std::int64_t addend[kConvTilePixels];
};

template <std::size_t Pixels, std::size_t Panels>
inline void conv2d_tile(const ConvTask& task, const ConvSegments& segments, const ConvTile& tile) noexcept {
    const Conv2dArguments& a = *task.arguments;
    const auto tap_count = static_cast<std::int64_t>(a.taps.size());
    const std::int64_t panel_stride = a.panels.panel_stride();
    const float* weights = a.weights + task.first_panel * panel_stride;
    F16 acc[Pixels][Panels];
    std::int64_t at[Pixels];
#pragma GCC unroll 16
    for (std::size_t p = 0; p < Pixels; ++p) at[p] = tile.input[p];
    float* output = a.output.data + task.first_panel * a.output.block_stride;
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Panels; ++v) {
        const F16 bias = a.bias == nullptr ? zero() : load(a.bias + (task.first_panel + static_cast<std::int64_t>(v)) * kLanes);
#pragma GCC unroll 16
        for (std::size_t p = 0; p < Pixels; ++p) {
            acc[p][v] = segments.is_first ? bias : load(output + static_cast<std::int64_t>(v) * a.output.block_stride + tile.output[p]);
        }
    }
    std::int64_t block = segments.begin / tap_count, tap = segments.begin % tap_count;
    std::int64_t length = a.panels.segment_rows(block);
    for (std::int64_t s = segments.begin; s < segments.end; ++s) {
        const float* x = a.input.data + (task.input_block + block) * a.input.block_stride +
                         a.taps.data()[tap].row * a.input.row_stride + a.taps.data()[tap].column * kLanes;
        const float* w = weights + a.panels.segment_offset(block, a.taps.data()[tap].index);
        for (const float* end = x + length; x != end; ++x) {
            F16 b[Panels];
#pragma GCC unroll 2
            for (std::size_t v = 0; v < Panels; ++v) b[v] = load(w + static_cast<std::int64_t>(v) * panel_stride);
#pragma GCC unroll 16
            for (std::size_t p = 0; p < Pixels; ++p) {
                const F16 value = broadcast(x[at[p]]);
#pragma GCC unroll 2
                for (std::size_t v = 0; v < Panels; ++v) acc[p][v] = fma(value, b[v], acc[p][v]);
            }
            w += kLanes;
        }
        if (++tap == tap_count) {
            tap = 0;
            ++block;
            length = a.panels.segment_rows(block);
        }
    }
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Panels; ++v) {
        float* target = output + static_cast<std::int64_t>(v) * a.output.block_stride;
        if (segments.is_last) {
            const EpilogueBlock epilogue = epilogue_block(a.epilogue, a.output.extent, task.first_panel + static_cast<std::int64_t>(v));
#pragma GCC unroll 16
            for (std::size_t p = 0; p < Pixels; ++p) store(target + tile.output[p], finish(acc[p][v], epilogue, tile.addend[p]));
        } else {
#pragma GCC unroll 16
            for (std::size_t p = 0; p < Pixels; ++p) store(target + tile.output[p], acc[p][v]);
        }
    }
}

// The tile function for a number of pixels, found by halving.
template <std::size_t Panels, std::size_t Low = 1, std::size_t High = kConvTilePixels>
inline void conv2d_any_tile(std::size_t pixels, const ConvTask& task, const ConvSegments& segments, const ConvTile& tile) noexcept {
    if constexpr (Low == High) {
        conv2d_tile<Low, Panels>(task, segments, tile);
    } else {
        constexpr std::size_t kMiddle = (Low + High) / 2;
        if (pixels <= kMiddle) {
            conv2d_any_tile<Panels, Low, kMiddle>(pixels, task, segments, tile);
        } else {
            conv2d_any_tile<Panels, kMiddle + 1, High>(pixels, task, segments, tile);
        }
    }
}

// Offsets of the pixels [first, first + count).
inline void place_conv_tile(const Conv2dArguments& a, std::int64_t first, std::size_t count, ConvTile& tile) noexcept {
    const Conv2dPositions& at = a.positions;
    const std::int64_t pixels = at.rows * at.columns;
    std::int64_t sample = first / pixels, row = first % pixels / at.columns, column = first % at.columns;
    for (std::size_t p = 0; p < count; ++p) {
        tile.input[p] = sample * a.input.sample_stride + row * at.input_step_h * a.input.row_stride +
                        column * at.input_step_w * kLanes;
        const std::int64_t output_row = at.output_origin_h + row * at.output_step_h;
        const std::int64_t output_column = (at.output_origin_w + column * at.output_step_w) * kLanes;
        tile.output[p] = sample * a.output.sample_stride + output_row * a.output.row_stride + output_column;
        tile.addend[p] =
            sample * a.epilogue.addend.sample_stride + output_row * a.epilogue.addend.row_stride + output_column;
        if (++column == at.columns) {
            column = 0;
            if (++row == at.rows) row = 0, ++sample;
        }
    }
}

template <std::size_t Panels>
inline void conv2d_task(const ConvTask& task) noexcept {
    const Conv2dArguments& a = *task.arguments;
    constexpr std::int64_t kPanelBytes = 320 * 1024;  // of the second-level cache, for the weights of one block of k
    const std::int64_t segments = channel_blocks(task.group_channels) * static_cast<std::int64_t>(a.taps.size());
    constexpr std::int64_t kMost = kPanelBytes / (kLanes * kLanes * static_cast<std::int64_t>(Panels * sizeof(float)));
    const std::int64_t blocks = (segments + kMost - 1) / kMost;
    const std::int64_t per_block = (segments + blocks - 1) / blocks;
    for (std::int64_t begin = 0; begin < segments; begin += per_block) {
        const std::int64_t end = begin + per_block < segments ? begin + per_block : segments;
        const ConvSegments range{begin, end, begin == 0, end == segments};
        for (std::int64_t pixel = task.first_pixel; pixel < task.end_pixel;) {
            // Even shares instead of full tiles and a rest: a tile of few pixels waits for its own results.
            const std::int64_t left = task.end_pixel - pixel;
            const std::int64_t tiles = (left + kTilePixels - 1) / kTilePixels;
            const auto count = static_cast<std::size_t>((left + tiles - 1) / tiles);
            ConvTile tile;
            place_conv_tile(a, pixel, count, tile);
            conv2d_any_tile<Panels>(count, task, range, tile);
            pixel += static_cast<std::int64_t>(count);
        }
    }
}

// How a convolution is cut into tasks: from the shape of one sample alone, but for the number of samples themselves.
struct ConvGrid {
    std::int64_t groups, channels, panels, panel_groups, pixels, pixels_per_task, pixel_tasks;
};
inline ConvGrid conv_grid(const Conv2dArguments& a) noexcept {
    constexpr std::int64_t kTaskWork = 1 << 21;  // fused multiply-adds: about 40 microseconds
    ConvGrid grid;
    grid.groups = a.panels.groups;
    grid.channels = a.panels.channels;
    grid.panels = channel_blocks(a.panels.filters_per_group());
    grid.panel_groups = (grid.panels + kTilePanels - 1) / kTilePanels;
    grid.pixels = a.output.samples * a.positions.rows * a.positions.columns;
    const std::int64_t pixel_work = kLanes * kTilePanels * grid.channels * static_cast<std::int64_t>(a.taps.size());
    const std::int64_t tiles = kTaskWork / (pixel_work * kTilePixels) + 1;
    grid.pixels_per_task = tiles * kTilePixels;
    grid.pixel_tasks = (grid.pixels + grid.pixels_per_task - 1) / grid.pixels_per_task;
    return grid;
}

// Groups that are not whole blocks: each lane gathers its own input channel. Correct, not fast.
// One output pixel of panel `panel`; the offsets are those of place_conv_tile.
inline void conv2d_gathered_pixel(const Conv2dArguments& a, std::int64_t panel, const ConvTile& tile) noexcept {
    std::int64_t first_channels[kLanes];
    const std::int64_t rest = a.panels.filters - panel * kLanes, lanes = rest < kLanes ? rest : kLanes;
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
        first_channels[lane] = (panel * kLanes + lane) / a.panels.filters_per_group() * a.panels.channels;
    }
    F16 sum = a.bias == nullptr ? zero() : load(a.bias + panel * kLanes);
    for (std::int64_t block = 0; block < channel_blocks(a.panels.channels); ++block) {
        for (std::size_t t = 0; t < a.taps.size(); ++t) {
            const Conv2dTap& tap = a.taps.data()[t];
            const float* pixel = a.input.data + tile.input[0] + tap.row * a.input.row_stride + tap.column * kLanes;
            const float* w = a.weights + panel * a.panels.panel_stride() + a.panels.segment_offset(block, tap.index);
            for (std::int64_t row = 0; row < a.panels.segment_rows(block); ++row) {
                float values[kLanes] = {};
                for (std::int64_t lane = 0; lane < lanes; ++lane) {
                    const std::int64_t channel = first_channels[lane] + block * kLanes + row;
                    values[lane] = pixel[channel / kLanes * a.input.block_stride + channel % kLanes];
                }
                sum = fma(load(values), load(w + row * kLanes), sum);
            }
        }
    }
    const EpilogueBlock epilogue = epilogue_block(a.epilogue, a.output.extent, panel);
    store(a.output.data + panel * a.output.block_stride + tile.output[0], finish(sum, epilogue, tile.addend[0]));
}

// Units are pixels of a panel.
inline void conv2d_gathered(const Conv2dArguments& a, std::int64_t begin, std::int64_t end) noexcept {
    const std::int64_t pixels = a.output.samples * a.positions.rows * a.positions.columns;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        ConvTile tile;
        place_conv_tile(a, unit % pixels, 1, tile);
        conv2d_gathered_pixel(a, unit / pixels, tile);
    }
}

inline void conv2d_run(const Conv2dArguments& arguments, const Executor& executor) noexcept {
    const PanelShape& panels = arguments.panels;
    PROVENN_REQUIRE(panels.groups >= 1 && panels.filters % panels.groups == 0 && !arguments.taps.empty());
    PROVENN_REQUIRE(arguments.input.extent.channels == panels.channels * panels.groups);
    PROVENN_REQUIRE(arguments.output.extent.channels == panels.filters);
    PROVENN_REQUIRE(arguments.input.samples == arguments.output.samples);
    if (panels.groups > 1 && (panels.channels % kLanes != 0 || panels.filters_per_group() % kLanes != 0)) {
        const std::int64_t pixels = arguments.output.samples * arguments.positions.rows * arguments.positions.columns;
        const std::int64_t terms = panels.channels * static_cast<std::int64_t>(arguments.taps.size());
        return run_ranges(executor, panels.blocks() * pixels, terms * kLanes, arguments, &conv2d_gathered);
    }
    const ConvGrid grid = conv_grid(arguments);
    const auto body = [&arguments, &grid](std::int64_t index) {
        const FpEnvironmentScope environment;
        const std::int64_t unit = index / grid.pixel_tasks, part = index % grid.pixel_tasks;
        const std::int64_t group = unit / grid.panel_groups, panel = unit % grid.panel_groups * kTilePanels;
        ConvTask task;
        task.arguments = &arguments;
        task.first_panel = group * grid.panels + panel;
        task.input_block = group * grid.channels / kLanes;
        task.group_channels = grid.channels;
        task.first_pixel = part * grid.pixels_per_task;
        const std::int64_t end = task.first_pixel + grid.pixels_per_task;
        task.end_pixel = end < grid.pixels ? end : grid.pixels;
        if (grid.panels - panel >= kTilePanels) {
            conv2d_task<kConvTilePanels>(task);
        } else {
            conv2d_task<1>(task);
        }
    };
    executor.for_each(grid.groups * grid.panel_groups * grid.pixel_tasks, body);
}
