// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fingerprints change with whatever changes behaviour; the status of a layer follows from its tensors alone.
#include "provenn/model/fingerprint.hpp"

#include <functional>

#include "support/catch.hpp"
#include "support/packages.hpp"

using namespace provenn;

TEST_CASE("a fingerprint changes with graph, weights and contract, and with nothing else",
          "[model][fingerprint][REQ-MODEL-040]") {
    const Model model = support::tiny_model();
    const auto print = [](const Model& m) { return std::string(fingerprint(m).value_or_throw().hex().c_str()); };
    const std::string before = print(model);
    CHECK(print(model.clone().value_or_throw()) == before);
    const std::function<void(Model&)> changes[] = {
        [](Model& m) { m.parameters[2].value.data()[0] += 0.25f; },
        [](Model& m) { std::get<layers::Pool2d>(m.layers[1].config).kind = layers::PoolKind::average; },
        [](Model& m) { m.numerics = Numerics::fast; },
        [](Model& m) { m.class_names[0] = "lynx"; },
        [](Model& m) { m.layers[0].trainable = false; },
        [](Model& m) { m.input_contract.offset[0] = 1.0f; }};
    for (const auto& change : changes) {
        Model other = model.clone().value_or_throw();
        change(other);
        CHECK(print(other) != before);
    }
    Model annotated = model.clone().value_or_throw();
    annotated.parameters[0].source.path = "elsewhere";
    CHECK(print(annotated) == before);
}

TEST_CASE("equal elements under other shapes have other digests", "[model][fingerprint][REQ-MODEL-040]") {
    const auto wide = Tensor<float>::zeros({2, 6}).value_or_throw();
    const auto tall = Tensor<float>::zeros({6, 2}).value_or_throw();
    CHECK(tensor_digest(wide) != tensor_digest(tall));
    // Recorded: the canonical form may never change, or proofs of freezing would break.
    CHECK(std::string(tensor_digest(wide).hex().c_str()) ==
          "5ae16bf7bb69476c1794d1b211c1f3f0cd48ac518f98d4734c8731563cd3fc72");
}

TEST_CASE("the status of a layer follows from its tensors", "[model][fingerprint][REQ-MODEL-041]") {
    Model model = support::tiny_model();
    model.parameters[0].source.origin = Origin::initialised;
    const auto status = [&](std::size_t layer) { return status_of(model, model.layers[layer]); };
    CHECK(status(0) == LayerStatus::created);
    CHECK(status(1) == LayerStatus::without_parameters);
    for (const Index i : model.layers[0].parameters) {
        Parameter& parameter = model.parameter(i);
        parameter.source.origin = Origin::imported;
        parameter.source.tensor = tensor_digest(parameter.value);
    }
    CHECK(status(0) == LayerStatus::pretrained_unmodified);
    model.parameters[0].value.data()[7] += 1e-3f;
    CHECK(status(0) == LayerStatus::pretrained_changed);
    // Half imported, half new is still derived from the publisher's.
    model.parameters[0].value.data()[7] -= 1e-3f;
    model.parameters[1].source.origin = Origin::initialised;
    CHECK(status(0) == LayerStatus::pretrained_changed);
    CHECK(std::string(to_string(LayerStatus::pretrained_changed)) == "pre-trained, changed");
}
