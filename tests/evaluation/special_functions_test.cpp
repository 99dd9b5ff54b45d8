// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the special functions against SciPy 1.15 and tables.
#include "provenn/evaluation/special_functions.hpp"

#include "support/catch.hpp"

using namespace provenn::evaluation;

TEST_CASE("log gamma matches published values", "[evaluation][special_functions][REQ-EVAL-001]") {
    CHECK(log_gamma(0.1) == Approx(2.252712651734206).epsilon(1e-14));
    CHECK(log_gamma(0.5) == Approx(0.5723649429247).epsilon(1e-13));
    CHECK(log_gamma(3.7) == Approx(1.428072326665388).epsilon(1e-14));
    CHECK(log_gamma(100.0) == Approx(359.1342053695754).epsilon(1e-14));
    CHECK(log_gamma(1e6) == Approx(12815504.569147611).epsilon(1e-14));
}

TEST_CASE("the incomplete beta function matches published values", "[evaluation][special_functions][REQ-EVAL-001]") {
    CHECK(incomplete_beta(0.0, 2, 3) == 0.0);
    CHECK(incomplete_beta(1.0, 2, 3) == 1.0);
    CHECK(incomplete_beta(0.5, 2, 3) == Approx(0.6875).epsilon(1e-14));
    CHECK(incomplete_beta(0.01, 0.5, 0.5) == Approx(0.06376856085851985).epsilon(1e-13));
    CHECK(incomplete_beta(0.999, 0.5, 0.5) == Approx(0.9798649583666235).epsilon(1e-13));
    CHECK(incomplete_beta(0.3, 20, 50) == Approx(0.617490751618768).epsilon(1e-12));
    CHECK(incomplete_beta(0.8, 200, 50) == Approx(0.48737623184868095).epsilon(1e-12));
    CHECK(incomplete_beta(1e-6, 1, 1000) == Approx(0.0009995006661255913).epsilon(1e-12));
    CHECK(incomplete_beta(0.9, 0.1, 7) == Approx(0.999999998031793).epsilon(1e-12));
    CHECK(incomplete_beta(0.5, 500000, 500100) == Approx(0.5398258692329362).epsilon(1e-8));
}

TEST_CASE("the inverse of the incomplete beta function returns its argument",
          "[evaluation][special_functions][REQ-EVAL-001]") {
    CHECK(inverse_incomplete_beta(0.025, 81, 183) == Approx(0.25273674558527126).epsilon(1e-12));
    CHECK(inverse_incomplete_beta(0.975, 82, 182) == Approx(0.36762192260135135).epsilon(1e-12));
    CHECK(inverse_incomplete_beta(0.025, 1, 29) == Approx(0.000872646883579922).epsilon(1e-12));
    CHECK(inverse_incomplete_beta(1e-12, 3, 4) == Approx(3.684133294738866e-05).epsilon(1e-10));
    for (const double p : {0.001, 0.3, 0.5, 0.9999}) {
        CHECK(incomplete_beta(inverse_incomplete_beta(p, 3.5, 9), 3.5, 9) == Approx(p).epsilon(1e-12));
    }
}

TEST_CASE("normal quantiles and tails match published values", "[evaluation][special_functions][REQ-EVAL-001]") {
    CHECK(std::abs(normal_quantile(0.975) - 1.959963984540054) < 1e-14);
    CHECK(std::abs(normal_quantile(0.995) - 2.5758293035489004) < 1e-14);
    CHECK(std::abs(normal_quantile(0.75) - 0.6744897501960817) < 1e-14);
    CHECK(normal_quantile(0.5) == 0.0);
    CHECK(normal_quantile(0.25) == -normal_quantile(0.75));
    CHECK(normal_quantile(1e-10) == Approx(-6.361340902404056).epsilon(1e-14));
    CHECK(normal_quantile(1e-300) == Approx(-37.0470962993612).epsilon(1e-13));
    CHECK(std::abs(normal_quantile(0.5000001) - 2.506628273311648e-07) < 1e-15);
    CHECK(two_sided_z(0.95) == Approx(1.959963984540054).epsilon(1e-14));
    CHECK(normal_cdf(1.959963984540054) == Approx(0.975).epsilon(1e-14));
    CHECK(normal_two_sided_p(-1.959963984540054) == Approx(0.05).epsilon(1e-13));
}

TEST_CASE("Student's t and binomial tails match published values", "[evaluation][special_functions][REQ-EVAL-001]") {
    CHECK(student_two_sided_p(2.228138852, 10.0) == Approx(0.05).epsilon(1e-9));
    CHECK(student_two_sided_p(-0.834674010, 35.2616429) == Approx(0.4095207678962).epsilon(1e-12));
    // The no-information-rate test: 85 of 100 right where the largest class is 70 %.
    CHECK(binomial_upper_tail(85, 100, 0.70) == Approx(0.000404999541943737).epsilon(1e-12));
    CHECK(binomial_lower_tail(1, 4, 0.5) == Approx(5.0 / 16.0).epsilon(1e-14));
    CHECK(binomial_lower_tail(4, 4, 0.5) == 1.0);
    CHECK(binomial_upper_tail(0, 4, 0.5) == 1.0);
    CHECK(binomial_lower_tail(30, 100, 0.3) + binomial_upper_tail(31, 100, 0.3) == Approx(1.0).epsilon(1e-13));
}
