// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// VGG16 and VGG19, with the layer names of keras.applications.
#pragma once

#include "provenn/zoo/architecture.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// Five blocks of 3x3 convolutions, of which the last three have `depth`, and three dense layers.
/// @source Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition", 2015.
/// @errors shape_mismatch names the layer that does not fit; out_of_memory.
inline Result<Model> vgg(const char* model_name, int depth, const Options& chosen) {
    const Options options = with_defaults(chosen, {224, 224, 3}, 1000);
    Net net(model_name, options);
    const std::int64_t filters[] = {64, 128, 256, 512, 512};
    for (int block = 0; block < 5; ++block) {
        const std::string name = "block" + std::to_string(block + 1);
        for (int i = 1; i <= (block < 2 ? 2 : depth); ++i) {
            net.add(name + "_conv" + std::to_string(i),
                    conv(filters[block], 3, 1, layers::Padding::same, true, layers::Activation::relu));
        }
        net.max_pool(name + "_pool", 2, 2);
    }
    if (!options.has_top) return net.finish(PreprocessingPreset::caffe);
    net.add("flatten", layers::Flatten{});
    net.dense("fc1", 4096, layers::Activation::relu).dense("fc2", 4096, layers::Activation::relu);
    net.dense("predictions", options.classes, layers::Activation::softmax);
    return net.finish(PreprocessingPreset::caffe);
}

/// 138,357,544 parameters for [224, 224, 3] and 1000 classes. Parameters are zero. @errors as vgg().
inline Result<Model> vgg16(const Options& options = {}) { return vgg("vgg16", 3, options); }

/// 143,667,240 parameters for [224, 224, 3] and 1000 classes. Parameters are zero. @errors as vgg().
inline Result<Model> vgg19(const Options& options = {}) { return vgg("vgg19", 4, options); }

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
