// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splits: shares by class, patients and copies on one side, leaks found and dropped, the same by seed.
#include "provenn/data/split.hpp"

#include <map>
#include <set>
#include <string>

#include "provenn/data/select.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

/// One pixel a sample; equal values are identical files.
Dataset made(const std::vector<int>& labels, const std::vector<int>& pixels, const std::vector<std::string>& patients) {
    Dataset dataset;
    dataset.name = "made";
    auto tensor = Tensor<std::uint8_t>::zeros({static_cast<std::int64_t>(labels.size()), 1, 2}).value_or_throw();
    int classes = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        Sample sample;
        sample.name = "s" + std::to_string(i);
        sample.label = labels[i];
        if (!patients.empty()) sample.patient = patients[i];
        dataset.samples.push_back(sample);
        tensor.data()[2 * i] = static_cast<std::uint8_t>(pixels[i] & 255);
        tensor.data()[2 * i + 1] = static_cast<std::uint8_t>(pixels[i] >> 8);
        classes = std::max(classes, labels[i] + 1);
    }
    for (int c = 0; c < classes; ++c) dataset.class_names.push_back("c" + std::to_string(c));
    dataset.pixels = std::make_shared<ArrayPixels>(std::move(tensor));
    return dataset;
}

Dataset plain(int count) {
    std::vector<int> labels, pixels;
    for (int i = 0; i < count; ++i) labels.push_back(i % 10 < 7 ? 0 : 1), pixels.push_back(i);
    return made(labels, pixels, {});
}

std::vector<Split> splits_of(const Dataset& dataset) {
    std::vector<Split> splits;
    for (const Sample& sample : dataset.samples) splits.push_back(sample.split);
    return splits;
}

}  // namespace

TEST_CASE("every class is shared out as asked, and the seed decides who goes where", "[data][split][REQ-DATA-005]") {
    Dataset dataset = plain(1000);
    const SplitReport report = assign_splits(dataset, {.validation = 0.2, .test = 0.1, .seed = 3}).value_or_throw();
    CHECK(report.grouping == Grouping::ungrouped);
    CHECK(report.groups == 1000);
    CHECK_FALSE(report.has_leaks());
    std::map<std::pair<int, std::int64_t>, int> counts;
    for (const Sample& sample : dataset.samples) ++counts[{static_cast<int>(sample.split), sample.label}];
    CHECK(counts[{1, 0}] == 490);
    CHECK(counts[{1, 1}] == 210);
    CHECK(counts[{2, 0}] == 140);
    CHECK(counts[{2, 1}] == 60);
    CHECK(counts[{3, 0}] == 70);
    CHECK(counts[{3, 1}] == 30);
    Dataset same = plain(1000), other = plain(1000);
    assign_splits(same, {.validation = 0.2, .test = 0.1, .seed = 3}).value_or_throw();
    assign_splits(other, {.validation = 0.2, .test = 0.1, .seed = 4}).value_or_throw();
    CHECK(splits_of(same) == splits_of(dataset));
    CHECK(splits_of(other) != splits_of(dataset));
}

TEST_CASE("patients and identical files stay on one side", "[data][split][REQ-DATA-005]") {
    std::vector<int> labels, pixels;
    std::vector<std::string> patients;
    for (int i = 0; i < 400; ++i) {
        labels.push_back(i % 2);
        patients.push_back("P" + std::to_string(i / 2 % 40));
        pixels.push_back(i % 100 == 99 ? 7 : 1000 + i);  // 4 copies, of patients 9, 19, 29, 39
    }
    Dataset dataset = made(labels, pixels, patients);
    const SplitReport report = assign_splits(dataset, {}).value_or_throw();
    CHECK(report.grouping == Grouping::by_patient);
    CHECK(report.groups == 37);  // three patients are tied to another by a copy
    CHECK(report.identical_copies == 3);
    CHECK_FALSE(report.has_leaks());
    std::map<std::string, std::set<Split>> sides;
    std::map<Split, int> counts;
    for (const Sample& sample : dataset.samples) sides[sample.patient].insert(sample.split), ++counts[sample.split];
    for (const auto& [patient, seen] : sides) CHECK(seen.size() == 1);
    CHECK((counts[Split::validation] >= 50 && counts[Split::validation] <= 70));
    CHECK((counts[Split::test] >= 50 && counts[Split::test] <= 70));

    for (std::size_t i = 0; i < 50; ++i) dataset.samples[i].patient.clear();
    CHECK(inspect_splits(dataset).value_or_throw().grouping == Grouping::partly_by_patient);
    // Samples of unknown patients are not one patient.
    CHECK(assign_splits(dataset, {}).value_or_throw().groups > 80);
}

