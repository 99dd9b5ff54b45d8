// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MobileNet V1 of any width, with the layer names of keras.applications.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// MobileNet V1: 4,253,864 parameters for alpha 1, [224, 224, 3] and 1000 classes. Input in [-1, 1]. Parameters are
/// zero.
/// @source Howard et al., "MobileNets", 2017; keras.applications.MobileNet.
/// @errors invalid_argument (alpha), shape_mismatch names the layer that does not fit.
inline Result<Model> mobilenet_v1(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    if (!(options.alpha >= 1.0 / 32 && options.alpha <= 16.0)) {
        return make_error(ErrorCode::invalid_argument, "mobilenet_v1: alpha: expected 1/32 to 16");
    }
    const auto wide = [&](int filters) { return static_cast<std::int64_t>(filters * options.alpha); };
    layers::ActivationLayer relu6;
    relu6.activation.kind = layers::Activation::relu_general;
    relu6.activation.has_upper = true;
    relu6.activation.upper = 6.0f;
    Net net("mobilenet_v1", options);
    net.add("conv1", conv(wide(32), 3, 2, layers::Padding::same, false));
    net.add("conv1_bn", layers::BatchNormalization{}).add("conv1_relu", relu6);
    constexpr int kFilters[] = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    for (int block = 1; block <= 13; ++block) {
        const std::string number = std::to_string(block);
        const bool is_strided = block == 2 || block == 4 || block == 6 || block == 12;
        if (is_strided) net.add("conv_pad_" + number, layers::ZeroPadding2d{{0, 1, 0, 1}});
        layers::DepthwiseConv2d depthwise;
        depthwise.kernel = {3, 3};
        depthwise.use_bias = false;
        depthwise.stride = is_strided ? layers::Extent2{2, 2} : layers::Extent2{1, 1};
        depthwise.padding = is_strided ? layers::Padding::valid : layers::Padding::same;
        net.add("conv_dw_" + number, depthwise);
        net.add("conv_dw_" + number + "_bn", layers::BatchNormalization{}).add("conv_dw_" + number + "_relu", relu6);
        net.add("conv_pw_" + number, conv(wide(kFilters[block - 1]), 1, 1, layers::Padding::same, false));
        net.add("conv_pw_" + number + "_bn", layers::BatchNormalization{}).add("conv_pw_" + number + "_relu", relu6);
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::tf);
    net.add("global_average_pooling2d", layers::GlobalPool2d{layers::PoolKind::average, true});
    net.add("dropout", layers::Dropout{layers::DropoutKind::elements, 0.001f});
    net.add("conv_preds", conv(options.classes, 1, 1, layers::Padding::same));
    net.add("reshape_2", layers::Reshape{Shape{options.classes}}).softmax("predictions");
    return net.finish(PreprocessingPreset::tf);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
