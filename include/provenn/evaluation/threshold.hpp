// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operating threshold: a rule in words, the value it chooses on validation data, and the record of both.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/core/result.hpp"
#include "provenn/evaluation/binary_metrics.hpp"
#include "provenn/evaluation/number_text.hpp"
#include "provenn/evaluation/roc.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// What a threshold shall achieve on the data it is chosen on. A case is called positive when its score is at least the
/// threshold.
struct ThresholdRule {
    enum class Kind {
        at_least_sensitivity,  ///< the highest threshold that keeps this sensitivity
        at_least_specificity,  ///< the lowest threshold that keeps this specificity
        youden,                ///< the highest sensitivity + specificity; of equals the lowest threshold
    };
    Kind kind = Kind::youden;
    double target = 0.0;  ///< in (0, 1]; unused by youden
    std::string text;     ///< as it was written
};

/// @param text `sens=0.95`, `spec=0.9` or `youden`. @errors invalid_argument, with the three forms. @req REQ-EVAL-007
[[nodiscard]] inline Result<ThresholdRule> parse_threshold_rule(std::string_view text) {
    ThresholdRule rule;
    rule.text = text;
    if (text == "youden") return rule;
    const std::string_view name = text.substr(0, 5);
    if (name == "sens=" || name == "spec=") {
        rule.kind =
            name == "sens=" ? ThresholdRule::Kind::at_least_sensitivity : ThresholdRule::Kind::at_least_specificity;
        const char* end = text.data() + text.size();
        const auto [stop, failure] = std::from_chars(text.data() + 5, end, rule.target);
        if (failure == std::errc() && stop == end && rule.target > 0.0 && rule.target <= 1.0) return rule;
    }
    return make_error(ErrorCode::invalid_argument,
                      "threshold rule: expected sens=0.95, spec=0.9 (a share above 0 and up to 1) or youden, found '",
                      text, "'");
}

/// A threshold with its origin, as records keep it.
struct ChosenThreshold {
    double value = 0.5;
    ThresholdRule rule;
    BinaryTable table;  ///< of the data it was chosen on, at this threshold
    std::string data;   ///< which data that was, such as "validation data"
};

/// Rule, data and what was reached there, in words: the threshold_origin of a report.
[[nodiscard]] inline std::string describe(const ChosenThreshold& chosen) {
    const BinaryTable& t = chosen.table;
    return "rule " + chosen.rule.text + " on " + chosen.data + " (" + std::to_string(t.positives()) + " positive, " +
           std::to_string(t.negatives()) + " negative; there sensitivity " + number_text(sensitivity(t).value) +
           ", specificity " + number_text(specificity(t).value) + ")";
}

/// The 2x2 table of calling positive what scores at least `threshold`.
/// @requires equally many scores and labels, labels 0 or 1.
[[nodiscard]] inline BinaryTable table_at(double threshold, std::span<const double> scores,
                                          std::span<const std::int32_t> labels) {
    PROVENN_REQUIRE(scores.size() == labels.size());
    BinaryTable table;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] >= threshold) {
            ++(labels[i] == 1 ? table.tp : table.fp);
        } else {
            ++(labels[i] == 1 ? table.fn : table.tn);
        }
    }
    return table;
}

/// Chooses the threshold among the scores seen (and, for specificity, the next number above them all).
/// @param scores [N], labels [N] of data that is neither trained nor tested on. @param data its name for the record.
/// @errors as check_scores; empty_data when a class is missing. @req REQ-EVAL-007
[[nodiscard]] inline Result<ChosenThreshold> choose_threshold(const ThresholdRule& rule, std::span<const double> scores,
                                                              std::span<const std::int32_t> labels,
                                                              std::string_view data) {
    PROVENN_TRY(check_scores(scores, labels));
    const std::int64_t n1 = std::count(labels.begin(), labels.end(), 1);
    const auto n0 = static_cast<std::int64_t>(labels.size()) - n1;
    if (n1 == 0 || n0 == 0) {
        return make_error(ErrorCode::empty_data, "threshold: expected cases of both classes in the ", data, ", found ",
                          n1, " positive and ", n0, " negative");
    }
    const std::vector<std::size_t> order = ascending_order(scores);
    const double above_all = std::nextafter(scores[order.back()], std::numeric_limits<double>::infinity());
    ChosenThreshold chosen;
    chosen.rule = rule;
    chosen.data = data;
    chosen.value = above_all;
    std::int64_t tp = 0;
    std::int64_t fp = 0;
    std::int64_t best = -1;
    // Thresholds from the highest down: sensitivity only rises, specificity only falls.
    for (std::size_t left = order.size(); left > 0;) {
        const double candidate = scores[order[left - 1]];
        for (; left > 0 && scores[order[left - 1]] == candidate; --left) ++(labels[order[left - 1]] == 1 ? tp : fp);
        const double sensitivity_here = static_cast<double>(tp) / static_cast<double>(n1);
        const double specificity_here = static_cast<double>(n0 - fp) / static_cast<double>(n0);
        if (rule.kind == ThresholdRule::Kind::at_least_sensitivity) {
            chosen.value = candidate;
            if (sensitivity_here >= rule.target) break;
        } else if (rule.kind == ThresholdRule::Kind::at_least_specificity) {
            if (specificity_here < rule.target) break;
            chosen.value = candidate;
        } else {
            const std::int64_t gain = tp * n0 + (n0 - fp) * n1;  // whole numbers: ties are real ties
            if (gain >= best) {
                best = gain;
                chosen.value = candidate;
            }
        }
    }
    chosen.table = table_at(chosen.value, scores, labels);
    return chosen;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