TEST_CASE("a validation side is taken from train alone", "[data][split][REQ-DATA-005]") {
    Dataset dataset = plain(100);
    for (std::size_t i = 0; i < 100; ++i) dataset.samples[i].split = i < 80 ? Split::train : Split::test;
    take_from_train(dataset, Split::validation, 0.25, 1).value_or_throw();
    CHECK(dataset.members(Split::train).size() == 60);
    CHECK(dataset.members(Split::validation).size() == 20);
    CHECK(dataset.members(Split::test).size() == 20);
    CHECK(dataset.members(Split::test).front() == 80);
    CHECK(take_from_train(dataset, Split::validation, 1.0, 1).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("what cannot be shared out is an error that changes nothing", "[data][split][REQ-DATA-005]") {
    Dataset dataset = made({0, 0, 0, 1, 1}, {1, 2, 3, 4, 5}, {});
    const auto refused = assign_splits(dataset, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::empty_data);
    CHECK_THAT(std::string(refused.error().message.view()), support::contains("class 'c1'"));
    for (const Split split : splits_of(dataset)) CHECK(split == Split::unassigned);
    CHECK(assign_splits(dataset, {.validation = 0.6, .test = 0.5}).error().code == ErrorCode::invalid_argument);
    CHECK(assign_splits(dataset, {.validation = -0.1}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("leaks of given splits are counted, refused and dropped", "[data][split][select][REQ-DATA-006]") {
    //                     0  1  2  3  4  5  6  7
    Dataset dataset = made({0, 1, 0, 1, 1, 1, 0, 1}, {1, 2, 3, 4, 2, 2, 6, 7},
                           {"a", "b", "c", "d", "b", "e", "c", "f"});
    const Split sides[] = {Split::train, Split::train, Split::train, Split::train,
                           Split::train, Split::validation, Split::test, Split::test};
    for (std::size_t i = 0; i < 8; ++i) dataset.samples[i].split = sides[i];
    dataset.samples[5].label = 0;
    const SplitReport report = inspect_splits(dataset).value_or_throw();
    CHECK(report.identical_copies == 2);
    CHECK(report.copies_across_splits == 1);
    CHECK(report.conflicting_labels == 1);
    CHECK(report.patients_across_splits == 1);  // c
    CHECK(report.groups == 5);                  // a, b with e, c, d, f
    const Status refused = refuse_leaks(report);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::data_leak);
    CHECK_THAT(std::string(refused.error().message.view()), support::contains("s1 and s5 are identical"));

    const SplitReport after = drop_leaks(dataset).value_or_throw();
    CHECK(after.dropped == 3);  // s1 and s4 for s5, s2 for s6
    CHECK_FALSE(after.has_leaks());
    CHECK(refuse_leaks(after).ok());
    std::string names;
    for (const Sample& sample : dataset.samples) names += sample.name;
    CHECK(names == "s0s3s5s6s7");
    CHECK(dataset.pixels->read(2, OrientationPolicy::refuse, nullptr).value_or_throw().pixels8.data()[0] == 2);
}

TEST_CASE("classes are kept in the order asked for, and a number of each", "[data][select][REQ-DATA-007]") {
    Dataset dataset = made({0, 1, 2, 2, 1, 0, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}, {});
    for (Sample& sample : dataset.samples) sample.split = Split::train;
    dataset.samples[7].split = Split::test;
    CHECK(keep_classes(dataset, {"c2", "c9"}).error().code == ErrorCode::not_found);
    CHECK(keep_classes(dataset, {"c2", "c2"}).error().code == ErrorCode::duplicate_name);
    CHECK(keep_classes(dataset, {"c2"}).error().code == ErrorCode::invalid_argument);
    keep_classes(dataset, {"c2", "c0"}).value_or_throw();
    CHECK(dataset.class_names == std::vector<std::string>{"c2", "c0"});
    REQUIRE(dataset.samples.size() == 6);
    CHECK(dataset.samples[0].name == "s0");
    CHECK(dataset.samples[0].label == 1);
    CHECK(dataset.samples[1].label == 0);
    CHECK(dataset.pixels->read(1, OrientationPolicy::refuse, nullptr).value_or_throw().pixels8.data()[0] == 2);

    CHECK(keep_per_class(dataset, Split::train, 3, 1).error().code == ErrorCode::empty_data);
    keep_per_class(dataset, Split::train, 2, 1).value_or_throw();
    CHECK(dataset.members(Split::train).size() == 4);
    CHECK(dataset.members(Split::test).size() == 1);
    Dataset one = plain(100), two = plain(100), three = plain(100);
    keep_per_class(one, Split::unassigned, 5, 1).value_or_throw();
    keep_per_class(two, Split::unassigned, 5, 1).value_or_throw();
    keep_per_class(three, Split::unassigned, 5, 2).value_or_throw();
    std::string a, b, c;
    for (std::size_t i = 0; i < 10; ++i) a += one.samples[i].name, b += two.samples[i].name, c += three.samples[i].name;
    CHECK(a == b);
    CHECK(a != c);
}
