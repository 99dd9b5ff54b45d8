// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The package: models of every layer and of random graphs through bytes and back, the same bytes each time.
#include "provenn/model/package.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/packages.hpp"
#include "support/random_network.hpp"

using namespace provenn;

namespace {

std::vector<std::uint8_t> encoded(const Model& model) {
    const auto bytes = encode_package(model, {}).value_or_throw();
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("a model of every layer comes back with the same bytes", "[model][package][REQ-MODEL-030]") {
    for (const auto& sample : support::a_layer_of_every_kind()) {
        CAPTURE(layers::type_name(sample.config));
        ModelBuilder builder("net");
        std::vector<ModelBuilder::Handle> inputs;
        for (int i = 0; i < sample.inputs; ++i) inputs.push_back(builder.input(i == 0 ? "a" : "b", sample.input));
        builder.output(
            builder.add("layer", sample.config, Span<const ModelBuilder::Handle>(inputs.data(), inputs.size())));
        Model model = builder.build().value_or_throw();
        support::fill_parameters(model, 3);
        const auto file = encoded(model);
        const Model back = decode_package(support::bytes_of(file)).value_or_throw();
        CHECK(encoded(back) == file);
        CHECK(back.layers[0].config.index() == sample.config.index());
    }
}

TEST_CASE("random graphs come back with the same bytes", "[model][package][REQ-MODEL-030]") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        const Model model = support::RandomNetwork(seed).make(9);
        const auto file = encoded(model);
        const auto back = decode_package(support::bytes_of(file));
        CAPTURE(seed);
        REQUIRE(back.ok());
        CHECK(encoded(*back) == file);
        CHECK(back->nodes.size() == model.nodes.size());
        CHECK(back->parameter_count() == model.parameter_count());
    }
}

TEST_CASE("names, flags, ids, contract and origins come back", "[model][package][REQ-MODEL-030]") {
    Model model = support::tiny_model();
    model.layers[2].trainable = false;
    model.layers[1].id = 40;
    model.next_layer_id = 41;
    model.input_contract.resize = ResizeMethod::pil_bicubic;
    model.input_contract.scale[1] = 0.5f;
    model.parameters[0].source.tensor.bytes[5] = 9;
    const Model back = decode_package(support::bytes_of(encoded(model))).value_or_throw();
    CHECK(back.name == "tiny");
    CHECK(back.class_names[2] == "owl");
    CHECK_FALSE(back.layers[2].trainable);
    CHECK(back.layers[1].id == 40);
    CHECK(back.next_layer_id == 41);
    CHECK(back.input_contract.resize == ResizeMethod::pil_bicubic);
    CHECK(back.input_contract.scale[1] == 0.5f);
    CHECK(back.parameters[0].source.origin == Origin::imported);
    CHECK(back.parameters[0].source.tensor.bytes[5] == 9);
    CHECK(back.parameters[0].source.path == "conv/conv/kernel:0");
    CHECK(back.parameters[1].source.origin == Origin::initialised);
}

TEST_CASE("tensors that are not numbers are refused when a package is read", "[model][package][REQ-MODEL-031]") {
    Model model = support::tiny_model();
    model.parameters[1].value.data()[0] = std::numeric_limits<float>::infinity();
    const auto back = decode_package(support::bytes_of(encoded(model)));
    REQUIRE_FALSE(back.ok());
    CHECK(back.error().code == ErrorCode::not_finite);
    CHECK_THAT(std::string(back.error().message.c_str()), support::contains("conv/bias"));
}

TEST_CASE("a custom layer needs its type in the registry", "[model][package][REQ-MODEL-032]") {
    layers::CustomLayerType doubler;
    doubler.name = "doubler";
    doubler.output_shape = [](void*, std::string_view, Span<const Shape> inputs) -> Result<Shape> { return inputs[0]; };
    doubler.run = [](void*, std::string_view, Span<const View<const float>> in, View<float> out) noexcept {
        for (std::size_t i = 0; i < in[0].span().size(); ++i) out.span()[i] = 2.0f * in[0].span()[i];
    };
    layers::Custom custom;
    custom.type_name = "doubler";
    custom.resolve({&doubler, 1}).value_or_throw();
    ModelBuilder builder("net");
    builder.output(builder.add("twice", custom, builder.input("x", {3})));
    const auto file = support::package_of(builder.build().value_or_throw());
    const auto without = Session::from_package(support::bytes_of(file));
    REQUIRE_FALSE(without.ok());
    CHECK(without.error().code == ErrorCode::not_found);
    CHECK_THAT(std::string(without.error().message.c_str()), support::contains("'doubler' is not registered"));
    auto session = Session::from_package(support::bytes_of(file), {}, {&doubler, 1}).value_or_throw();
    const float in[] = {1.0f, -2.0f, 3.5f};
    float out[3] = {};
    REQUIRE(session.run(View<const float>(in, {1, 3}), View<float>(out, {1, 3})).ok());
    CHECK((out[0] == 2.0f && out[1] == -4.0f && out[2] == 7.0f));
}
