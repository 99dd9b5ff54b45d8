// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fused multiply-add with the same bits everywhere, and a multiplication that no compiler fuses.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// a*b + c rounded once, without hardware support.
/// The product of two floats is exact in double; the sum is rounded to odd, so that the rounding to float that follows
/// is the only one that counts (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
[[nodiscard]] inline float emulated_fma(float a, float b, float c) {
    const double product = static_cast<double>(a) * static_cast<double>(b);
    const double addend = static_cast<double>(c);
    const double sum = product + addend;
    const double virtual_addend = sum - product;
    const double error = (product - (sum - virtual_addend)) + (addend - virtual_addend);
    std::uint64_t bits;
    std::memcpy(&bits, &sum, sizeof bits);
    const bool is_finite = (bits & 0x7ff0000000000000u) != 0x7ff0000000000000u;
    if (is_finite && error != 0.0 && (bits & 1u) == 0) {
        // Move the inexact sum to its odd neighbour, in the direction of the error.
        const bool away_from_zero = (error > 0.0) == (sum > 0.0);
        bits = away_from_zero ? bits + 1 : bits - 1;
        double odd;
        std::memcpy(&odd, &bits, sizeof odd);
        return static_cast<float>(odd);
    }
    return static_cast<float>(sum);
}

/// a*b + c rounded once. @numerics the same bits with and without hardware support.
[[nodiscard]] inline float fma(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
    return __builtin_fmaf(a, b, c);
#else
    return emulated_fma(a, b, c);
#endif
}

/// a*b + c rounded once. The C library's fma is exact by standard; it is slow without hardware support.
[[nodiscard]] inline double fma(double a, double b, double c) { return std::fma(a, b, c); }

/// a*b rounded once, hidden from the optimiser so that it is never fused with a following addition.
[[nodiscard]] inline float mul_rounded(float a, float b) {
    float product = a * b;
#if defined(__x86_64__)
    __asm__("" : "+x"(product));
#elif defined(__aarch64__)
    __asm__("" : "+w"(product));
#else
    volatile float stored = product;
    product = stored;
#endif
    return product;
}

/// a*b rounded once, hidden from the optimiser so that it is never fused with a following addition.
[[nodiscard]] inline double mul_rounded(double a, double b) {
    double product = a * b;
#if defined(__x86_64__)
    __asm__("" : "+x"(product));
#elif defined(__aarch64__)
    __asm__("" : "+w"(product));
#else
    volatile double stored = product;
    product = stored;
#endif
    return product;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
