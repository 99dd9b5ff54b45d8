// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MobileNet V1 and V2 of any width, with the layer names of keras.applications.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// @errors invalid_argument.
inline Status check_alpha(const char* architecture, double alpha) {
    if (alpha >= 1.0 / 32 && alpha <= 16.0) return {};
    return make_error(ErrorCode::invalid_argument, architecture, ": alpha: expected 1/32 to 16");
}

/// MobileNet V1: 4,253,864 parameters for alpha 1, [224, 224, 3] and 1000 classes. Input in [-1, 1]. Parameters are
/// zero.
/// @source Howard et al., "MobileNets", 2017; keras.applications.MobileNet.
/// @errors invalid_argument (alpha), shape_mismatch names the layer that does not fit.
inline Result<Model> mobilenet_v1(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    PROVENN_TRY(check_alpha("mobilenet_v1", options.alpha));
    const auto wide = [&](int filters) { return static_cast<std::int64_t>(filters * options.alpha); };
    Net net("mobilenet_v1", options);
    net.add("conv1", conv(wide(32), 3, 2, layers::Padding::same, false));
    net.add("conv1_bn", layers::BatchNormalization{}).relu6("conv1_relu");
    constexpr int kFilters[] = {64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024};
    for (int block = 1; block <= 13; ++block) {
        const std::string number = std::to_string(block);
        const bool is_strided = block == 2 || block == 4 || block == 6 || block == 12;
        if (is_strided) net.add("conv_pad_" + number, layers::ZeroPadding2d{{0, 1, 0, 1}});
        net.add("conv_dw_" + number, depthwise(3, is_strided ? 2 : 1));
        net.add("conv_dw_" + number + "_bn", layers::BatchNormalization{}).relu6("conv_dw_" + number + "_relu");
        net.add("conv_pw_" + number, conv(wide(kFilters[block - 1]), 1, 1, layers::Padding::same, false));
        net.add("conv_pw_" + number + "_bn", layers::BatchNormalization{}).relu6("conv_pw_" + number + "_relu");
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::tf);
    net.add("global_average_pooling2d", layers::GlobalPool2d{layers::PoolKind::average, true});
    net.add("dropout", layers::Dropout{layers::DropoutKind::elements, 0.001f});
    net.add("conv_preds", conv(options.classes, 1, 1, layers::Padding::same));
    net.add("reshape_2", layers::Reshape{Shape{options.classes}}).softmax("predictions");
    return net.finish(PreprocessingPreset::tf);
}

/// The multiple of 8 nearest to `filters`, at least 8, and not below nine tenths of it.
inline std::int64_t divisible_by_8(double filters) {
    std::int64_t rounded = static_cast<std::int64_t>(filters + 4.0) / 8 * 8;
    if (rounded < 8) rounded = 8;
    return static_cast<double>(rounded) < 0.9 * filters ? rounded + 8 : rounded;
}

/// MobileNet V2: 3,538,984 parameters for alpha 1, [224, 224, 3] and 1000 classes. Input in [-1, 1]. Parameters are
/// zero.
/// @source Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018;
/// keras.applications.MobileNetV2.
/// @errors invalid_argument (alpha), shape_mismatch names the layer that does not fit.
inline Result<Model> mobilenet_v2(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    PROVENN_TRY(check_alpha("mobilenet_v2", options.alpha));
    const layers::BatchNormalization norm = batch_norm(0.999f, 1e-3f);
    Net net("mobilenet_v2", options);
    net.add("Conv1", conv(divisible_by_8(32 * options.alpha), 3, 2, layers::Padding::same, false));
    net.add("bn_Conv1", norm).relu6("Conv1_relu");
    constexpr int kFilters[] = {16, 24, 24, 32, 32, 32, 64, 64, 64, 64, 96, 96, 96, 160, 160, 160, 320};
    for (int block = 0; block < 17; ++block) {
        const std::string name = block == 0 ? "expanded_conv_" : "block_" + std::to_string(block) + "_";
        const std::int64_t stride = block == 1 || block == 3 || block == 6 || block == 13 ? 2 : 1;
        const std::int64_t filters = divisible_by_8(static_cast<int>(kFilters[block] * options.alpha));
        const std::int64_t channels = net.channels();
        const Net::Handle entry = net.at;
        if (block > 0) {
            net.add(name + "expand", conv(6 * channels, 1, 1, layers::Padding::same, false));
            net.add(name + "expand_BN", norm).relu6(name + "expand_relu");
        }
        if (stride == 2) net.pad_for_stride(name + "pad", 3);
        net.add(name + "depthwise", depthwise(3, stride));
        net.add(name + "depthwise_BN", norm).relu6(name + "depthwise_relu");
        net.add(name + "project", conv(filters, 1, 1, layers::Padding::same, false)).add(name + "project_BN", norm);
        if (stride == 1 && channels == filters) net.merge(name + "add", layers::MergeKind::add, entry);
    }
    const std::int64_t last = options.alpha > 1.0 ? divisible_by_8(1280 * options.alpha) : 1280;
    net.add("Conv_1", conv(last, 1, 1, layers::Padding::valid, false)).add("Conv_1_bn", norm).relu6("out_relu");
    if (!options.has_top) return net.finish(PreprocessingPreset::tf);
    net.add("global_average_pooling2d", layers::GlobalPool2d{});
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::tf);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
