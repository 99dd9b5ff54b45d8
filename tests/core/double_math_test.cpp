// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of double precision against the C library in long double, and at their edges.
#include "provenn/core/double_math.hpp"

#include <cmath>
#include <limits>

#include "provenn/core/philox.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {
/// Largest relative error over [low, high], with every third argument moved towards zero by up to 2^-60.
template <class Function, class Oracle>
double worst_error(double low, double high, Function function, Oracle oracle) {
    RandomStream random({1, RandomPurpose::test, 0, 0, 0});
    double worst = 0.0;
    for (int i = 0; i < 200000; ++i) {
        double x = low + (high - low) * random.uniform_double();
        if (i % 3 == 0) x = std::ldexp(x, -static_cast<int>(random.below(60)));
        const long double expected = oracle(static_cast<long double>(x));
        const long double error = std::abs(static_cast<long double>(function(x)) - expected);
        if (!(error == 0.0L)) worst = std::max(worst, static_cast<double>(error / std::abs(expected)));
    }
    return worst;
}
}  // namespace

TEST_CASE("double functions keep their stated relative errors", "[core][double_math][REQ-CORE-012]") {
    using L = long double;
    CHECK(worst_error(-700, 709, [](double x) { return math::exp(x); }, [](L x) { return std::exp(x); }) < 4e-16);
    CHECK(worst_error(-45, 45, [](double x) { return math::expm1(x); }, [](L x) { return std::expm1(x); }) < 8e-16);
    CHECK(worst_error(-1, 1, [](double x) { return math::expm1(x); }, [](L x) { return std::expm1(x); }) < 8e-16);
    CHECK(worst_error(0, 3, [](double x) { return math::log(x); }, [](L x) { return std::log(x); }) < 6e-16);
    CHECK(worst_error(0, 1e300, [](double x) { return math::log(x); }, [](L x) { return std::log(x); }) < 6e-16);
    CHECK(worst_error(-0.999, 3, [](double x) { return math::log1p(x); }, [](L x) { return std::log1p(x); }) < 6e-16);
    CHECK(worst_error(-3.1, 3.1, [](double x) { return math::sin(x); }, [](L x) { return std::sin(x); }) < 1e-15);
    CHECK(worst_error(-1.5, 1.5, [](double x) { return math::cos(x); }, [](L x) { return std::cos(x); }) < 1e-15);
    CHECK(worst_error(-25, 25, [](double x) { return math::tanh(x); }, [](L x) { return std::tanh(x); }) < 1e-15);
    CHECK(worst_error(-7, 7, [](double x) { return math::erf(x); }, [](L x) { return std::erf(x); }) < 2e-15);
    CHECK(worst_error(-700, 50, [](double x) { return math::sigmoid(x); }, [](L x) { return 1 / (1 + std::exp(-x)); }) <
          1e-15);
    CHECK(worst_error(0.01, 100, [](double x) { return math::pow(x, 2.5); }, [](L x) { return std::pow(x, 2.5L); }) <
          120 * 4e-16);
    RandomStream random({1, RandomPurpose::test, 1, 0, 0});
    double worst = 0.0;
    for (int i = 0; i < 200000; ++i) {
        const double x = (random.uniform_double() - 0.5) * 2097152.0;
        worst =
            std::max(worst, static_cast<double>(std::abs(static_cast<L>(math::sin(x)) - std::sin(static_cast<L>(x)))));
        worst =
            std::max(worst, static_cast<double>(std::abs(static_cast<L>(math::cos(x)) - std::cos(static_cast<L>(x)))));
    }
    CHECK(worst < 1e-15);
}

TEST_CASE("double functions are right at their edges", "[core][double_math][REQ-CORE-012]") {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK((math::exp(0.0) == 1.0 && math::exp(-kInfinity) == 0.0 && math::exp(kInfinity) == kInfinity));
    CHECK((math::exp(710.0) == kInfinity && std::isfinite(math::exp(709.78)) && math::exp(-745.0) == 0x1p-1074));
    CHECK((math::log(1.0) == 0.0 && math::log(0.0) == -kInfinity && std::isnan(math::log(-1.0))));
    CHECK((math::log(kInfinity) == kInfinity && math::log(0x1p-1074) == Approx(-744.4400719213812)));
    CHECK((math::log1p(-1.0) == -kInfinity && std::isnan(math::log1p(-1.5)) && std::signbit(math::log1p(-0.0))));
    CHECK((math::expm1(kInfinity) == kInfinity && math::expm1(-kInfinity) == -1.0 && std::signbit(math::expm1(-0.0))));
    CHECK((math::expm1(709.7) < kInfinity && math::expm1(709.79) == kInfinity));
    CHECK((math::tanh(kInfinity) == 1.0 && math::tanh(-kInfinity) == -1.0 && std::signbit(math::tanh(-0.0))));
    CHECK((math::erf(kInfinity) == 1.0 && math::erf(-9.0) == -1.0 && std::signbit(math::erf(-0.0))));
    CHECK((math::sigmoid(-kInfinity) == 0.0 && math::sigmoid(kInfinity) == 1.0 && math::sigmoid(0.0) == 0.5));
    CHECK((std::isnan(math::sin(kInfinity)) && std::isnan(math::cos(1e10)) && std::signbit(math::sin(-0.0))));
    CHECK((math::power(2.0, -3) == 0.125 && math::power(0.5, 0) == 1.0 && math::power(-3.0, 3) == -27.0));
    CHECK((math::pow(0.0, 2.0) == 0.0 && math::pow(0.0, 0.0) == 1.0 && std::isnan(math::pow(-1.0, 0.5))));
    for (double (*function)(double) : {&math::exp, &math::log, &math::log1p, &math::expm1, &math::tanh, &math::erf,
                                       &math::sigmoid, &math::sin}) {
        CHECK(std::isnan(function(nan)));
    }
}
