// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of calibration against scikit-learn and R.
#include "provenn/evaluation/calibration.hpp"

#include <vector>

#include "evaluation/fixtures.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

TEST_CASE("Brier score, log-loss and calibration error have the published values",
          "[evaluation][calibration][REQ-EVAL-013]") {
    const auto& scores = fixtures::kScoresA;
    const auto& labels = fixtures::kLabels;
    CHECK(brier_score(scores, labels).value_or_throw() == Approx(.16325).epsilon(1e-12));
    CHECK(log_loss(scores, labels).value_or_throw() == Approx(.490993957).epsilon(1e-8));
    CHECK(expected_calibration_error(scores, labels, 5).value_or_throw() == Approx(.075).epsilon(1e-12));
    CHECK(brier_score(std::vector<double>{.1, .9, .8, .3}, std::vector<std::int32_t>{0, 1, 1, 0}).value_or_throw() ==
          Approx(.0375).epsilon(1e-12));
    CHECK(log_loss(std::vector<double>{.9, .1, .2, .65}, std::vector<std::int32_t>{1, 0, 0, 1}).value_or_throw() ==
          Approx(.21616187468057912).epsilon(1e-13));  // scikit-learn's log_loss, as run
}

TEST_CASE("recalibration has R's intercepts and slope", "[evaluation][calibration][REQ-EVAL-013]") {
    const Recalibration fit = recalibration(fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    CHECK(fit.in_the_large == Approx(-.130394960).epsilon(1e-7));
    CHECK(fit.in_the_large_error == Approx(.510897653).epsilon(1e-6));
    CHECK(fit.intercept == Approx(-.170595622).epsilon(1e-7));
    CHECK(fit.slope == Approx(1.561855468).epsilon(1e-7));
    // R 4.2 prints .725764468, from the weights one step before convergence; this is the converged value (NumPy).
    CHECK(fit.slope_error == Approx(.72576659).epsilon(1e-7));
    CHECK(fit.slope_error == Approx(.725764468).epsilon(5e-6));
}

TEST_CASE("recalibration without a maximum is undefined and says why", "[evaluation][calibration][REQ-EVAL-004]") {
    const std::vector<std::int32_t> labels = {0, 0, 1, 1};
    const Recalibration separated = recalibration(std::vector<double>{.1, .2, .8, .9}, labels).value_or_throw();
    CHECK(std::isnan(separated.slope));
    CHECK_FALSE(separated.reason.empty());
    CHECK(std::isnan(recalibration(std::vector<double>(4, .3), labels).value_or_throw().slope));
    CHECK(recalibration(std::vector<double>(4, .3), std::vector<std::int32_t>(4, 1)).value_or_throw().reason ==
          "only one class");
}

TEST_CASE("a bin holds its lower edge, the last both", "[evaluation][calibration][REQ-EVAL-013]") {
    const auto bins =
        reliability(std::vector<double>{0.0, 0.5, 1.0}, std::vector<std::int32_t>{0, 0, 1}, 2).value_or_throw();
    CHECK(bins[0].observed.total == 1);
    CHECK(bins[1].observed.total == 2);
    CHECK(bins[1].observed.successes == 1);
    CHECK(bins[1].mean_probability == 0.75);
    CHECK(std::isnan(
        reliability(std::vector<double>{0.1}, std::vector<std::int32_t>{0}, 2).value_or_throw()[1].mean_probability));
}

TEST_CASE("scores that are no probabilities are refused", "[evaluation][calibration][REQ-EVAL-004]") {
    const std::vector<std::int32_t> one = {1};
    CHECK(brier_score(std::vector<double>{1.5}, one).error().code == ErrorCode::invalid_argument);
    CHECK(log_loss(std::vector<double>{-0.1}, one).error().code == ErrorCode::invalid_argument);
    CHECK(log_loss(std::vector<double>{}, std::vector<std::int32_t>{}).error().code == ErrorCode::empty_data);
    CHECK(expected_calibration_error(std::vector<double>{.5}, one, 0).error().code == ErrorCode::invalid_argument);
    CHECK(log_loss(std::vector<double>{0.0}, one).value_or_throw() == Approx(-std::log(1e-15)));
}
