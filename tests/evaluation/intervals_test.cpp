// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the intervals of proportions against Newcombe 1998 and R.
#include "provenn/evaluation/intervals.hpp"

#include "support/catch.hpp"

using namespace provenn::evaluation;

namespace {
void check(const Interval& interval, double lower, double upper, double tolerance = 5.1e-7) {
    INFO(to_string(interval.method) << " " << interval.lower << " " << interval.upper);
    CHECK(std::abs(interval.lower - lower) < tolerance);
    CHECK(std::abs(interval.upper - upper) < tolerance);
}
}  // namespace

TEST_CASE("Wilson and Clopper-Pearson give the published bounds", "[evaluation][intervals][REQ-EVAL-002]") {
    check(wilson(81, 263), .255289, .366210);
    check(clopper_pearson(81, 263), .252737, .367622);
    check(wilson(15, 148), .062386, .160487);
    check(clopper_pearson(15, 148), .057844, .161650);
    check(wilson(0, 20), 0, .161125);
    check(clopper_pearson(0, 20), 0, .168433);
    check(wilson(1, 29), .006113, .171755);
    check(clopper_pearson(1, 29), .000873, .177644);
    check(clopper_pearson(29, 29), .880555, 1);
    check(jeffreys(81, 263), .254522, .365647);
    CHECK(wilson(0, 20).lower == 0.0);
    CHECK(wilson(29, 29).upper == 1.0);
}

TEST_CASE("intervals of x and n - x mirror each other and widen with confidence",
          "[evaluation][intervals][REQ-EVAL-002]") {
    for (std::int64_t n = 1; n <= 40; n += 3) {
        for (std::int64_t x = 0; x <= n; ++x) {
            for (const auto make : {wilson, clopper_pearson, jeffreys}) {
                const Interval a = make(x, n, 0.95);
                const Interval b = make(n - x, n, 0.95);
                CHECK(a.lower == Approx(1.0 - b.upper).margin(1e-12));
                CHECK(a.lower <= static_cast<double>(x) / static_cast<double>(n));
                CHECK(a.upper >= static_cast<double>(x) / static_cast<double>(n));
                const Interval wide = make(x, n, 0.99);
                CHECK(wide.lower <= a.lower);
                CHECK(wide.upper >= a.upper);
                CHECK(a.upper > a.lower);
            }
        }
    }
}

TEST_CASE("no failure in n cases bounds the failure rate exactly", "[evaluation][intervals][REQ-EVAL-003]") {
    CHECK(std::abs(failure_rate_upper_bound(0, 1000) - .002991) < 5e-7);
    CHECK(std::abs(clopper_pearson(0, 1000).upper - .003682) < 5e-7);
    CHECK(zero_failure_sample_size(0.01) == 299);
    CHECK(failure_rate_upper_bound(0, 299) <= 0.01);
    CHECK(failure_rate_upper_bound(0, 298) > 0.01);
    CHECK(failure_rate_upper_bound(3, 3) == 1.0);
    // One-sided at 97.5 % is the upper end of the two-sided exact interval.
    CHECK(failure_rate_upper_bound(2, 50, 0.975) == Approx(clopper_pearson(2, 50).upper).epsilon(1e-12));
}

TEST_CASE("a proportion of nothing is undefined and says why", "[evaluation][intervals][REQ-EVAL-004]") {
    const Proportion none = make_proportion(0, 0, "no positive case");
    CHECK_FALSE(none.defined());
    CHECK(none.reason == "no positive case");
    CHECK(std::isnan(none.interval.lower));
    CHECK(std::isnan(none.exact.upper));
}
