// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of 3 x 3 convolution by Winograd's minimal filtering: F(2 x 2, 3 x 3) and F(4 x 4, 3 x 3).
//
//   Y = A^T [ sum over c of (G g_c G^T) * (B^T d_c B) ] A, then bias and epilogue, for tiles d of m + 2 by m + 2 pixels
//   that step by m, with m = 2 or 4. (m + 2)^2 multiplications make m^2 outputs, where the direct chain takes 9 m^2.
//   order   B^T over columns, then over rows; one chain of fma from +0 over ascending c for each of the (m + 2)^2
//           points; A^T over columns, then over rows; then + bias, whose -0 counts as +0. reference/winograd_conv2d.hpp
//           spells every addition out. G g G^T is computed in double from exact products and rounded once.
//   error   for C >= 16: |y - exact| <= winograd_error_factor(m) * g/(1 - g) * sum |x||w| + |y| * 2^-24 with
//           g = 9 C * 2^-24, before the epilogue: the direct chain's bound times a factor that random numbers of one
//           size stay well below. Inputs whose sizes differ by orders of magnitude within a tile can exceed it, for the
//           transforms mix the pixels of a tile; so can fewer channels, with which plans do not use this method.
//   values  an infinity or NaN in a tile's input reaches all outputs of that tile.
//   source  Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016.
// The bits differ from those of kernels/conv2d.hpp: a model says in `numerics` which of the two it was made with.
#pragma once

#include <cstdint>

#include "provenn/kernels/conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// m of F(m x m, 3 x 3): pixels of an output tile's side.
enum class WinogradTile : std::uint8_t { none = 0, f2x2 = 2, f4x4 = 4 };

[[nodiscard]] constexpr std::int64_t winograd_side(WinogradTile tile) { return static_cast<std::int64_t>(tile); }
/// Points of the transformed domain: products a tile takes for each pair of channel and filter.
[[nodiscard]] constexpr std::int64_t winograd_points(WinogradTile tile) {
    return (winograd_side(tile) + 2) * (winograd_side(tile) + 2);
}
/// The stated factor. Measured over 19,200 random shapes of 16 channels and more: at most 0.15 and 2.3
/// (docs/evidence/errors.md).
[[nodiscard]] constexpr double winograd_error_factor(WinogradTile tile) {
    return tile == WinogradTile::f4x4 ? 6.0 : 1.0;
}

/// The tile that `numerics: fast` uses for a convolution, from its shape alone; none: the direct chain.
/// @source benchmarks/winograd_benchmark.cpp: smaller maps gain less. Below 16 channels the error factor does not hold.
[[nodiscard]] inline WinogradTile winograd_tile_for(const Conv2dGeometry& geometry, const MapExtent& input,
                                                    const MapExtent& output) {
    const bool is_plain = geometry.kernel_h == 3 && geometry.kernel_w == 3 && geometry.stride_h == 1 &&
                          geometry.stride_w == 1 && geometry.dilation_h == 1 && geometry.dilation_w == 1 &&
                          geometry.groups == 1 && geometry.pad_top <= 2 && geometry.pad_left <= 2;
    if (!is_plain || input.channels < 16 || output.channels < 16) return WinogradTile::none;
    const std::int64_t least = output.height < output.width ? output.height : output.width;
    return least >= 16 ? WinogradTile::f4x4 : least >= 10 ? WinogradTile::f2x2 : WinogradTile::none;
}

/// Transformed weights are [K/16] [point] [C] [16 filters], so that a task reads them as one stream. Floats from one
/// panel of 16 filters to the next:
[[nodiscard]] constexpr std::int64_t winograd_panel_stride(WinogradTile tile, std::int64_t channels) {
    return winograd_points(tile) * channels * kChannelBlock;
}
[[nodiscard]] inline std::int64_t winograd_packed_size(WinogradTile tile, std::int64_t channels, std::int64_t filters) {
    return channel_blocks(filters) * winograd_panel_stride(tile, channels);
}

/// @requires a 3 x 3 kernel of stride and dilation 1 without groups; the input's halo is that of input_halo() and holds
/// +0, as do lanes beyond C; input, weights, bias, addend and scratch do not overlap the output.
struct WinogradConv2dArguments {
    ConstBlockedMap input;
    BlockedMap output;
    WinogradTile tile = WinogradTile::f4x4;
    std::int64_t pad_top = 0, pad_left = 0;
    const float* weights = nullptr;  ///< winograd_packed_size(...) floats of pack_winograd_weights
    const float* bias = nullptr;     ///< whole blocks of 16; null: +0
    Epilogue epilogue;
    float* scratch = nullptr;  ///< winograd_scratch_size(...) floats
};

