// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of double precision with the same bits on every machine: for references, losses, schedules.
//
// Series after exact argument reduction, written as rounded products and rounded sums (mul_rounded, +): they need
// no hardware fma, and no compiler can change them. Bounds stated here are relative and tested against the C library.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "provenn/core/fma.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace math {

inline constexpr double kPi = 3.141592653589793;
inline constexpr double kLn2 = 0.6931471805599453;

namespace series {
/// a*b + c with two roundings.
inline double mul_add(double a, double b, double c) { return mul_rounded(a, b) + c; }
/// Polynomial of x, constant term first.
template <std::size_t N>
inline double polynomial(const double (&terms)[N], double x) {
    double sum = terms[N - 1];
    for (std::size_t i = N - 1; i > 0; --i) sum = mul_add(sum, x, terms[i - 1]);
    return sum;
}
inline double power_of_two(int exponent) {  // -1022 <= exponent <= 1023
    const std::uint64_t bits = static_cast<std::uint64_t>(exponent + 1023) << 52;
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
/// x * 2^exponent, rounded once; -2044 <= exponent <= 2046.
inline double scale(double x, int exponent) {
    const int half = exponent / 2;
    return mul_rounded(mul_rounded(x, power_of_two(half)), power_of_two(exponent - half));
}
/// Nearest integer of |x| < 2^31.
inline int nearest(double x) { return static_cast<int>(x < 0.0 ? x - 0.5 : x + 0.5); }

/// exp(r) - 1 for |r| <= 0.36: r + r^2 (1/2 + r/6 + ...).
inline double expm1_reduced(double r) {
    constexpr double kTerms[] = {1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320,
                                 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800.0};
    return mul_add(mul_rounded(r, r), polynomial(kTerms, r), r);
}
/// log((1 + s) / (1 - s)) - 2s for |s| <= 0.18.
inline double twice_atanh_tail(double s) {
    constexpr double kTerms[] = {2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
                                 2.0 / 19, 2.0 / 21, 2.0 / 23};
    const double square = mul_rounded(s, s);
    return mul_rounded(mul_rounded(s, square), polynomial(kTerms, square));
}
/// log(1 + f) for -0.3 <= f <= 0.42, as f - result: f itself stays exact.
inline double log1p_rest(double f) {
    const double s = f / (2.0 + f);  // 2s = f - s f
    return mul_rounded(s, f) - twice_atanh_tail(s);
}
// ln 2 and pi / 2 in pieces: the product of the first pieces with a small integer is exact.
inline constexpr double kLn2High = 0x1.62e42fee00000p-1, kLn2Low = 0x1.a39ef35793c76p-33;
inline constexpr double kHalfPi1 = 0x1.921fb54400000p+0, kHalfPi2 = 0x1.0b4611a600000p-34,
                        kHalfPi3 = 0x1.3198a2e037073p-69;

struct Reduced {
    double r;
    int k;
};
/// x = k ln 2 + r.
inline Reduced reduce_exp(double x) {
    const int k = nearest(mul_rounded(x, 1.4426950408889634));
    const double kd = static_cast<double>(k);
    return {(x - mul_rounded(kd, kLn2High)) - mul_rounded(kd, kLn2Low), k};
}
/// x = k pi/2 + r, for |x| <= 2^20.
inline Reduced reduce_angle(double x) {
    const int k = nearest(mul_rounded(x, 0.6366197723675814));
    const double kd = static_cast<double>(k);
    return {((x - mul_rounded(kd, kHalfPi1)) - mul_rounded(kd, kHalfPi2)) - mul_rounded(kd, kHalfPi3), k};
}
inline double sin_reduced(double r) {
    constexpr double kTerms[] = {-1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
                                 1.0 / 6227020800.0, -1.0 / 1307674368000.0, 1.0 / 355687428096000.0};
    const double square = mul_rounded(r, r);
    return mul_add(mul_rounded(r, square), polynomial(kTerms, square), r);
}
inline double cos_reduced(double r) {
    constexpr double kTerms[] = {1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
                                 -1.0 / 87178291200.0, 1.0 / 20922789888000.0, -1.0 / 6402373705728000.0};
    const double square = mul_rounded(r, r);
    const double half = 0.5 * square;
    const double head = 1.0 - half;
    return head + (((1.0 - head) - half) + mul_rounded(mul_rounded(square, square), polynomial(kTerms, square)));
}
}  // namespace series

/// e^x. @numerics within 4e-16 relative where the result is normal; 0, Inf and NaN as in IEEE 754.
[[nodiscard]] inline double exp(double x) {
    if (x != x) return x;
    if (x > 709.79) return std::numeric_limits<double>::infinity();
    if (x < -745.2) return 0.0;
    const series::Reduced a = series::reduce_exp(x);
    return series::scale(1.0 + series::expm1_reduced(a.r), a.k);
}

/// e^x - 1. @numerics within 8e-16 relative.
[[nodiscard]] inline double expm1(double x) {
    if (x != x || x == 0.0) return x;
    if (x > 709.79) return std::numeric_limits<double>::infinity();
    if (x < -50.0) return -1.0;
    const series::Reduced a = series::reduce_exp(x);
    if (a.k == 0) return series::expm1_reduced(a.r);
    const double half = series::power_of_two(a.k - 1);  // half: 2^1024 is not a number
    return 2.0 * series::mul_add(half, series::expm1_reduced(a.r), half - 0.5);
}

/// ln x. @numerics within 6e-16 relative; -Inf at 0, NaN below.
[[nodiscard]] inline double log(double x) {
    if (x == 0.0) return -std::numeric_limits<double>::infinity();
    if (!(x > 0.0)) return std::numeric_limits<double>::quiet_NaN();
    if (x > std::numeric_limits<double>::max()) return x;
    int exponent = 0;
    if (x < std::numeric_limits<double>::min()) {
        x = mul_rounded(x, series::power_of_two(54));
        exponent = -54;
    }
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof bits);
    const std::uint64_t shifted = bits + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);  // mantissa in [sqrt 1/2, sqrt 2)
    exponent += static_cast<int>(shifted >> 52) - 1023;
    bits = (shifted & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu;
    double mantissa = 0.0;
    std::memcpy(&mantissa, &bits, sizeof mantissa);
    const double f = mantissa - 1.0;
    const double e = static_cast<double>(exponent);
    return mul_rounded(e, series::kLn2High) + (f - (series::log1p_rest(f) - mul_rounded(e, series::kLn2Low)));
}

