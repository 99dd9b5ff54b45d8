// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The summary's numbers, and its table.
#include "provenn/io/summary.hpp"

#include <string>

#include "provenn/io/keras.hpp"
#include "provenn/zoo/zoo.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

TEST_CASE("parameters and multiply-adds are those of the publications", "[io][summary][REQ-IO-013]") {
    const auto of = [](const char* name) {
        return summarize(zoo::make_architecture(name).value_or_throw()).value_or_throw();
    };
    const Summary mobilenet = of("mobilenet_v1");
    CHECK(mobilenet.parameters == 4253864);
    CHECK(mobilenet.parameters - mobilenet.trainable_parameters == 21888);  // keras.applications' model.summary()
    CHECK(mobilenet.multiply_adds > 568000000);  // Howard et al. 2017, table 4: 569 million
    CHECK(mobilenet.multiply_adds < 580000000);
    CHECK(of("vgg16:input=32x32x3").rows.size() == 23);
}

TEST_CASE("shared layers count once, frozen ones are not trainable", "[io][summary][REQ-IO-013]") {
    const auto imported = load_keras(support::source_file("tests/io/goldens/nested.h5")).value_or_throw();
    const Summary summary = summarize(imported.model).value_or_throw();
    CHECK(summary.parameters == imported.model.parameter_count());
    CHECK(summary.parameters - summary.trainable_parameters == 16);  // the frozen batch normalisation of 4 channels
    std::size_t reused = 0, frozen = 0;
    for (const SummaryRow& row : summary.rows) {
        reused += row.is_reused ? 1 : 0;
        frozen += row.is_frozen ? 1 : 0;
        if (row.name == "difference") CHECK(row.inputs == std::vector<std::string>{"head/fc", "head/fc"});
        if (row.name == "encoder/conv") CHECK(row.status == LayerStatus::pretrained_unmodified);
    }
    CHECK(reused == 6);
    CHECK(frozen == 2);
    const std::string text = to_text(summary);
    CHECK_THAT(text, support::contains("encoder/bn (batch_normalization)  [6, 6, 4]          16"));
    CHECK_THAT(text, support::contains("shared"));
    const Json json = to_json(summary);
    CHECK(json["layers"].size() == summary.rows.size());
    CHECK(json["flop"] == 2 * summary.multiply_adds);
    CHECK(io::grouped(1234567) == "1,234,567");
    CHECK(io::grouped(12) == "12");
}
