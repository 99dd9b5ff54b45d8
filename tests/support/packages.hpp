// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small models and packages for tests, a layer of every kind, and hashes put right after a package was damaged.
#pragma once

#include <cstring>
#include <utility>
#include <vector>

#include "provenn/inference/session.hpp"
#include "support/random.hpp"

namespace support {

using namespace provenn;

/// Gives every parameter random values; variances and scales are positive.
inline void fill_parameters(Model& model, std::uint64_t seed) {
    CounterRandom random(seed);
    for (Parameter& parameter : model.parameters) {
        const bool is_positive =
            parameter.role == layers::ParameterRole::scale || parameter.role == layers::ParameterRole::statistic;
        for (float& value : parameter.value.span())
            value = is_positive ? random.next(0.5f, 1.5f) : random.next(-0.5f, 0.5f);
    }
}

/// Convolution with ReLU, pooling, batch norm, dense layer with softmax: its package has less than 4 KiB.
inline Model tiny_model(std::uint64_t seed = 1) {
    ModelBuilder builder("tiny");
    layers::Conv2d conv;
    conv.filters = 3;
    conv.kernel = {3, 3};
    conv.padding = layers::Padding::same;
    conv.activation.kind = layers::Activation::relu;
    layers::Dense dense;
    dense.units = 3;
    dense.activation.kind = layers::Activation::softmax;
    auto value = builder.input("image", {4, 4, 2});
    value = builder.add("conv", conv, value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("norm", layers::BatchNormalization{}, value);
    value = builder.add("drop", layers::Dropout{}, value);
    value = builder.add("flat", layers::Flatten{}, value);
    builder.output(builder.add("logits", dense, value));
    Model model = builder.build().value_or_throw();
    fill_parameters(model, seed);
    for (const char* name : {"cat", "dog", "owl"}) model.class_names.push_back(name).value_or_throw();
    model.input_contract.height = model.input_contract.width = 4;
    model.input_contract.channels = 2;
    model.parameters[0].source.origin = Origin::imported;
    model.parameters[0].source.path = "conv/conv/kernel:0";
    return model;
}

inline std::vector<std::uint8_t> package_of(const Model& model) {
    auto answers = make_known_answers(model).value_or_throw();
    const auto bytes = encode_package(model, std::move(answers)).value_or_throw();
    return {bytes.begin(), bytes.end()};
}
inline Bytes bytes_of_package(const std::vector<std::uint8_t>& package) { return {package.data(), package.size()}; }

/// Writes the digests that the bytes of a container now have, as someone would who changed them on purpose.
/// Only as far as the header can be followed: a damaged table keeps its damage.
inline void rehash(std::vector<std::uint8_t>& file) {
    const auto number = [&file](std::size_t at, int size) {
        std::uint64_t value = 0;
        for (int i = 0; i < size; ++i)
            value |= static_cast<std::uint64_t>(file[at + static_cast<std::size_t>(i)]) << (8 * i);
        return value;
    };
    const std::uint64_t sections = number(12, 4);
    if (sections > (file.size() - 64) / 64) return;
    for (std::size_t i = 0; i < sections; ++i) {
        const std::size_t entry = 64 + 64 * i;
        const std::uint64_t offset = number(entry + 8, 8), size = number(entry + 16, 8);
        if (offset > file.size() || size > file.size() - offset) continue;
        const Sha256Digest digest =
            container::section_digest({file.data() + offset, static_cast<std::size_t>(size)});
        std::memcpy(file.data() + entry + 32, digest.bytes, 32);
    }
    const Sha256Digest root = container::root_digest({file.data(), static_cast<std::size_t>(64 + 64 * sections)});
    std::memcpy(file.data() + 32, root.bytes, 32);
}

/// One layer of every kind but custom in the order of the list, no field at its default, with a shape that each accepts
/// as (first) input.
struct SampleLayer {
    layers::Layer config;
    Shape input;
    int inputs = 1;
};
inline std::vector<SampleLayer> a_layer_of_every_kind() {
    using namespace layers;
    const ActivationConfig relu6{Activation::relu_general, 0.125f, 0.25f, 0.5f, 6.0f, true};
    const auto same = Padding::same;
    std::vector<SampleLayer> list;
    list.push_back({Conv2d{6, {3, 2}, {2, 1}, {1, 2}, same, 2, false, relu6}, {9, 8, 4}});
    list.push_back({DepthwiseConv2d{{3, 2}, {2, 1}, {1, 2}, same, 2, false, relu6}, {9, 8, 4}});
    list.push_back({SeparableConv2d{5, {3, 2}, {2, 2}, {1, 1}, same, 2, false, relu6}, {9, 8, 4}});
    list.push_back({Dense{7, false, relu6}, {5}});
    list.push_back({BatchNormalization{0.75f, 0.01f, false, false, true}, {9, 8, 4}});
    list.push_back({ActivationLayer{relu6}, {9, 8, 4}});
    list.push_back({PRelu{false, false}, {3, 2, 4}});
    list.push_back({Pool2d{PoolKind::average, {3, 2}, {1, 2}, same}, {9, 8, 4}});
    list.push_back({GlobalPool2d{PoolKind::max, true}, {9, 8, 4}});
    list.push_back({Merge{MergeKind::concatenate, -2}, {9, 8, 4}, 2});
    list.push_back({ZeroPadding2d{{1, 2, 3, 4}}, {9, 8, 4}});
    list.push_back({Cropping2d{{1, 2, 3, 4}}, {9, 8, 4}});
    list.push_back({UpSampling2d{{3, 4}, Interpolation::bilinear}, {3, 2, 4}});
    list.push_back({Resizing{{5, 6}, Interpolation::bicubic}, {9, 8, 4}});
    list.push_back({Flatten{}, {9, 8, 4}});
    list.push_back({Reshape{{4, -1, 9}}, {9, 8, 4}});
    list.push_back({Permute{{2, 0, 1}}, {9, 8, 4}});
    list.push_back({Dropout{DropoutKind::gaussian_factor, 0.25f}, {9, 8, 4}});
    list.push_back({Rescaling{0.5f, -1.0f}, {9, 8, 4}});
    list.push_back({Normalization{}, {9, 8, 4}});
    list.push_back({LayerNormalization{0.01f, false, false}, {9, 8, 4}});
    list.push_back({GroupNormalization{2, 0.01f, false, false}, {9, 8, 4}});
    list.push_back({Conv2dTranspose{5, {3, 2}, {2, 3}, {1, 2}, same, true, {1, 2}, false, relu6}, {4, 3, 4}});
    const auto causal = Padding::causal;
    list.push_back({Conv1d(Conv2d{6, {1, 2}, {1, 2}, {1, 3}, causal, 2, false, relu6}), {9, 4}});
    list.push_back({DepthwiseConv1d(DepthwiseConv2d{{1, 2}, {1, 2}, {1, 3}, causal, 2, false, relu6}), {9, 4}});
    list.push_back({SeparableConv1d(SeparableConv2d{5, {1, 2}, {1, 2}, {1, 3}, same, 2, false, relu6}), {9, 4}});
    list.push_back(
        {Conv1dTranspose(Conv2dTranspose{5, {1, 2}, {1, 3}, {1, 2}, same, true, {0, 2}, false, relu6}), {4, 3}});
    list.push_back({Pool1d(Pool2d{PoolKind::average, {1, 3}, {1, 2}, same}), {9, 4}});
    list.push_back({GlobalPool1d(GlobalPool2d{PoolKind::max, true}), {9, 4}});
    list.push_back({ZeroPadding1d(ZeroPadding2d{{0, 0, 3, 4}}), {9, 4}});
    list.push_back({Cropping1d(Cropping2d{{0, 0, 3, 4}}), {9, 4}});
    list.push_back({UpSampling1d(UpSampling2d{{1, 3}, Interpolation::bilinear}), {9, 4}});
    return list;
}

}  // namespace support
