// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolution: several output pixels of one block of channels in registers. Contract in
// kernels/depthwise_conv2d.hpp.

inline constexpr std::size_t kDepthwisePixels = kConvTilePixels < 6 ? kConvTilePixels : 6;

// Sixteen output lanes of one pixel where the multiplier is not 1: lane k reads channel k / M.
inline F16 gather_depthwise(const DepthwiseConv2dArguments& a, const float* pixel, std::int64_t block) noexcept {
    float lanes[kLanes] = {};
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
        const std::int64_t c = (block * kLanes + lane) / a.multiplier;
        if (c < a.input.extent.channels) lanes[lane] = pixel[c / kLanes * a.input.block_stride + c % kLanes];
    }
    return load(lanes);
}

template <std::size_t Pixels, bool IsPlain>
inline void depthwise_tile(const DepthwiseConv2dArguments& a, std::int64_t block, const float* input, float* output,
                           std::int64_t addend) noexcept {
    F16 acc[Pixels];
    for (std::size_t p = 0; p < Pixels; ++p) acc[p] = zero();
    const float* w = a.weights + block * a.geometry.taps() * kLanes;
    const Conv2dGeometry& at = a.geometry;
    for (std::int64_t tap = 0; tap < at.taps(); ++tap) {
        const float* x = input + (tap / at.kernel_w * at.dilation_h - at.pad_top) * a.input.row_stride +
                         (tap % at.kernel_w * at.dilation_w - at.pad_left) * kLanes;
        const F16 weight = load(w);
#pragma GCC unroll 8
        for (std::size_t p = 0; p < Pixels; ++p) {
            const float* pixel = x + static_cast<std::int64_t>(p) * a.geometry.stride_w * kLanes;
            acc[p] = fma(IsPlain ? load(pixel) : gather_depthwise(a, pixel, block), weight, acc[p]);
        }
        w += kLanes;
    }
    const EpilogueBlock epilogue = epilogue_block(a.epilogue, a.bias, a.output.extent, block);
#pragma GCC unroll 8
    for (std::size_t p = 0; p < Pixels; ++p) {
        store(output + p * kLanes, finish(acc[p], epilogue, addend + static_cast<std::int64_t>(p) * kLanes));
    }
}

template <bool IsPlain>
inline void depthwise_row(const DepthwiseConv2dArguments& a, std::int64_t sample, std::int64_t block,
                          std::int64_t row) noexcept {
    const std::int64_t input_block = IsPlain ? block : 0;
    const float* input = a.input.pixel(sample, input_block, row * a.geometry.stride_h, 0);
    float* output = a.output.pixel(sample, block, row, 0);
    const ConstBlockedMap& other = a.epilogue.addend;
    const std::int64_t addend = sample * other.sample_stride + row * other.row_stride;
    // Gathered lanes gain nothing from tiles, and tiles cost compile time.
    constexpr std::size_t kPixels = IsPlain ? kDepthwisePixels : 1;
    constexpr auto kStep = static_cast<std::int64_t>(kPixels);
    std::int64_t column = 0;
    for (; column + kStep <= a.output.extent.width; column += kStep) {
        depthwise_tile<kPixels, IsPlain>(a, block, input + column * a.geometry.stride_w * kLanes,
                                                  output + column * kLanes, addend + column * kLanes);
    }
    for (; column < a.output.extent.width; ++column) {
        depthwise_tile<1, IsPlain>(a, block, input + column * a.geometry.stride_w * kLanes, output + column * kLanes,
                                   addend + column * kLanes);
    }
}

inline void depthwise_conv2d_rows(const DepthwiseConv2dArguments& a, std::int64_t begin, std::int64_t end) noexcept {
    const MapExtent& out = a.output.extent;
    for (std::int64_t unit = begin; unit < end; ++unit) {
        const std::int64_t plane = unit / out.height, row = unit % out.height;
        if (a.multiplier == 1) {
            depthwise_row<true>(a, plane / out.blocks(), plane % out.blocks(), row);
        } else {
            depthwise_row<false>(a, plane / out.blocks(), plane % out.blocks(), row);
        }
    }
}

inline void depthwise_conv2d_run(const DepthwiseConv2dArguments& a, const Executor& executor) noexcept {
    const MapExtent& out = a.output.extent;
    run_ranges(executor, a.output.samples * out.blocks() * out.height,
               out.width * kLanes * a.geometry.taps(), a, &depthwise_conv2d_rows);
}
