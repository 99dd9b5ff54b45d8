// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lowering: activations stand alone, separable convolutions are two operations, values keep their shape and origin.
#include "provenn/model/lowering.hpp"

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

TEST_CASE("trailing activations become operations of their own", "[model][lowering][REQ-MODEL-020]") {
    const Model model = support::tiny_model();
    const LoweredGraph graph = lower(model).value_or_throw();
    REQUIRE(graph.operations.size() == 8);  // conv, relu, pool, norm, drop, flat, dense, softmax
    const auto* conv = std::get_if<layers::Conv2d>(&graph.operations[0].config);
    REQUIRE(conv != nullptr);
    CHECK(conv->activation.kind == layers::Activation::linear);
    CHECK(graph.operations[0].parameters.size() == 2);
    const auto* relu = std::get_if<layers::ActivationLayer>(&graph.operations[1].config);
    REQUIRE(relu != nullptr);
    CHECK(relu->activation.kind == layers::Activation::relu);
    CHECK(graph.operations[1].inputs[0] == graph.operations[0].output);
    CHECK(graph.operations[1].parameters.empty());
    CHECK(graph.operations[1].layer == 0);
    // Only the activation's result is the value that the model knows.
    CHECK(graph.values[static_cast<std::size_t>(graph.operations[0].output)].model_value == -1);
    CHECK(graph.values[static_cast<std::size_t>(graph.operations[1].output)].model_value == model.nodes[0].output);
    CHECK(graph.outputs[0] == graph.operations[7].output);
}

TEST_CASE("a separable convolution is depthwise, then pointwise", "[model][lowering][REQ-MODEL-020]") {
    for (const bool use_bias : {true, false}) {
        ModelBuilder builder;
        layers::SeparableConv2d config;
        config.filters = 5;
        config.kernel = {3, 3};
        config.depth_multiplier = 2;
        config.use_bias = use_bias;
        config.activation.kind = layers::Activation::tanh;
        builder.output(builder.add("sep", config, builder.input("image", {8, 8, 3})));
        const Model model = builder.build().value_or_throw();
        const LoweredGraph graph = lower(model).value_or_throw();
        REQUIRE(graph.operations.size() == 3);
        CHECK(std::holds_alternative<layers::DepthwiseConv2d>(graph.operations[0].config));
        CHECK(graph.operations[0].parameters.size() == 1);
        CHECK(std::holds_alternative<layers::Conv2d>(graph.operations[1].config));
        CHECK(graph.operations[1].parameters.size() == (use_bias ? 2u : 1u));
        CHECK(graph.values[static_cast<std::size_t>(graph.operations[0].output)].shape == Shape{6, 6, 6});
        CHECK(std::holds_alternative<layers::ActivationLayer>(graph.operations[2].config));
        for (std::size_t i = 0; i < 3; ++i) CHECK(graph.operations[i].layer == 0);
    }
}

TEST_CASE("every layer lowers to the shape that it announces", "[model][lowering][REQ-MODEL-021]") {
    for (const auto& sample : support::a_layer_of_every_kind()) {
        CAPTURE(layers::type_name(sample.config));
        ModelBuilder builder;
        std::vector<ModelBuilder::Handle> inputs;
        for (int i = 0; i < sample.inputs; ++i) {
            inputs.push_back(builder.input(i == 0 ? "a" : "b", sample.input));
        }
        const auto out =
            builder.add("layer", sample.config, Span<const ModelBuilder::Handle>(inputs.data(), inputs.size()));
        const Shape expected = builder.shape(out);
        builder.output(out);
        const Model model = builder.build().value_or_throw();
        const LoweredGraph graph = lower(model).value_or_throw();
        CHECK(graph.values[static_cast<std::size_t>(graph.outputs[0])].shape == expected);
        CHECK(graph.values[static_cast<std::size_t>(graph.outputs[0])].model_value == model.outputs[0]);
    }
}
