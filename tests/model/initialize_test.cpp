// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// First values: distributions, independence of names and of other layers, the same bits everywhere.
#include "provenn/model/initialize.hpp"

#include <string>

#include "provenn/model/builder.hpp"
#include "provenn/model/fingerprint.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {
Model network(const char* first = "conv", bool has_more = false) {
    ModelBuilder builder;
    layers::Conv2d conv;
    conv.filters = 32;
    conv.kernel = {3, 3};
    auto at = builder.add(first, conv, builder.input("x", {8, 8, 16}));
    at = builder.add("bn", layers::BatchNormalization{}, at);
    if (has_more) at = builder.add("more", layers::PRelu{}, at);
    builder.output(at);
    return builder.build().value_or_throw();
}
struct Moments {
    double mean = 0, square = 0, lowest = 0, highest = 0;
};
Moments moments(const Tensor<float>& tensor) {
    Moments m;
    for (const float value : tensor.span()) {
        const double x = static_cast<double>(value);
        m.mean += x / static_cast<double>(tensor.element_count());
        m.square += x * x / static_cast<double>(tensor.element_count());
        m.lowest = x < m.lowest ? x : m.lowest;
        m.highest = x > m.highest ? x : m.highest;
    }
    return m;
}
}  // namespace

TEST_CASE("kernels are uniform within Glorot's limit, scales one, the rest zero", "[model][initialize][REQ-ZOO-004]") {
    Model model = network();
    REQUIRE(initialize(model, 42));
    const Moments kernel = moments(model.parameters[0].value);
    const double limit = 0.11785113019775793;  // sqrt(6 / (9 * 16 + 9 * 32))
    CHECK(kernel.highest <= limit);
    CHECK(kernel.highest > 0.99 * limit);
    CHECK(kernel.lowest >= -limit);
    CHECK(kernel.lowest < -0.99 * limit);
    CHECK(kernel.mean == Approx(0).margin(0.004));                        // 4 standard errors of 4608 values
    CHECK(kernel.square == Approx(limit * limit / 3).epsilon(0.06));      // 4 standard errors
    CHECK(moments(model.parameters[1].value).square == 0.0);              // bias
    for (const float gamma : model.parameters[2].value.span()) CHECK(gamma == 1.0f);
    CHECK(moments(model.parameters[3].value).square == 0.0);              // beta
    CHECK(moments(model.parameters[4].value).square == 0.0);              // moving mean
    for (const float variance : model.parameters[5].value.span()) CHECK(variance == 1.0f);
}

TEST_CASE("He's normal values are cut at two deviations and keep their variance", "[model][initialize][REQ-ZOO-004]") {
    Tensor<float> tensor = Tensor<float>::zeros({20000}).value_or_throw();
    layers::ParameterSpec spec;
    spec.initializer = layers::Initializer::he_normal;
    spec.fan_in = 50;
    initializing::fill(tensor.span(), spec, RandomStream(RandomKey{}));
    const Moments m = moments(tensor);
    CHECK(m.square == Approx(2.0 / 50).epsilon(0.04));
    CHECK(m.highest <= 2 * 0.2 / 0.87962566103423978 + 1e-7);
    CHECK(m.highest > 0.44);
}

TEST_CASE("seed and layer id decide, not names or other layers", "[model][initialize][REQ-ZOO-004]") {
    Model model = network(), renamed = network("another"), larger = network("conv", true), other = network();
    REQUIRE(initialize(model, 42));
    REQUIRE(initialize(renamed, 42));
    REQUIRE(initialize(larger, 42));
    REQUIRE(initialize(other, 43));
    const Digest digest = tensor_digest(model.parameters[0].value);
    CHECK(digest == tensor_digest(renamed.parameters[0].value));
    CHECK(digest == tensor_digest(larger.parameters[0].value));
    CHECK(digest != tensor_digest(other.parameters[0].value));
    // The same bits on every machine and compiler.
    CHECK(std::string(digest.hex().view()) == "ab79ca5563afbfce69a9eada1ae2bda3103eb112e02c3f5bca3bba59628c0e2b");
}

TEST_CASE("imported tensors can be left alone", "[model][initialize][REQ-ZOO-004]") {
    Model model = network();
    REQUIRE(initialize(model, 42));
    model.parameters[0].source.origin = Origin::imported;
    const Digest digest = tensor_digest(model.parameters[0].value);
    REQUIRE(initialize(model, 1, InitializeScope::not_imported));
    CHECK(tensor_digest(model.parameters[0].value) == digest);
    CHECK(model.parameters[0].source.origin == Origin::imported);
    REQUIRE(initialize(model, 1));
    CHECK(tensor_digest(model.parameters[0].value) != digest);
    CHECK(model.parameters[0].source.origin == Origin::initialised);
}