/// How the work is cut, by its shape alone and without influence on the bits.
struct WinogradGrid {
    /// Tiles whose products one task accumulates at a time, and tasks that may do so at once.
    static constexpr std::int64_t kTaskTiles = 56, kSlots = 16;
    /// Floats of transformed input that stay in a cache between the two passes.
    static constexpr std::int64_t kPassFloats = std::int64_t{1} << 18;

    std::int64_t rows, columns, tiles;  ///< of one sample; of all
    std::int64_t pass_tiles;            ///< transformed and multiplied before the next are looked at
    std::int64_t task_tiles;
    std::int64_t input_point;           ///< floats from point to point of the transformed input; and of the products
    std::int64_t product_point;
    std::int64_t slots;
};

[[nodiscard]] inline WinogradGrid winograd_grid(WinogradTile tile, std::int64_t samples, const MapExtent& input,
                                                const MapExtent& output) {
    const auto ceil_divide = [](std::int64_t a, std::int64_t b) { return (a + b - 1) / b; };
    WinogradGrid grid;
    grid.rows = ceil_divide(output.height, winograd_side(tile));
    grid.columns = ceil_divide(output.width, winograd_side(tile));
    grid.tiles = samples * grid.rows * grid.columns;
    const std::int64_t tile_floats = winograd_points(tile) * input.blocks() * kChannelBlock;
    std::int64_t most = WinogradGrid::kPassFloats / tile_floats / WinogradGrid::kTaskTiles * WinogradGrid::kTaskTiles;
    if (most < WinogradGrid::kTaskTiles) most = WinogradGrid::kTaskTiles;
    const std::int64_t passes = grid.tiles <= most ? 1 : ceil_divide(grid.tiles, most);
    grid.pass_tiles = ceil_divide(grid.tiles, passes);
    const std::int64_t parts = ceil_divide(grid.pass_tiles, WinogradGrid::kTaskTiles);
    grid.task_tiles = parts == 0 ? 0 : ceil_divide(grid.pass_tiles, parts);
    // One line more than the tiles need: strides that are powers of two would fall into few sets of a cache.
    grid.input_point = (input.blocks() * grid.pass_tiles + 1) * kChannelBlock;
    grid.product_point = (2 * grid.task_tiles + 1) * kChannelBlock;
    const std::int64_t tasks = parts * ceil_divide(output.blocks(), 2);
    grid.slots = tasks < WinogradGrid::kSlots ? tasks : WinogradGrid::kSlots;
    return grid;
}
/// Floats of scratch for a whole batch.
[[nodiscard]] inline std::int64_t winograd_scratch_size(WinogradTile tile, std::int64_t samples, const MapExtent& input,
                                                        const MapExtent& output) {
    const WinogradGrid grid = winograd_grid(tile, samples, input, output);
    return winograd_points(tile) * (grid.input_point + grid.slots * grid.product_point);
}

/// Kernels of one instruction set.
struct WinogradConv2dKernels {
    /// @ensures the output's interior is written, its lanes beyond K with +0; nothing else is.
    /// @numerics see above; the same bits on every instruction set. @threads tasks cut by shape write disjoint tiles.
    /// @cost 2 * points * tiles * C * K flop and the transforms; no allocation.
    void (*run)(const WinogradConv2dArguments& arguments, const Executor& executor) noexcept = nullptr;
};

