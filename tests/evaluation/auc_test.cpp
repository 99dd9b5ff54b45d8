// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the area under the curve against pROC, and where its variance is zero or missing.
#include "provenn/evaluation/auc.hpp"

#include <vector>

#include "evaluation/fixtures.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

namespace {
using Scores = std::vector<double>;
using Labels = std::vector<std::int32_t>;

AucEstimate auc_of(const Scores& scores, const Labels& labels) { return roc_auc(scores, labels).value_or_throw(); }

/// The fixture with every case repeated, and the copies of a case as one group.
struct Repeated {
    Scores a;
    Scores b;
    Labels labels;
    Groups groups;
    explicit Repeated(int times) {
        groups.count = 20;
        for (std::size_t i = 0; i < fixtures::kLabels.size(); ++i) {
            for (int copy = 0; copy < times; ++copy) {
                a.push_back(fixtures::kScoresA[i]);
                b.push_back(fixtures::kScoresB[i]);
                labels.push_back(fixtures::kLabels[i]);
                groups.of_case.push_back(static_cast<std::int32_t>(i));
            }
        }
    }
};
}  // namespace

TEST_CASE("area and DeLong variance have the published values", "[evaluation][auc][REQ-EVAL-005]") {
    const AucEstimate a = roc_auc(fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    CHECK(a.value == Approx(.84).epsilon(1e-14));
    CHECK(a.variance == Approx(.00808888888888889).epsilon(1e-12));
    const AucEstimate b = roc_auc(fixtures::kScoresB, fixtures::kLabels).value_or_throw();
    CHECK(b.value == Approx(.715).epsilon(1e-14));
    CHECK(b.variance == Approx(.0143388888888889).epsilon(1e-12));
    CHECK(auc_of({.1, .4, .35, .8}, {0, 0, 1, 1}).value == 0.75);
    // Plain interval: .84 + 1.96 * .08994 leaves [0, 1] and is clipped; the logit one cannot.
    CHECK(a.clipped.upper == 1.0);
    CHECK(a.clipped.lower == Approx(.84 - 1.959963984540054 * std::sqrt(.00808888888888889)).epsilon(1e-12));
    const double step = 1.959963984540054 * std::sqrt(.00808888888888889) / (.84 * .16);
    CHECK(a.interval.lower == Approx(1 / (1 + std::exp(step) * .16 / .84)).epsilon(1e-12));
    CHECK(a.interval.upper == Approx(1 / (1 + std::exp(-step) * .16 / .84)).epsilon(1e-12));
    CHECK(a.reason.empty());
}

TEST_CASE("midranks give what all pairs give", "[evaluation][auc][REQ-EVAL-005]") {
    Scores scores;
    Labels labels;
    std::uint32_t state = 1;
    for (int i = 0; i < 200; ++i) {
        state = state * 1664525u + 1013904223u;
        labels.push_back(static_cast<std::int32_t>(state >> 31));
        scores.push_back(static_cast<double>((state >> 20) % 37 + (labels.back() == 1 ? 5u : 0u)));  // many ties
    }
    double sum = 0.0;
    double pairs = 0.0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        for (std::size_t j = 0; j < scores.size(); ++j) {
            if (labels[i] != 1 || labels[j] != 0) continue;
            sum += scores[i] > scores[j] ? 1.0 : scores[i] == scores[j] ? 0.5 : 0.0;
            pairs += 1.0;
        }
    }
    CHECK(auc_of(scores, labels).value == Approx(sum / pairs).epsilon(1e-14));
    Scores negated(scores);
    for (double& score : negated) score = -score;
    CHECK(auc_of(negated, labels).value == Approx(1.0 - sum / pairs).epsilon(1e-14));
    CHECK(auc_of(negated, labels).variance == Approx(auc_of(scores, labels).variance).epsilon(1e-12));
}

TEST_CASE("paired and independent comparisons have the published values", "[evaluation][auc][REQ-EVAL-006]") {
    const AucComparison paired =
        compare_paired_aucs(fixtures::kScoresA, fixtures::kScoresB, fixtures::kLabels).value_or_throw();
    CHECK(paired.covariance == Approx(.00875555555555555).epsilon(1e-12));
    CHECK(paired.difference.value == Approx(.125).epsilon(1e-12));
    CHECK(paired.statistic == Approx(1.78268508203073).epsilon(1e-12));
    CHECK(paired.p_value == Approx(.0746375810829074).epsilon(1e-11));
    CHECK(paired.difference.interval.lower < 0.0);
    const AucComparison apart = compare_independent_aucs(paired.first, paired.second);
    CHECK(apart.statistic == Approx(.834674010).epsilon(1e-8));
    CHECK(apart.degrees == Approx(35.2616429).epsilon(1e-8));
    CHECK(apart.p_value == Approx(.40952076789621183).epsilon(1e-7));
}

