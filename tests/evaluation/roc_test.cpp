// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the ROC curve and of what is measured along it.
#include "provenn/evaluation/roc.hpp"

#include <limits>
#include <vector>

#include "evaluation/fixtures.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

TEST_CASE("equal values share the mean of their ranks", "[evaluation][roc][REQ-EVAL-005]") {
    const std::vector<double> values = {3, 1, 2, 2, 5, 2};
    CHECK(midranks(values) == std::vector<double>{5, 1, 3, 3, 6, 3});
    CHECK(midranks(std::vector<double>{}).empty());
    CHECK(midranks(std::vector<double>{7, 7}) == std::vector<double>{1.5, 1.5});
}

TEST_CASE("the curve steps once for each distinct score", "[evaluation][roc][REQ-EVAL-005]") {
    const RocCurve curve = roc_curve(fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    REQUIRE(curve.points.size() == 16);  // scikit-learn: 16 with drop_intermediate=False
    CHECK(curve.points.front().threshold == std::numeric_limits<double>::infinity());
    CHECK(curve.points.front().true_positive_rate == 0.0);
    CHECK(curve.points.back().false_positive_rate == 1.0);
    CHECK(curve.points.back().true_positive_rate == 1.0);
    CHECK(curve.points[5].threshold == .70);  // one of each class at once: a slanted step
    CHECK(curve.points[5].true_positive_rate == 0.5);
    CHECK(curve.points[5].false_positive_rate == 0.1);
}

TEST_CASE("partial area and average precision have the published values", "[evaluation][roc][REQ-EVAL-005]") {
    const RocCurve curve = roc_curve(fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    const PartialArea partial = partial_area(curve, 0.8);
    CHECK(partial.area == Approx(.11).epsilon(1e-12));
    CHECK(partial.corrected == Approx(.75).epsilon(1e-12));
    CHECK(partial_area(curve, 0.0).area == Approx(.84).epsilon(1e-12));
    // Ends inside a slanted step, which is cut where it ends: the triangle with sides 1/2.
    CHECK(partial_area({{{9, 0, 0}, {1, 1, 1}}, ""}, 0.5).area == Approx(0.125).epsilon(1e-14));
    const std::vector<double> scores = {.1, .4, .35, .8};
    const std::vector<std::int32_t> labels = {0, 0, 1, 1};
    CHECK(average_precision(scores, labels).value_or_throw().value == Approx(.833333).epsilon(1e-6));
    CHECK(average_precision(fixtures::kScoresA, fixtures::kLabels).value_or_throw().value ==
          Approx(.849934640522876).epsilon(1e-13));
}

TEST_CASE("one class only gives no curve and says why", "[evaluation][roc][REQ-EVAL-004]") {
    const std::vector<double> scores = {.1, .2};
    CHECK(roc_curve(scores, std::vector<std::int32_t>{1, 1}).value_or_throw().reason == "no negative case");
    CHECK(average_precision(scores, std::vector<std::int32_t>{0, 0}).value_or_throw().reason == "no positive case");
}

TEST_CASE("scores and labels that make no sense are refused", "[evaluation][roc][REQ-EVAL-004]") {
    const std::vector<std::int32_t> labels = {0, 1};
    CHECK(roc_curve(std::vector<double>{1.0}, labels).error().code == ErrorCode::shape_mismatch);
    CHECK(roc_curve(std::vector<double>{1.0, kNaN}, labels).error().code == ErrorCode::not_finite);
    CHECK(roc_curve(std::vector<double>{1.0, 2.0}, std::vector<std::int32_t>{0, 2}).error().code ==
          ErrorCode::invalid_argument);
}
