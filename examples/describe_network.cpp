// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Describes a small network, prints the shape of every value, and shows what a mistake looks like.
#include <cstdio>

#include <provenn/inference.hpp>

namespace layers = provenn::layers;

int main() {
    provenn::ModelBuilder builder("digits");
    auto value = builder.input("image", {28, 28, 1});

    layers::Conv2d conv{.filters = 16, .kernel = {3, 3}, .padding = layers::Padding::same};
    conv.activation.kind = layers::Activation::relu;
    value = builder.add("conv", conv, value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("flat", layers::Flatten{}, value);
    value = builder.add("logits", layers::Dense{.units = 10}, value);
    builder.output(value);

    const auto model = builder.build();
    if (!model) return std::puts(model.error().message.c_str()), 1;
    for (const provenn::Value& each : model->values) {
        provenn::FixedText<127> line;
        line << each.name << " " << each.shape;
        std::puts(line.c_str());
    }
    std::printf("%lld parameters\n", static_cast<long long>(model->parameter_count()));

    // The first mistake is kept, with the name of the layer; nothing is thrown.
    provenn::ModelBuilder mistaken("mistaken");
    auto small = mistaken.input("image", {2, 2, 1});
    mistaken.output(mistaken.add("too_large", layers::Conv2d{.filters = 4, .kernel = {5, 5}}, small));
    const auto refused = mistaken.build();
    std::printf("%s: %s\n", provenn::to_string(refused.error().code), refused.error().message.c_str());
    return 0;
}
