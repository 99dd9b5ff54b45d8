// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen float lanes on AVX-512: one register. Included inside the target region and namespace of kernels/avx512/.
// kernels/vec16.hpp states what each operation means.

struct F16 { __m512 v; };
struct M16 { __mmask16 v; };
// Accumulators of a convolution tile: pixels times panels of sixteen filters.
inline constexpr std::size_t kConvTilePixels = 14, kConvTilePanels = 2;

struct I16 { __m512i v; };

// Some unmasked intrinsics of g++ 12 pass an undefined register on and so warn; with this mask they are the same
// instruction.
inline constexpr __mmask16 kAllLanes = 0xffff;

[[gnu::always_inline]] inline F16 load(const float* p) { return {_mm512_loadu_ps(p)}; }
[[gnu::always_inline]] inline void store(float* p, F16 a) { _mm512_storeu_ps(p, a.v); }
[[gnu::always_inline]] inline F16 broadcast(float a) { return {_mm512_set1_ps(a)}; }
[[gnu::always_inline]] inline F16 zero() { return {_mm512_setzero_ps()}; }
[[gnu::always_inline]] inline F16 fma(F16 a, F16 b, F16 c) { return {_mm512_fmadd_ps(a.v, b.v, c.v)}; }
[[gnu::always_inline]] inline F16 add(F16 a, F16 b) { return {_mm512_add_ps(a.v, b.v)}; }
[[gnu::always_inline]] inline F16 sub(F16 a, F16 b) { return {_mm512_sub_ps(a.v, b.v)}; }
[[gnu::always_inline]] inline F16 div(F16 a, F16 b) { return {_mm512_div_ps(a.v, b.v)}; }
[[gnu::always_inline]] inline F16 mul(F16 a, F16 b) {
    __m512 product = _mm512_mul_ps(a.v, b.v);
    __asm__("" : "+v"(product));  // keeps the compiler from fusing it with a following addition
    return {product};
}
[[gnu::always_inline]] inline F16 max(F16 a, F16 b) { return {_mm512_maskz_max_ps(kAllLanes, a.v, b.v)}; }
[[gnu::always_inline]] inline F16 min(F16 a, F16 b) { return {_mm512_maskz_min_ps(kAllLanes, a.v, b.v)}; }
[[gnu::always_inline]] inline F16 sqrt(F16 a) { return {_mm512_maskz_sqrt_ps(kAllLanes, a.v)}; }
[[gnu::always_inline]] inline M16 less(F16 a, F16 b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LT_OQ)}; }
[[gnu::always_inline]] inline M16 less_equal(F16 a, F16 b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_LE_OQ)}; }
[[gnu::always_inline]] inline M16 equal(F16 a, F16 b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_EQ_OQ)}; }
[[gnu::always_inline]] inline M16 unordered(F16 a, F16 b) { return {_mm512_cmp_ps_mask(a.v, b.v, _CMP_UNORD_Q)}; }
[[gnu::always_inline]] inline M16 both(M16 a, M16 b) { return {static_cast<__mmask16>(a.v & b.v)}; }
[[gnu::always_inline]] inline M16 either(M16 a, M16 b) { return {static_cast<__mmask16>(a.v | b.v)}; }
[[gnu::always_inline]] inline M16 invert(M16 a) { return {static_cast<__mmask16>(~a.v)}; }
[[gnu::always_inline]] inline bool any(M16 a) { return a.v != 0; }
[[gnu::always_inline]] inline M16 first_lanes(int count) { return {static_cast<__mmask16>((1u << count) - 1u)}; }
[[gnu::always_inline]] inline F16 select(M16 m, F16 a, F16 b) { return {_mm512_mask_blend_ps(m.v, b.v, a.v)}; }
[[gnu::always_inline]] inline I16 broadcast_int(int a) { return {_mm512_set1_epi32(a)}; }
[[gnu::always_inline]] inline I16 bits_of(F16 a) { return {_mm512_castps_si512(a.v)}; }
[[gnu::always_inline]] inline F16 from_bits(I16 a) { return {_mm512_castsi512_ps(a.v)}; }
/// a 2^k, rounded once: see body/math.inl.
[[gnu::always_inline]] inline F16 scale(F16 a, I16 k) {
    return {_mm512_maskz_scalef_ps(kAllLanes, a.v, _mm512_maskz_cvtepi32_ps(kAllLanes, k.v))};
}
[[gnu::always_inline]] inline I16 to_int(F16 a) { return {_mm512_maskz_cvtps_epi32(kAllLanes, a.v)}; }
[[gnu::always_inline]] inline F16 to_float(I16 a) { return {_mm512_maskz_cvtepi32_ps(kAllLanes, a.v)}; }
[[gnu::always_inline]] inline I16 add(I16 a, I16 b) { return {_mm512_add_epi32(a.v, b.v)}; }
[[gnu::always_inline]] inline I16 sub(I16 a, I16 b) { return {_mm512_sub_epi32(a.v, b.v)}; }
[[gnu::always_inline]] inline I16 bit_and(I16 a, I16 b) { return {_mm512_and_si512(a.v, b.v)}; }
[[gnu::always_inline]] inline I16 bit_or(I16 a, I16 b) { return {_mm512_or_si512(a.v, b.v)}; }
[[gnu::always_inline]] inline I16 bit_xor(I16 a, I16 b) { return {_mm512_xor_si512(a.v, b.v)}; }
template <int Bits>
[[gnu::always_inline]] inline I16 shift_left(I16 a) { return {_mm512_maskz_slli_epi32(kAllLanes, a.v, Bits)}; }
template <int Bits>
[[gnu::always_inline]] inline I16 shift_right(I16 a) { return {_mm512_maskz_srli_epi32(kAllLanes, a.v, Bits)}; }
