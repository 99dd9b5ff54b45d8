// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// InputContract: what images must look like before the network sees them, stored with the weights.
#pragma once

#include <cstdint>

#include "provenn/core/array.hpp"
#include "provenn/core/text.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// How an image is brought to the network's size. Each names the implementation whose pixels it reproduces.
enum class ResizeMethod : std::uint8_t {
    none = 0,             ///< the image must already have the network's size
    nearest = 1,          ///< half-pixel centres (TensorFlow 2, Keras)
    bilinear = 2,         ///< half-pixel centres, no antialiasing (tf.image.resize, Keras' Resizing)
    pil_bilinear = 3,     ///< triangle filter widened when shrinking (Pillow BILINEAR, antialias=True)
    pil_bicubic = 4,      ///< cubic filter a = -0.5 widened when shrinking (Pillow BICUBIC)
    pil_nearest = 5,      ///< Pillow NEAREST, also keras.utils.load_img's default
    area = 6,             ///< mean over the source area (tf.image.resize area)
};

/// Which part of the image is kept.
enum class CropMethod : std::uint8_t {
    stretch = 0,       ///< the whole image, aspect ratio not kept
    center_square = 1, ///< the largest centred rectangle of the target's aspect ratio, then resized
};

enum class ChannelOrder : std::uint8_t { rgb = 0, bgr = 1, grey = 2 };

/// What an image decoder did, or must do, with an EXIF orientation other than upright.
enum class OrientationPolicy : std::uint8_t { ignore = 0, apply = 1, refuse = 2 };

/// How pixels become the network's numbers: y[c] = fma(x[c], scale[c], offset[c]), x in the source's own units
/// (0..255 for 8 bit, 0..65535 for 16 bit), channels in `channel_order` after reordering.
struct InputContract {
    static constexpr int kMaxChannels = 16;
    std::int64_t height = 0, width = 0, channels = 0;  ///< network input, in pixels
    std::int32_t bits = 8;                             ///< depth of the source: 8, 16, or 32 for float input
    ResizeMethod resize = ResizeMethod::bilinear;
    CropMethod crop = CropMethod::stretch;
    ChannelOrder channel_order = ChannelOrder::rgb;
    OrientationPolicy orientation = OrientationPolicy::refuse;
    float scale[kMaxChannels] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    float offset[kMaxChannels] = {};
    float lowest = 0.0f, highest = 255.0f;  ///< source values outside [lowest, highest] are refused
    bool accept_grey_as_rgb = true;         ///< a one-channel image is repeated to three channels
    bool is_assumed = false;                ///< true where the file did not say and a default was taken

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("height", self.height);
        visitor("width", self.width);
        visitor("channels", self.channels);
        visitor("bits", self.bits);
        visitor("resize", self.resize);
        visitor("crop", self.crop);
        visitor("channel_order", self.channel_order);
        visitor("orientation", self.orientation);
        for (auto& scale : self.scale) visitor("scale", scale);
        for (auto& offset : self.offset) visitor("offset", offset);
        visitor("lowest", self.lowest);
        visitor("highest", self.highest);
        visitor("accept_grey_as_rgb", self.accept_grey_as_rgb);
        visitor("is_assumed", self.is_assumed);
    }
};

}  // namespace PROVENN_ABI
}  // namespace provenn
