// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BlockedMap: the activation layout of plans and training, [N, C/16, H, W, 16] with a halo of zeros around each plane.
#pragma once

#include <cstdint>
#include <type_traits>

#include "provenn/core/shape.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

inline constexpr std::int64_t kChannelBlock = 16;

/// Blocks of 16 channels that hold `channels`.
[[nodiscard]] constexpr std::int64_t channel_blocks(std::int64_t channels) {
    return (channels + kChannelBlock - 1) / kChannelBlock;
}

/// Rows and columns of zeros that a consumer may read around a plane.
struct Halo {
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;
    [[nodiscard]] bool empty() const { return top == 0 && bottom == 0 && left == 0 && right == 0; }
    friend bool operator==(const Halo& a, const Halo& b) {
        return a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
    }
};

/// Extents of one sample's activation. A vector of C features is 1 x 1 x C, a sequence [L, C] is 1 x L x C.
struct MapExtent {
    std::int64_t height = 1, width = 1, channels = 1;
    [[nodiscard]] std::int64_t pixels() const { return height * width; }
    [[nodiscard]] std::int64_t blocks() const { return channel_blocks(channels); }
    friend bool operator==(const MapExtent& a, const MapExtent& b) {
        return a.height == b.height && a.width == b.width && a.channels == b.channels;
    }
};

/// A dense map has at most this many channels and no lanes beyond them: images, as convolutions read them.
inline constexpr std::int64_t kMostDenseChannels = 4;

/// A borrowed activation map. Element (n, h, w, c) is at
/// `data[n * sample_stride + (c / 16) * block_stride + h * row_stride + w * 16 + c % 16]`; strides in elements.
/// Invariant kept by every kernel that writes one: lanes c >= channels of the last block hold +0, and so does the halo
/// once `clear_halo` has run. Kernels write the interior only.
template <class T>
struct BasicBlockedMap {
    T* data = nullptr;  ///< interior pixel (0, 0) of sample 0, block 0
    std::int64_t samples = 0;
    MapExtent extent;
    std::int64_t sample_stride = 0, block_stride = 0, row_stride = 0;
    /// 16, or C for a dense map [N, H, W, C], which layout.to_blocked, elementwise.scale_shift and conv2d can take.
    std::int64_t pixel_stride = kChannelBlock;

    [[nodiscard]] bool is_dense() const { return pixel_stride != kChannelBlock; }
    /// @requires the map is not dense.
    [[nodiscard]] T* pixel(std::int64_t sample, std::int64_t block, std::int64_t row, std::int64_t column) const {
        return data + sample * sample_stride + block * block_stride + row * row_stride + column * kChannelBlock;
    }
    operator BasicBlockedMap<const T>() const {  // NOLINT(google-explicit-constructor)
        return {data, samples, extent, sample_stride, block_stride, row_stride, pixel_stride};
    }
};
using BlockedMap = BasicBlockedMap<float>;
using ConstBlockedMap = BasicBlockedMap<const float>;

/// Size and strides of the buffer that holds maps of one extent and halo.
struct MapLayout {
    MapExtent extent;
    Halo halo;
    std::int64_t pixel_stride = kChannelBlock;

    [[nodiscard]] std::int64_t row_stride() const { return (extent.width + halo.left + halo.right) * pixel_stride; }
    [[nodiscard]] std::int64_t block_stride() const {
        return (extent.height + halo.top + halo.bottom) * row_stride();
    }
    [[nodiscard]] std::int64_t sample_stride() const { return extent.blocks() * block_stride(); }
    [[nodiscard]] std::int64_t size(std::int64_t samples) const { return samples * sample_stride(); }

    /// The map inside a buffer of `size(samples)` floats.
    template <class T>
    [[nodiscard]] BasicBlockedMap<T> map(T* buffer, std::int64_t samples) const {
        return {buffer + halo.top * row_stride() + halo.left * pixel_stride, samples, extent,
                sample_stride(), block_stride(), row_stride(), pixel_stride};
    }
};

/// Sets the halo of every plane to +0.
/// @requires `map` was made by `layout`.
inline void clear_halo(const MapLayout& layout, const BlockedMap& map) {
    const Halo& halo = layout.halo;
    if (halo.empty()) return;
    const std::int64_t width = layout.row_stride(), pixel = layout.pixel_stride;
    const auto zero = [](float* first, std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i) first[i] = 0.0f;
    };
    for (std::int64_t plane = 0; plane < map.samples * map.extent.blocks(); ++plane) {
        float* start = map.data - halo.top * width - halo.left * pixel +
                       (plane / map.extent.blocks()) * map.sample_stride +
                       (plane % map.extent.blocks()) * map.block_stride;
        zero(start, halo.top * width);
        for (std::int64_t row = 0; row < map.extent.height; ++row) {
            float* line = start + (halo.top + row) * width;
            zero(line, halo.left * pixel);
            zero(line + (halo.left + map.extent.width) * pixel, halo.right * pixel);
        }
        zero(start + (halo.top + map.extent.height) * width, halo.bottom * width);
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