TEST_CASE("a model compared with itself has no variance and says so", "[evaluation][auc][REQ-EVAL-006]") {
    const AucComparison same =
        compare_paired_aucs(fixtures::kScoresA, fixtures::kScoresA, fixtures::kLabels).value_or_throw();
    CHECK(same.difference.value == 0.0);
    CHECK(std::isnan(same.p_value));
    CHECK_FALSE(same.difference.reason.empty());
}

TEST_CASE("one class only is undefined and says why", "[evaluation][auc][REQ-EVAL-004]") {
    const AucEstimate sick = auc_of({.1, .2}, {1, 1});
    CHECK_FALSE(sick.defined());
    CHECK(sick.reason == "no negative case");
    CHECK(std::isnan(sick.interval.lower));
    CHECK(auc_of({.1, .2}, {0, 0}).reason == "no positive case");
    CHECK_FALSE(
        compare_paired_aucs(Scores{.1, .2}, Scores{.1, .2}, Labels{1, 1}).value_or_throw().difference.defined());
}

TEST_CASE("a perfect area never has an interval of no width", "[evaluation][auc][REQ-EVAL-005]") {
    const AucEstimate perfect = auc_of({1, 2, 3, 4, 5, 6, 7}, {0, 0, 0, 0, 1, 1, 1});
    CHECK(perfect.value == 1.0);
    CHECK(perfect.variance == 0.0);
    // Three disjoint pairs, all in order: P = A^3, so A = .025^(1/3).
    CHECK(perfect.interval.lower == Approx(std::cbrt(.025)).epsilon(1e-13));
    CHECK(perfect.interval.lower == Approx(clopper_pearson(3, 3).lower).epsilon(1e-12));
    CHECK(perfect.interval.upper == 1.0);
    CHECK(perfect.clipped.lower == perfect.interval.lower);
    CHECK(perfect.reason.find("3 disjoint pairs") != std::string::npos);
    const AucEstimate reversed = auc_of({7, 6, 5, 4, 3, 2, 1}, {0, 0, 0, 0, 1, 1, 1});
    CHECK(reversed.value == 0.0);
    CHECK(reversed.interval.upper == Approx(1.0 - std::cbrt(.025)).epsilon(1e-13));
}

TEST_CASE("ties throughout and single cases get a wide bound", "[evaluation][auc][REQ-EVAL-005]") {
    const AucEstimate tied = auc_of(Scores(200, 0.5), [] {
        Labels labels(200, 0);
        std::fill(labels.begin(), labels.begin() + 100, 1);
        return labels;
    }());
    CHECK(tied.value == 0.5);
    CHECK(tied.interval.lower == Approx(0.5 - std::sqrt(std::log(40.0) / 200.0)).epsilon(1e-12));
    CHECK(tied.interval.method == IntervalMethod::disjoint_pairs_hoeffding);
    const AucEstimate single = auc_of({1, 3, 2}, {0, 0, 1});
    CHECK(std::isnan(single.variance));
    CHECK(single.interval.lower == 0.0);
    CHECK(single.interval.upper == 1.0);
    CHECK_FALSE(single.reason.empty());
}

TEST_CASE("copies of cases in one group do not narrow the interval", "[evaluation][auc][REQ-EVAL-012]") {
    const Repeated once(1);
    const Repeated thrice(3);
    const double variance = .00808888888888889;
    CHECK(roc_auc(once.a, once.labels, &once.groups).value_or_throw().variance == Approx(variance).epsilon(1e-12));
    const AucEstimate grouped = roc_auc(thrice.a, thrice.labels, &thrice.groups).value_or_throw();
    CHECK(grouped.value == Approx(.84).epsilon(1e-14));
    CHECK(grouped.variance == Approx(variance).epsilon(1e-12));
    CHECK(grouped.interval.method == IntervalMethod::grouped_logit);
    CHECK(roc_auc(thrice.a, thrice.labels).value_or_throw().variance < 0.4 * variance);
    const auto compared = compare_paired_aucs(thrice.a, thrice.b, thrice.labels, &thrice.groups).value_or_throw();
    CHECK(compared.statistic == Approx(1.78268508203073).epsilon(1e-12));
    // Perfect separation counts groups, not cases.
    Labels labels;
    Scores scores;
    Groups groups{.of_case = {}, .count = 6};
    for (int i = 0; i < 60; ++i) {
        labels.push_back(i < 30 ? 0 : 1);
        scores.push_back(i);
        groups.of_case.push_back(i / 10);
    }
    CHECK(roc_auc(scores, labels, &groups).value_or_throw().independent_pairs == 3);
    // A group with both classes serves one pair only: six such groups make three.
    for (std::size_t i = 0; i < 60; ++i) groups.of_case[i] = static_cast<std::int32_t>(i % 6);
    CHECK(roc_auc(scores, labels, &groups).value_or_throw().independent_pairs == 3);
    groups.of_case.pop_back();
    CHECK(roc_auc(scores, labels, &groups).error().code == ErrorCode::shape_mismatch);
}
