// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The confusion matrix of K classes, with abstentions, and what is computed from it: accuracy, kappa, Matthews
// correlation.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/intervals.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// Prediction of a case on which the model declined to decide.
inline constexpr std::int32_t kAbstained = -1;

/// The 2x2 table of one class against the rest.
struct BinaryTable {
    std::int64_t tp = 0;
    std::int64_t fp = 0;
    std::int64_t fn = 0;
    std::int64_t tn = 0;
    [[nodiscard]] std::int64_t positives() const { return tp + fn; }
    [[nodiscard]] std::int64_t negatives() const { return fp + tn; }
    [[nodiscard]] std::int64_t total() const { return tp + fp + fn + tn; }
};

/// Whether an abstention leaves the count or counts as wrong ("intention to diagnose").
enum class Abstentions { left_out, counted_as_wrong };

/// Counts by true class (rows) and predicted class (columns), [K, K], and abstentions by true class.
class ConfusionMatrix {
  public:
    /// @param labels [N], each in [0, K). @param predictions [N], each in [0, K) or kAbstained.
    /// @errors invalid_argument (K < 2, or a class outside [0, K)), shape_mismatch, empty_data.
    [[nodiscard]] static Result<ConfusionMatrix> make(std::span<const std::int32_t> labels,
                                                      std::span<const std::int32_t> predictions,
                                                      std::int32_t class_count) {
        if (class_count < 2) {
            return make_error(ErrorCode::invalid_argument, "confusion matrix: expected at least 2 classes, found ",
                              class_count);
        }
        if (labels.size() != predictions.size()) {
            return make_error(ErrorCode::shape_mismatch, "confusion matrix: expected ", labels.size(),
                              " predictions, found ", predictions.size());
        }
        if (labels.empty()) return make_error(ErrorCode::empty_data, "confusion matrix: no cases");
        ConfusionMatrix matrix(class_count);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const bool answered = predictions[i] != kAbstained;
            if (labels[i] < 0 || labels[i] >= class_count ||
                (answered && (predictions[i] < 0 || predictions[i] >= class_count))) {
                return make_error(ErrorCode::invalid_argument, "confusion matrix: case ", i,
                                  ": expected classes from 0 to ", class_count - 1, ", found label ", labels[i],
                                  " and prediction ", predictions[i]);
            }
            const auto row = static_cast<std::size_t>(labels[i]);
            if (answered) {
                ++matrix.counts_[row * matrix.class_count_ + static_cast<std::size_t>(predictions[i])];
            } else {
                ++matrix.abstained_[row];
            }
        }
        return matrix;
    }

    [[nodiscard]] std::size_t class_count() const { return class_count_; }
    /// Cases of class `truth` that were called `predicted`.
    [[nodiscard]] std::int64_t at(std::size_t truth, std::size_t predicted) const {
        PROVENN_REQUIRE(truth < class_count_ && predicted < class_count_);
        return counts_[truth * class_count_ + predicted];
    }
    /// Cases of class `truth` on which the model abstained.
    [[nodiscard]] std::int64_t abstained(std::size_t truth) const {
        PROVENN_REQUIRE(truth < class_count_);
        return abstained_[truth];
    }
    [[nodiscard]] std::int64_t abstained() const {
        std::int64_t sum = 0;
        for (const std::int64_t count : abstained_) sum += count;
        return sum;
    }
    /// Answered cases of class `truth`.
    [[nodiscard]] std::int64_t row_total(std::size_t truth) const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < class_count_; ++k) sum += at(truth, k);
        return sum;
    }
    /// Cases called `predicted`.
    [[nodiscard]] std::int64_t column_total(std::size_t predicted) const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < class_count_; ++k) sum += at(k, predicted);
        return sum;
    }
    /// Answered cases.
    [[nodiscard]] std::int64_t total() const {
        std::int64_t sum = 0;
        for (const std::int64_t count : counts_) sum += count;
        return sum;
    }
    [[nodiscard]] std::int64_t correct() const {
        std::int64_t sum = 0;
        for (std::size_t k = 0; k < class_count_; ++k) sum += at(k, k);
        return sum;
    }

    /// Class `positive` against all others. An abstention counted as wrong is a miss of a positive, an alarm on a
    /// negative.
    [[nodiscard]] BinaryTable one_versus_rest(std::size_t positive,
                                              Abstentions abstentions = Abstentions::left_out) const {
        BinaryTable table;
        table.tp = at(positive, positive);
        table.fn = row_total(positive) - table.tp;
        table.fp = column_total(positive) - table.tp;
        table.tn = total() - table.tp - table.fn - table.fp;
        if (abstentions == Abstentions::counted_as_wrong) {
            table.fn += abstained(positive);
            table.fp += abstained() - abstained(positive);
        }
        return table;
    }

  private:
    explicit ConfusionMatrix(std::int32_t class_count)
        : class_count_(static_cast<std::size_t>(class_count)),
          counts_(class_count_ * class_count_, 0),
          abstained_(class_count_, 0) {}
    std::size_t class_count_;
    std::vector<std::int64_t> counts_;
    std::vector<std::int64_t> abstained_;
};

