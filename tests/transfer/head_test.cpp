// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cutting and new heads: what is kept keeps everything, what is new fits.
#include "provenn/transfer/head.hpp"

#include "support/catch.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

TEST_CASE("the cut before a head is found above dropout", "[transfer][head][REQ-TRANSFER-001]") {
    const Model model = support::pretrained_network();
    const Model trunk = cut(model).value_or_throw();
    CHECK(trunk.layers.back().name == "pool");
    CHECK(trunk.value(trunk.outputs[0]).shape == (Shape{12}));
    CHECK(trunk.parameters.size() == model.parameters.size() - 2);
    for (std::size_t i = 0; i < trunk.layers.size(); ++i) {
        CHECK(trunk.layers[i].name == model.layers[i].name);
        CHECK(trunk.layers[i].id == model.layers[i].id);
    }
    for (const Parameter& parameter : trunk.parameters) CHECK(is_unmodified(parameter));
}

TEST_CASE("a cut at a named layer ends with it", "[transfer][head][REQ-TRANSFER-001]") {
    Model model = support::pretrained_network();
    model.layers[0].trainable = false;
    const Model trunk = cut(model, "relu1").value_or_throw();
    CHECK(trunk.layers.back().name == "relu1");
    CHECK(trunk.value(trunk.outputs[0]).shape == (Shape{8, 8, 20}));
    CHECK_FALSE(trunk.layers[0].trainable);
    const auto missing = cut(model, "conv9");
    REQUIRE_FALSE(missing.ok());
    CHECK(missing.error().code == ErrorCode::not_found);
}

TEST_CASE("a new head fits a map, a vector and a single pixel", "[transfer][head][REQ-TRANSFER-002]") {
    const Model model = support::pretrained_network();
    HeadConfig config;
    config.classes = 3;
    config.dropout = 0.25f;
    config.hidden_units = 7;
    for (const char* layer : {"conv1", "pool", ""}) {
        const Model adapted = replace_head(model, config, layer).value_or_throw();
        CHECK(adapted.layers.back().name == "head");
        CHECK(adapted.value(adapted.outputs[0]).shape == (Shape{3}));
        for (const LayerInstance& one : adapted.layers) {
            for (const LayerInstance& other : adapted.layers) CHECK((&one == &other || one.id != other.id));
        }
        CHECK(status_of(adapted, adapted.layers.back()) == LayerStatus::created);
    }
}

TEST_CASE("heads that make no sense are refused", "[transfer][head][REQ-TRANSFER-002]") {
    HeadConfig config;
    config.classes = 1;
    CHECK(replace_head(support::pretrained_network(), config).error().code == ErrorCode::invalid_argument);
    config.classes = 2;
    Model twice = replace_head(support::pretrained_network(), config).value_or_throw();
    const auto taken = add_head(std::move(twice), config);
    REQUIRE_FALSE(taken.ok());
    CHECK(taken.error().code == ErrorCode::duplicate_name);
}

TEST_CASE("a part that needs another input is refused", "[transfer][extract][REQ-TRANSFER-001]") {
    const Model model = support::pretrained_network();
    const Index relu_output = model.nodes[2].output, first_output = model.nodes[0].output;
    // conv1's value cannot be computed from relu1's, which comes after it.
    const auto refused = extract(model, {&relu_output, 1}, {&first_output, 1});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
}
