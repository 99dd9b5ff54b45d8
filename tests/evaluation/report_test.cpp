// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the classification report: its numbers, its text, its JSON, and what it refuses.
#include "provenn/evaluation/make_report.hpp"

#include <string>
#include <vector>

#include "evaluation/fixtures.hpp"
#include "provenn/evaluation/report_json.hpp"
#include "provenn/evaluation/report_text.hpp"
#include "provenn/evaluation/threshold.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

namespace {
/// Owns what an input borrows.
struct Case {
    std::vector<float> scores;
    std::vector<std::int32_t> labels;
    std::vector<std::string> names;
    std::vector<std::string> patients;
    [[nodiscard]] ClassificationInput input() const {
        ClassificationInput made;
        made.scores = scores;
        made.labels = labels;
        made.class_names = names;
        made.group_ids = patients;
        return made;
    }
    [[nodiscard]] ClassificationReport report() const { return make_report(input()).value_or_throw(); }
};

/// Model A of the fixture; two columns or one.
Case model_a(bool two_columns) {
    Case made;
    for (const double score : fixtures::kScoresA) {
        if (two_columns) made.scores.push_back(1.0f - static_cast<float>(score));
        made.scores.push_back(static_cast<float>(score));
    }
    made.labels.assign(fixtures::kLabels.begin(), fixtures::kLabels.end());
    made.names = {"healthy", "sick"};
    return made;
}

Case three_classes() {
    Case made;
    made.scores.assign(fixtures::kThreeClassScores.begin(), fixtures::kThreeClassScores.end());
    for (std::int32_t i = 0; i < 30; ++i) made.labels.push_back(i % 3);
    made.names = {"boot", "coat", "bag"};
    return made;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("a binary report has the published numbers", "[evaluation][report][REQ-EVAL-014][REQ-EVAL-009]") {
    for (const bool two_columns : {false, true}) {
        const ClassificationReport report = model_a(two_columns).report();
        REQUIRE(report.binary);
        const ClassReport& sick = report.classes[1];
        CHECK(sick.table.tp == 8);
        CHECK(sick.table.fp == 3);
        CHECK(report.confusion.at(0, 1) == 3);
        CHECK(sick.sensitivity.value == 0.8);
        CHECK(sick.specificity.value == 0.7);
        CHECK(report.classes[0].sensitivity.value == 0.7);
        CHECK(sick.f1.value == Approx(.761904762).epsilon(1e-9));
        CHECK(report.accuracy.value == 0.75);
        CHECK(report.balanced_accuracy.value == Approx(0.75).epsilon(1e-14));
        CHECK(report.mcc.value == Approx(.502518907629606).epsilon(1e-13));
        CHECK(report.kappa.value == Approx(.5).epsilon(1e-13));
        CHECK(sick.auc.value == Approx(.84).epsilon(1e-13));
        CHECK(sick.auc.variance == Approx(.00808888888888889).epsilon(1e-12));
        CHECK(report.classes[0].auc.value == Approx(.84).epsilon(1e-13));
        CHECK(report.classes[0].auc.positives == 10);
        CHECK(report.binary->average_precision.value == Approx(.849934640522876).epsilon(1e-13));
        CHECK(report.calibration.brier == Approx(.16325).epsilon(1e-6));
        CHECK(report.calibration.log_loss == Approx(.490993957).epsilon(1e-6));
        CHECK(report.binary->recalibration.slope == Approx(1.561855468).epsilon(1e-5));
        CHECK(report.largest_class_share == 0.5);
        CHECK(report.better_than_largest_p == Approx(binomial_upper_tail(15, 20, 0.5)));
        CHECK(report.binary->threshold == 0.5);
    }
}

TEST_CASE("the positive class may be the first", "[evaluation][report][REQ-EVAL-014]") {
    Case made = model_a(true);
    ClassificationInput input = made.input();
    input.positive_class = 0;
    const ClassificationReport report = make_report(input).value_or_throw();
    CHECK(report.classes[0].table.tp == 8);  // 1 - .50 is called positive too: a tie goes to the positive class
    CHECK(report.binary->positive_class == 0);
    CHECK(report.macro_auc.value == Approx(.84).epsilon(1e-13));
}

TEST_CASE("a threshold brings its origin", "[evaluation][report][REQ-EVAL-007][REQ-EVAL-014]") {
    Case made = model_a(false);
    ClassificationInput input = made.input();
    input.threshold = 0.35;
    CHECK(make_report(input).error().code == ErrorCode::invalid_argument);
    const auto chosen = choose_threshold(parse_threshold_rule("sens=0.9").value_or_throw(), fixtures::kScoresB,
                                         fixtures::kLabels, "validation data").value_or_throw();
    CHECK(chosen.value == .35);
    input.threshold = chosen.value;
    input.threshold_origin = describe(chosen);
    const ClassificationReport report = make_report(input).value_or_throw();
    CHECK(report.classes[1].table.tp == 9);
    CHECK(contains(to_text(report),
                   "Threshold: rule sens=0.9 on validation data (10 positive, 10 negative; there sensitivity 0.9000"));
    CHECK(to_json(report)["binary"]["threshold_origin"] == input.threshold_origin);
    // Logits have no natural threshold.
    for (float& score : made.scores) score = 10.0f * score - 5.0f;
    CHECK(make_report(made.input()).error().code == ErrorCode::invalid_argument);
    ClassificationInput logits = made.input();
    logits.threshold = 0.0;
    logits.threshold_origin = "fixed in advance";
    const ClassificationReport of_logits = make_report(logits).value_or_throw();
    CHECK(of_logits.classes[1].table.tp == 8);
    CHECK(std::isnan(of_logits.calibration.brier));
    CHECK(of_logits.calibration.reason == "the scores are no probabilities");
}

TEST_CASE("a report of three classes matches scikit-learn", "[evaluation][report][REQ-EVAL-009][REQ-EVAL-014]") {
    const ClassificationReport report = three_classes().report();
    CHECK_FALSE(report.binary);
    CHECK(report.accuracy.value == 0.5);
    CHECK(report.kappa.value == Approx(0.25).epsilon(1e-12));
    CHECK(report.mcc.value == Approx(0.2504177112353167).epsilon(1e-12));
    CHECK(report.classes[0].f1.value == Approx(0.5).epsilon(1e-12));
    CHECK(report.classes[1].f1.value == Approx(0.52631579).epsilon(1e-8));
    CHECK(report.classes[2].f1.value == Approx(0.47619048).epsilon(1e-8));
    CHECK(report.macro_auc.value == Approx(2.3 / 3.0).epsilon(1e-12));
    CHECK(report.calibration.log_loss == Approx(0.8497966449551698).epsilon(1e-12));
    CHECK(report.calibration.brier == Approx(0.5450725984563225).epsilon(1e-12));
    CHECK(contains(to_text(report), "Macro ROC AUC (each against the rest)"));
    CHECK(to_json(report).contains("macro_auc"));
}

TEST_CASE("patients are counted and widen the intervals", "[evaluation][report][REQ-EVAL-012]") {
    Case made = model_a(false);
    const ClassificationReport alone = made.report();
    CHECK_FALSE(alone.group_count);
    CHECK(contains(alone.notes.front(), "No patient ids were given"));
    // Each case three times, as three images of one patient.
    Case thrice = made;
    for (int copy = 0; copy < 2; ++copy) {
        thrice.scores.insert(thrice.scores.end(), made.scores.begin(), made.scores.end());
        thrice.labels.insert(thrice.labels.end(), made.labels.begin(), made.labels.end());
    }
    const ClassificationReport narrow = thrice.report();
    for (std::size_t i = 0; i < 60; ++i) thrice.patients.push_back("p" + std::to_string(i % 20));
    const ClassificationReport grouped = thrice.report();
    REQUIRE(grouped.group_count);
    CHECK(*grouped.group_count == 20);
    CHECK(contains(to_text(grouped), "60 cases, 20 patients"));
    CHECK(to_json(grouped)["patients"] == 20);
    const auto width = [](const Interval& interval) { return interval.upper - interval.lower; };
    CHECK(width(narrow.accuracy.interval) < 0.65 * width(alone.accuracy.interval));
    // 20 patients are worth 19 cases: the mean is estimated too.
    CHECK(grouped.accuracy.interval.lower == Approx(wilson_of(0.75, 19.0).lower).epsilon(1e-12));
    CHECK(grouped.classes[1].sensitivity.interval.lower == Approx(wilson_of(0.8, 9.0).lower).epsilon(1e-12));
    CHECK(grouped.classes[1].specificity.interval.lower == Approx(wilson_of(0.7, 9.0).lower).epsilon(1e-12));
    CHECK(grouped.classes[1].ppv.interval.lower == Approx(wilson_of(8.0 / 11.0, 10.0).lower).epsilon(1e-12));
    CHECK(grouped.classes[1].npv.interval.lower == Approx(wilson_of(7.0 / 9.0, 8.0).lower).epsilon(1e-12));
    CHECK(grouped.classes[1].auc.variance == Approx(alone.classes[1].auc.variance).epsilon(1e-12));
    CHECK(width(grouped.balanced_accuracy.interval) > width(narrow.balanced_accuracy.interval));
}

TEST_CASE("cases of one class make a report with reasons instead of numbers", "[evaluation][report][REQ-EVAL-004]") {
    Case made = model_a(true);
    made.labels.assign(20, 0);
    const ClassificationReport report = made.report();
    CHECK(report.classes[1].sensitivity.reason == "no positive case");
    CHECK_FALSE(report.macro_auc.defined());
    CHECK_FALSE(report.balanced_accuracy.defined());
    CHECK_FALSE(report.mcc.defined());
    CHECK(report.binary->recalibration.reason == "only one class");
    const Json json = to_json(report);
    CHECK(json["auc"]["value"].is_null());
    CHECK(json["auc"]["reason"] == "no positive case");
    CHECK_FALSE(contains(dump_json(json).value_or_throw(), "nan"));
    CHECK(contains(to_text(report), "undefined"));
    CHECK_FALSE(contains(to_text(report), "nan"));
}

TEST_CASE("text and JSON carry the same numbers", "[evaluation][report][REQ-EVAL-014]") {
    Case made = model_a(true);
    ClassificationInput input = made.input();
    input.prevalence = 0.02;
    const ClassificationReport report = make_report(input).value_or_throw();
    const std::string text = to_text(report);
    CHECK(contains(text, "Sensitivity                 0.8000  0.4902 to 0.9433"));
    CHECK(contains(text, "PPV at prevalence 0.0200    0.0516  0.0197 to 0.1284"));
    CHECK(contains(text, "8 of 10"));
    CHECK(contains(text, "patients unknown"));
    const Json json = parse_json(dump_json(to_json(report)).value_or_throw()).value_or_throw();
    CHECK(json["classes"][1]["sensitivity"]["lower"].get<double>() == report.classes[1].sensitivity.interval.lower);
    CHECK(json["classes"][1]["sensitivity"]["method"] == "Wilson");
    CHECK(json["binary"]["ppv_at_prevalence"]["value"].get<double>() == report.binary->at_prevalence->ppv.value);
    CHECK(json["auc"]["value"].get<double>() == report.macro_auc.value);
    CHECK(json["confusion"] == Json::parse("[[7, 3], [2, 8]]"));
    CHECK(json.begin().key() == "data");
}

TEST_CASE("a class name cannot forge lines of a report", "[evaluation][report][REQ-EVAL-014]") {
    Case made = model_a(true);
    made.names[1] = "sick\nAccuracy 1.0000";
    CHECK_FALSE(contains(to_text(made.report()), "\nAccuracy 1.0000"));
    made.names[1] = "\xff";
    CHECK(dump_json(to_json(made.report())).error().code == ErrorCode::corrupt_data);
}

TEST_CASE("a report refuses input that makes no sense", "[evaluation][report][REQ-EVAL-004]") {
    const Case good = model_a(true);
    const auto code_of = [](const Case& made) { return make_report(made.input()).error().code; };
    Case bad = good;
    bad.scores.pop_back();
    CHECK(code_of(bad) == ErrorCode::shape_mismatch);
    bad = good;
    bad.scores[7] = std::numeric_limits<float>::quiet_NaN();
    CHECK(code_of(bad) == ErrorCode::not_finite);
    bad = good;
    bad.labels[3] = 2;
    CHECK(code_of(bad) == ErrorCode::invalid_argument);
    bad = good;
    bad.names = {"one"};
    CHECK(code_of(bad) == ErrorCode::invalid_argument);
    bad = good;
    bad.patients = {"p1"};
    CHECK(code_of(bad) == ErrorCode::shape_mismatch);
    bad.patients.assign(20, "");
    CHECK(code_of(bad) == ErrorCode::invalid_argument);
    bad = good;
    bad.labels.clear();
    bad.scores.clear();
    CHECK(code_of(bad) == ErrorCode::empty_data);
    const Case three = three_classes();
    ClassificationInput input = three.input();
    input.threshold = 0.5;
    input.threshold_origin = "x";
    CHECK(make_report(input).error().code == ErrorCode::invalid_argument);
    ClassificationInput level = good.input();
    level.confidence = 95.0;
    CHECK(make_report(level).error().code == ErrorCode::invalid_argument);
}
