// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// EfficientNet-B0, with the layer names of keras.applications.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

namespace efficientnet {

/// One row of the paper's table 1.
struct Stage {
    int kernel, repeats, filters, expansion, stride;
};

/// What a block takes the gate of: pooled to one pixel, squeezed to `squeezed` channels, widened again.
inline void squeeze_and_excite(Net& net, const std::string& name, std::int64_t squeezed) {
    const std::int64_t channels = net.channels();
    const Net::Handle map = net.at;
    net.add(name + "se_squeeze", layers::GlobalPool2d{}).add(name + "se_reshape", layers::Reshape{{1, 1, channels}});
    net.add(name + "se_reduce", conv(squeezed, 1, 1, layers::Padding::same, true, layers::Activation::swish));
    net.add(name + "se_expand", conv(channels, 1, 1, layers::Padding::same, true, layers::Activation::sigmoid));
    net.merge(name + "se_excite", layers::MergeKind::multiply, map);
}

/// An inverted residual block. @param drop_rate of the branch, beside an identity.
inline void add_block(Net& net, const std::string& name, const Stage& stage, std::int64_t stride, float drop_rate) {
    const layers::BatchNormalization norm;
    const auto swish = [&](const std::string& layer) { net.activate(layer, layers::Activation::swish); };
    const std::int64_t channels = net.channels();
    const Net::Handle entry = net.at;
    if (stage.expansion != 1) {
        net.add(name + "expand_conv", conv(channels * stage.expansion, 1, 1, layers::Padding::same, false));
        net.add(name + "expand_bn", norm);
        swish(name + "expand_activation");
    }
    if (stride == 2) net.pad_for_stride(name + "dwconv_pad", stage.kernel);
    net.add(name + "dwconv", depthwise(stage.kernel, stride)).add(name + "bn", norm);
    swish(name + "activation");
    squeeze_and_excite(net, name, channels < 8 ? 1 : channels / 4);
    net.add(name + "project_conv", conv(stage.filters, 1, 1, layers::Padding::same, false));
    net.add(name + "project_bn", norm);
    if (stride != 1 || channels != stage.filters) return;
    net.add(name + "drop", layers::Dropout{layers::DropoutKind::elements, drop_rate});
    net.merge(name + "add", layers::MergeKind::add, entry);
}

}  // namespace efficientnet

/// EfficientNet-B0: 5,330,570 parameters for [224, 224, 3] and 1000 classes. Input 0..255; the first two layers scale
/// and normalise it. What Keras drops of a branch in training is a whole sample, here single elements. Parameters are
/// zero.
/// @source Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019;
/// keras.applications.EfficientNetB0 as Keras builds it for random weights. With `weights="imagenet"` Keras adds a
/// rescaling by channel behind the normalisation, which this network lacks and no file of weights shows: from that file
/// alone it would compute other scores than the publisher's.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> efficientnet_b0(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    Net net("efficientnet_b0", options);
    net.add("rescaling", layers::Rescaling{1.0f / 255.0f, 0.0f}).add("normalization", layers::Normalization{});
    net.pad_for_stride("stem_conv_pad", 3).add("stem_conv", conv(32, 3, 2, layers::Padding::valid, false));
    net.add("stem_bn", layers::BatchNormalization{}).activate("stem_activation", layers::Activation::swish);
    constexpr efficientnet::Stage kStages[] = {{3, 1, 16, 1, 1},  {3, 2, 24, 6, 2},  {5, 2, 40, 6, 2}, {3, 3, 80, 6, 2},
                                               {5, 3, 112, 6, 1}, {5, 4, 192, 6, 2}, {3, 1, 320, 6, 1}};
    constexpr int kBlocks = 16;
    int block = 0;
    for (int stage = 0; stage < 7; ++stage) {
        for (int i = 0; i < kStages[stage].repeats; ++i) {
            const std::string name = "block" + std::to_string(stage + 1) + static_cast<char>('a' + i) + "_";
            const auto drop_rate = static_cast<float>(0.2 * block++ / kBlocks);
            efficientnet::add_block(net, name, kStages[stage], i == 0 ? kStages[stage].stride : 1, drop_rate);
        }
    }
    net.add("top_conv", conv(1280, 1, 1, layers::Padding::same, false)).add("top_bn", layers::BatchNormalization{});
    net.activate("top_activation", layers::Activation::swish);
    if (!options.has_top) return net.finish(PreprocessingPreset::raw);
    net.add("avg_pool", layers::GlobalPool2d{});
    net.add("top_dropout", layers::Dropout{layers::DropoutKind::elements, 0.2f});
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::raw);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
