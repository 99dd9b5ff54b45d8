// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Freezing, its proof, and the status of layers.
#include "provenn/transfer/freeze.hpp"

#include "provenn/transfer/freeze_proof.hpp"
#include "provenn/transfer/stem.hpp"
#include "support/catch.hpp"
#include "support/reference_network.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

TEST_CASE("layers freeze by pattern, by name and by depth", "[transfer][freeze][REQ-TRANSFER-003]") {
    Model model = support::pretrained_network();
    CHECK(set_trainable(model, "conv*", false).value_or_throw() == 2);
    CHECK_FALSE(model.layers[0].trainable);
    CHECK(model.layers[1].trainable);
    CHECK_FALSE(model.layers[3].trainable);
    CHECK(set_trainable(model, "nothing*", false).error().code == ErrorCode::not_found);

    freeze_until(model, "conv2").value_or_throw();
    for (std::size_t i = 0; i < model.layers.size(); ++i) CHECK(model.layers[i].trainable == (i > 3));
    CHECK(freeze_until(model, "conv9").error().code == ErrorCode::not_found);

    freeze_depth(model, 2);  // conv1 and bn1
    CHECK_FALSE(model.layers[1].trainable);
    CHECK(model.layers[3].trainable);
}

TEST_CASE("the proof of freezing sees a single bit", "[transfer][freeze_proof][REQ-TRANSFER-006]") {
    Model model = support::pretrained_network();
    freeze_until(model, "bn1").value_or_throw();
    FreezeProof proof = begin_freeze_proof(model);
    CHECK(proof.tensors.size() == 6);  // conv1 kernel, bias; bn1 gamma, beta, mean, variance

    // A trainable layer may change ...
    model.parameter(model.layers[3].parameters[0]).value.data()[0] += 1.0f;
    finish_freeze_proof(model, proof).value_or_throw();
    CHECK(proof.holds());
    CHECK(proof.publishers_tensors() == 6);
    // ... a moving variance of a frozen one may not, by a single bit.
    float& variance = model.parameter(model.layers[1].parameters[3]).value.data()[7];
    variance = std::nextafter(variance, 10.0f);
    finish_freeze_proof(model, proof).value_or_throw();
    CHECK_FALSE(proof.holds());
    CHECK_FALSE(proof.tensors[5].holds());
    CHECK(proof.tensors[5].tensor == "bn1/moving_variance");
    CHECK(proof.publishers_tensors() == 5);
    CHECK(to_json(proof)["holds"] == false);
}

TEST_CASE("an adapted stem is frozen, but no longer the publisher's", "[transfer][freeze_proof][REQ-TRANSFER-006]") {
    Model grey = adapt_stem(support::pretrained_network(), 1).value_or_throw();
    freeze_until(grey, "bn1").value_or_throw();
    FreezeProof proof = begin_freeze_proof(grey);
    finish_freeze_proof(grey, proof).value_or_throw();
    CHECK(proof.holds());
    CHECK_FALSE(proof.tensors[0].is_publishers());
    CHECK(proof.publishers_tensors() == 5);
}

TEST_CASE("the status of a layer comes from its hashes", "[transfer][freeze_proof][REQ-TRANSFER-007]") {
    Model model = support::pretrained_network();
    CHECK(status_of(model, model.layers[0]) == LayerStatus::pretrained_unmodified);
    CHECK(status_of(model, model.layers[2]) == LayerStatus::without_parameters);
    float& weight = model.parameter(model.layers[0].parameters[0]).value.data()[3];
    const float before = weight;
    weight = std::nextafter(weight, 10.0f);
    CHECK(status_of(model, model.layers[0]) == LayerStatus::pretrained_changed);
    weight = before;  // the publisher's bytes again
    CHECK(status_of(model, model.layers[0]) == LayerStatus::pretrained_unmodified);
    for (const Index index : model.layers[0].parameters) model.parameter(index).source.origin = Origin::initialised;
    CHECK(status_of(model, model.layers[0]) == LayerStatus::created);
}

TEST_CASE("a stem for one channel answers as the original to three copies", "[transfer][stem][REQ-TRANSFER-004]") {
    const Model model = support::pretrained_network();
    const Model grey = adapt_stem(model, 1).value_or_throw();
    CHECK(grey.value(grey.inputs[0]).shape == (Shape{8, 8, 1}));
    CHECK(grey.input_contract.channels == 1);
    CHECK(status_of(grey, grey.layers[0]) == LayerStatus::pretrained_changed);
    CHECK(status_of(grey, grey.layers[1]) == LayerStatus::pretrained_unmodified);

    support::CounterRandom random(3);
    std::vector<Tensor<double>> one, three;
    one.push_back(Tensor<double>::zeros({1, 8, 8, 1}).value_or_throw());
    three.push_back(Tensor<double>::zeros({1, 8, 8, 3}).value_or_throw());
    for (std::int64_t pixel = 0; pixel < 64; ++pixel) {
        const double value = static_cast<double>(random.next());
        one[0].data()[pixel] = value;
        for (int c = 0; c < 3; ++c) three[0].data()[pixel * 3 + c] = value;
    }
    const auto expected = support::ReferenceNetwork<double>(model).run(three);
    const auto found = support::ReferenceNetwork<double>(grey).run(one);
    for (int k = 0; k < 5; ++k) {
        // The kernel is rounded to float once more: 27 terms of 2^-24.
        CHECK(std::abs(found[0].data()[k] - expected[0].data()[k]) < 1e-6);
    }
}

TEST_CASE("stems that cannot be adapted are refused", "[transfer][stem][REQ-TRANSFER-004]") {
    CHECK(adapt_stem(support::pretrained_network(), 0).error().code == ErrorCode::invalid_argument);
    ModelBuilder builder("no stem");
    auto value = builder.input("image", {4, 4, 3});
    value = builder.add("bn", layers::BatchNormalization{}, value);
    builder.output(value);
    const Model model = builder.build().value_or_throw();
    CHECK(adapt_stem(model, 1).error().code == ErrorCode::unsupported);
}
