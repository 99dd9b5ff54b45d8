// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen float lanes on SSE2: four registers, and an exact fma in pairs of doubles. Included inside the namespace of
// kernels/sse2/. kernels/vec16.hpp states what each operation means.

struct F16 { __m128 v[4]; };
struct M16 { __m128 v[4]; };
// Accumulators of a convolution tile: pixels times panels of sixteen filters.
inline constexpr std::size_t kConvTilePixels = 4, kConvTilePanels = 1;

struct I16 { __m128i v[4]; };

[[gnu::always_inline]] inline F16 load(const float* p) {
    return {_mm_loadu_ps(p), _mm_loadu_ps(p + 4), _mm_loadu_ps(p + 8), _mm_loadu_ps(p + 12)};
}
[[gnu::always_inline]] inline void store(float* p, F16 a) {
    _mm_storeu_ps(p, a.v[0]);
    _mm_storeu_ps(p + 4, a.v[1]);
    _mm_storeu_ps(p + 8, a.v[2]);
    _mm_storeu_ps(p + 12, a.v[3]);
}
[[gnu::always_inline]] inline F16 broadcast(float a) {
    const __m128 all = _mm_set1_ps(a);
    return {all, all, all, all};
}
[[gnu::always_inline]] inline F16 zero() { return broadcast(0.0f); }
[[gnu::always_inline]] inline F16 add(F16 a, F16 b) {
    return {_mm_add_ps(a.v[0], b.v[0]), _mm_add_ps(a.v[1], b.v[1]),
            _mm_add_ps(a.v[2], b.v[2]), _mm_add_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 sub(F16 a, F16 b) {
    return {_mm_sub_ps(a.v[0], b.v[0]), _mm_sub_ps(a.v[1], b.v[1]),
            _mm_sub_ps(a.v[2], b.v[2]), _mm_sub_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 div(F16 a, F16 b) {
    return {_mm_div_ps(a.v[0], b.v[0]), _mm_div_ps(a.v[1], b.v[1]),
            _mm_div_ps(a.v[2], b.v[2]), _mm_div_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 mul(F16 a, F16 b) {
    F16 r{_mm_mul_ps(a.v[0], b.v[0]), _mm_mul_ps(a.v[1], b.v[1]), _mm_mul_ps(a.v[2], b.v[2]),
          _mm_mul_ps(a.v[3], b.v[3])};
    // Keeps the compiler from fusing them with a following addition where the unit's own flags allow fma.
    __asm__("" : "+x"(r.v[0]), "+x"(r.v[1]), "+x"(r.v[2]), "+x"(r.v[3]));
    return r;
}
[[gnu::always_inline]] inline F16 max(F16 a, F16 b) {
    return {_mm_max_ps(a.v[0], b.v[0]), _mm_max_ps(a.v[1], b.v[1]),
            _mm_max_ps(a.v[2], b.v[2]), _mm_max_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 min(F16 a, F16 b) {
    return {_mm_min_ps(a.v[0], b.v[0]), _mm_min_ps(a.v[1], b.v[1]),
            _mm_min_ps(a.v[2], b.v[2]), _mm_min_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 sqrt(F16 a) {
    return {_mm_sqrt_ps(a.v[0]), _mm_sqrt_ps(a.v[1]), _mm_sqrt_ps(a.v[2]), _mm_sqrt_ps(a.v[3])};
}
[[gnu::always_inline]] inline M16 less(F16 a, F16 b) {
    return {_mm_cmplt_ps(a.v[0], b.v[0]), _mm_cmplt_ps(a.v[1], b.v[1]),
            _mm_cmplt_ps(a.v[2], b.v[2]), _mm_cmplt_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 less_equal(F16 a, F16 b) {
    return {_mm_cmple_ps(a.v[0], b.v[0]), _mm_cmple_ps(a.v[1], b.v[1]),
            _mm_cmple_ps(a.v[2], b.v[2]), _mm_cmple_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 equal(F16 a, F16 b) {
    return {_mm_cmpeq_ps(a.v[0], b.v[0]), _mm_cmpeq_ps(a.v[1], b.v[1]),
            _mm_cmpeq_ps(a.v[2], b.v[2]), _mm_cmpeq_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 unordered(F16 a, F16 b) {
    return {_mm_cmpunord_ps(a.v[0], b.v[0]), _mm_cmpunord_ps(a.v[1], b.v[1]),
            _mm_cmpunord_ps(a.v[2], b.v[2]), _mm_cmpunord_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 both(M16 a, M16 b) {
    return {_mm_and_ps(a.v[0], b.v[0]), _mm_and_ps(a.v[1], b.v[1]),
            _mm_and_ps(a.v[2], b.v[2]), _mm_and_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 either(M16 a, M16 b) {
    return {_mm_or_ps(a.v[0], b.v[0]), _mm_or_ps(a.v[1], b.v[1]), _mm_or_ps(a.v[2], b.v[2]), _mm_or_ps(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 invert(M16 a) {
    const __m128 ones = _mm_castsi128_ps(_mm_set1_epi32(-1));
    return {_mm_xor_ps(a.v[0], ones), _mm_xor_ps(a.v[1], ones), _mm_xor_ps(a.v[2], ones), _mm_xor_ps(a.v[3], ones)};
}
[[gnu::always_inline]] inline bool any(M16 a) {
    return _mm_movemask_ps(_mm_or_ps(_mm_or_ps(a.v[0], a.v[1]), _mm_or_ps(a.v[2], a.v[3]))) != 0;
}
[[gnu::always_inline]] inline __m128 first_lanes_of_four(int count) {
    return _mm_castsi128_ps(_mm_cmpgt_epi32(_mm_set1_epi32(count), _mm_setr_epi32(0, 1, 2, 3)));
}
[[gnu::always_inline]] inline M16 first_lanes(int count) {
    return {first_lanes_of_four(count), first_lanes_of_four(count - 4), first_lanes_of_four(count - 8),
            first_lanes_of_four(count - 12)};
}
[[gnu::always_inline]] inline __m128 select(__m128 m, __m128 a, __m128 b) {
    return _mm_or_ps(_mm_and_ps(m, a), _mm_andnot_ps(m, b));
}
[[gnu::always_inline]] inline F16 select(M16 m, F16 a, F16 b) {
    return {select(m.v[0], a.v[0], b.v[0]), select(m.v[1], a.v[1], b.v[1]),
            select(m.v[2], a.v[2], b.v[2]), select(m.v[3], a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 broadcast_int(int a) {
    const __m128i all = _mm_set1_epi32(a);
    return {all, all, all, all};
}
[[gnu::always_inline]] inline I16 bits_of(F16 a) {
    return {_mm_castps_si128(a.v[0]), _mm_castps_si128(a.v[1]), _mm_castps_si128(a.v[2]), _mm_castps_si128(a.v[3])};
}
[[gnu::always_inline]] inline F16 from_bits(I16 a) {
    return {_mm_castsi128_ps(a.v[0]), _mm_castsi128_ps(a.v[1]), _mm_castsi128_ps(a.v[2]), _mm_castsi128_ps(a.v[3])};
}
[[gnu::always_inline]] inline I16 to_int(F16 a) {
    return {_mm_cvtps_epi32(a.v[0]), _mm_cvtps_epi32(a.v[1]), _mm_cvtps_epi32(a.v[2]), _mm_cvtps_epi32(a.v[3])};
}
[[gnu::always_inline]] inline F16 to_float(I16 a) {
    return {_mm_cvtepi32_ps(a.v[0]), _mm_cvtepi32_ps(a.v[1]), _mm_cvtepi32_ps(a.v[2]), _mm_cvtepi32_ps(a.v[3])};
}
[[gnu::always_inline]] inline I16 add(I16 a, I16 b) {
    return {_mm_add_epi32(a.v[0], b.v[0]), _mm_add_epi32(a.v[1], b.v[1]),
            _mm_add_epi32(a.v[2], b.v[2]), _mm_add_epi32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 sub(I16 a, I16 b) {
    return {_mm_sub_epi32(a.v[0], b.v[0]), _mm_sub_epi32(a.v[1], b.v[1]),
            _mm_sub_epi32(a.v[2], b.v[2]), _mm_sub_epi32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_and(I16 a, I16 b) {
    return {_mm_and_si128(a.v[0], b.v[0]), _mm_and_si128(a.v[1], b.v[1]),
            _mm_and_si128(a.v[2], b.v[2]), _mm_and_si128(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_or(I16 a, I16 b) {
    return {_mm_or_si128(a.v[0], b.v[0]), _mm_or_si128(a.v[1], b.v[1]),
            _mm_or_si128(a.v[2], b.v[2]), _mm_or_si128(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_xor(I16 a, I16 b) {
    return {_mm_xor_si128(a.v[0], b.v[0]), _mm_xor_si128(a.v[1], b.v[1]),
            _mm_xor_si128(a.v[2], b.v[2]), _mm_xor_si128(a.v[3], b.v[3])};
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_left(I16 a) {
    return {_mm_slli_epi32(a.v[0], Bits), _mm_slli_epi32(a.v[1], Bits),
            _mm_slli_epi32(a.v[2], Bits), _mm_slli_epi32(a.v[3], Bits)};
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_right(I16 a) {
    return {_mm_srli_epi32(a.v[0], Bits), _mm_srli_epi32(a.v[1], Bits),
            _mm_srli_epi32(a.v[2], Bits), _mm_srli_epi32(a.v[3], Bits)};
}