namespace winograd {

/// One dimension of G g for some filters: rows times their common denominators, so that each product is exact in
/// double.
template <WinogradTile Tile, std::size_t Lanes>
void transform_filter(const double (&g0)[Lanes], const double (&g1)[Lanes], const double (&g2)[Lanes],
                      double (&u)[static_cast<std::size_t>(Tile) + 2][Lanes]) {
    for (std::size_t lane = 0; lane < Lanes; ++lane) {
        const double outer = g0[lane] + g2[lane];
        u[0][lane] = g0[lane];
        if constexpr (Tile == WinogradTile::f4x4) {
            const double far = g0[lane] + 4.0 * g2[lane];
            u[1][lane] = -(outer + g1[lane]);
            u[2][lane] = -(outer - g1[lane]);
            u[3][lane] = far + 2.0 * g1[lane];
            u[4][lane] = far - 2.0 * g1[lane];
        } else {
            u[1][lane] = outer + g1[lane];
            u[2][lane] = outer - g1[lane];
        }
        u[static_cast<std::size_t>(Tile) + 1][lane] = g2[lane];
    }
}
/// What row i of transform_filter was multiplied by.
template <WinogradTile Tile>
[[nodiscard]] constexpr double filter_denominator(std::size_t i) {
    constexpr double kF4[] = {4.0, 6.0, 6.0, 24.0, 24.0, 1.0}, kF2[] = {1.0, 2.0, 2.0, 1.0};
    return Tile == WinogradTile::f4x4 ? kF4[i] : kF2[i % 4];
}

/// G g G^T of some filters of one channel, [R, S, lanes] to points. @numerics double, rounded to float once.
template <WinogradTile Tile, std::size_t Lanes>
void transform_kernel(const double (&g)[3][3][Lanes], float* points, std::int64_t point_stride) {
    constexpr std::size_t kSide = static_cast<std::size_t>(Tile) + 2;
    double half[3][kSide][Lanes], row[kSide][Lanes];
    for (std::size_t s = 0; s < 3; ++s) transform_filter<Tile>(g[0][s], g[1][s], g[2][s], half[s]);
    for (std::size_t i = 0; i < kSide; ++i) {
        transform_filter<Tile>(half[0][i], half[1][i], half[2][i], row);
        for (std::size_t j = 0; j < kSide; ++j) {
            const double denominator = filter_denominator<Tile>(i) * filter_denominator<Tile>(j);
            float* const point = points + static_cast<std::int64_t>(i * kSide + j) * point_stride;
            for (std::size_t lane = 0; lane < Lanes; ++lane) {
                // The reciprocals of F(2 x 2) are powers of two.
                const double whole = Tile == WinogradTile::f2x2 ? row[j][lane] * (1.0 / denominator)
                                                                : row[j][lane] / denominator;
                point[lane] = static_cast<float>(whole);
            }
        }
    }
}

struct Packing {
    PanelShape shape;
    PanelSource source;
    float* panels;
};

/// Units are pairs of a block of channels and a panel, as pack_panels has them.
template <WinogradTile Tile>
void pack_units(const Packing& job, std::int64_t begin, std::int64_t end) noexcept {
    const std::int64_t channels = job.shape.channels;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t panel = unit % job.shape.blocks(), block = unit / job.shape.blocks();
        const std::int64_t rows = job.shape.segment_rows(block);
        float taps[9 * kChannelBlock * kChannelBlock];
        pack_panel_block(job.shape, job.source, panel, block, taps);
        for (std::int64_t row = 0; row < rows; ++row) {
            double g[3][3][kChannelBlock];
            for (std::int64_t tap = 0; tap < 9; ++tap) {
                for (std::int64_t lane = 0; lane < kChannelBlock; ++lane) {
                    g[tap / 3][tap % 3][lane] = static_cast<double>(taps[(tap * rows + row) * kChannelBlock + lane]);
                }
            }
            transform_kernel<Tile>(g,
                                   job.panels + panel * winograd_panel_stride(Tile, channels) +
                                       (block * kChannelBlock + row) * kChannelBlock,
                                   channels * kChannelBlock);
        }
    }
}

}  // namespace winograd

/// Where the kernel [3, 3, C, K] of a layer lies for pack_winograd_weights: for its forward pass, and for the gradient
/// of its input, which is the convolution of the output's gradient with the kernel turned by 180 degrees.
[[nodiscard]] inline PanelSource winograd_forward_source(const float* kernel, std::int64_t channels,
                                                         std::int64_t filters) {
    return {kernel, channels * filters, filters, 1, 0};
}
[[nodiscard]] inline PanelSource winograd_gradient_source(const float* kernel, std::int64_t channels,
                                                          std::int64_t filters) {
    return {kernel + 8 * channels * filters, -channels * filters, 1, filters, 0};
}

/// Packs a 3 x 3 kernel, given as pack_panels takes it, into winograd_packed_size(...) floats.
/// @threads tasks are blocks of channels of a panel.
inline void pack_winograd_weights(WinogradTile tile, std::int64_t channels, std::int64_t filters,
                                  const PanelSource& source, float* panels,
                                  const Executor& executor = serial_executor()) noexcept {
    PROVENN_REQUIRE(tile != WinogradTile::none);
    const winograd::Packing job{{9, channels, filters, 1}, source, panels};
    run_ranges(executor, channel_blocks(channels) * job.shape.blocks(), kTaskElements, job,
               tile == WinogradTile::f4x4 ? &winograd::pack_units<WinogradTile::f4x4>
                                          : &winograd::pack_units<WinogradTile::f2x2>);
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
