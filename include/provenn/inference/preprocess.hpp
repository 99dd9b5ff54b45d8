// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Preprocessing: from an image to the network's input, as the model's input contract says, or a refusal.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>

#include "provenn/inference/resample.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace preprocessing {

/// The part of the image that the contract keeps. Integer arithmetic as Keras' crop_to_aspect_ratio.
inline ImageView kept_part(const ImageView& image, const InputContract& contract) {
    if (contract.crop == CropMethod::stretch) return image;
    std::int64_t height = image.width() * contract.height / contract.width;
    std::int64_t width = image.height() * contract.width / contract.height;
    if (height > image.height() || height < 1) height = image.height();
    if (width > image.width() || width < 1) width = image.width();
    return image.crop((image.height() - height) / 2, (image.width() - width) / 2, height, width);
}

/// Channel of the image that feeds network channel `c`.
inline std::int64_t source_channel(const ImageView& image, const InputContract& contract, std::int64_t c) {
    if (image.channels() == 1) return 0;
    return contract.channel_order == ChannelOrder::bgr ? contract.channels - 1 - c : c;
}

inline Status check_values(const ImageView& image, const InputContract& contract) {
    for (std::int64_t row = 0; row < image.height(); ++row) {
        for (std::int64_t column = 0; column < image.width(); ++column) {
            for (std::int64_t c = 0; c < image.channels(); ++c) {
                const float value = image.at(row, column, c);
                if (!(value >= contract.lowest && value <= contract.highest)) {
                    return make_error(ErrorCode::input_refused, "pixel (", row, ", ", column, ") channel ", c,
                                      " is outside the contract's range of values or not a number");
                }
            }
        }
    }
    return {};
}

}  // namespace preprocessing

/// Whether an image may be given to the network at all.
/// @errors input_refused: empty image, wrong depth, wrong channel count, value out of range or not a number.
[[nodiscard]] inline Status check_input(const ImageView& image, const InputContract& contract) {
    if (image.height() < 1 || image.width() < 1) return make_error(ErrorCode::input_refused, "the image has no pixels");
    if (image.bits() != contract.bits) {
        return make_error(ErrorCode::input_refused, "expected ", contract.bits, " bits for each channel, found ",
                          image.bits(), "; depths are never converted silently");
    }
    const bool spreads = image.channels() == 1 && contract.channels == 3 && contract.accept_grey_as_rgb;
    if (image.channels() != contract.channels && !spreads) {
        return make_error(ErrorCode::input_refused, "expected ", contract.channels, " channels, found ",
                          image.channels());
    }
    const bool can_leave_range = image.type() == DataType::f32 || contract.lowest > 0.0f ||
                                 contract.highest < (image.bits() == 8 ? 255.0f : 65535.0f);
    return can_leave_range ? preprocessing::check_values(image, contract) : Status{};
}

/// y[h, w, c] = fma(resized[h, w, c'], scale[c], offset[c]), written to `output` [height, width, channels].
/// @requires `output` is contiguous and has the contract's shape.
/// @errors input_refused, out_of_memory; the output is untouched then.
[[nodiscard]] inline Status preprocess(const ImageView& image, const InputContract& contract, View<float> output) {
    PROVENN_REQUIRE(output.shape() == (Shape{contract.height, contract.width, contract.channels}));
    PROVENN_TRY(check_input(image, contract));
    PROVENN_ASSIGN(const auto resized, resize_image(preprocessing::kept_part(image, contract), contract.height,
                                                    contract.width, contract.resize));
    const std::int64_t pixels = contract.height * contract.width;
    float* target = output.span().data();
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        for (std::int64_t c = 0; c < contract.channels; ++c) {
            const float value =
                resized.data()[pixel * image.channels() + preprocessing::source_channel(image, contract, c)];
            *target++ = fma(value, contract.scale[c], contract.offset[c]);
        }
    }
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
