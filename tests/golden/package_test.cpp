// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Packages of every format version ever released load for ever. version_1.pvn was written by the hidden case below.
#include <cstdlib>
#include <fstream>

#include "provenn/inference/session.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/packages.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

namespace {

ModelBuilder::Handle normalised(ModelBuilder& builder, const char* name, ModelBuilder::Handle value) {
    layers::Conv2d conv;
    conv.filters = 12;
    conv.kernel = {3, 3};
    conv.padding = layers::Padding::same;
    conv.use_bias = false;
    value = builder.add(name, conv, value);
    return builder.add((std::string(name) + "_norm").c_str(), layers::BatchNormalization{}, value);
}
layers::ActivationLayer activation(layers::Activation kind) {
    layers::ActivationLayer layer;
    layer.activation.kind = kind;
    return layer;
}

/// A network with what real ones are made of, for grey images of 16 x 16.
Model version_1_model() {
    ModelBuilder builder("version_1");
    auto value = builder.input("image", {16, 16, 1});
    value = builder.add("pad", layers::ZeroPadding2d{{0, 1, 0, 1}}, value);
    value = normalised(builder, "stem", value);
    value = builder.add("stem_relu", activation(layers::Activation::relu), value);
    const auto branch = normalised(builder, "branch", value);
    const ModelBuilder::Handle pair[] = {value, branch};
    value = builder.add("join", layers::Merge{}, Span<const ModelBuilder::Handle>(pair));
    value = builder.add("join_swish", activation(layers::Activation::swish), value);
    layers::SeparableConv2d separable;
    separable.filters = 20;
    separable.kernel = {3, 3};
    separable.stride = {2, 2};
    separable.padding = layers::Padding::same;
    value = builder.add("separable", separable, value);
    value = builder.add("slopes", layers::PRelu{}, value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("global", layers::GlobalPool2d{}, value);
    layers::Dense dense;
    dense.units = 4;
    dense.activation.kind = layers::Activation::softmax;
    builder.output(builder.add("head", dense, value));
    Model model = builder.build().value_or_throw();
    support::fill_parameters(model, 2026);
    for (const char* name : {"north", "east", "south", "west"}) model.class_names.push_back(name).value_or_throw();
    InputContract& contract = model.input_contract;
    contract.height = contract.width = 16;
    contract.channels = 1;
    contract.channel_order = ChannelOrder::grey;
    contract.scale[0] = 1.0f / 64.0f;
    contract.offset[0] = -2.0f;
    return model;
}
std::string golden_path() { return support::source_file("tests/golden/version_1.pvn"); }

}  // namespace

TEST_CASE("a package of format version 1 loads and gives the recorded bits", "[golden][package][REQ-INFER-021]") {
    const auto file = support::read_all(golden_path());
    REQUIRE(file.size() > 1000);
    CHECK(file.size() < 20000);
    auto session = Session::from_package(support::bytes_of(file)).value_or_throw();
    CHECK(session.class_names()[2] == "south");
    std::uint8_t pixels[256];
    for (int i = 0; i < 256; ++i) pixels[i] = static_cast<std::uint8_t>(i * 7 % 256);
    float out[4] = {};
    REQUIRE(session.run_image(View<const std::uint8_t>(pixels, {16, 16, 1}), View<float>(out, {1, 4})).ok());
    const Bytes bits{reinterpret_cast<const std::uint8_t*>(out), sizeof out};
    CHECK(std::string(sha256(bits).hex().c_str()) ==
          "4beffe95677cf3a92512e11d134e9e99262ca4dba31007894bbb32193ba46f15");
}

TEST_CASE("this version still writes format version 1 byte for byte", "[golden][package][REQ-INFER-021]") {
    // Where a change of the format is wanted: count kFormatVersion up, keep reading this file, and add one beside it.
    CHECK(support::package_of(version_1_model()) == support::read_all(golden_path()));
}

TEST_CASE("write the golden package", "[.write]") {
    const auto file = support::package_of(version_1_model());
    std::ofstream stream(golden_path(), std::ios::binary);
    stream.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
    REQUIRE(stream.good());
}
