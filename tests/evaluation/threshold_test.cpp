// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of rules for the threshold and of the choice by them.
#include "provenn/evaluation/threshold.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "evaluation/fixtures.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

namespace {
ChosenThreshold choose(const char* rule, const std::vector<double>& scores, const std::vector<std::int32_t>& labels) {
    return choose_threshold(parse_threshold_rule(rule).value_or_throw(), scores, labels, "validation data")
        .value_or_throw();
}
}  // namespace

TEST_CASE("rules are read from text, others are refused with the forms", "[evaluation][threshold][REQ-EVAL-007]") {
    CHECK(parse_threshold_rule("sens=0.95").value_or_throw().target == 0.95);
    CHECK(parse_threshold_rule("sens=0.95").value_or_throw().kind == ThresholdRule::Kind::at_least_sensitivity);
    CHECK(parse_threshold_rule("spec=.9").value_or_throw().kind == ThresholdRule::Kind::at_least_specificity);
    CHECK(parse_threshold_rule("youden").value_or_throw().kind == ThresholdRule::Kind::youden);
    CHECK(parse_threshold_rule("spec=1").value_or_throw().text == "spec=1");
    for (const char* bad : {"", "sens", "sens=", "sens=0", "sens=1.01", "sens=-0.5", "sens=nan", "sens=0.9x",
                            "sens=0,9", "sens= 0.9", "Youden", "youden ", "ppv=0.9", "spec=inf", "sens=95%"}) {
        const auto rule = parse_threshold_rule(bad);
        INFO(bad);
        REQUIRE_FALSE(rule.ok());
        CHECK(rule.error().code == ErrorCode::invalid_argument);
        CHECK(std::string(rule.error().message.c_str()).find("sens=0.95") != std::string::npos);
    }
}

TEST_CASE("a case that scores the threshold is positive", "[evaluation][threshold][REQ-EVAL-007]") {
    const BinaryTable table = table_at(0.5, fixtures::kScoresA, fixtures::kLabels);
    CHECK(table.tp == 8);
    CHECK(table.fn == 2);
    CHECK(table.fp == 3);
    CHECK(table.tn == 7);
}

TEST_CASE("the threshold keeps what it promises and no more", "[evaluation][threshold][REQ-EVAL-007]") {
    const std::vector<double> scores(fixtures::kScoresA.begin(), fixtures::kScoresA.end());
    const std::vector<std::int32_t> labels(fixtures::kLabels.begin(), fixtures::kLabels.end());
    CHECK(choose("sens=0.9", scores, labels).value == .40);
    CHECK(choose("sens=0.91", scores, labels).value == .30);
    CHECK(choose("sens=1", scores, labels).value == .30);
    CHECK(choose("sens=0.01", scores, labels).value == .95);
    CHECK(choose("spec=0.9", scores, labels).value == .65);
    CHECK(choose("spec=0.8", scores, labels).value == .55);
    CHECK(choose("spec=1", scores, labels).value == .80);
    CHECK(choose("spec=0.7", scores, labels).value == .50);
    const ChosenThreshold chosen = choose("youden", scores, labels);
    CHECK(chosen.value == .55);  // .8 + .8 - 1: the most there is
    CHECK(chosen.table.tp == 8);
    CHECK(chosen.table.tn == 8);
    CHECK(chosen.data == "validation data");
    CHECK(chosen.rule.text == "youden");
}

TEST_CASE("no choice falls inside a tie, and a promise out of reach calls nothing positive",
          "[evaluation][threshold][REQ-EVAL-007]") {
    CHECK(choose("spec=0.9", {1, 2, 2, 2}, {0, 0, 1, 1}).value == std::nextafter(2.0, 3.0));
    CHECK(choose("spec=0.9", {1, 2, 2, 2}, {0, 0, 1, 1}).table.tn == 2);
    CHECK(choose("sens=0.5", {1, 2, 2, 2}, {0, 0, 1, 1}).table.tp == 2);
    // Equal gains: the lower threshold, for sensitivity.
    CHECK(choose("youden", {1, 2, 3, 4}, {0, 1, 0, 1}).value == 2);
    // 19 of 20 are 0.95 exactly as written.
    std::vector<double> scores;
    for (int i = 0; i < 21; ++i) scores.push_back(i);
    std::vector<std::int32_t> labels(21, 1);
    labels[0] = 0;
    CHECK(choose("sens=0.95", scores, labels).value == 2);
}

TEST_CASE("a threshold cannot be chosen from one class", "[evaluation][threshold][REQ-EVAL-004]") {
    const ThresholdRule rule = parse_threshold_rule("youden").value_or_throw();
    CHECK(choose_threshold(rule, std::vector<double>{1.0}, std::vector<std::int32_t>{1}, "validation data")
              .error()
              .code == ErrorCode::empty_data);
    CHECK(choose_threshold(rule, std::vector<double>{kNaN}, std::vector<std::int32_t>{1}, "v").error().code ==
          ErrorCode::not_finite);
}
