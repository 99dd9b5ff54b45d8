// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Image: decoded pixels with what their file said about them, and the turns that EXIF orientation asks for.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "provenn/core/tensor.hpp"
#include "provenn/model/input_contract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

enum class ImageFormat : std::uint8_t { png, jpeg, bmp };

[[nodiscard]] inline const char* to_string(ImageFormat format) {
    switch (format) {
        case ImageFormat::png: return "PNG";
        case ImageFormat::jpeg: return "JPEG";
        case ImageFormat::bmp: return "BMP";
    }
    return "?";
}

/// Pixels [height, width, channels]. Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. Samples of 16 bits stay 16
/// bits: exactly one of the two tensors is filled. Palettes are expanded; PNG samples of 1, 2, 4 bits are scaled to
/// 0..255.
struct Image {
    std::int64_t height = 0;
    std::int64_t width = 0;
    std::int64_t channels = 0;
    int depth_bits = 8;        ///< 8 or 16
    Tensor<std::uint8_t> pixels8;    ///< for depth_bits 8
    Tensor<std::uint16_t> pixels16;  ///< for depth_bits 16
    ImageFormat format = ImageFormat::png;
    bool has_alpha = false;    ///< the last channel is alpha; arrays of 2 or 4 channels have none
    int exif_orientation = 1;  ///< as stored; 1 is upright, also when the file says nothing
    bool turned = false;       ///< the pixels were turned by it
};

namespace images {
/// Pixels of `source` in the order that EXIF orientation 2 to 8 asks for.
template <class T>
Result<Tensor<T>> turn(const Tensor<T>& source, int orientation) {
    const std::int64_t height = source.shape()[0];
    const std::int64_t width = source.shape()[1];
    const std::int64_t channels = source.shape()[2];
    const bool transposed = orientation >= 5;
    const std::int64_t new_height = transposed ? width : height;
    const std::int64_t new_width = transposed ? height : width;
    // Orientation: 2 mirrored, 3 by 180 degrees, 4 flipped, 5 transposed, 6 needs 90 degrees clockwise, 7 transversed,
    // 8 counter-clockwise.
    const bool flip_rows = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const bool flip_columns = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    PROVENN_ASSIGN(auto turned, Tensor<T>::zeros({new_height, new_width, channels}));
    T* to = turned.data();
    for (std::int64_t row = 0; row < new_height; ++row) {
        for (std::int64_t column = 0; column < new_width; ++column) {
            std::int64_t from_row = transposed ? column : row;
            std::int64_t from_column = transposed ? row : column;
            if (flip_rows) from_row = height - 1 - from_row;
            if (flip_columns) from_column = width - 1 - from_column;
            const T* from = source.data() + (from_row * width + from_column) * channels;
            for (std::int64_t channel = 0; channel < channels; ++channel) *to++ = from[channel];
        }
    }
    return turned;
}
}  // namespace images

/// Does with the image's EXIF orientation what the policy says.
/// @errors policy_refused, out_of_memory
/// @source JEITA CP-3451 (EXIF 2.32), tag 0x0112
inline Status apply_orientation(Image& image, OrientationPolicy policy, std::string_view name) {
    if (image.exif_orientation == 1 || policy == OrientationPolicy::ignore) return {};
    if (policy == OrientationPolicy::refuse) {
        return make_error(ErrorCode::policy_refused, name, ": EXIF orientation ", image.exif_orientation,
                          " asks for a turn, and the policy is to refuse that");
    }
    if (image.depth_bits == 16) {
        PROVENN_ASSIGN(image.pixels16, images::turn(image.pixels16, image.exif_orientation));
    } else {
        PROVENN_ASSIGN(image.pixels8, images::turn(image.pixels8, image.exif_orientation));
    }
    if (image.exif_orientation >= 5) std::swap(image.height, image.width);
    image.turned = true;
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
