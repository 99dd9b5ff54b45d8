// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of convolution's weights, by tiles of channels times filters held in registers over a chunk of pixels, and
// of its bias. Contract in kernels/conv2d_backward.hpp.

// Channels of a tile: with its panels of filters, as many accumulators as the registers hold.
inline constexpr std::size_t kGradientRows = kConvTilePanels == 2 ? 8 : (kConvTilePixels >= 6 ? 6 : 4);
inline constexpr std::size_t kGradientShortRows = 4;

// What a tile of the weights gradient walks over in one chunk, and where its partial sums lie.
struct GradientChunk {
    std::int64_t rows, columns;
    std::int64_t input_row, input_column;  // steps between output pixels, in elements of the input
    std::int64_t gradient_row, gradient_block;
    std::int64_t level;                    // elements between levels of the tree
    std::int64_t tile_row;                 // elements between channels of a level
    int carries;                           // full levels that this chunk completes
};

// The sum of `chunks` terms whose full subtrees wait in the levels, as tree_sum joins them.
[[gnu::always_inline]] inline F16 join_levels(const float* sums, std::int64_t level_size, std::int64_t chunks) {
    int level = 0;
    while (((chunks >> level) & 1) == 0) ++level;
    F16 sum = load(sums + level * level_size);
    for (++level; (chunks >> level) != 0; ++level) {
        if (((chunks >> level) & 1) != 0) sum = add(load(sums + level * level_size), sum);
    }
    return sum;
}

template <std::size_t Rows, std::size_t Panels>
inline void weight_gradient_tile(const GradientChunk& at, const float* x, const float* dy, float* sums) noexcept {
    F16 acc[Rows][Panels];
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Panels; ++v) acc[i][v] = zero();
    }
    for (std::int64_t row = 0; row < at.rows; ++row) {
        const float* pixel = x + row * at.input_row;
        const float* gradient = dy + row * at.gradient_row;
        for (std::int64_t q = 0; q < at.columns; ++q) {
            F16 g[Panels];
#pragma GCC unroll 2
            for (std::size_t v = 0; v < Panels; ++v) {
                g[v] = load(gradient + static_cast<std::int64_t>(v) * at.gradient_block);
            }
#pragma GCC unroll 8
            for (std::size_t i = 0; i < Rows; ++i) {
                const F16 value = broadcast(pixel[i]);
#pragma GCC unroll 2
                for (std::size_t v = 0; v < Panels; ++v) acc[i][v] = fma(value, g[v], acc[i][v]);
            }
            pixel += at.input_column;
            gradient += kLanes;
        }
    }
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i) {
#pragma GCC unroll 2
        for (std::size_t v = 0; v < Panels; ++v) {
            F16 sum = add(acc[i][v], zero());
            float* target = sums + static_cast<std::int64_t>(i) * at.tile_row + static_cast<std::int64_t>(v) * kLanes;
            for (int level = 0; level < at.carries; ++level, target += at.level) sum = add(load(target), sum);
            store(target, sum);
        }
    }
}

// All channels of a block against one or two panels.
template <std::size_t Panels>
inline void weight_gradient_block(const GradientChunk& at, std::int64_t channels, const float* x, const float* dy,
                                  float* sums) noexcept {
    constexpr auto kRows = static_cast<std::int64_t>(kGradientRows);
    for (std::int64_t c = 0; c < channels; c += kRows) {
        if (channels - c > static_cast<std::int64_t>(kGradientShortRows)) {
            weight_gradient_tile<kGradientRows, Panels>(at, x + c, dy, sums + c * at.tile_row);
        } else {
            weight_gradient_tile<kGradientShortRows, Panels>(at, x + c, dy, sums + c * at.tile_row);
        }
    }
}

struct WeightGradientUnit {
    std::int64_t group, channel_block, first_panel, panels, first_tap, taps, channels;
    float* sums;
};

