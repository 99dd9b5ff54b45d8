// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Version, the inline namespace that keeps differently compiled units apart, and the compiler modes that are refused.
#pragma once

// Modes that change the result of ordinary arithmetic would break the number contract silently.
#if defined(__FAST_MATH__) || defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || \
    (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || defined(__NO_SIGNED_ZEROS__)
#error "Provenn needs IEEE arithmetic: compile without -ffast-math and its parts (-Ofast contains it)"
#endif
#if defined(__FLT_EVAL_METHOD__) && __FLT_EVAL_METHOD__ != 0
#error "Provenn needs float arithmetic in float (x86: SSE, not x87)"
#endif

// Units compiled with other flags get other symbols: they link side by side, and exchanging the library's types between
// them is a link error instead of a crash.
#if defined(__AVX512F__)
#define PROVENN_ABI_ISA avx512
#elif defined(__AVX2__) && defined(__FMA__)
#define PROVENN_ABI_ISA avx2
#elif defined(__FMA__)
#define PROVENN_ABI_ISA fma
#elif defined(__AVX__)
#define PROVENN_ABI_ISA avx
#elif defined(__SSE3__)
#define PROVENN_ABI_ISA sse3_or_4
#elif defined(__aarch64__)
#define PROVENN_ABI_ISA aarch64
#else
#define PROVENN_ABI_ISA base
#endif
#if defined(__cpp_exceptions)
#define PROVENN_ABI_ERRORS _throws
#else
#define PROVENN_ABI_ERRORS _nothrow
#endif
#define PROVENN_JOIN_TOKENS(a, b) a##b
#define PROVENN_JOIN(a, b) PROVENN_JOIN_TOKENS(a, b)
#define PROVENN_ABI PROVENN_JOIN(PROVENN_JOIN(v0_1_, PROVENN_ABI_ISA), PROVENN_ABI_ERRORS)

namespace provenn {
inline namespace PROVENN_ABI {

/// Version of the library as text, as records quote it.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace PROVENN_ABI
}  // namespace provenn
