// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tiny data sets that a small network can learn, and runs on them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "networks.hpp"
#include "provenn/model/fingerprint.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/training/trainer.hpp"

namespace problems {

using namespace provenn;

/// Images [size, size, 1] of noise with a bright bar: horizontal, vertical or diagonal.
inline training::TensorSource bars(std::int64_t samples, std::int64_t size, std::uint64_t seed) {
    support::CounterRandom random(seed);
    Tensor<float> images = Tensor<float>::zeros({samples, size, size, 1}).value_or_throw();
    std::vector<std::int64_t> labels;
    for (std::int64_t n = 0; n < samples; ++n) {
        const std::int64_t label = n % 3, at = random.next_integer(3, size - 4);
        labels.push_back(label);
        for (std::int64_t h = 0; h < size; ++h) {
            for (std::int64_t w = 0; w < size; ++w) {
                const bool is_bright = label == 0 ? h == at : label == 1 ? w == at : (h + w) % size == at;
                images.data()[(n * size + h) * size + w] = random.next(-0.25f, 0.25f) + (is_bright ? 1.0f : 0.0f);
            }
        }
    }
    return training::TensorSource::make(std::move(images), std::move(labels), 3).value_or_throw();
}

/// Convolution, batch norm, ReLU, pooling, dropout, dense softmax over three classes.
inline Model small_network(std::uint64_t seed = 4) {
    ModelBuilder builder("small");
    networks::Handle value = builder.input("input", {12, 12, 1});
    layers::Conv2d conv = networks::conv(6, 3);
    conv.use_bias = false;
    value = builder.add("conv", conv, value);
    value = builder.add("bn", layers::BatchNormalization{0.9f}, value);
    value = builder.add("relu", networks::activation(layers::Activation::relu), value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("conv2", networks::conv(8, 3, 1, layers::Padding::same, layers::Activation::relu), value);
    value = builder.add("flatten", layers::Flatten{}, value);
    layers::Dropout dropout;
    dropout.rate = 0.2f;
    value = builder.add("dropout", dropout, value);
    builder.output(builder.add("head", networks::dense(3, layers::Activation::softmax), value));
    Model model = builder.build().value_or_throw();
    initialize(model, seed).value_or_throw();
    return model;
}

inline training::TrainConfig config(std::int64_t epochs, std::int64_t batch) {
    training::TrainConfig config;
    config.epochs = epochs;
    config.batch = batch;
    config.seed = 99;
    config.schedule.learning_rate = 0.01;
    return config;
}

/// Over every tensor, but not over names or file formats: a recorded digest outlives them.
inline Digest digest_of(const Model& model) {
    Sha256 hash;
    for (const Parameter& parameter : model.parameters) hash.update(tensor_digest(parameter.value).span());
    return hash.finish();
}

inline std::string hex(const Digest& digest) {
    std::string text;
    for (const std::uint8_t byte : digest.span()) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

inline Digest digest_of(const Model& model, std::string_view parameter) {
    for (const Parameter& candidate : model.parameters) {
        if (candidate.name == parameter) return tensor_digest(candidate.value);
    }
    return {};
}

}  // namespace problems
