// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the comparisons of proportions against published examples.
#include "provenn/evaluation/comparison.hpp"

#include "support/catch.hpp"

using namespace provenn::evaluation;

TEST_CASE("independent proportions differ by the published interval", "[evaluation][comparison][REQ-EVAL-011]") {
    const Estimate difference = difference_of_independent(56, 70, 48, 80);
    CHECK(difference.value == Approx(0.20).epsilon(1e-14));
    CHECK(std::abs(difference.interval.lower - .052431) < 5e-6);
    CHECK(std::abs(difference.interval.upper - .333873) < 5e-6);
}

TEST_CASE("paired proportions differ by the published interval", "[evaluation][comparison][REQ-EVAL-011]") {
    const Estimate difference = difference_of_paired({.both = 36, .first_only = 12, .second_only = 2, .neither = 0});
    CHECK(difference.value == Approx(0.20).epsilon(1e-14));
    CHECK(std::abs(difference.interval.lower - .056930) < 5e-6);
    CHECK(std::abs(difference.interval.upper - .340428) < 5e-6);
    // Swapping the classifiers mirrors the interval; so does swapping right and wrong.
    const Estimate swapped = difference_of_paired({.both = 36, .first_only = 2, .second_only = 12, .neither = 0});
    CHECK(swapped.interval.lower == Approx(-difference.interval.upper).epsilon(1e-12));
    const Estimate flipped = difference_of_paired({.both = 0, .first_only = 12, .second_only = 2, .neither = 36});
    CHECK(flipped.interval.lower == Approx(difference.interval.lower).epsilon(1e-12));
    // By hand from the paper: phi of (40 * 40 - 12 * 2 - 94 / 2), continuity corrected; 0 where the product is below n
    // / 2.
    const Estimate corrected = difference_of_paired({.both = 40, .first_only = 12, .second_only = 2, .neither = 40});
    CHECK(corrected.interval.lower == Approx(0.028453699117402434).epsilon(1e-10));
    CHECK(corrected.interval.upper == Approx(0.1810774039154939).epsilon(1e-10));
    const Estimate few = difference_of_paired({.both = 6, .first_only = 3, .second_only = 2, .neither = 2});
    CHECK(few.interval.lower == Approx(-0.26251391065333285).epsilon(1e-10));
    // Strong agreement narrows it: the correlation is used.
    const Estimate alike = difference_of_paired({.both = 40, .first_only = 12, .second_only = 2, .neither = 40});
    const Estimate unlike = difference_of_paired({.both = 27, .first_only = 25, .second_only = 15, .neither = 27});
    CHECK(alike.value == Approx(unlike.value));
    CHECK(alike.interval.upper - alike.interval.lower < unlike.interval.upper - unlike.interval.lower);
    CHECK_FALSE(difference_of_paired({}).defined());
}

TEST_CASE("McNemar's test has the published values", "[evaluation][comparison][REQ-EVAL-011]") {
    const McNemarTest test = mcnemar(150, 86);
    CHECK(test.chi_square == Approx(17.355932).epsilon(1e-7));
    CHECK(test.chi_square_corrected == Approx(16.817797).epsilon(1e-7));
    CHECK(test.corrected_p == Approx(4.1146e-5).epsilon(2e-5));
    CHECK(test.exact_p == Approx(3.715936e-5).epsilon(2e-7));
    CHECK(mcnemar(86, 150).exact_p == test.exact_p);
    CHECK(mcnemar(5, 14).exact_p == Approx(.063568).epsilon(1e-5));
    // By hand, b = 1, c = 3: 2 (1 + 4) / 16 and, at mid-p, 2 (1 + 4 / 2) / 16.
    CHECK(mcnemar(1, 3).exact_p == Approx(10.0 / 16.0).epsilon(1e-13));
    CHECK(mcnemar(1, 3).mid_p == Approx(6.0 / 16.0).epsilon(1e-13));
    CHECK(mcnemar(4, 4).exact_p == 1.0);
    CHECK(mcnemar(4, 4).mid_p == Approx(1.0).epsilon(1e-13));
    CHECK(mcnemar(0, 0).exact_p == 1.0);
    CHECK(std::isnan(mcnemar(0, 0).chi_square));
}
