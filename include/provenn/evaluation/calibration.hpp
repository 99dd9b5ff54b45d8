// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether probabilities mean what they say: Brier score, log-loss, expected calibration error, calibration intercept
// and slope.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/roc.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// As check_scores, and scores in [0, 1]. @errors those, and invalid_argument
[[nodiscard]] inline Status check_probabilities(std::span<const double> probabilities,
                                                std::span<const std::int32_t> labels) {
    PROVENN_TRY(check_scores(probabilities, labels));
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        if (probabilities[i] < 0.0 || probabilities[i] > 1.0) {
            return make_error(ErrorCode::invalid_argument, "calibration: case ", i,
                              ": expected a probability between 0 and 1");
        }
    }
    if (labels.empty()) return make_error(ErrorCode::empty_data, "calibration: no cases");
    return {};
}

/// mean (p - y)^2, from 0 (best) to 1. @errors as check_probabilities. @source Brier 1950
[[nodiscard]] inline Result<double> brier_score(std::span<const double> probabilities,
                                                std::span<const std::int32_t> labels) {
    PROVENN_TRY(check_probabilities(probabilities, labels));
    double sum = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double gap = probabilities[i] - static_cast<double>(labels[i]);
        sum += gap * gap;
    }
    return sum / static_cast<double>(labels.size());
}

/// Probabilities are kept this far from 0 and 1 in log-loss, so that one certain mistake does not make it infinite.
inline constexpr double kLogLossClip = 1e-15;

/// -mean log(probability of the true class), p kept in [kLogLossClip, 1 - kLogLossClip]. @errors as
/// check_probabilities.
[[nodiscard]] inline Result<double> log_loss(std::span<const double> probabilities,
                                             std::span<const std::int32_t> labels) {
    PROVENN_TRY(check_probabilities(probabilities, labels));
    double sum = 0.0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double p = std::clamp(probabilities[i], kLogLossClip, 1.0 - kLogLossClip);
        sum -= labels[i] == 1 ? std::log(p) : std::log1p(-p);
    }
    return sum / static_cast<double>(labels.size());
}

/// One bar of a reliability plot.
struct CalibrationBin {
    double mean_probability = kNaN;
    Proportion observed;  ///< share of positives, Wilson bars
};

/// Bins of equal width, [0, 1/B), [1/B, 2/B) ... and the last closed; empty ones have NaN.
/// @errors as check_probabilities; invalid_argument for no bins.
[[nodiscard]] inline Result<std::vector<CalibrationBin>> reliability(std::span<const double> probabilities,
                                                                     std::span<const std::int32_t> labels,
                                                                     std::size_t bin_count = 10,
                                                                     double confidence = 0.95) {
    PROVENN_TRY(check_probabilities(probabilities, labels));
    if (bin_count == 0) return make_error(ErrorCode::invalid_argument, "calibration: expected at least one bin");
    std::vector<double> sums(bin_count, 0.0);
    std::vector<std::int64_t> totals(bin_count, 0);
    std::vector<std::int64_t> positives(bin_count, 0);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double place = std::floor(probabilities[i] * static_cast<double>(bin_count));
        const std::size_t bin = std::min(bin_count - 1, static_cast<std::size_t>(place));
        sums[bin] += probabilities[i];
        ++totals[bin];
        positives[bin] += labels[i];
    }
    std::vector<CalibrationBin> bins(bin_count);
    for (std::size_t b = 0; b < bin_count; ++b) {
        bins[b].observed = make_proportion(positives[b], totals[b], "no case in this bin", confidence);
        if (totals[b] > 0) bins[b].mean_probability = sums[b] / static_cast<double>(totals[b]);
    }
    return bins;
}

/// Expected calibration error: sum over bins of (n_b / n) |mean probability - share of positives|; bins as
/// reliability(). It depends on the number of bins and is no proper score: state both. @errors as reliability.
[[nodiscard]] inline Result<double> expected_calibration_error(std::span<const double> probabilities,
                                                               std::span<const std::int32_t> labels,
                                                               std::size_t bin_count = 10) {
    PROVENN_ASSIGN(const std::vector<CalibrationBin> bins, reliability(probabilities, labels, bin_count));
    double sum = 0.0;
    for (const CalibrationBin& bin : bins) {
        if (bin.observed.total == 0) continue;
        sum += static_cast<double>(bin.observed.total) * std::abs(bin.mean_probability - bin.observed.value);
    }
    return sum / static_cast<double>(labels.size());
}

