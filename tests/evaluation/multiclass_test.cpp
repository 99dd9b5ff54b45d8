// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of one-versus-rest areas against scikit-learn and NumPy.
#include "provenn/evaluation/multiclass.hpp"

#include <vector>

#include "evaluation/fixtures.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

TEST_CASE("areas of three classes and their mean match scikit-learn", "[evaluation][multiclass][REQ-EVAL-005]") {
    const std::vector<double> scores(fixtures::kThreeClassScores.begin(), fixtures::kThreeClassScores.end());
    std::vector<std::int32_t> labels;
    for (std::int32_t i = 0; i < 30; ++i) labels.push_back(i % 3);
    const OneVersusRestAucs aucs = one_versus_rest_aucs(scores, labels, 3).value_or_throw();
    CHECK(aucs.of_class[0].value == Approx(0.74).epsilon(1e-13));
    CHECK(aucs.of_class[1].value == Approx(0.805).epsilon(1e-13));
    CHECK(aucs.of_class[2].value == Approx(0.755).epsilon(1e-13));
    CHECK(aucs.macro.value == Approx(2.3 / 3.0).epsilon(1e-13));
    // From the matrix of all pairs in NumPy (standard error .060087; a stratified bootstrap gave .0589).
    CHECK(aucs.macro.interval.lower == Approx(0.629773734120415).epsilon(1e-12));
    CHECK(aucs.macro.interval.upper == Approx(0.8638829231251542).epsilon(1e-12));
}

TEST_CASE("two complementary columns give the area and interval of one", "[evaluation][multiclass][REQ-EVAL-005]") {
    std::vector<double> scores;
    for (const double score : fixtures::kScoresA) {
        scores.push_back(-score);
        scores.push_back(score);
    }
    const OneVersusRestAucs aucs = one_versus_rest_aucs(scores, fixtures::kLabels, 2).value_or_throw();
    const AucEstimate one = roc_auc(fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    CHECK(aucs.macro.value == Approx(.84).epsilon(1e-13));
    CHECK(aucs.macro.interval.lower == Approx(one.interval.lower).epsilon(1e-12));
    CHECK(aucs.macro.interval.upper == Approx(one.interval.upper).epsilon(1e-12));
}

TEST_CASE("a class without cases leaves no mean; perfect classes leave a wide bound",
          "[evaluation][multiclass][REQ-EVAL-004]") {
    const std::vector<double> scores = {3, 0, 0, 2, 1, 0, 0, 2, 1, 0, 3, 0, 0, 0, 3, 0, 1, 2};
    const std::vector<std::int32_t> missing = {0, 0, 1, 1, 0, 0};
    const auto partial = one_versus_rest_aucs(scores, missing, 3).value_or_throw();
    CHECK_FALSE(partial.macro.defined());
    CHECK(partial.macro.reason == "class 2 has no case");
    CHECK(partial.of_class[1].defined());
    const std::vector<std::int32_t> labels = {0, 0, 1, 1, 2, 2};
    const auto perfect = one_versus_rest_aucs(scores, labels, 3).value_or_throw();
    CHECK(perfect.macro.value == 1.0);
    // Two disjoint pairs a class at confidence 1 - .05 / 3.
    CHECK(perfect.macro.interval.lower == Approx(std::sqrt(.025 / 3)).epsilon(1e-10));
    CHECK(perfect.macro.interval.upper == Approx(1.0));
    CHECK_FALSE(perfect.macro.reason.empty());
    CHECK(one_versus_rest_aucs(scores, labels, 2).error().code == ErrorCode::shape_mismatch);
    CHECK(one_versus_rest_aucs(scores, std::vector<std::int32_t>{0, 1, 2, 3, 0, 1}, 3).error().code ==
          ErrorCode::invalid_argument);
}