/// Share of cases that were called right.
[[nodiscard]] inline Proportion accuracy(const ConfusionMatrix& matrix, Abstentions abstentions = Abstentions::left_out,
                                         double confidence = 0.95) {
    const std::int64_t more = abstentions == Abstentions::counted_as_wrong ? matrix.abstained() : 0;
    return make_proportion(matrix.correct(), matrix.total() + more, "no case was answered", confidence);
}

/// Mean of estimates with intervals, by square-and-add: lower = mean - sqrt(sum (v - l)^2) / K.
/// @source Newcombe 1998 (method 10 for differences); Zou, Donner 2008
[[nodiscard]] inline Estimate mean_by_square_and_add(std::span<const Proportion> parts) {
    PROVENN_REQUIRE(!parts.empty());
    double sum = 0.0;
    double below = 0.0;
    double above = 0.0;
    for (const Proportion& part : parts) {
        sum += part.value;
        below += (part.value - part.interval.lower) * (part.value - part.interval.lower);
        above += (part.interval.upper - part.value) * (part.interval.upper - part.value);
    }
    const auto count = static_cast<double>(parts.size());
    Estimate mean;
    mean.value = sum / count;
    mean.interval = {mean.value - std::sqrt(below) / count, mean.value + std::sqrt(above) / count,
                     IntervalMethod::square_and_add};
    return mean;
}

/// Mean of the recalls of all classes: (sensitivity + specificity) / 2 for two.
/// @ensures NaN with a reason when a class has no case.
[[nodiscard]] inline Estimate balanced_accuracy(const ConfusionMatrix& matrix, double confidence = 0.95) {
    std::vector<Proportion> recalls;
    for (std::size_t k = 0; k < matrix.class_count(); ++k) {
        recalls.push_back(make_proportion(matrix.at(k, k), matrix.row_total(k), "no case", confidence));
        if (!recalls.back().defined()) return undefined("a class has no case");
    }
    return mean_by_square_and_add(recalls);
}

/// Cohen's kappa, (po - pe) / (1 - pe), with the large-sample interval, cut at [-1, 1].
/// @ensures no interval when all or no cases agree: its variance is then 0 or meaningless.
/// @source Fleiss, Cohen, Everitt 1969
[[nodiscard]] inline Estimate cohen_kappa(const ConfusionMatrix& matrix, double confidence = 0.95) {
    const auto n = static_cast<double>(matrix.total());
    if (matrix.total() == 0) return undefined("no case was answered");
    const std::size_t classes = matrix.class_count();
    const auto share = [&](std::int64_t count) { return static_cast<double>(count) / n; };
    double expected = 0.0;
    for (std::size_t k = 0; k < classes; ++k) expected += share(matrix.row_total(k)) * share(matrix.column_total(k));
    const double observed = share(matrix.correct());
    if (expected >= 1.0) return undefined("truth and prediction are one and the same class throughout");
    Estimate kappa;
    kappa.value = (observed - expected) / (1.0 - expected);
    if (matrix.correct() == matrix.total() || matrix.correct() == 0) {
        kappa.reason = "no interval: all cases agree, or none";
        return kappa;
    }
    double diagonal = 0.0;
    double rest = 0.0;
    for (std::size_t i = 0; i < classes; ++i) {
        for (std::size_t j = 0; j < classes; ++j) {
            const double margins = share(matrix.column_total(i)) + share(matrix.row_total(j));
            const double term = i == j ? (1.0 - expected) - margins * (1.0 - observed) : margins;
            (i == j ? diagonal : rest) += share(matrix.at(i, j)) * term * term;
        }
    }
    const double last = observed * expected - 2.0 * expected + observed;
    const double numerator = diagonal + (1.0 - observed) * (1.0 - observed) * rest - last * last;
    const double chance = 1.0 - expected;
    const double half = two_sided_z(confidence) * std::sqrt(std::fmax(0.0, numerator) / n) / (chance * chance);
    kappa.interval = {std::fmax(-1.0, kappa.value - half), std::fmin(1.0, kappa.value + half), IntervalMethod::normal};
    return kappa;
}

/// Matthews correlation coefficient, for K classes as generalised by Gorodkin. No interval is given.
/// @ensures NaN with a reason when truth or prediction never varies. @source Matthews 1975; Gorodkin 2004
[[nodiscard]] inline Estimate matthews_correlation(const ConfusionMatrix& matrix) {
    const auto n = static_cast<double>(matrix.total());
    double cross = 0.0;
    double rows = 0.0;
    double columns = 0.0;
    for (std::size_t k = 0; k < matrix.class_count(); ++k) {
        const auto row = static_cast<double>(matrix.row_total(k));
        const auto column = static_cast<double>(matrix.column_total(k));
        cross += row * column;
        rows += row * row;
        columns += column * column;
    }
    const double spread_truth = n * n - rows;
    const double spread_prediction = n * n - columns;
    if (spread_truth <= 0.0) return undefined("all cases belong to one class");
    if (spread_prediction <= 0.0) return undefined("all cases were called one class");
    Estimate mcc;
    mcc.value =
        (static_cast<double>(matrix.correct()) * n - cross) / std::sqrt(spread_truth) / std::sqrt(spread_prediction);
    return mcc;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
