// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ResNet-8 of MLPerf Tiny, ResNet-18 and ResNet-50.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// ResNet-8 for [32, 32, 3] and 10 classes, 78,666 parameters, with the layer names of MLPerf Tiny's file. Input
/// 0..255. Parameters are zero.
/// @source github.com/mlcommons/tiny, image classification.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> resnet8(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {32, 32, 3}, 10);
    Net net("resnet8", options);
    int convolution = 0, normalization = 0, activation = 0;
    const auto add_conv = [&](std::int64_t filters, std::int64_t size, std::int64_t stride) {
        net.add(numbered("conv2d", convolution++), conv(filters, size, stride, layers::Padding::same));
    };
    const auto normalize = [&] {
        net.add(numbered("batch_normalization", normalization++), layers::BatchNormalization{});
    };
    const auto relu = [&] { net.relu(numbered("activation", activation++)); };
    add_conv(16, 3, 1);
    normalize();
    relu();
    for (int stack = 0; stack < 3; ++stack) {
        const std::int64_t filters = std::int64_t{16} << stack, stride = stack == 0 ? 1 : 2;
        const Net::Handle entry = net.at;
        add_conv(filters, 3, stride);
        normalize();
        relu();
        add_conv(filters, 3, 1);
        const Net::Handle body = net.at;
        Net::Handle shortcut = entry;
        if (stack > 0) {
            net.at = entry;
            add_conv(filters, 1, stride);
            shortcut = net.at;
        }
        net.at = body;
        normalize();
        net.merge(numbered("add", stack), layers::MergeKind::add, shortcut);
        relu();
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::raw);
    const std::int64_t side = options.input[0] / 4 < options.input[1] / 4 ? options.input[0] / 4 : options.input[1] / 4;
    net.add("average_pooling2d",
            layers::Pool2d{layers::PoolKind::average, {side, side}, {side, side}, layers::Padding::valid});
    net.add("flatten", layers::Flatten{}).dense("dense", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::raw);
}

/// ResNet-18 for [224, 224, 3] and 1000 classes, 11,699,112 parameters of which 9,600 are statistics; names in the
/// style of keras.applications (conv2_block1_1_conv). Padding as PyTorch: 3 before the stem, 1 before its pool and
/// before each strided 3x3, by layers of their own. Parameters are zero.
/// @source He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016, table 1.
inline Result<Model> resnet18(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    const layers::BatchNormalization norm = batch_norm(0.9f, 1e-5f);
    Net net("resnet18", options);
    net.add("conv1_pad", layers::ZeroPadding2d{{3, 3, 3, 3}});
    net.add("conv1_conv", conv(64, 7, 2, layers::Padding::valid, false)).add("conv1_bn", norm).relu("conv1_relu");
    net.add("pool1_pad", layers::ZeroPadding2d{{1, 1, 1, 1}}).max_pool("pool1_pool", 3, 2);
    for (int stack = 0; stack < 4; ++stack) {
        for (int block = 0; block < 2; ++block) {
            const std::string name = "conv" + std::to_string(stack + 2) + "_block" + std::to_string(block + 1);
            const std::int64_t filters = std::int64_t{64} << stack;
            const bool is_strided = stack > 0 && block == 0;
            Net::Handle shortcut = net.at;
            const Net::Handle entry = net.at;
            if (is_strided) {
                net.add(name + "_0_conv", conv(filters, 1, 2, layers::Padding::valid, false)).add(name + "_0_bn", norm);
                shortcut = net.at;
                net.at = entry;
                net.add(name + "_1_pad", layers::ZeroPadding2d{{1, 1, 1, 1}});
            }
            net.add(name + "_1_conv", conv(filters, 3, is_strided ? 2 : 1,
                                           is_strided ? layers::Padding::valid : layers::Padding::same, false));
            net.add(name + "_1_bn", norm).relu(name + "_1_relu");
            net.add(name + "_2_conv", conv(filters, 3, 1, layers::Padding::same, false)).add(name + "_2_bn", norm);
            net.merge(name + "_add", layers::MergeKind::add, shortcut).relu(name + "_out");
        }
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::torch);
    net.add("avg_pool", layers::GlobalPool2d{});
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::torch);
}

/// ResNet-50 for [224, 224, 3] and 1000 classes, 25,636,712 parameters, with the layer names of keras.applications: the
/// stride is in the first 1x1 of a block, convolutions have biases. Input blue, green, red less the mean of ImageNet.
/// Parameters are zero.
/// @source as resnet18; keras.applications.ResNet50.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> resnet50(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    const layers::BatchNormalization norm = batch_norm(0.99f, 1.001e-5f);
    Net net("resnet50", options);
    net.add("conv1_pad", layers::ZeroPadding2d{{3, 3, 3, 3}}).add("conv1_conv", conv(64, 7, 2, layers::Padding::valid));
    net.add("conv1_bn", norm).relu("conv1_relu");
    net.add("pool1_pad", layers::ZeroPadding2d{{1, 1, 1, 1}}).max_pool("pool1_pool", 3, 2);
    constexpr int kBlocks[] = {3, 4, 6, 3};
    for (int stack = 0; stack < 4; ++stack) {
        for (int block = 0; block < kBlocks[stack]; ++block) {
            const std::string name = "conv" + std::to_string(stack + 2) + "_block" + std::to_string(block + 1);
            const std::int64_t filters = std::int64_t{64} << stack, stride = stack > 0 && block == 0 ? 2 : 1;
            const Net::Handle entry = net.at;
            Net::Handle shortcut = entry;
            if (block == 0) {
                net.add(name + "_0_conv", conv(4 * filters, 1, stride, layers::Padding::valid));
                shortcut = net.add(name + "_0_bn", norm).at;
                net.at = entry;
            }
            net.add(name + "_1_conv", conv(filters, 1, stride, layers::Padding::valid));
            net.add(name + "_1_bn", norm).relu(name + "_1_relu");
            net.add(name + "_2_conv", conv(filters, 3, 1, layers::Padding::same));
            net.add(name + "_2_bn", norm).relu(name + "_2_relu");
            net.add(name + "_3_conv", conv(4 * filters, 1, 1, layers::Padding::valid)).add(name + "_3_bn", norm);
            net.merge(name + "_add", layers::MergeKind::add, shortcut).relu(name + "_out");
        }
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::caffe);
    net.add("avg_pool", layers::GlobalPool2d{});
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::caffe);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
