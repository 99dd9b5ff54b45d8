// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The exact fma of sixteen lanes on SSE2. Included behind kernels/sse2/vec16.inl.
//
// The product of two floats is exact in double. Rounding the sum to double and then to float is right unless the
// double lies half way between two floats: any other double lies on the same side of the half way as the exact sum.
// So the lanes are computed quickly, and sixteen of which one may be half way are computed again with the sum rounded
// to odd (core/fma.hpp has the source). About one in 2^25 such groups is, for operands of arbitrary bits.

/// The sum rounded to odd: towards zero, and the last bit set where that lost something.
[[gnu::always_inline]] inline __m128d add_to_odd(__m128d a, __m128d b) {
    const __m128d sum = _mm_add_pd(a, b), virtual_b = _mm_sub_pd(sum, a);
    const __m128d error = _mm_add_pd(_mm_sub_pd(a, _mm_sub_pd(sum, virtual_b)), _mm_sub_pd(b, virtual_b));
    const __m128d size = _mm_andnot_pd(_mm_set1_pd(-0.0), error);
    const __m128i is_inexact = _mm_castpd_si128(_mm_cmplt_pd(_mm_setzero_pd(), size));  // not for infinity and NaN
    const __m128i is_opposed = _mm_srli_epi64(_mm_castpd_si128(_mm_xor_pd(sum, error)), 63);
    const __m128i towards_zero = _mm_sub_epi64(_mm_castpd_si128(sum), _mm_and_si128(is_opposed, is_inexact));
    return _mm_castsi128_pd(_mm_or_si128(towards_zero, _mm_srli_epi64(is_inexact, 63)));
}

struct D4 { __m128d lo, hi; };
[[gnu::always_inline]] inline D4 widen(__m128 a) { return {_mm_cvtps_pd(a), _mm_cvtps_pd(_mm_movehl_ps(a, a))}; }
[[gnu::always_inline]] inline __m128 narrow(D4 a) { return _mm_movelh_ps(_mm_cvtpd_ps(a.lo), _mm_cvtpd_ps(a.hi)); }

// Its arguments are registers: sixteen lanes by reference would be in memory also where this is not called.
[[gnu::noinline]] inline __m128 fma_to_odd(__m128 a, __m128 b, __m128 c) noexcept {
    const D4 x = widen(a), y = widen(b), z = widen(c);
    return narrow({add_to_odd(_mm_mul_pd(x.lo, y.lo), z.lo), add_to_odd(_mm_mul_pd(x.hi, y.hi), z.hi)});
}

/// Rounded twice; a lane of `doubt` becomes all ones where the sum may lie half way between two floats.
[[gnu::always_inline]] inline __m128 fma_rounded_twice(__m128 a, __m128 b, __m128 c, __m128i& doubt) {
    const D4 x = widen(a), y = widen(b), z = widen(c);
    const D4 sum{_mm_add_pd(_mm_mul_pd(x.lo, y.lo), z.lo), _mm_add_pd(_mm_mul_pd(x.hi, y.hi), z.hi)};
    const __m128 rounded = narrow(sum);
    // Half way between two normal floats: of the 29 bits that a float has not, the first alone is set.
    const __m128i low_words = _mm_castps_si128(
        _mm_shuffle_ps(_mm_castpd_ps(sum.lo), _mm_castpd_ps(sum.hi), _MM_SHUFFLE(2, 0, 2, 0)));
    const __m128i is_half_way = _mm_cmpeq_epi32(_mm_slli_epi32(low_words, 3), _mm_set1_epi32(INT32_MIN));
    // Subnormal floats have other halves: 0 < |rounded| <= 2^-126, as one comparison of the bits without the sign. A
    // sum that rounds to 0 is no half way or exact: at 2^-150 the product is a multiple of 2^-198 and no bit is lost.
    const __m128i bits = _mm_castps_si128(rounded);
    const __m128i size = _mm_add_epi32(_mm_add_epi32(bits, bits), _mm_set1_epi32(INT32_MAX));
    const __m128i is_subnormal = _mm_cmplt_epi32(size, _mm_set1_epi32(INT32_MIN + 0x01000000));
    doubt = _mm_or_si128(doubt, _mm_or_si128(is_half_way, is_subnormal));
    return rounded;
}

[[gnu::always_inline]] inline F16 fma(F16 a, F16 b, F16 c) {
    __m128i doubt = _mm_setzero_si128();
    const F16 r{fma_rounded_twice(a.v[0], b.v[0], c.v[0], doubt), fma_rounded_twice(a.v[1], b.v[1], c.v[1], doubt),
                fma_rounded_twice(a.v[2], b.v[2], c.v[2], doubt), fma_rounded_twice(a.v[3], b.v[3], c.v[3], doubt)};
    if (__builtin_expect(_mm_movemask_epi8(doubt) == 0, 1)) return r;
    return {fma_to_odd(a.v[0], b.v[0], c.v[0]), fma_to_odd(a.v[1], b.v[1], c.v[1]),
            fma_to_odd(a.v[2], b.v[2], c.v[2]), fma_to_odd(a.v[3], b.v[3], c.v[3])};
}
