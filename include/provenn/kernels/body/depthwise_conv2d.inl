// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolution: several output pixels of one block of channels in registers. Contract in
// kernels/depthwise_conv2d.hpp.

// Output pixels of a row that are computed together. Seven divides the widths of networks for 224 pixels.
inline constexpr int kDepthwisePixels = kConvTilePanels == 2 ? 7 : (kConvTilePixels >= 6 ? 4 : 1);

// Sixteen output lanes of one pixel where the multiplier is not 1: lane k reads channel k / M.
inline F16 gather_depthwise(const DepthwiseConv2dArguments& a, const float* pixel, std::int64_t block) noexcept {
    float lanes[kLanes] = {};
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
        const std::int64_t c = (block * kLanes + lane) / a.multiplier;
        if (c < a.input.extent.channels) lanes[lane] = pixel[c / kLanes * a.input.block_stride + c % kLanes];
    }
    return load(lanes);
}

// Where a row of output pixels reads and writes.
struct DepthwiseRow {
    const float* input;    // of the first tap of the first output pixel
    const float* weights;  // [(r, s)] [16]
    float* output;
    std::int64_t addend;
};

// Any window: one tap after the other.
template <int Pixels, bool IsPlain>
inline void depthwise_any_tile(const DepthwiseConv2dArguments& a, const DepthwiseRow& row,
                               const EpilogueBlock& epilogue, std::int64_t block, std::int64_t column) noexcept {
    const Conv2dGeometry& at = a.geometry;
    F16 acc[std::size_t{Pixels}];
    for (int p = 0; p < Pixels; ++p) acc[p] = zero();
    const float* w = row.weights;
    for (std::int64_t r = 0; r < at.kernel_h; ++r) {
        const float* x = row.input + r * at.dilation_h * a.input.row_stride + column * at.stride_w * kLanes;
        for (std::int64_t s = 0; s < at.kernel_w; ++s, x += at.dilation_w * kLanes, w += kLanes) {
            const F16 weight = load(w);
#pragma GCC unroll 8
            for (int p = 0; p < Pixels; ++p) {
                const float* pixel = x + p * at.stride_w * kLanes;
                acc[p] = fma(IsPlain ? load(pixel) : gather_depthwise(a, pixel, block), weight, acc[p]);
            }
        }
    }
#pragma GCC unroll 8
    for (int p = 0; p < Pixels; ++p) {
        store(row.output + (column + p) * kLanes, finish(acc[p], epilogue, row.addend + (column + p) * kLanes));
    }
}

// Size x Size taps without dilation: each input pixel is loaded once for a row of taps.
template <int Pixels, int Size, int Stride>
[[gnu::always_inline]] inline void depthwise_tile(const DepthwiseConv2dArguments& a, const DepthwiseRow& row,
                                                  const EpilogueBlock& epilogue, std::int64_t column) noexcept {
    F16 acc[std::size_t{Pixels}];
#pragma GCC unroll 8
    for (int p = 0; p < Pixels; ++p) acc[p] = zero();
#pragma GCC unroll 5
    for (int r = 0; r < Size; ++r) {
        const float* x = row.input + r * a.input.row_stride + column * Stride * kLanes;
        F16 weights[std::size_t{Size}];
#pragma GCC unroll 5
        for (int s = 0; s < Size; ++s) weights[s] = load(row.weights + (r * Size + s) * kLanes);
#pragma GCC unroll 32
        for (int i = 0; i < (Pixels - 1) * Stride + Size; ++i) {
            const F16 value = load(x + i * kLanes);
#pragma GCC unroll 5
            for (int s = 0; s < Size; ++s) {
                const int p = (i - s) / Stride;
                if (i >= s && (i - s) % Stride == 0 && p < Pixels) acc[p] = fma(value, weights[s], acc[p]);
            }
        }
    }
#pragma GCC unroll 8
    for (int p = 0; p < Pixels; ++p) {
        store(row.output + (column + p) * kLanes, finish(acc[p], epilogue, row.addend + (column + p) * kLanes));
    }
}

