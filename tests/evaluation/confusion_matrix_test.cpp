// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the confusion matrix and of what is computed from it.
#include "provenn/evaluation/confusion_matrix.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

namespace {
using Classes = std::vector<std::int32_t>;

/// A matrix from its counts, row by row.
ConfusionMatrix from_counts(std::int32_t classes, const std::vector<int>& counts) {
    Classes labels;
    Classes predictions;
    for (std::size_t cell = 0; cell < counts.size(); ++cell) {
        for (int i = 0; i < counts[cell]; ++i) {
            labels.push_back(static_cast<std::int32_t>(cell) / classes);
            predictions.push_back(static_cast<std::int32_t>(cell) % classes);
        }
    }
    return ConfusionMatrix::make(labels, predictions, classes).value_or_throw();
}
}  // namespace

TEST_CASE("rows are the truth and columns the prediction", "[evaluation][confusion_matrix][REQ-EVAL-008]") {
    const Classes labels = {0, 0, 1, 2, 2, 2};
    const Classes predictions = {0, 1, 1, 0, 2, 2};
    const auto matrix = ConfusionMatrix::make(labels, predictions, 3).value_or_throw();
    CHECK(matrix.at(0, 1) == 1);
    CHECK(matrix.at(1, 0) == 0);
    CHECK(matrix.at(2, 0) == 1);
    CHECK(matrix.row_total(2) == 3);
    CHECK(matrix.column_total(0) == 2);
    CHECK(matrix.correct() == 4);
    const BinaryTable table = matrix.one_versus_rest(2);
    CHECK(table.tp == 2);
    CHECK(table.fn == 1);
    CHECK(table.fp == 0);
    CHECK(table.tn == 3);
}

TEST_CASE("abstentions are counted both ways", "[evaluation][confusion_matrix][REQ-EVAL-008]") {
    const Classes labels = {0, 0, 0, 1, 1, 1};
    const Classes predictions = {0, 1, kAbstained, 1, 1, kAbstained};
    const auto matrix = ConfusionMatrix::make(labels, predictions, 2).value_or_throw();
    CHECK(matrix.abstained() == 2);
    CHECK(accuracy(matrix).value == 0.75);
    CHECK(accuracy(matrix, Abstentions::counted_as_wrong).value == 0.5);
    const BinaryTable table = matrix.one_versus_rest(1, Abstentions::counted_as_wrong);
    CHECK(table.fn == 1);
    CHECK(table.fp == 2);
    CHECK(table.total() == 6);
}

TEST_CASE("what cannot be counted is refused", "[evaluation][confusion_matrix][REQ-EVAL-004]") {
    const Classes good = {0, 1};
    CHECK(ConfusionMatrix::make(good, Classes{0}, 2).error().code == ErrorCode::shape_mismatch);
    CHECK(ConfusionMatrix::make(good, Classes{0, 2}, 2).error().code == ErrorCode::invalid_argument);
    CHECK(ConfusionMatrix::make(Classes{0, -1}, good, 2).error().code == ErrorCode::invalid_argument);
    CHECK(ConfusionMatrix::make(good, Classes{0, -2}, 2).error().code == ErrorCode::invalid_argument);
    CHECK(ConfusionMatrix::make(good, good, 1).error().code == ErrorCode::invalid_argument);
    CHECK(ConfusionMatrix::make(Classes{}, Classes{}, 2).error().code == ErrorCode::empty_data);
}

TEST_CASE("kappa has the published value and interval", "[evaluation][confusion_matrix][REQ-EVAL-009]") {
    const Estimate kappa = cohen_kappa(from_counts(2, {20, 5, 10, 15}));
    CHECK(kappa.value == Approx(0.40).epsilon(1e-14));
    CHECK(std::abs(kappa.interval.lower - .1511) < 5e-5);
    CHECK(std::abs(kappa.interval.upper - .6489) < 5e-5);
    // Transposing swaps the roles and changes nothing.
    const Estimate swapped = cohen_kappa(from_counts(2, {20, 10, 5, 15}));
    CHECK(swapped.interval.lower == Approx(kappa.interval.lower).epsilon(1e-12));
    const Estimate perfect = cohen_kappa(from_counts(2, {5, 0, 0, 5}));
    CHECK(perfect.value == 1.0);
    CHECK(std::isnan(perfect.interval.lower));
    CHECK_FALSE(perfect.reason.empty());
    CHECK_FALSE(cohen_kappa(from_counts(2, {5, 0, 0, 0})).defined());
}

TEST_CASE("Matthews correlation and balanced accuracy match scikit-learn",
          "[evaluation][confusion_matrix][REQ-EVAL-009]") {
    const auto mcc = ConfusionMatrix::make(Classes{1, 1, 1, 0}, Classes{1, 0, 1, 1}, 2).value_or_throw();
    CHECK(matthews_correlation(mcc).value == Approx(-1.0 / 3.0).epsilon(1e-12));
    const auto balanced =
        ConfusionMatrix::make(Classes{0, 1, 0, 0, 1, 0}, Classes{0, 1, 0, 0, 0, 1}, 2).value_or_throw();
    CHECK(balanced_accuracy(balanced).value == Approx(0.625).epsilon(1e-14));
    // scikit-learn, matthews_corrcoef of three classes with this matrix.
    CHECK(matthews_correlation(from_counts(3, {5, 1, 0, 2, 6, 1, 0, 2, 7})).value ==
          Approx(0.62369284899125).epsilon(1e-12));
    CHECK_FALSE(matthews_correlation(from_counts(2, {3, 0, 2, 0})).defined());
    CHECK_FALSE(matthews_correlation(from_counts(2, {3, 2, 0, 0})).defined());
    CHECK_FALSE(balanced_accuracy(from_counts(3, {5, 1, 0, 2, 6, 1, 0, 0, 0})).defined());
}

TEST_CASE("the interval of balanced accuracy lies between those of its parts",
          "[evaluation][confusion_matrix][REQ-EVAL-009]") {
    const Estimate balanced = balanced_accuracy(from_counts(2, {7, 3, 2, 8}));
    CHECK(balanced.value == Approx(0.75).epsilon(1e-14));
    // By hand from the Wilson bounds .396778-.892209 (7/10) and .490162-.943318 (8/10).
    CHECK(balanced.interval.lower == Approx(0.75 - std::hypot(0.7 - .396778, 0.8 - .490162) / 2).margin(1e-6));
    CHECK(balanced.interval.upper == Approx(0.75 + std::hypot(.892209 - 0.7, .943318 - 0.8) / 2).margin(1e-6));
}