// Joins the levels and writes the gradients of one unit.
inline void finish_weight_gradient(const Conv2dWeightGradient& a, const GradientChunk& at,
                                   const WeightGradientUnit& unit, std::int64_t chunks) noexcept {
    const std::int64_t filters = a.output_gradient.extent.channels, group_filters = filters / a.geometry.groups;
    const std::int64_t group_channels = a.input.extent.channels / a.geometry.groups;
    const std::int64_t tap_size = kLanes * at.tile_row;
    for (std::int64_t tap = 0; tap < unit.taps; ++tap) {
        for (std::int64_t c = 0; c < unit.channels; ++c) {
            for (std::int64_t panel = 0; panel < unit.panels; ++panel) {
                const float* sums = unit.sums + tap * tap_size + c * at.tile_row + panel * kLanes;
                const F16 sum = join_levels(sums, at.level, chunks);
                const std::int64_t k = (unit.first_panel + panel) * kLanes;
                float* target = a.weight_gradient + unit.group * group_filters + k +
                                ((unit.first_tap + tap) * group_channels + unit.channel_block * kLanes + c) * filters;
                if (group_filters - k >= kLanes) {
                    store(target, sum);
                    continue;
                }
                float lanes[kLanes];
                store(lanes, sum);
                for (std::int64_t lane = 0; lane < group_filters - k; ++lane) target[lane] = lanes[lane];
            }
        }
    }
}

inline void weight_gradient_unit(const Conv2dWeightGradient& a, const WeightGradientGrid& grid,
                                 const WeightGradientUnit& unit) noexcept {
    const ConstBlockedMap &x = a.input, &dy = a.output_gradient;
    GradientChunk at;
    at.columns = dy.extent.width;
    at.input_row = a.geometry.stride_h * x.row_stride;
    at.input_column = a.geometry.stride_w * kLanes;
    at.gradient_row = dy.row_stride;
    at.gradient_block = dy.block_stride;
    at.tile_row = grid.panels_per_unit * kLanes;
    at.level = grid.taps_per_unit * kLanes * at.tile_row;
    const std::int64_t input_block = unit.group * (x.extent.channels / a.geometry.groups) / kLanes + unit.channel_block;
    const std::int64_t rows = gradient_chunk_rows(dy.extent.width), chunks = gradient_chunks(dy);
    const std::int64_t chunks_per_sample = (dy.extent.height + rows - 1) / rows;
    for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
        const std::int64_t n = chunk / chunks_per_sample, p = chunk % chunks_per_sample * rows;
        at.rows = dy.extent.height - p < rows ? dy.extent.height - p : rows;
        for (at.carries = 0; ((chunk >> at.carries) & 1) != 0;) ++at.carries;
        const float* gradient = dy.pixel(n, unit.group * grid.panels + unit.first_panel, p, 0);
        for (std::int64_t tap = 0; tap < unit.taps; ++tap) {
            const std::int64_t r = (unit.first_tap + tap) / a.geometry.kernel_w;
            const std::int64_t s = (unit.first_tap + tap) % a.geometry.kernel_w;
            const float* pixel = x.pixel(n, input_block,
                                         p * a.geometry.stride_h + r * a.geometry.dilation_h - a.geometry.pad_top,
                                         s * a.geometry.dilation_w - a.geometry.pad_left);
            float* sums = unit.sums + tap * kLanes * at.tile_row;
            if (kConvTilePanels == 2 && unit.panels == 2) {
                weight_gradient_block<kConvTilePanels>(at, unit.channels, pixel, gradient, sums);
                continue;
            }
            for (std::int64_t panel = 0; panel < unit.panels; ++panel) {
                weight_gradient_block<1>(at, unit.channels, pixel, gradient + panel * at.gradient_block,
                                         sums + panel * kLanes);
            }
        }
    }
    finish_weight_gradient(a, at, unit, chunks);
}

