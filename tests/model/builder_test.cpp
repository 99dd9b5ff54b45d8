// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The builder: shapes and parameters as described, and mistakes reported with the name of the layer.
#include "provenn/model/builder.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;
using Handle = ModelBuilder::Handle;

namespace {

/// The message of the first mistake, with its id in front.
template <class Describe>
std::string mistake(const Describe& describe) {
    ModelBuilder builder("net");
    const Handle image = builder.input("image", {8, 8, 3});
    const Handle last = describe(builder, image);
    builder.output(last);
    const auto model = builder.build();
    REQUIRE_FALSE(model.ok());
    return std::string(to_string(model.error().code)) + " " + model.error().message.c_str();
}
layers::Conv2d conv(std::int64_t filters) {
    layers::Conv2d config;
    config.filters = filters;
    config.kernel = {3, 3};
    return config;
}

}  // namespace

TEST_CASE("layers get ids, parameters and shapes", "[model][builder][REQ-MODEL-010]") {
    const Model model = support::tiny_model();
    CHECK(model.layers.size() == 6);
    CHECK(model.nodes.size() == 6);
    for (std::size_t i = 0; i < model.layers.size(); ++i) CHECK(model.layers[i].id == i + 1);
    CHECK(model.parameters[0].name == "conv/kernel");
    CHECK(model.parameters[0].value.shape() == Shape{3, 3, 2, 3});
    CHECK(model.parameters[1].name == "conv/bias");
    CHECK(model.value(model.outputs[0]).shape == Shape{3});
    CHECK(model.parameter_count() == 3 * 3 * 2 * 3 + 3 + 4 * 3 + 12 * 3 + 3);
}

TEST_CASE("a shared layer has one set of weights and two nodes", "[model][builder][REQ-MODEL-010]") {
    ModelBuilder builder;
    const Handle image = builder.input("image", {8, 8, 3});
    const Handle once = builder.add("shared", conv(3), image);
    const Handle twice = builder.reuse("shared", once);
    CHECK(builder.shape(twice) == Shape{4, 4, 3});
    builder.output(twice);
    const Model model = builder.build().value_or_throw();
    CHECK(model.layers.size() == 1);
    CHECK(model.nodes.size() == 2);
    CHECK(model.parameters.size() == 2);
}

TEST_CASE("mistakes are reported with the name of the layer, what was expected and what was found",
          "[model][builder][REQ-MODEL-011][error-duplicate_name][error-shape_mismatch][error-invalid_argument]") {
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add("a", conv(2), b.add("a", conv(2), x)); }) ==
          "duplicate_name a: the name is taken");
    CHECK(mistake([](ModelBuilder& b, Handle x) {
              return b.add("c3", conv(2), b.add("c2", conv(2), b.add("c1", layers::Pool2d{}, x)));
          }) == "shape_mismatch c3: a window of [3, 3] with dilation [1, 1] does not fit into [2, 2, 2]");
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add("none", conv(0), x); }) ==
          "invalid_argument none: filters: expected 1 to 2147483648, found 0");
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add("flat", conv(1), b.add("f", layers::Flatten{}, x)); }) ==
          "shape_mismatch flat: expected an input of rank 3 (without the batch), found [192]");
    CHECK(mistake([](ModelBuilder& b, Handle x) {
              b.add("s", conv(5), x);
              return b.reuse("s", b.add("p", conv(4), x));
          }) == "shape_mismatch s: kernel: shared weights of shape [3, 3, 3, 5] cannot serve an input that needs "
                "[3, 3, 4, 5]");
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.reuse("ghost", Handle{0}); }) ==
          "not_found ghost: no layer is named 'ghost'");
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.add("stray", conv(1), Handle{77}); }) ==
          "invalid_argument stray: an input does not belong to this builder");
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add("", conv(1), x); }) ==
          "invalid_argument : a name has 1 to 191 bytes");
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add(std::string(300, 'n').c_str(), conv(1), x); })
              .find("a name has 1 to 191 bytes") != std::string::npos);
    // The layer's name fits, but not the name of its parameter: two of those would be one.
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add(std::string(188, 'n').c_str(), conv(1), x); })
              .find("a name has 1 to 191 bytes") != std::string::npos);
    CHECK(mistake([](ModelBuilder& b, Handle x) { return b.add("up", layers::UpSampling2d{{1 << 30, 1 << 30}}, x); }) ==
          "limit_exceeded up: a value of shape [8589934592, 8589934592, 3] is too large");
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.input("image", {1}); }) ==
          "duplicate_name image: the name is taken");
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.input("zero", {1, 0, 3}); }).find("zero: ") !=
          std::string::npos);
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.input("deep", {1, 1, 1, 1}); })
              .find("unsupported deep: values have rank 1 to 3") != std::string::npos);
    CHECK(mistake([](ModelBuilder& b, Handle) { return b.value_of("nobody"); }) ==
          "not_found nobody: no layer or input has this name");
}

TEST_CASE("the first mistake is kept, later calls do nothing", "[model][builder][REQ-MODEL-011]") {
    CHECK(mistake([](ModelBuilder& b, Handle x) {
              const Handle broken = b.add("first", conv(0), x);
              b.add("second", conv(-1), broken);
              return b.add("third", conv(1), x);
          }).find("first: ") != std::string::npos);
    ModelBuilder empty("void");
    CHECK(empty.build().error().code == ErrorCode::empty_data);
}

TEST_CASE("parameters beyond the room that a reader gives are refused before they are allocated",
          "[model][builder][REQ-MODEL-011]") {
    ModelBuilder builder;
    builder.limit_parameters(100);
    const Handle image = builder.input("image", {8, 8, 3});
    builder.output(builder.add("big", conv(1 << 20), image));
    const auto model = builder.build();
    REQUIRE_FALSE(model.ok());
    CHECK(model.error().code == ErrorCode::limit_exceeded);
    CHECK(std::string(model.error().message.c_str()).find("big: kernel of shape [3, 3, 3, 1048576]") == 0);
}

TEST_CASE("a copy of a model shares nothing with it", "[model][model][REQ-MODEL-012]") {
    const Model model = support::tiny_model();
    Model copy = model.clone().value_or_throw();
    CHECK(support::package_of(copy) == support::package_of(model));
    const float before = model.parameters[0].value.data()[0];
    copy.parameters[0].value.data()[0] = before + 1.0f;
    copy.layers[0].trainable = false;
    copy.class_names[0] = "emu";
    CHECK(model.parameters[0].value.data()[0] == before);
    CHECK(model.layers[0].trainable);
    CHECK(model.class_names[0] == "cat");
}
