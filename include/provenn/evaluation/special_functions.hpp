// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The special functions that intervals and tests need: log gamma, incomplete beta and its inverse, normal, Student's t,
// binomial.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "provenn/core/precondition.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Natural logarithm of the gamma function by Stirling's series after shifting the argument to at least 12.
/// Own, because the C library's lgamma writes a global variable.
/// @requires x > 0. @numerics relative error below 1e-14 away from the zeros at 1 and 2.
[[nodiscard]] inline double log_gamma(double x) {
    PROVENN_REQUIRE(x > 0.0);
    double product = 1.0;
    while (x < 12.0) {
        product *= x;
        x += 1.0;
    }
    const double r = 1.0 / x;
    const double r2 = r * r;
    double series = 1.0 / 156.0;
    for (const double c : {-691.0 / 360360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0}) {
        series = series * r2 + c;
    }
    return (x - 0.5) * std::log(x) - x + 0.5 * std::log(2.0 * std::numbers::pi) + series * r - std::log(product);
}

namespace special {
/// The continued fraction of the incomplete beta function by Lentz's method; converges fast for x < (a+1)/(a+b+2).
/// @source DLMF 8.17.22
[[nodiscard]] inline double beta_fraction(double x, double a, double b) {
    constexpr double kTiny = 1e-300;
    const auto away_from_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double h = d;
    // About the square root of the larger parameter is needed; this serves parameters up to 1e9.
    for (int step = 1; step <= 100000; ++step) {
        const double m = step;
        const double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        h *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        h *= d * c;
        if (std::abs(d * c - 1.0) < 1e-15) break;
    }
    return h;
}
}  // namespace special

/// Regularised incomplete beta function I_x(a, b).
/// @requires 0 <= x <= 1, a > 0, b > 0.
/// @numerics relative error about 1e-13 for a + b up to 1e3, 1e-9 up to 1e6 (the logarithms cancel).
[[nodiscard]] inline double incomplete_beta(double x, double a, double b) {
    PROVENN_REQUIRE(x >= 0.0 && x <= 1.0 && a > 0.0 && b > 0.0);
    if (x == 0.0 || x == 1.0) return x;
    const double front =
        std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1.0) / (a + b + 2.0)) return std::min(1.0, front * special::beta_fraction(x, a, b) / a);
    return std::max(0.0, 1.0 - front * special::beta_fraction(1.0 - x, b, a) / b);
}

/// The x with I_x(a, b) = p: the quantile of the beta distribution, by bisection.
/// @requires 0 <= p <= 1, a > 0, b > 0.
[[nodiscard]] inline double inverse_incomplete_beta(double p, double a, double b) {
    PROVENN_REQUIRE(p >= 0.0 && p <= 1.0);
    if (p == 0.0 || p == 1.0) return p;
    double low = 0.0;
    double high = 1.0;
    for (int step = 0; step < 200; ++step) {
        const double middle = 0.5 * (low + high);
        if (middle == low || middle == high) break;
        (incomplete_beta(middle, a, b) < p ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

/// Distribution function of the standard normal.
[[nodiscard]] inline double normal_cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

/// Quantile of the standard normal: a bisection to about 1e-4, then Halley steps on the tail that is small.
/// @requires 0 < p < 1. @numerics relative error below 1e-14.
[[nodiscard]] inline double normal_quantile(double p) {
    PROVENN_REQUIRE(p > 0.0 && p < 1.0);
    if (p > 0.5) return -normal_quantile(1.0 - p);
    if (p == 0.5) return 0.0;
    double low = -40.0;
    double high = 0.0;
    while (high - low > 1e-4) {
        const double middle = 0.5 * (low + high);
        (normal_cdf(middle) < p ? low : high) = middle;
    }
    double x = 0.5 * (low + high);
    for (int step = 0; step < 3; ++step) {
        const double density = std::exp(-0.5 * x * x) / std::sqrt(2.0 * std::numbers::pi);
        if (density == 0.0) break;
        const double u = (normal_cdf(x) - p) / density;
        x -= u / (1.0 + 0.5 * x * u);
    }
    return x;
}

/// z of a two-sided interval: 1.96 for confidence 0.95. @requires 0 < confidence < 1.
[[nodiscard]] inline double two_sided_z(double confidence) {
    PROVENN_REQUIRE(confidence > 0.0 && confidence < 1.0);
    return -normal_quantile(0.5 * (1.0 - confidence));
}

/// P(|Z| >= |z|) of the standard normal.
[[nodiscard]] inline double normal_two_sided_p(double z) { return std::erfc(std::abs(z) / std::numbers::sqrt2); }

/// P(|T| >= |t|) of Student's t. @requires degrees > 0.
[[nodiscard]] inline double student_two_sided_p(double t, double degrees) {
    return incomplete_beta(degrees / (degrees + t * t), 0.5 * degrees, 0.5);
}

/// P(X <= count) for X ~ Binomial(trials, p). @requires 0 <= count <= trials, 0 <= p <= 1.
[[nodiscard]] inline double binomial_lower_tail(std::int64_t count, std::int64_t trials, double p) {
    PROVENN_REQUIRE(count >= 0 && count <= trials);
    if (count == trials) return 1.0;
    return incomplete_beta(1.0 - p, static_cast<double>(trials - count), static_cast<double>(count) + 1.0);
}

/// P(X >= count) for X ~ Binomial(trials, p). @requires 0 <= count <= trials, 0 <= p <= 1.
[[nodiscard]] inline double binomial_upper_tail(std::int64_t count, std::int64_t trials, double p) {
    PROVENN_REQUIRE(count >= 0 && count <= trials);
    if (count == 0) return 1.0;
    return incomplete_beta(p, static_cast<double>(count), static_cast<double>(trials - count) + 1.0);
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