/// Logistic recalibration y ~ intercept + slope * logit(p); a calibrated model has intercept 0 and slope 1.
struct Recalibration {
    double in_the_large = kNaN;  ///< intercept with the slope held at 1
    double in_the_large_error = kNaN;
    double intercept = kNaN;
    double slope = kNaN;
    double slope_error = kNaN;
    std::string reason;  ///< why all are NaN
};

namespace special {
/// A logistic fit of labels to logits, and the standard errors of its two numbers.
struct LogisticFit {
    double intercept = 0.0;
    double slope = 1.0;
    double intercept_error = kNaN;
    double slope_error = kNaN;
    bool converged = false;
};

/// Newton's method from intercept 0 and slope 1; the slope stays 1 unless it is free.
[[nodiscard]] inline LogisticFit fit_logistic(std::span<const double> logits, std::span<const std::int32_t> labels,
                                              bool free_slope) {
    LogisticFit fit;
    for (int step = 0; step < 100; ++step) {
        double ga = 0.0, gb = 0.0, haa = 0.0, hab = 0.0, hbb = 0.0;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const double p = 1.0 / (1.0 + std::exp(-(fit.intercept + fit.slope * logits[i])));
            const double weight = p * (1.0 - p);
            const double miss = static_cast<double>(labels[i]) - p;
            ga += miss;
            gb += miss * logits[i];
            haa += weight;
            hab += weight * logits[i];
            hbb += weight * logits[i] * logits[i];
        }
        const double determinant = free_slope ? haa * hbb - hab * hab : haa;
        if (!(determinant > (free_slope ? 1e-12 * haa * hbb : 1e-300))) return fit;
        const double da = free_slope ? (hbb * ga - hab * gb) / determinant : ga / haa;
        const double db = free_slope ? (haa * gb - hab * ga) / determinant : 0.0;
        const double length = std::max(std::abs(da), std::abs(db));
        const double shorten = length > 2.0 ? 2.0 / length : 1.0;  // a full step from far away may overshoot
        fit.intercept += shorten * da;
        fit.slope += shorten * db;
        if (std::abs(fit.slope) > 1e3) return fit;  // the classes are separated: the slope grows without end
        if (length > 1e-10) continue;
        fit.intercept_error = std::sqrt((free_slope ? hbb : 1.0) / determinant);
        fit.slope_error = free_slope ? std::sqrt(haa / determinant) : 0.0;
        fit.converged = true;
        return fit;
    }
    return fit;
}
}  // namespace special

/// Maximum likelihood by Newton's method; p kept in [kLogLossClip, 1 - kLogLossClip].
/// @ensures NaN with a reason for one class only or when the likelihood has no maximum (classes separated by the
/// scores).
/// @errors as check_probabilities. @source Cox 1958; Van Calster et al. 2016
[[nodiscard]] inline Result<Recalibration> recalibration(std::span<const double> probabilities,
                                                         std::span<const std::int32_t> labels) {
    PROVENN_TRY(check_probabilities(probabilities, labels));
    Recalibration result;
    const auto positives = std::count(labels.begin(), labels.end(), 1);
    if (positives == 0 || positives == std::ssize(labels)) {
        result.reason = "only one class";
        return result;
    }
    std::vector<double> logits(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double p = std::clamp(probabilities[i], kLogLossClip, 1.0 - kLogLossClip);
        logits[i] = std::log(p) - std::log1p(-p);
    }
    const special::LogisticFit shifted = special::fit_logistic(logits, labels, false);
    const special::LogisticFit scaled = special::fit_logistic(logits, labels, true);
    if (!shifted.converged || !scaled.converged) {
        result.reason = "the likelihood has no maximum (classes separated by the scores, or all scores equal)";
        return result;
    }
    result.in_the_large = shifted.intercept;
    result.in_the_large_error = shifted.intercept_error;
    result.intercept = scaled.intercept;
    result.slope = scaled.slope;
    result.slope_error = scaled.slope_error;
    return result;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
