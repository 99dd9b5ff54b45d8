// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// DenseNet-121, with the layer names of keras.applications.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// Four blocks of 6, 12, 24 and 16 layers that each add 32 channels: 8,062,504 parameters for [224, 224, 3] and 1000
/// classes. Input scaled and shifted by deviation and mean of ImageNet. Parameters are zero.
/// @source Huang, Liu, van der Maaten, Weinberger, "Densely connected convolutional networks", 2017;
/// keras.applications.DenseNet121.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> densenet121(const Options& chosen = {}) {
    constexpr std::int64_t kGrowth = 32;
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    const layers::BatchNormalization norm = batch_norm(0.99f, 1.001e-5f);
    const auto bare = [](std::int64_t filters, std::int64_t size) {
        return conv(filters, size, 1, size == 1 ? layers::Padding::valid : layers::Padding::same, false);
    };
    Net net("densenet121", options);
    net.add("zero_padding2d", layers::ZeroPadding2d{{3, 3, 3, 3}});
    net.add("conv1_conv", conv(64, 7, 2, layers::Padding::valid, false)).add("conv1_bn", norm).relu("conv1_relu");
    net.add("zero_padding2d_1", layers::ZeroPadding2d{{1, 1, 1, 1}}).max_pool("pool1", 3, 2);
    constexpr int kDepth[] = {6, 12, 24, 16};
    for (int stack = 0; stack < 4; ++stack) {
        for (int block = 1; block <= kDepth[stack]; ++block) {
            const std::string name = "conv" + std::to_string(stack + 2) + "_block" + std::to_string(block);
            const Net::Handle entry = net.at;
            net.add(name + "_0_bn", norm).relu(name + "_0_relu").add(name + "_1_conv", bare(4 * kGrowth, 1));
            net.add(name + "_1_bn", norm).relu(name + "_1_relu").add(name + "_2_conv", bare(kGrowth, 3));
            net.merge(name + "_concat", layers::MergeKind::concatenate, entry);
        }
        if (stack == 3) break;
        const std::string name = "pool" + std::to_string(stack + 2);
        net.add(name + "_bn", norm).relu(name + "_relu").add(name + "_conv", bare(net.channels() / 2, 1));
        net.add(name + "_pool", layers::Pool2d{layers::PoolKind::average});
    }
    net.add("bn", norm).relu("relu");
    if (!options.has_top) return net.finish(PreprocessingPreset::torch);
    net.add("avg_pool", layers::GlobalPool2d{});
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::torch);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