inline void blocked_weight_gradient(const Executor& executor, const Conv2dWeightGradient& a) noexcept {
    const WeightGradientGrid grid = weight_gradient_grid(a);
    const auto body = [&a, &grid](std::int64_t task) {
        const FpEnvironmentScope environment;
        const std::int64_t group_channels = a.input.extent.channels / a.geometry.groups;
        for (std::int64_t i = task * grid.units / grid.tasks; i < (task + 1) * grid.units / grid.tasks; ++i) {
            WeightGradientUnit unit;
            std::int64_t rest = i;
            unit.first_tap = rest % grid.tap_units * grid.taps_per_unit;
            rest /= grid.tap_units;
            unit.channel_block = rest % grid.channel_blocks;
            rest /= grid.channel_blocks;
            unit.first_panel = rest % grid.panel_units * 2;
            unit.group = rest / grid.panel_units;
            const std::int64_t panels = grid.panels - unit.first_panel, taps = a.geometry.taps() - unit.first_tap;
            const std::int64_t channels = group_channels - unit.channel_block * kLanes;
            unit.panels = panels < 2 ? panels : 2;
            unit.taps = taps < grid.taps_per_unit ? taps : grid.taps_per_unit;
            unit.channels = channels < kLanes ? channels : kLanes;
            unit.sums = a.scratch + task * grid.slot;
            weight_gradient_unit(a, grid, unit);
        }
    };
    executor.for_each(grid.tasks, body);
}

// Taps of the gradient of groups that do not fill blocks.
inline void conv2d_general_tap_gradients(const Conv2dWeightGradient& a, std::int64_t begin, std::int64_t end) noexcept {
    const std::int64_t channels = a.input.extent.channels / a.geometry.groups;
    const std::int64_t filters = a.output_gradient.extent.channels;
    const View<float> dw(a.weight_gradient, {a.geometry.kernel_h, a.geometry.kernel_w, channels, filters});
    for (std::int64_t tap = begin; tap < end; ++tap) {
        reference::conv2d_tap_gradient<float>(a.geometry,
                                              reference::BlockedElements<const float>{a.input},
                                              reference::BlockedElements<const float>{a.output_gradient}, dw,
                                              tap / a.geometry.kernel_w, tap % a.geometry.kernel_w);
    }
}

struct BiasGradientJob {
    ConstBlockedMap gradient;
    float* target;
};
inline void bias_gradient_blocks(const BiasGradientJob& job, std::int64_t begin, std::int64_t end) noexcept {
    const ConstBlockedMap& dy = job.gradient;
    const std::int64_t rows = gradient_chunk_rows(dy.extent.width);
    for (std::int64_t block = begin; block < end; ++block) {
        PairwiseTree tree;
        for (std::int64_t n = 0; n < dy.samples; ++n) {
            for (std::int64_t first = 0; first < dy.extent.height; first += rows) {
                F16 sum = zero();
                for (std::int64_t p = first; p < first + rows && p < dy.extent.height; ++p) {
                    const float* line = dy.pixel(n, block, p, 0);
                    for (std::int64_t q = 0; q < dy.extent.width; ++q) sum = add(sum, load(line + q * kLanes));
                }
                push_term(tree, sum);
            }
        }
        float lanes[kLanes];
        store(lanes, tree_sum(tree));
        for (std::int64_t k = block * kLanes; k < (block + 1) * kLanes && k < dy.extent.channels; ++k) {
            job.target[k] = lanes[k - block * kLanes];
        }
    }
}

inline void bias_gradient(const Executor& executor, const ConstBlockedMap& dy, float* target) noexcept {
    run_ranges(executor, dy.extent.blocks(), dy.samples * dy.extent.pixels() * kLanes, BiasGradientJob{dy, target},
               &bias_gradient_blocks);
}

inline void conv2d_weight_gradient(const Conv2dWeightGradient& a, const Executor& executor) noexcept {
    const MapExtent &in = a.input.extent, &out = a.output_gradient.extent;
    PROVENN_REQUIRE(a.input.samples == a.output_gradient.samples && a.input.samples * out.pixels() >= 1);
    PROVENN_REQUIRE(in.channels % a.geometry.groups == 0 && out.channels % a.geometry.groups == 0);
    if (a.bias_gradient != nullptr) bias_gradient(executor, a.output_gradient, a.bias_gradient);
    if (a.weight_gradient == nullptr) return;
    if (groups_fill_blocks(in.channels, out.channels, a.geometry.groups)) return blocked_weight_gradient(executor, a);
    run_ranges(executor, a.geometry.taps(), kTaskElements, a, &conv2d_general_tap_gradients);
}
