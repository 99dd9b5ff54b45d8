// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of what a 2x2 table says, against published worked examples.
#include "provenn/evaluation/binary_metrics.hpp"

#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

namespace {
bool near(double value, double expected, double tolerance = 5.1e-7) { return std::abs(value - expected) < tolerance; }
}  // namespace

TEST_CASE("the screening example has its published values", "[evaluation][binary_metrics][REQ-EVAL-009]") {
    const BinaryTable table{.tp = 20, .fp = 180, .fn = 10, .tn = 1820};
    CHECK(near(sensitivity(table).value, .6667, 5e-5));
    CHECK(near(specificity(table).value, .91));
    CHECK(near(positive_predictive_value(table).value, .10));
    CHECK(near(negative_predictive_value(table).value, .99454, 5e-6));
    CHECK(near(positive_likelihood_ratio(table).value, 7.4074, 5e-5));
    CHECK(near(negative_likelihood_ratio(table).value, .36630, 5e-6));
}

TEST_CASE("the hand example has its published values and bounds", "[evaluation][binary_metrics][REQ-EVAL-002]") {
    const BinaryTable table{.tp = 8, .fp = 3, .fn = 2, .tn = 7};
    const Proportion sens = sensitivity(table);
    CHECK(sens.value == 0.8);
    CHECK(near(sens.interval.lower, .490162));
    CHECK(near(sens.interval.upper, .943318));
    const Proportion spec = specificity(table);
    CHECK(spec.value == 0.7);
    CHECK(near(spec.interval.lower, .396778));
    CHECK(near(spec.interval.upper, .892209));
    const Proportion ppv = positive_predictive_value(table);
    CHECK(near(ppv.value, .727273));
    CHECK(near(ppv.interval.lower, .434355));
    CHECK(near(ppv.interval.upper, .902539));
    const Proportion npv = negative_predictive_value(table);
    CHECK(near(npv.value, .777778));
    CHECK(near(npv.interval.lower, .452589));
    CHECK(near(npv.interval.upper, .936775));
    CHECK(near(f1_score(table).value, .761904762, 1e-9));
}

TEST_CASE("predictive values at a prevalence follow Mercaldo", "[evaluation][binary_metrics][REQ-EVAL-010]") {
    const BinaryTable table{.tp = 8, .fp = 3, .fn = 2, .tn = 7};
    const auto values = predictive_values_at(0.02, table).value_or_throw();
    CHECK(near(values.ppv.value, .051613));
    CHECK(near(values.ppv.interval.lower, .019701));
    CHECK(near(values.ppv.interval.upper, .128441));
    CHECK(near(values.npv.value, .994203));
    CHECK(near(values.npv.interval.lower, .978964));
    CHECK(near(values.npv.interval.upper, .998420));
    // At the prevalence of the table itself they are the plain predictive values.
    CHECK(predictive_values_at(0.5, table).value_or_throw().ppv.value == Approx(8.0 / 11.0).epsilon(1e-14));
    CHECK(predictive_values_at(0.0, table).error().code == ErrorCode::invalid_argument);
    CHECK(predictive_values_at(kNaN, table).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("predictive values stay bounded where a count is zero", "[evaluation][binary_metrics][REQ-EVAL-010]") {
    const auto perfect = predictive_values_at(0.1, {.tp = 10, .fp = 0, .fn = 0, .tn = 20}).value_or_throw();
    CHECK(perfect.ppv.value == 1.0);
    CHECK(perfect.ppv.interval.method == IntervalMethod::logit_adjusted);
    CHECK(perfect.ppv.interval.lower < 0.95);
    CHECK(perfect.ppv.interval.lower > 0.0);
    CHECK(perfect.ppv.interval.upper == 1.0);
    const auto silent = predictive_values_at(0.1, {.tp = 0, .fp = 0, .fn = 3, .tn = 20}).value_or_throw();
    CHECK_FALSE(silent.ppv.defined());
    CHECK(silent.ppv.reason == "nothing was called positive");
    CHECK(silent.npv.value == Approx(0.9).epsilon(1e-14));
    CHECK_FALSE(predictive_values_at(0.1, {.tp = 0, .fp = 3, .fn = 0, .tn = 20}).value_or_throw().ppv.defined());
}

TEST_CASE("likelihood ratios have the published interval", "[evaluation][binary_metrics][REQ-EVAL-009]") {
    const Estimate ratio = positive_likelihood_ratio({.tp = 8, .fp = 3, .fn = 2, .tn = 7});
    CHECK(near(ratio.value, 2.6667, 5e-5));
    CHECK(near(ratio.interval.lower, .984765));
    CHECK(near(ratio.interval.upper, 7.221122));
    CHECK_FALSE(positive_likelihood_ratio({.tp = 8, .fp = 0, .fn = 2, .tn = 7}).defined());
    CHECK(std::isnan(positive_likelihood_ratio({.tp = 0, .fp = 3, .fn = 2, .tn = 7}).interval.lower));
}

TEST_CASE("metrics of a missing class are undefined and say why", "[evaluation][binary_metrics][REQ-EVAL-004]") {
    const BinaryTable healthy{.tp = 0, .fp = 0, .fn = 0, .tn = 9};
    CHECK(sensitivity(healthy).reason == "no positive case");
    CHECK(positive_predictive_value(healthy).reason == "nothing was called positive");
    CHECK_FALSE(f1_score(healthy).defined());
    CHECK(specificity(healthy).value == 1.0);
    CHECK(specificity(healthy).interval.lower < 0.9);
}
