// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of grouped cases.
#include "provenn/evaluation/groups.hpp"

#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::evaluation;

TEST_CASE("groups are numbered in the order of appearance", "[evaluation][groups][REQ-EVAL-012]") {
    const std::vector<std::string> ids = {"p7", "p1", "p7", "p2"};
    const Groups groups = number_groups(ids).value_or_throw();
    CHECK(groups.count == 3);
    CHECK(groups.of_case == std::vector<std::int32_t>{0, 1, 0, 2});
    CHECK(number_groups(std::vector<std::string>{"p1", ""}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("likeness within groups reduces the sample size", "[evaluation][groups][REQ-EVAL-012]") {
    // Ten patients with four images each, all right or all wrong: ten cases' worth, less one for the estimate.
    std::vector<GroupCount> alike;
    for (int g = 0; g < 10; ++g) alike.push_back({g < 7 ? 4 : 0, 4});
    CHECK(effective_sample_size(alike) == Approx(9.0).epsilon(1e-12));
    // Each patient half right: nothing is shared, and the size is never raised.
    CHECK(effective_sample_size(std::vector<GroupCount>(10, {2, 4})) == 40.0);
    // Nothing wrong at all: likeness cannot be estimated, each patient counts once.
    CHECK(effective_sample_size(std::vector<GroupCount>(10, {4, 4})) == 10.0);
    // Every case its own group: the plain sample size.
    CHECK(effective_sample_size(std::vector<GroupCount>{{1, 1}, {0, 1}, {1, 1}}) == 3.0);
    // By hand: p = 1/2, offsets 1, 0, -1: var = 3/2 * 2 / 36, deff = (1/12) * 6 / (1/4) = 2.
    CHECK(effective_sample_size(std::vector<GroupCount>{{2, 2}, {1, 2}, {0, 2}}) == Approx(3.0).epsilon(1e-12));
    // An empty group does not count.
    CHECK(effective_sample_size(std::vector<GroupCount>{{4, 4}, {0, 0}, {4, 4}}) == 2.0);
}

TEST_CASE("the interval of grouped cases is wider than that of independent ones",
          "[evaluation][groups][REQ-EVAL-012]") {
    std::vector<std::uint8_t> counted(12, 1);
    std::vector<std::uint8_t> succeeded(12, 0);
    Groups groups{.of_case = {}, .count = 3};
    for (std::size_t i = 0; i < 12; ++i) {
        groups.of_case.push_back(static_cast<std::int32_t>(i / 4));
        succeeded[i] = i < 4 ? 0 : 1;
    }
    Proportion proportion = make_proportion(8, 12, "");
    widen_for_groups(proportion, counted, succeeded, groups);
    CHECK(proportion.interval.method == IntervalMethod::wilson_grouped);
    CHECK(proportion.interval.lower == Approx(wilson_of(2.0 / 3.0, 2.0).lower).epsilon(1e-12));
    CHECK(proportion.exact.lower == Approx(clopper_pearson(8, 12).lower));
    // Cases outside the denominator are ignored, also their groups.
    for (std::size_t i = 0; i < 12; ++i) counted[i] = i % 4 == 0 ? 1 : 0;
    Proportion few = make_proportion(2, 3, "");
    widen_for_groups(few, counted, succeeded, groups);
    CHECK(few.interval.method == IntervalMethod::wilson);
}
