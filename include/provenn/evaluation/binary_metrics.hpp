// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a 2x2 table says of a diagnostic test: sensitivity, specificity, predictive values (also at a prevalence), F1,
// ratios.
#pragma once

#include <cmath>
#include <cstdint>

#include "provenn/evaluation/confusion_matrix.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// TP / (TP + FN): share of the positive cases that were called positive.
[[nodiscard]] inline Proportion sensitivity(const BinaryTable& table, double confidence = 0.95) {
    return make_proportion(table.tp, table.positives(), "no positive case", confidence);
}

/// TN / (TN + FP): share of the negative cases that were called negative.
[[nodiscard]] inline Proportion specificity(const BinaryTable& table, double confidence = 0.95) {
    return make_proportion(table.tn, table.negatives(), "no negative case", confidence);
}

/// TP / (TP + FP), at the prevalence of the cases at hand.
[[nodiscard]] inline Proportion positive_predictive_value(const BinaryTable& table, double confidence = 0.95) {
    return make_proportion(table.tp, table.tp + table.fp, "nothing was called positive", confidence);
}

/// TN / (TN + FN), at the prevalence of the cases at hand.
[[nodiscard]] inline Proportion negative_predictive_value(const BinaryTable& table, double confidence = 0.95) {
    return make_proportion(table.tn, table.tn + table.fn, "nothing was called negative", confidence);
}

/// 2 TP / (2 TP + FP + FN). No interval is given.
[[nodiscard]] inline Estimate f1_score(const BinaryTable& table) {
    const std::int64_t divisor = 2 * table.tp + table.fp + table.fn;
    if (divisor == 0) return undefined("no positive case, and nothing was called positive");
    Estimate f1;
    f1.value = 2.0 * static_cast<double>(table.tp) / static_cast<double>(divisor);
    return f1;
}

/// Predictive values where the test will be used.
struct PredictiveValues {
    double prevalence = kNaN;
    Estimate ppv;
    Estimate npv;
};

namespace special {
/// p with bounds p -+ z * standard_error on the logit scale.
[[nodiscard]] inline Interval logit_interval(double p, double standard_error, double z, IntervalMethod method) {
    const double logit = std::log(p) - std::log1p(-p);
    const auto back = [](double x) { return 1.0 / (1.0 + std::exp(-x)); };
    return {back(logit - z * standard_error), back(logit + z * standard_error), method};
}
}  // namespace special

/// PPV = se pi / (se pi + (1 - sp)(1 - pi)), NPV = sp (1 - pi) / (sp (1 - pi) + (1 - se) pi), with logit intervals. The
/// prevalence of a study is usually artificial: these are the values to state for the intended use.
/// @param prevalence of the intended use, in (0, 1). @ensures NaN with a reason when a class is missing. Where a count
/// is zero, z*z/2 is added to successes and failures of both classes for the interval only.
/// @errors invalid_argument. @source Mercaldo, Lau, Zhou 2007
[[nodiscard]] inline Result<PredictiveValues> predictive_values_at(double prevalence, const BinaryTable& table,
                                                                   double confidence = 0.95) {
    if (!(prevalence > 0.0 && prevalence < 1.0)) {
        return make_error(ErrorCode::invalid_argument, "predictive values: expected a prevalence between 0 and 1");
    }
    PredictiveValues values;
    values.prevalence = prevalence;
    if (table.positives() == 0 || table.negatives() == 0) {
        values.ppv = values.npv = undefined(table.positives() == 0 ? "no positive case" : "no negative case");
        return values;
    }
    const double odds_against = (1.0 - prevalence) / prevalence;
    const auto ppv_of = [&](double se, double sp) { return se / (se + (1.0 - sp) * odds_against); };
    const auto npv_of = [&](double se, double sp) { return sp * odds_against / (sp * odds_against + (1.0 - se)); };
    const double z = two_sided_z(confidence);
    auto n1 = static_cast<double>(table.positives());
    auto n0 = static_cast<double>(table.negatives());
    double se = static_cast<double>(table.tp) / n1;
    double sp = static_cast<double>(table.tn) / n0;
    if (table.tp + table.fp == 0) {
        values.ppv = undefined("nothing was called positive");
    } else {
        values.ppv.value = ppv_of(se, sp);
    }
    if (table.tn + table.fn == 0) {
        values.npv = undefined("nothing was called negative");
    } else {
        values.npv.value = npv_of(se, sp);
    }
    auto method = IntervalMethod::logit;
    if (table.tp == 0 || table.fp == 0 || table.fn == 0 || table.tn == 0) {
        method = IntervalMethod::logit_adjusted;
        const double extra = 0.5 * z * z;
        se = (static_cast<double>(table.tp) + extra) / (n1 + 2.0 * extra);
        sp = (static_cast<double>(table.tn) + extra) / (n0 + 2.0 * extra);
        n1 += 2.0 * extra;
        n0 += 2.0 * extra;
    }
    const double ppv_error = std::sqrt((1.0 - se) / (se * n1) + sp / ((1.0 - sp) * n0));
    const double npv_error = std::sqrt(se / ((1.0 - se) * n1) + (1.0 - sp) / (sp * n0));
    if (values.ppv.defined()) {
        values.ppv.interval = special::logit_interval(ppv_of(se, sp), ppv_error, z, method);
        values.ppv.interval.lower = std::fmin(values.ppv.interval.lower, values.ppv.value);
        values.ppv.interval.upper = std::fmax(values.ppv.interval.upper, values.ppv.value);
    }
    if (values.npv.defined()) {
        values.npv.interval = special::logit_interval(npv_of(se, sp), npv_error, z, method);
        values.npv.interval.lower = std::fmin(values.npv.interval.lower, values.npv.value);
        values.npv.interval.upper = std::fmax(values.npv.interval.upper, values.npv.value);
    }
    return values;
}

namespace special {
/// (a / n1) / (b / n0) with the interval of its logarithm.
[[nodiscard]] inline Estimate ratio_of_shares(std::int64_t a, std::int64_t n1, std::int64_t b, std::int64_t n0,
                                              double confidence) {
    if (n1 == 0) return undefined("no positive case");
    if (n0 == 0) return undefined("no negative case");
    if (b == 0) return undefined("the ratio has a zero divisor");
    const auto real = [](std::int64_t count) { return static_cast<double>(count); };
    Estimate ratio;
    ratio.value = real(a) / real(n1) / (real(b) / real(n0));
    if (a == 0) {
        ratio.reason = "no interval: a count is zero";
        return ratio;
    }
    const double variance = 1.0 / real(a) - 1.0 / real(n1) + 1.0 / real(b) - 1.0 / real(n0);
    const double factor = std::exp(two_sided_z(confidence) * std::sqrt(variance));
    ratio.interval = {ratio.value / factor, ratio.value * factor, IntervalMethod::log_ratio};
    return ratio;
}
}  // namespace special

/// Sensitivity / (1 - specificity): how much a positive call raises the odds of disease. @source Simel 1991
[[nodiscard]] inline Estimate positive_likelihood_ratio(const BinaryTable& table, double confidence = 0.95) {
    return special::ratio_of_shares(table.tp, table.positives(), table.fp, table.negatives(), confidence);
}

/// (1 - sensitivity) / specificity: how much a negative call lowers the odds of disease. @source Simel 1991
[[nodiscard]] inline Estimate negative_likelihood_ratio(const BinaryTable& table, double confidence = 0.95) {
    return special::ratio_of_shares(table.fn, table.positives(), table.tn, table.negatives(), confidence);
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
