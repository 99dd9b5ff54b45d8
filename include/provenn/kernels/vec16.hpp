// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen virtual lanes: the vocabulary in which kernel bodies are written, and what a body may include.
//
// Each instruction set's folder defines, inside its own namespace and target region, the types
//   F16 (sixteen floats), M16 (sixteen truth values), I16 (sixteen 32-bit integers)
// and the operations below, lane by lane. The bodies in kernels/body/ are written once in these words and included once
// for each instruction set, so that a kernel's order of operations, and with it its bits, is the same everywhere.
//
//   load store broadcast zero        memory and constants (any alignment)
//   fma(a,b,c)                       a*b + c rounded once
//   add sub div sqrt                 IEEE, rounded once
//   mul                              IEEE; never fused with a following addition
//   max(a,b) = a > b ? a : b         hence b where either is NaN: max(zero(), x) keeps NaN and -0 of x
//   min(a,b) = a < b ? a : b         hence b where either is NaN
//   less less_equal equal unordered  comparisons; both either invert any first_lanes(n) on masks; select(m, a, b)
//   bits_of from_bits                reinterpretation; to_int rounds to nearest even, INT32_MIN where it does not fit
//   to_float add sub bit_and bit_or bit_xor shift_left<n> shift_right<n> (logical) broadcast_int   on I16
#pragma once

#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "provenn/core/array.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/kernels/blocked_map.hpp"
#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Number of virtual lanes, and the channel block of the activation layout.
inline constexpr int kLanes = 16;
static_assert(kLanes == kChannelBlock);

/// Nearest integer, ties to even; INT32_MIN where the result does not fit.
inline std::int32_t round_to_int(float a) {
    if (!(a >= -2147483648.0f && a < 2147483648.0f)) return INT32_MIN;
    if (a >= 8388608.0f || a <= -8388608.0f) return static_cast<std::int32_t>(a);
    const float magic = a < 0.0f ? -8388608.0f : 8388608.0f;
    volatile float shifted = a + magic;  // volatile: the sum must be rounded before it is taken back
    return static_cast<std::int32_t>(shifted - magic);
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