// Calls `tile(column)` for tiles of `pixels` that cover a row, the last one moved back into it: what it computes again
// are the same values. False where the row is shorter than a tile.
template <class Tile>
[[gnu::always_inline]] inline bool for_each_tile(std::int64_t width, std::int64_t pixels, const Tile& tile) {
    if (width < pixels) return false;
    std::int64_t column = 0;
    for (; column + pixels <= width; column += pixels) tile(column);
    if (column < width) tile(width - pixels);
    return true;
}

// Rows [begin, end) of all planes. Size 0: any window; then IsPlain says that the multiplier is 1.
template <int Size, int Stride, bool IsPlain>
inline void depthwise_rows(const DepthwiseConv2dArguments& a, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& out = a.output.extent;
    const ConstBlockedMap& other = a.epilogue.addend;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / out.height, p = unit % out.height;
        const std::int64_t sample = plane / out.blocks(), block = plane % out.blocks();
        const DepthwiseRow row{a.input.pixel(sample, IsPlain ? block : 0, p * a.geometry.stride_h - a.geometry.pad_top,
                                             -a.geometry.pad_left),
                               a.weights + block * a.geometry.taps() * kLanes, a.output.pixel(sample, block, p, 0),
                               sample * other.sample_stride + p * other.row_stride};
        const EpilogueBlock epilogue = epilogue_block(a.epilogue, a.bias, out, block);
        if constexpr (Size > 0) {
            const auto tile = [&](std::int64_t column) {
                depthwise_tile<kDepthwisePixels, Size, Stride>(a, row, epilogue, column);
            };
            if (for_each_tile(out.width, kDepthwisePixels, tile)) continue;
        } else if constexpr (IsPlain) {
            const auto tile = [&](std::int64_t column) {
                depthwise_any_tile<kDepthwisePixels, IsPlain>(a, row, epilogue, block, column);
            };
            if (for_each_tile(out.width, kDepthwisePixels, tile)) continue;
        }
        // Gathered lanes gain nothing from tiles, and tiles cost compile time.
        for (std::int64_t column = 0; column < out.width; ++column) {
            depthwise_any_tile<1, IsPlain>(a, row, epilogue, block, column);
        }
    }
}

// The rows function of a window.
inline auto choose_depthwise_rows(const DepthwiseConv2dArguments& a) {
    using Rows = void (*)(const DepthwiseConv2dArguments&, std::int64_t, std::int64_t) noexcept;
    const Conv2dGeometry& at = a.geometry;
    if (a.multiplier != 1) return Rows{&depthwise_rows<0, 1, false>};
    if constexpr (kDepthwisePixels > 1) {
        const bool is_square = at.kernel_h == at.kernel_w && at.stride_h == at.stride_w && at.dilation_h == 1 &&
                               at.dilation_w == 1;
        if (is_square && at.kernel_h == 3 && at.stride_w == 1) return Rows{&depthwise_rows<3, 1, true>};
        if (is_square && at.kernel_h == 3 && at.stride_w == 2) return Rows{&depthwise_rows<3, 2, true>};
        if (is_square && at.kernel_h == 5 && at.stride_w == 1) return Rows{&depthwise_rows<5, 1, true>};
        if (is_square && at.kernel_h == 5 && at.stride_w == 2) return Rows{&depthwise_rows<5, 2, true>};
    }
    return Rows{&depthwise_rows<0, 1, true>};
}

inline void depthwise_conv2d_run(const DepthwiseConv2dArguments& a, const Executor& executor) noexcept {
    const MapExtent& out = a.output.extent;
    run_ranges(executor, a.output.samples * out.blocks() * out.height, out.width * kLanes * a.geometry.taps(), a,
               choose_depthwise_rows(a));
}
