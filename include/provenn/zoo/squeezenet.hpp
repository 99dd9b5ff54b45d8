// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SqueezeNet 1.1, with the layer names of the published Keras port.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// SqueezeNet 1.1: 1,235,496 parameters for [227, 227, 3] and 1000 classes. Parameters are zero.
/// @source Iandola et al., "SqueezeNet", 2016; github.com/rcmalli/keras-squeezenet, whose layer names are kept.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> squeezenet(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {227, 227, 3}, 1000);
    Net net("squeezenet", options);
    net.add("conv1", conv(64, 3, 2, layers::Padding::valid)).relu("relu_conv1").max_pool("pool1", 3, 2);
    constexpr int kSqueeze[] = {16, 16, 32, 32, 48, 48, 64, 64};
    for (int i = 0; i < 8; ++i) {
        const std::string fire = "fire" + std::to_string(i + 2) + "/";
        net.add(fire + "squeeze1x1", conv(kSqueeze[i], 1, 1, layers::Padding::valid)).relu(fire + "relu_squeeze1x1");
        const Net::Handle squeezed = net.at;
        net.add(fire + "expand1x1", conv(4 * kSqueeze[i], 1, 1, layers::Padding::valid)).relu(fire + "relu_expand1x1");
        const Net::Handle left = net.at;
        net.at = squeezed;
        net.add(fire + "expand3x3", conv(4 * kSqueeze[i], 3, 1, layers::Padding::same)).relu(fire + "relu_expand3x3");
        net.merge(fire + "concat", layers::MergeKind::concatenate, left);
        if (i == 1 || i == 3) net.max_pool("pool" + std::to_string(i + 2), 3, 2);
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::caffe);
    net.add("drop9", layers::Dropout{layers::DropoutKind::elements, 0.5f});
    net.add("conv10", conv(options.classes, 1, 1, layers::Padding::valid)).relu("relu_conv10");
    net.add("global_average_pooling2d", layers::GlobalPool2d{}).softmax("loss");
    return net.finish(PreprocessingPreset::caffe);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
