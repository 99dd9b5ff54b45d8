// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of models of fast numerics: the bits of their sessions forwards, the slopes of their loss backwards.
#include "gradient_check.hpp"

namespace {

/// Two convolutions that both directions compute by Winograd's method, without padding and with.
Model wide_maps(Numerics numerics) {
    ModelBuilder builder("wide");
    Handle value = builder.input("input", {17, 18, 2});
    value = builder.add("before", conv(18, 3), value);
    value = builder.add("middle", conv(20, 3), value);
    layers::Conv2d valid = conv(17, 3);
    valid.padding = layers::Padding::valid;
    value = builder.add("valid", valid, value);
    value = builder.add("pool", layers::GlobalPool2d{}, value);
    builder.output(builder.add("after", dense(4), value));
    Model model = builder.build().value_or_throw();
    model.numerics = numerics;
    fill(model, 11);
    return model;
}

std::vector<float> gradients(const Model& original, const kernels::KernelTable* table = nullptr) {
    Model model = original.clone().value_or_throw();
    training::TapeConfig config;
    config.kernels = table;
    Probe probe(model, 3, config);
    (void)probe.forward();
    probe.backward();
    std::vector<float> all;
    for (std::size_t p = 0; p < model.parameters.size(); ++p) {
        const auto span = probe.tape.gradient(static_cast<Index>(p))->span();
        all.insert(all.end(), span.begin(), span.end());
    }
    return all;
}

}  // namespace

TEST_CASE("a network of fast numerics in training gives the bits of its session", "[training][tape][REQ-TRAIN-128]") {
    Model model = wide_maps(Numerics::fast);
    Probe probe(model, 3);
    const std::vector<float> in_training = probe.forward();
    PlanOptions options;
    options.max_batch = 3;
    Session session = Session::from_model(model, options).value_or_throw();
    Tensor<float> output = Tensor<float>::zeros({3, 4}).value_or_throw();
    REQUIRE(session.run(probe.input.view(), output.view()).ok());
    CHECK(std::memcmp(output.data(), in_training.data(), sizeof(float) * in_training.size()) == 0);
}

TEST_CASE("gradients of fast numerics are the slopes of the loss, and near those of direct ones",
          "[training][tape][REQ-TRAIN-128]") {
    Model model = wide_maps(Numerics::fast);
    check_gradients(model);
    const std::vector<float> fast = gradients(model), direct = gradients(wide_maps(Numerics::direct));
    double most = 0.0, difference = 0.0;
    for (std::size_t i = 0; i < fast.size(); ++i) {
        most = std::max(most, std::abs(static_cast<double>(direct[i])));
        difference = std::max(difference, std::abs(static_cast<double>(fast[i]) - static_cast<double>(direct[i])));
    }
    CHECK(difference > 0.0);
    CHECK(difference < 1e-4 * most);
}

TEST_CASE("gradients of fast numerics have the same bits on every instruction set", "[training][tape][REQ-TRAIN-128]") {
    const Model model = wide_maps(Numerics::fast);
    const std::vector<float> expected = gradients(model);
    for (int i = 0; i < kernels::kIsaCount; ++i) {
        const kernels::KernelTable* table = kernels::find_table(static_cast<kernels::Isa>(i));
        if (table == nullptr) continue;
        const std::vector<float> found = gradients(model, table);
        CHECK(std::memcmp(found.data(), expected.data(), sizeof(float) * expected.size()) == 0);
    }
}
