// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Preprocessing: from an image to the network's input, as the model's input contract says, or a refusal.
#pragma once

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
    height = height < 1 ? 1 : height > image.height() ? image.height() : height;
    width = width < 1 ? 1 : width > image.width() ? image.width() : width;
    return image.crop((image.height() - height) / 2, (image.width() - width) / 2, height, width);
}

/// The image without an alpha channel that is opaque everywhere: such a channel says nothing. Any other stays, and is
/// refused by its number of channels, because what lies behind a transparent pixel is not in the file.
inline ImageView without_opaque_alpha(const ImageView& image, const InputContract& contract) {
    const std::int64_t colours = image.channels() - 1;
    const bool has_alpha = (colours == 1 || colours == 3) && image.channels() != contract.channels &&
                           image.type() != DataType::f32;
    if (!has_alpha) return image;
    const float opaque = image.bits() == 8 ? 255.0f : 65535.0f;
    for (std::int64_t row = 0; row < image.height(); ++row) {
        for (std::int64_t column = 0; column < image.width(); ++column) {
            if (image.at(row, column, colours) != opaque) return image;
        }
    }
    return image.first_channels(colours);
}

/// Channel of an image of `channels` that feeds network channel `c`.
inline std::int64_t source_channel(std::int64_t channels, const InputContract& contract, std::int64_t c) {
    if (channels == 1) return 0;
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

/// Whether a contract can be kept at all: sizes, depth, channel order, and numbers that are numbers. A contract from a
/// file must pass before an image meets it.
/// @errors invalid_argument, naming the field.
/// @req REQ-PREP-004
[[nodiscard]] inline Status check_contract(const InputContract& contract) {
    const auto refuse = [](const char* field, const char* expected) {
        return make_error(ErrorCode::invalid_argument, "input contract: ", field, ": expected ", expected);
    };
    constexpr std::int64_t kMaxSide = std::int64_t{1} << 20;
    if (contract.height < 1 || contract.height > kMaxSide) return refuse("height", "1 to 2^20");
    if (contract.width < 1 || contract.width > kMaxSide) return refuse("width", "1 to 2^20");
    if (contract.channels < 1 || contract.channels > InputContract::kMaxChannels) return refuse("channels", "1 to 16");
    if (contract.bits != 8 && contract.bits != 16 && contract.bits != 32) return refuse("bits", "8, 16 or 32");
    if (contract.channel_order == ChannelOrder::bgr && contract.channels != 3) return refuse("bgr", "3 channels");
    if (contract.channel_order == ChannelOrder::grey && contract.channels != 1) return refuse("grey", "1 channel");
    const auto is_finite = [](float value) { return value - value == 0.0f; };
    if (!is_finite(contract.lowest) || !is_finite(contract.highest) || contract.lowest > contract.highest) {
        return refuse("lowest, highest", "finite numbers in this order");
    }
    for (std::int64_t c = 0; c < contract.channels; ++c) {
        if (!is_finite(contract.scale[c]) || !is_finite(contract.offset[c])) {
            return refuse("scale, offset", "finite numbers");
        }
    }
    return {};
}

/// Whether an image may be given to the network at all.
/// @errors invalid_argument (the contract), input_refused: empty image, wrong depth, wrong channel count, value out of
///   range or not a number.
/// @req REQ-PREP-002
[[nodiscard]] inline Status check_input(const ImageView& given, const InputContract& contract) {
    const ImageView image = preprocessing::without_opaque_alpha(given, contract);
    PROVENN_TRY(check_contract(contract));
    if (image.height() < 1 || image.width() < 1) return make_error(ErrorCode::input_refused, "the image has no pixels");
    if (image.bits() != contract.bits) {
        return make_error(ErrorCode::input_refused, "expected ", contract.bits, " bits for each channel, found ",
                          image.bits(), "; depths are never converted silently");
    }
    const bool spreads = image.channels() == 1 && contract.channels == 3 && contract.accept_grey_as_rgb;
    if (image.channels() != contract.channels && !spreads) {
        const bool has_alpha = image.channels() == 2 || image.channels() == 4;
        return make_error(ErrorCode::input_refused, "expected ", contract.channels, " channels, found ",
                          image.channels(), has_alpha ? ", one of them an alpha channel that is not opaque" : "");
    }
    const bool can_leave_range = image.type() == DataType::f32 || contract.lowest > 0.0f ||
                                 contract.highest < (image.bits() == 8 ? 255.0f : 65535.0f);
    return can_leave_range ? preprocessing::check_values(image, contract) : Status{};
}

/// The image checked, cropped and resized: float [height, width, C] in the source's units and the image's channels.
/// @errors those of check_input and resize_image.
[[nodiscard]] inline Result<Tensor<float>> resize_input(const ImageView& image, const InputContract& contract) {
    PROVENN_TRY(check_input(image, contract));
    const ImageView opaque = preprocessing::without_opaque_alpha(image, contract);
    return resize_image(preprocessing::kept_part(opaque, contract), contract.height, contract.width, contract.resize);
}

/// y[h, w, c] = fma(resized[h, w, c'], scale[c], offset[c]), c' after the contract's channel order.
/// @param resized what resize_input gave: [height, width, C], C the contract's channels, or 1 to be repeated.
/// @requires `output` is contiguous and has the contract's shape.
inline void scale_input(const View<const float>& resized, const InputContract& contract, View<float> output) {
    PROVENN_REQUIRE(output.shape() == (Shape{contract.height, contract.width, contract.channels}));
    const std::int64_t channels = resized.shape()[2];
    PROVENN_REQUIRE(resized.shape() == (Shape{contract.height, contract.width, channels}));
    PROVENN_REQUIRE(channels == contract.channels || channels == 1);
    const float* source = resized.span().data();
    float* target = output.span().data();
    for (std::int64_t pixel = 0; pixel < contract.height * contract.width; ++pixel, source += channels) {
        for (std::int64_t c = 0; c < contract.channels; ++c) {
            const float value = source[preprocessing::source_channel(channels, contract, c)];
            *target++ = fma(value, contract.scale[c], contract.offset[c]);
        }
    }
}

/// From an image to the network's input: resize_input, then scale_input.
/// @requires `output` is contiguous and has the contract's shape.
/// @errors those of resize_input; the output is untouched then.
/// @req REQ-PREP-003
[[nodiscard]] inline Status preprocess(const ImageView& image, const InputContract& contract, View<float> output) {
    PROVENN_ASSIGN(const auto resized, resize_input(image, contract));
    scale_input(resized.view(), contract, output);
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
