// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ImageView: borrowed pixels of 8, 16 or 32 bits as they come from a decoder or a camera.
#pragma once

#include <cstdint>

#include "provenn/core/view.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Borrowed pixels [H, W, C] of one element type, with strides in elements.
class ImageView {
  public:
    ImageView() = default;
    ImageView(const View<const std::uint8_t>& pixels) : ImageView(pixels, DataType::u8) {}    // NOLINT
    ImageView(const View<const std::uint16_t>& pixels) : ImageView(pixels, DataType::u16) {}  // NOLINT
    ImageView(const View<const float>& pixels) : ImageView(pixels, DataType::f32) {}          // NOLINT

    [[nodiscard]] DataType type() const { return type_; }
    [[nodiscard]] std::int64_t height() const { return height_; }
    [[nodiscard]] std::int64_t width() const { return width_; }
    [[nodiscard]] std::int64_t channels() const { return channels_; }
    /// 8, 16, or 32 for floating point.
    [[nodiscard]] int bits() const { return static_cast<int>(size_bytes(type_) * 8); }

    /// A pixel as float: exact for every type. @requires the indices are inside the image.
    [[nodiscard]] float at(std::int64_t row, std::int64_t column, std::int64_t channel) const {
        const std::int64_t offset = row * row_stride_ + column * column_stride_ + channel * channel_stride_;
        switch (type_) {
            case DataType::u8: return static_cast<float>(static_cast<const std::uint8_t*>(data_)[offset]);
            case DataType::u16: return static_cast<float>(static_cast<const std::uint16_t*>(data_)[offset]);
            default: return static_cast<const float*>(data_)[offset];
        }
    }

    /// The same pixels without the channels from `count` on. @requires 1 <= count <= channels().
    [[nodiscard]] ImageView first_channels(std::int64_t count) const {
        PROVENN_REQUIRE(count >= 1 && count <= channels_);
        ImageView part = *this;
        part.channels_ = count;
        return part;
    }

    /// The part that starts at (row, column). @requires it lies inside; sizes are not negative.
    [[nodiscard]] ImageView crop(std::int64_t row, std::int64_t column, std::int64_t height, std::int64_t width) const {
        PROVENN_REQUIRE(row >= 0 && row <= height_ && height >= 0 && height <= height_ - row);
        PROVENN_REQUIRE(column >= 0 && column <= width_ && width >= 0 && width <= width_ - column);
        ImageView part = *this;
        part.data_ = static_cast<const std::uint8_t*>(data_) +
                     (row * row_stride_ + column * column_stride_) * size_bytes(type_);
        part.height_ = height;
        part.width_ = width;
        return part;
    }

  private:
    template <class T>
    ImageView(const View<const T>& pixels, DataType type) : data_(pixels.data()), type_(type) {
        PROVENN_REQUIRE(pixels.shape().rank() == 3);
        height_ = pixels.shape()[0];
        width_ = pixels.shape()[1];
        channels_ = pixels.shape()[2];
        row_stride_ = pixels.stride(0);
        column_stride_ = pixels.stride(1);
        channel_stride_ = pixels.stride(2);
    }

    const void* data_ = nullptr;
    DataType type_ = DataType::u8;
    std::int64_t height_ = 0, width_ = 0, channels_ = 0;
    std::int64_t row_stride_ = 0, column_stride_ = 0, channel_stride_ = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
