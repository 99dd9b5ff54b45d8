// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen float lanes on NEON (Advanced SIMD of aarch64): four registers. Included inside the namespace of
// kernels/neon/. kernels/vec16.hpp states what each operation means.

struct F16 { float32x4_t v[4]; };
struct M16 { uint32x4_t v[4]; };
// Accumulators of a convolution tile: pixels times panels of sixteen filters. 24 of the 32 registers.
inline constexpr std::size_t kConvTilePixels = 6, kConvTilePanels = 1;

struct I16 { int32x4_t v[4]; };

[[gnu::always_inline]] inline F16 load(const float* p) {
    return {vld1q_f32(p), vld1q_f32(p + 4), vld1q_f32(p + 8), vld1q_f32(p + 12)};
}
[[gnu::always_inline]] inline void store(float* p, F16 a) {
    vst1q_f32(p, a.v[0]);
    vst1q_f32(p + 4, a.v[1]);
    vst1q_f32(p + 8, a.v[2]);
    vst1q_f32(p + 12, a.v[3]);
}
[[gnu::always_inline]] inline F16 broadcast(float a) {
    const float32x4_t all = vdupq_n_f32(a);
    return {all, all, all, all};
}
[[gnu::always_inline]] inline F16 zero() { return broadcast(0.0f); }
[[gnu::always_inline]] inline F16 fma(F16 a, F16 b, F16 c) {
    return {vfmaq_f32(c.v[0], a.v[0], b.v[0]), vfmaq_f32(c.v[1], a.v[1], b.v[1]),
            vfmaq_f32(c.v[2], a.v[2], b.v[2]), vfmaq_f32(c.v[3], a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 add(F16 a, F16 b) {
    return {vaddq_f32(a.v[0], b.v[0]), vaddq_f32(a.v[1], b.v[1]), vaddq_f32(a.v[2], b.v[2]), vaddq_f32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 sub(F16 a, F16 b) {
    return {vsubq_f32(a.v[0], b.v[0]), vsubq_f32(a.v[1], b.v[1]), vsubq_f32(a.v[2], b.v[2]), vsubq_f32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 div(F16 a, F16 b) {
    return {vdivq_f32(a.v[0], b.v[0]), vdivq_f32(a.v[1], b.v[1]), vdivq_f32(a.v[2], b.v[2]), vdivq_f32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline F16 mul(F16 a, F16 b) {
    F16 r{vmulq_f32(a.v[0], b.v[0]), vmulq_f32(a.v[1], b.v[1]), vmulq_f32(a.v[2], b.v[2]), vmulq_f32(a.v[3], b.v[3])};
    // Keeps the compiler from fusing them with a following addition.
    __asm__("" : "+w"(r.v[0]), "+w"(r.v[1]), "+w"(r.v[2]), "+w"(r.v[3]));
    return r;
}
[[gnu::always_inline]] inline F16 select(M16 m, F16 a, F16 b) {
    return {vbslq_f32(m.v[0], a.v[0], b.v[0]), vbslq_f32(m.v[1], a.v[1], b.v[1]),
            vbslq_f32(m.v[2], a.v[2], b.v[2]), vbslq_f32(m.v[3], a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 less(F16 a, F16 b) {
    return {vcltq_f32(a.v[0], b.v[0]), vcltq_f32(a.v[1], b.v[1]), vcltq_f32(a.v[2], b.v[2]), vcltq_f32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 less_equal(F16 a, F16 b) {
    return {vcleq_f32(a.v[0], b.v[0]), vcleq_f32(a.v[1], b.v[1]), vcleq_f32(a.v[2], b.v[2]), vcleq_f32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 equal(F16 a, F16 b) {
    return {vceqq_f32(a.v[0], b.v[0]), vceqq_f32(a.v[1], b.v[1]), vceqq_f32(a.v[2], b.v[2]), vceqq_f32(a.v[3], b.v[3])};
}
// Not fmax and fmin, which treat NaN and zeros of both signs otherwise.
[[gnu::always_inline]] inline F16 max(F16 a, F16 b) { return select(less(b, a), a, b); }
[[gnu::always_inline]] inline F16 min(F16 a, F16 b) { return select(less(a, b), a, b); }
[[gnu::always_inline]] inline F16 sqrt(F16 a) {
    return {vsqrtq_f32(a.v[0]), vsqrtq_f32(a.v[1]), vsqrtq_f32(a.v[2]), vsqrtq_f32(a.v[3])};
}
[[gnu::always_inline]] inline M16 both(M16 a, M16 b) {
    return {vandq_u32(a.v[0], b.v[0]), vandq_u32(a.v[1], b.v[1]), vandq_u32(a.v[2], b.v[2]), vandq_u32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 either(M16 a, M16 b) {
    return {vorrq_u32(a.v[0], b.v[0]), vorrq_u32(a.v[1], b.v[1]), vorrq_u32(a.v[2], b.v[2]), vorrq_u32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline M16 invert(M16 a) {
    return {vmvnq_u32(a.v[0]), vmvnq_u32(a.v[1]), vmvnq_u32(a.v[2]), vmvnq_u32(a.v[3])};
}
[[gnu::always_inline]] inline M16 unordered(F16 a, F16 b) { return invert(both(equal(a, a), equal(b, b))); }
[[gnu::always_inline]] inline bool any(M16 a) {
    return vmaxvq_u32(vorrq_u32(vorrq_u32(a.v[0], a.v[1]), vorrq_u32(a.v[2], a.v[3]))) != 0;
}
[[gnu::always_inline]] inline M16 first_lanes(int count) {
    const int32x4_t lanes = {0, 1, 2, 3};
    return {vcltq_s32(lanes, vdupq_n_s32(count)), vcltq_s32(lanes, vdupq_n_s32(count - 4)),
            vcltq_s32(lanes, vdupq_n_s32(count - 8)), vcltq_s32(lanes, vdupq_n_s32(count - 12))};
}
[[gnu::always_inline]] inline I16 broadcast_int(int a) {
    const int32x4_t all = vdupq_n_s32(a);
    return {all, all, all, all};
}
[[gnu::always_inline]] inline I16 bits_of(F16 a) {
    return {vreinterpretq_s32_f32(a.v[0]), vreinterpretq_s32_f32(a.v[1]),
            vreinterpretq_s32_f32(a.v[2]), vreinterpretq_s32_f32(a.v[3])};
}
[[gnu::always_inline]] inline F16 from_bits(I16 a) {
    return {vreinterpretq_f32_s32(a.v[0]), vreinterpretq_f32_s32(a.v[1]),
            vreinterpretq_f32_s32(a.v[2]), vreinterpretq_f32_s32(a.v[3])};
}
// The conversion saturates and makes 0 of NaN; what does not fit becomes INT32_MIN as everywhere.
[[gnu::always_inline]] inline int32x4_t to_int(float32x4_t a) {
    const uint32x4_t fits = vandq_u32(vcgeq_f32(a, vdupq_n_f32(-0x1p31f)), vcltq_f32(a, vdupq_n_f32(0x1p31f)));
    return vbslq_s32(fits, vcvtnq_s32_f32(a), vdupq_n_s32(INT32_MIN));
}
[[gnu::always_inline]] inline I16 to_int(F16 a) {
    return {to_int(a.v[0]), to_int(a.v[1]), to_int(a.v[2]), to_int(a.v[3])};
}
[[gnu::always_inline]] inline F16 to_float(I16 a) {
    return {vcvtq_f32_s32(a.v[0]), vcvtq_f32_s32(a.v[1]), vcvtq_f32_s32(a.v[2]), vcvtq_f32_s32(a.v[3])};
}
[[gnu::always_inline]] inline I16 add(I16 a, I16 b) {
    return {vaddq_s32(a.v[0], b.v[0]), vaddq_s32(a.v[1], b.v[1]), vaddq_s32(a.v[2], b.v[2]), vaddq_s32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 sub(I16 a, I16 b) {
    return {vsubq_s32(a.v[0], b.v[0]), vsubq_s32(a.v[1], b.v[1]), vsubq_s32(a.v[2], b.v[2]), vsubq_s32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_and(I16 a, I16 b) {
    return {vandq_s32(a.v[0], b.v[0]), vandq_s32(a.v[1], b.v[1]), vandq_s32(a.v[2], b.v[2]), vandq_s32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_or(I16 a, I16 b) {
    return {vorrq_s32(a.v[0], b.v[0]), vorrq_s32(a.v[1], b.v[1]), vorrq_s32(a.v[2], b.v[2]), vorrq_s32(a.v[3], b.v[3])};
}
[[gnu::always_inline]] inline I16 bit_xor(I16 a, I16 b) {
    return {veorq_s32(a.v[0], b.v[0]), veorq_s32(a.v[1], b.v[1]), veorq_s32(a.v[2], b.v[2]), veorq_s32(a.v[3], b.v[3])};
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_left(I16 a) {
    return {vshlq_n_s32(a.v[0], Bits), vshlq_n_s32(a.v[1], Bits), vshlq_n_s32(a.v[2], Bits), vshlq_n_s32(a.v[3], Bits)};
}
template <int Bits>
[[gnu::always_inline]] inline int32x4_t shift_right(int32x4_t a) {
    return vreinterpretq_s32_u32(vshrq_n_u32(vreinterpretq_u32_s32(a), Bits));
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_right(I16 a) {
    return {shift_right<Bits>(a.v[0]), shift_right<Bits>(a.v[1]), shift_right<Bits>(a.v[2]), shift_right<Bits>(a.v[3])};
}
