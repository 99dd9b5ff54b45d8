// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// U-Net for segmentation.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// Four times two 3x3 convolutions and a pool, from 32 channels on; a bottom of 512; and the way back: up by nearest
/// neighbours, a 3x3 convolution, the map of the same size from the way down beside it, two 3x3 convolutions. Gives the
/// probability of each class for each pixel. Height and width are multiples of 16. Parameters are zero.
/// @source Ronneberger, Fischer, Brox, "U-Net: convolutional networks for biomedical image segmentation", 2015; here
/// with padding, half the width, and up-sampling in place of transposed convolutions.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> unet(const Options& chosen = {}) {
    constexpr int kLevels = 4;
    const Options options = with_defaults(chosen, {256, 256, 1}, 2);
    Net net("unet", options);
    const auto add_conv = [&](const std::string& name, int level) {
        net.add(name, conv(std::int64_t{32} << level, 3, 1, layers::Padding::same, true, layers::Activation::relu));
    };
    Net::Handle skips[kLevels];
    for (int level = 0; level <= kLevels; ++level) {
        const std::string name = "down" + std::to_string(level + 1);
        add_conv(name + "_conv1", level);
        add_conv(name + "_conv2", level);
        if (level == kLevels) break;
        skips[level] = net.at;
        net.max_pool(name + "_pool", 2, 2);
    }
    for (int level = kLevels - 1; level >= 0; --level) {
        const std::string name = "up" + std::to_string(level + 1);
        net.add(name + "_sample", layers::UpSampling2d{});
        add_conv(name + "_conv0", level);
        net.merge(name + "_concat", layers::MergeKind::concatenate, skips[level]);
        add_conv(name + "_conv1", level);
        add_conv(name + "_conv2", level);
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::unit);
    const auto activation = options.classes == 1 ? layers::Activation::sigmoid : layers::Activation::softmax;
    net.add("predictions", conv(options.classes, 1, 1, layers::Padding::same, true, activation));
    return net.finish(PreprocessingPreset::unit);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
