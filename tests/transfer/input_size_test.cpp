// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A trunk for images of another size: same weights, same origins, and a refusal where weights depend on the size.
#include "provenn/transfer/input_size.hpp"

#include "provenn/model/fingerprint.hpp"
#include "provenn/model/initialize.hpp"
#include "support/catch.hpp"

namespace {

using namespace provenn;

Model network(bool counts_pixels) {
    ModelBuilder builder("net");
    auto value = builder.input("image", {8, 8, 3});
    layers::Conv2d conv;
    conv.filters = 4;
    conv.kernel = {3, 3};
    value = builder.add("conv", conv, value);
    value = counts_pixels ? builder.add("flat", layers::Flatten{}, value)
                          : builder.add("pool", layers::GlobalPool2d{}, value);
    layers::Dense dense;
    dense.units = 2;
    builder.output(builder.add("dense", dense, value));
    Model model = std::move(builder.build()).value_or_throw();
    initialize(model, 3).value_or_throw();
    model.layers[0].trainable = false;
    model.parameters[0].source.origin = Origin::imported;
    model.input_contract.height = model.input_contract.width = 8;
    return model;
}

}  // namespace

TEST_CASE("a trunk takes images of another size with the same weights", "[transfer][input_size][REQ-PROG-011]") {
    const Model model = network(false);
    const Model resized = with_input_size(model, {12, 10}).value_or_throw();
    CHECK(resized.value(resized.inputs[0]).shape == Shape({12, 10, 3}));
    CHECK(resized.input_contract.height == 12);
    CHECK(resized.input_contract.width == 10);
    CHECK(resized.value(resized.nodes[0].output).shape == Shape({10, 8, 4}));
    REQUIRE(resized.parameters.size() == model.parameters.size());
    for (std::size_t i = 0; i < model.parameters.size(); ++i) {
        CHECK(tensor_digest(resized.parameters[i].value) == tensor_digest(model.parameters[i].value));
        CHECK(resized.parameters[i].source.origin == model.parameters[i].source.origin);
    }
    CHECK_FALSE(resized.layers[0].trainable);
    CHECK(resized.layers[0].id == model.layers[0].id);
}

TEST_CASE("a network whose weights count pixels refuses another size", "[transfer][input_size][REQ-PROG-011]") {
    const auto refused = with_input_size(network(true), {12, 10});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::shape_mismatch);
    CHECK(refused.error().message.view().find("dense/kernel") != std::string_view::npos);
    CHECK_FALSE(with_input_size(network(false), {0, 10}));
    CHECK_FALSE(with_input_size(network(false), {2, 2}));  // smaller than the kernel
    CHECK(with_input_size(network(true), {8, 8}).ok());
}
