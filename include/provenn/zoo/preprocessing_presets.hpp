// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The five ways in which published networks want their pixels, as input contracts.
#pragma once

#include <cstdint>
#include <string_view>

#include "provenn/core/shape.hpp"
#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Named as in keras.applications. x is a pixel in 0..255.
enum class PreprocessingPreset : std::uint8_t {
    raw = 0,    ///< x
    unit = 1,   ///< x / 255
    tf = 2,     ///< x / 127.5 - 1
    caffe = 3,  ///< blue, green, red minus 103.939, 116.779, 123.68
    torch = 4,  ///< (x / 255 - mean) / deviation of ImageNet, red, green, blue
};
[[nodiscard]] inline const char* to_string(PreprocessingPreset preset) {
    constexpr const char* kNames[] = {"raw", "unit", "tf", "caffe", "torch"};
    return kNames[static_cast<int>(preset)];
}

/// @errors invalid_argument lists the names.
[[nodiscard]] inline Result<PreprocessingPreset> parse_preset(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(PreprocessingPreset::torch); ++i) {
        const auto preset = static_cast<PreprocessingPreset>(i);
        if (name == to_string(preset)) return preset;
    }
    return make_error(ErrorCode::invalid_argument, "preprocessing: expected raw, unit, tf, caffe or torch, found '",
                      name, "'");
}

/// The contract of a network with an input of shape [height, width, channels].
/// @param bits depth of the source: 8, or 16, whose pixels 0..65535 are scaled to the same range.
/// @errors invalid_argument (bits; caffe and torch for another number of channels than 3), unsupported (rank).
/// @numerics constants are computed in double and rounded once.
[[nodiscard]] inline Result<InputContract> make_input_contract(PreprocessingPreset preset, const Shape& input,
                                                               int bits = 8) {
    if (input.rank() != 3 || input.last() > InputContract::kMaxChannels) {
        return make_error(ErrorCode::unsupported, "input contract: expected an input [H, W, C] with at most ",
                          InputContract::kMaxChannels, " channels, found ", input);
    }
    if (bits != 8 && bits != 16) return make_error(ErrorCode::invalid_argument, "bits: expected 8 or 16, found ", bits);
    const bool needs_colour = preset == PreprocessingPreset::caffe || preset == PreprocessingPreset::torch;
    if (needs_colour && input.last() != 3) {
        return make_error(ErrorCode::invalid_argument, "preprocessing ", std::string_view(to_string(preset)),
                          ": expected 3 channels, found ", input.last());
    }
    constexpr double kCaffeMean[] = {103.939, 116.779, 123.68};
    constexpr double kTorchMean[] = {0.485, 0.456, 0.406}, kTorchDeviation[] = {0.229, 0.224, 0.225};
    InputContract contract;
    contract.height = input[0];
    contract.width = input[1];
    contract.channels = input.last();
    contract.bits = bits;
    contract.channel_order = input.last() == 1 ? ChannelOrder::grey : ChannelOrder::rgb;
    if (preset == PreprocessingPreset::caffe) contract.channel_order = ChannelOrder::bgr;
    contract.highest = bits == 16 ? 65535.0f : 255.0f;
    const double per_step = bits == 16 ? 257.0 : 1.0;  // 65535 / 255
    for (int c = 0; c < input.last(); ++c) {
        double divisor = 1.0, offset = 0.0;
        if (preset == PreprocessingPreset::unit) divisor = 255.0;
        if (preset == PreprocessingPreset::tf) {
            divisor = 127.5;
            offset = -1.0;
        }
        if (preset == PreprocessingPreset::caffe) offset = -kCaffeMean[c];
        if (preset == PreprocessingPreset::torch) {
            divisor = 255.0 * kTorchDeviation[c];
            offset = -kTorchMean[c] / kTorchDeviation[c];
        }
        contract.scale[c] = static_cast<float>(1.0 / (divisor * per_step));
        contract.offset[c] = static_cast<float>(offset);
    }
    return contract;
}

/// The preset that a network of this name was published with; raw where the name says nothing.
[[nodiscard]] inline PreprocessingPreset preset_from_name(std::string_view name) {
    struct Family {
        std::string_view word;
        PreprocessingPreset preset;
    };
    // Longer words first: resnet50v2 before resnet50, mobilenetv3 (which rescales inside) before mobilenet.
    constexpr Family kFamilies[] = {
        {"mobilenetv3", PreprocessingPreset::raw},   {"mobilenet", PreprocessingPreset::tf},
        {"resnet50v2", PreprocessingPreset::tf},     {"resnet101v2", PreprocessingPreset::tf},
        {"resnet152v2", PreprocessingPreset::tf},    {"resnet50", PreprocessingPreset::caffe},
        {"resnet101", PreprocessingPreset::caffe},   {"resnet152", PreprocessingPreset::caffe},
        {"vgg16", PreprocessingPreset::caffe},       {"vgg19", PreprocessingPreset::caffe},
        {"densenet", PreprocessingPreset::torch},    {"xception", PreprocessingPreset::tf},
        {"inception", PreprocessingPreset::tf},      {"nasnet", PreprocessingPreset::tf},
        {"squeezenet", PreprocessingPreset::caffe},  {"efficientnet", PreprocessingPreset::raw}};
    char lower[192] = {};
    std::size_t size = 0;
    for (const char letter : name.substr(0, sizeof lower)) {
        if (letter == '_' || letter == '-') continue;
        lower[size++] = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    }
    for (const Family& family : kFamilies) {
        if (std::string_view(lower, size).find(family.word) != std::string_view::npos) return family.preset;
    }
    return PreprocessingPreset::raw;
}

/// Whether the network itself prepares its pixels: its first input goes to rescaling or normalization only.
[[nodiscard]] inline bool prepares_its_input(const Model& model) {
    bool any = false;
    for (const Node& node : model.nodes) {
        for (const Index input : node.inputs) {
            if (model.inputs.empty() || input != model.inputs[0]) continue;
            const layers::Layer& config = model.layer(node.layer).config;
            const bool prepares = std::holds_alternative<layers::Rescaling>(config) ||
                                  std::holds_alternative<layers::Normalization>(config);
            if (!prepares) return false;
            any = true;
        }
    }
    return any;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
