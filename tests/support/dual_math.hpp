// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of dual numbers, for the references that need them.
#pragma once

#include "provenn/kernels/math.hpp"
#include "support/dual.hpp"

namespace support {

inline Dual exp(Dual a) { return {provenn::math::exp(a.value), a.slope * provenn::math::exp(a.value)}; }
inline Dual expm1(Dual a) { return {provenn::math::expm1(a.value), a.slope * provenn::math::exp(a.value)}; }
inline Dual log(Dual a) { return {provenn::math::log(a.value), a.slope / a.value}; }
inline Dual tanh(Dual a) {
    const double t = provenn::math::tanh(a.value);
    return {t, a.slope * (1.0 - t * t)};
}
inline Dual sigmoid(Dual a) {
    const double s = provenn::math::sigmoid(a.value);
    return {s, a.slope * s * (1.0 - s)};
}
inline Dual softplus(Dual a) {
    return {provenn::math::softplus(a.value), a.slope * provenn::math::sigmoid(a.value)};
}
inline Dual erf(Dual a) {
    return {provenn::math::erf(a.value), a.slope * 1.1283791670955126 * provenn::math::exp(-a.value * a.value)};
}

}  // namespace support
