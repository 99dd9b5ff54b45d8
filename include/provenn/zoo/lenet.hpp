// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LeNet-5 and a small network with batch normalisation, both for images of about 28 x 28.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// LeNet-5 with tanh and average pooling, 61,706 parameters for [28, 28, 1] and 10 classes. Parameters are zero.
/// @source LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998; all maps
///   connected and a softmax instead of radial basis functions.
/// @errors shape_mismatch names the layer that does not fit.
inline Result<Model> lenet5(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {28, 28, 1}, 10);
    const layers::Pool2d pool{layers::PoolKind::average, {2, 2}, {2, 2}, layers::Padding::valid};
    Net net("lenet5", options);
    net.add("conv2d", conv(6, 5, 1, layers::Padding::same, true, layers::Activation::tanh))
        .add("average_pooling2d", pool);
    net.add("conv2d_1", conv(16, 5, 1, layers::Padding::valid, true, layers::Activation::tanh));
    net.add("average_pooling2d_1", pool).add("flatten", layers::Flatten{});
    net.dense("dense", 120, layers::Activation::tanh).dense("dense_1", 84, layers::Activation::tanh);
    if (options.has_top) net.dense("dense_2", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::unit);
}

/// Three stages of convolution, batch normalisation and ReLU, 32 to 128 filters, then global average pooling and
/// dropout. Its moving statistics follow within tens of steps, since small data sets have few.
inline Result<Model> small_cnn(const Options& chosen = {}) {
    const Options options = with_defaults(chosen, {28, 28, 1}, 10);
    Net net("small_cnn", options);
    const std::int64_t filters[] = {32, 64, 128};
    for (int stage = 0; stage < 3; ++stage) {
        for (int i = 0; i < 2; ++i) {
            const int number = 2 * stage + i;
            net.add(numbered("conv2d", number), conv(filters[stage], 3, 1, layers::Padding::same, false));
            net.add(numbered("batch_normalization", number), layers::BatchNormalization{0.9f});
            net.relu(numbered("activation", number));
        }
        if (stage < 2) net.max_pool(numbered("max_pooling2d", stage), 2, 2);
    }
    net.add("global_average_pooling2d", layers::GlobalPool2d{});
    if (!options.has_top) return net.finish(PreprocessingPreset::unit);
    net.add("dropout", layers::Dropout{layers::DropoutKind::elements, 0.25f});
    net.dense("dense", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::unit);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
