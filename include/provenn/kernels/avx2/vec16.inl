// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen float lanes on AVX2 and FMA: two registers. Included inside the target region and namespace of kernels/avx2/.
// kernels/vec16.hpp states what each operation means.

struct F16 { __m256 lo, hi; };
struct M16 { __m256 lo, hi; };
// Accumulators of a convolution tile: pixels times panels of sixteen filters.
inline constexpr std::size_t kConvTilePixels = 6, kConvTilePanels = 1;

struct I16 { __m256i lo, hi; };

[[gnu::always_inline]] inline F16 load(const float* p) { return {_mm256_loadu_ps(p), _mm256_loadu_ps(p + 8)}; }
[[gnu::always_inline]] inline void store(float* p, F16 a) {
    _mm256_storeu_ps(p, a.lo);
    _mm256_storeu_ps(p + 8, a.hi);
}
[[gnu::always_inline]] inline F16 broadcast(float a) {
    const __m256 both = _mm256_set1_ps(a);
    return {both, both};
}
[[gnu::always_inline]] inline F16 zero() { return {_mm256_setzero_ps(), _mm256_setzero_ps()}; }
[[gnu::always_inline]] inline F16 fma(F16 a, F16 b, F16 c) {
    return {_mm256_fmadd_ps(a.lo, b.lo, c.lo), _mm256_fmadd_ps(a.hi, b.hi, c.hi)};
}
[[gnu::always_inline]] inline F16 add(F16 a, F16 b) { return {_mm256_add_ps(a.lo, b.lo), _mm256_add_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline F16 sub(F16 a, F16 b) { return {_mm256_sub_ps(a.lo, b.lo), _mm256_sub_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline F16 div(F16 a, F16 b) { return {_mm256_div_ps(a.lo, b.lo), _mm256_div_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline F16 mul(F16 a, F16 b) {
    __m256 lo = _mm256_mul_ps(a.lo, b.lo);
    __m256 hi = _mm256_mul_ps(a.hi, b.hi);
    __asm__("" : "+x"(lo), "+x"(hi));  // keeps the compiler from fusing them with a following addition
    return {lo, hi};
}
[[gnu::always_inline]] inline F16 max(F16 a, F16 b) { return {_mm256_max_ps(a.lo, b.lo), _mm256_max_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline F16 min(F16 a, F16 b) { return {_mm256_min_ps(a.lo, b.lo), _mm256_min_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline F16 sqrt(F16 a) { return {_mm256_sqrt_ps(a.lo), _mm256_sqrt_ps(a.hi)}; }
[[gnu::always_inline]] inline M16 less(F16 a, F16 b) {
    return {_mm256_cmp_ps(a.lo, b.lo, _CMP_LT_OQ), _mm256_cmp_ps(a.hi, b.hi, _CMP_LT_OQ)};
}
[[gnu::always_inline]] inline M16 less_equal(F16 a, F16 b) {
    return {_mm256_cmp_ps(a.lo, b.lo, _CMP_LE_OQ), _mm256_cmp_ps(a.hi, b.hi, _CMP_LE_OQ)};
}
[[gnu::always_inline]] inline M16 equal(F16 a, F16 b) {
    return {_mm256_cmp_ps(a.lo, b.lo, _CMP_EQ_OQ), _mm256_cmp_ps(a.hi, b.hi, _CMP_EQ_OQ)};
}
[[gnu::always_inline]] inline M16 unordered(F16 a, F16 b) {
    return {_mm256_cmp_ps(a.lo, b.lo, _CMP_UNORD_Q), _mm256_cmp_ps(a.hi, b.hi, _CMP_UNORD_Q)};
}
[[gnu::always_inline]] inline M16 both(M16 a, M16 b) { return {_mm256_and_ps(a.lo, b.lo), _mm256_and_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline M16 either(M16 a, M16 b) { return {_mm256_or_ps(a.lo, b.lo), _mm256_or_ps(a.hi, b.hi)}; }
[[gnu::always_inline]] inline M16 invert(M16 a) {
    const __m256 ones = _mm256_castsi256_ps(_mm256_set1_epi32(-1));
    return {_mm256_xor_ps(a.lo, ones), _mm256_xor_ps(a.hi, ones)};
}
[[gnu::always_inline]] inline bool any(M16 a) { return (_mm256_movemask_ps(a.lo) | _mm256_movemask_ps(a.hi)) != 0; }
[[gnu::always_inline]] inline M16 first_lanes(int count) {
    const __m256i limit = _mm256_set1_epi32(count);
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return {_mm256_castsi256_ps(_mm256_cmpgt_epi32(limit, lanes)),
            _mm256_castsi256_ps(_mm256_cmpgt_epi32(limit, _mm256_add_epi32(lanes, _mm256_set1_epi32(8))))};
}
[[gnu::always_inline]] inline F16 select(M16 m, F16 a, F16 b) {
    return {_mm256_blendv_ps(b.lo, a.lo, m.lo), _mm256_blendv_ps(b.hi, a.hi, m.hi)};
}
[[gnu::always_inline]] inline I16 broadcast_int(int a) {
    const __m256i both = _mm256_set1_epi32(a);
    return {both, both};
}
[[gnu::always_inline]] inline I16 bits_of(F16 a) { return {_mm256_castps_si256(a.lo), _mm256_castps_si256(a.hi)}; }
[[gnu::always_inline]] inline F16 from_bits(I16 a) { return {_mm256_castsi256_ps(a.lo), _mm256_castsi256_ps(a.hi)}; }
[[gnu::always_inline]] inline I16 to_int(F16 a) { return {_mm256_cvtps_epi32(a.lo), _mm256_cvtps_epi32(a.hi)}; }
[[gnu::always_inline]] inline F16 to_float(I16 a) { return {_mm256_cvtepi32_ps(a.lo), _mm256_cvtepi32_ps(a.hi)}; }
[[gnu::always_inline]] inline I16 add(I16 a, I16 b) {
    return {_mm256_add_epi32(a.lo, b.lo), _mm256_add_epi32(a.hi, b.hi)};
}
[[gnu::always_inline]] inline I16 sub(I16 a, I16 b) {
    return {_mm256_sub_epi32(a.lo, b.lo), _mm256_sub_epi32(a.hi, b.hi)};
}
[[gnu::always_inline]] inline I16 bit_and(I16 a, I16 b) {
    return {_mm256_and_si256(a.lo, b.lo), _mm256_and_si256(a.hi, b.hi)};
}
[[gnu::always_inline]] inline I16 bit_or(I16 a, I16 b) {
    return {_mm256_or_si256(a.lo, b.lo), _mm256_or_si256(a.hi, b.hi)};
}
[[gnu::always_inline]] inline I16 bit_xor(I16 a, I16 b) {
    return {_mm256_xor_si256(a.lo, b.lo), _mm256_xor_si256(a.hi, b.hi)};
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_left(I16 a) {
    return {_mm256_slli_epi32(a.lo, Bits), _mm256_slli_epi32(a.hi, Bits)};
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_right(I16 a) {
    return {_mm256_srli_epi32(a.lo, Bits), _mm256_srli_epi32(a.hi, Bits)};
}