/// ln(1 + x). @numerics within 6e-16 relative; -Inf at -1, NaN below.
[[nodiscard]] inline double log1p(double x) {
    if (x == 0.0) return x;
    if (x > -0.29 && x < 0.41) return x - series::log1p_rest(x);
    return log(1.0 + x);  // here |log| > 0.34: the rounding of 1 + x is harmless
}

/// sin x, x in radians. @numerics within 1e-15 of the value, and relative to it for |x| <= pi; NaN for |x| > 2^20.
[[nodiscard]] inline double sin(double x) {
    if (!(x <= 1048576.0 && x >= -1048576.0)) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0.0) return x;
    const series::Reduced a = series::reduce_angle(x);
    const double value = (a.k & 1) != 0 ? series::cos_reduced(a.r) : series::sin_reduced(a.r);
    return (a.k & 2) != 0 ? -value : value;
}

/// cos x, x in radians. @numerics within 1e-15 of the value; NaN for |x| > 2^20.
[[nodiscard]] inline double cos(double x) {
    if (!(x <= 1048576.0 && x >= -1048576.0)) return std::numeric_limits<double>::quiet_NaN();
    const series::Reduced a = series::reduce_angle(x);
    const double value = (a.k & 1) != 0 ? series::sin_reduced(a.r) : series::cos_reduced(a.r);
    return ((a.k + 1) & 2) != 0 ? -value : value;
}

/// tanh x. @numerics within 1e-15 relative.
[[nodiscard]] inline double tanh(double x) {
    if (x != x || x == 0.0) return x;
    const double size = x < 0.0 ? -x : x;
    const double t = size > 20.0 ? 0.0 : expm1(2.0 * size);
    const double value = size > 20.0 ? 1.0 : t / (t + 2.0);
    return x < 0.0 ? -value : value;
}

/// 1 / (1 + e^-x). @numerics within 1e-15 relative.
[[nodiscard]] inline double sigmoid(double x) {
    const double e = exp(x < 0.0 ? x : -x);
    return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/// The error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x. @numerics within 2e-15 relative.
/// @source Abramowitz and Stegun 7.1.6 (a series without cancellation) and, from 2.5 on, 7.1.14 (continued fraction).
[[nodiscard]] inline double erf(double x) {
    if (x != x || x == 0.0) return x;
    const double size = x < 0.0 ? -x : x;
    if (size >= 6.0) return x < 0.0 ? -1.0 : 1.0;
    const double square = mul_rounded(size, size);
    const double gauss = mul_rounded(exp(-square), 1.0 - fma(size, size, -square));
    double value = 0.0;
    if (size < 2.5) {
        double term = size;
        double sum = size;
        for (int n = 1; term > mul_rounded(sum, 1e-17); ++n) {
            term = mul_rounded(term, square) * 2.0 / static_cast<double>(2 * n + 1);
            sum += term;
        }
        value = mul_rounded(mul_rounded(1.1283791670955126, gauss), sum);
    } else {
        double fraction = size;
        for (int n = 60; n > 0; --n) fraction = size + 0.5 * static_cast<double>(n) / fraction;
        value = 1.0 - mul_rounded(0.5641895835477563, gauss) / fraction;
    }
    return x < 0.0 ? -value : value;
}

/// x^n for integer n by repeated squaring. @numerics each of the about 2 log2 |n| products is rounded once.
[[nodiscard]] inline double power(double x, std::int64_t n) {
    auto rest = n < 0 ? ~static_cast<std::uint64_t>(n) + 1 : static_cast<std::uint64_t>(n);
    double value = 1.0;
    for (; rest != 0; rest >>= 1) {
        if ((rest & 1u) != 0) value = mul_rounded(value, x);
        x = mul_rounded(x, x);
    }
    return n < 0 ? 1.0 / value : value;
}

/// x^y for x >= 0 as exp(y log x). @numerics within (4 + |y ln x|) 4e-16 relative; NaN for x < 0; x^0 = 1.
[[nodiscard]] inline double pow(double x, double y) {
    if (y == 0.0 || x == 1.0) return 1.0;
    return exp(mul_rounded(y, log(x)));
}

/// IEEE square root: exact rounding is in the standard, so the processor's is everybody's.
[[nodiscard]] inline double sqrt(double x) { return std::sqrt(x); }

}  // namespace math
}  // namespace PROVENN_ABI
}  // namespace provenn
