// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small network that counts as pre-trained: every tensor has an origin and the hash of its publisher's file.
#pragma once

#include <string>

#include "provenn/model/builder.hpp"
#include "provenn/model/fingerprint.hpp"
#include "support/random_network.hpp"

namespace support {

/// conv1, bn1, relu1, conv2 (relu), pool, dropout, classifier (softmax) on [8, 8, C].
inline Model pretrained_network(std::int64_t channels = 3, std::uint64_t seed = 5) {
    ModelBuilder builder("pretrained");
    auto value = builder.input("image", {8, 8, channels});
    layers::Conv2d conv;
    conv.filters = 20;
    conv.kernel = {3, 3};
    conv.padding = layers::Padding::same;
    value = builder.add("conv1", conv, value);
    value = builder.add("bn1", layers::BatchNormalization{}, value);
    layers::ActivationLayer relu;
    relu.activation.kind = layers::Activation::relu;
    value = builder.add("relu1", relu, value);
    conv.filters = 12;
    conv.activation.kind = layers::Activation::relu;
    value = builder.add("conv2", conv, value);
    value = builder.add("pool", layers::GlobalPool2d{}, value);
    value = builder.add("dropout", layers::Dropout{}, value);
    layers::Dense dense;
    dense.units = 5;
    dense.activation.kind = layers::Activation::softmax;
    builder.output(builder.add("classifier", dense, value));
    Model model = builder.build().value_or_throw();
    CounterRandom random(seed);
    fill_parameters(model, random);
    for (Parameter& parameter : model.parameters) {
        parameter.source.origin = Origin::imported;
        parameter.source.file = sha256(std::string_view("publisher's file"));
        parameter.source.path = parameter.name;
        parameter.source.tensor = tensor_digest(parameter.value);
    }
    model.input_contract.height = 8;
    model.input_contract.width = 8;
    model.input_contract.channels = channels;
    return model;
}

}  // namespace support
