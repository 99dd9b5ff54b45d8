// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sixteen float lanes as plain loops: the body of the scalar and emulated kernels. The including unit supplies
// fma_lane(). kernels/vec16.hpp states what each operation means.

// Accumulators of a convolution tile: pixels times panels of sixteen filters.
inline constexpr std::size_t kConvTilePixels = 2, kConvTilePanels = 1;

struct F16 { float v[16]; };
struct M16 { bool v[16]; };
struct I16 { std::int32_t v[16]; };

[[gnu::always_inline]] inline F16 load(const float* p) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = p[i];
    return r;
}
[[gnu::always_inline]] inline void store(float* p, F16 a) {
    for (int i = 0; i < 16; ++i) p[i] = a.v[i];
}
[[gnu::always_inline]] inline F16 broadcast(float a) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a;
    return r;
}
[[gnu::always_inline]] inline F16 zero() { return broadcast(0.0f); }
[[gnu::always_inline]] inline F16 fma(F16 a, F16 b, F16 c) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = fma_lane(a.v[i], b.v[i], c.v[i]);
    return r;
}
[[gnu::always_inline]] inline F16 add(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] + b.v[i];
    return r;
}
[[gnu::always_inline]] inline F16 sub(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] - b.v[i];
    return r;
}
[[gnu::always_inline]] inline F16 div(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] / b.v[i];
    return r;
}
[[gnu::always_inline]] inline F16 mul(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = mul_rounded(a.v[i], b.v[i]);
    return r;
}
[[gnu::always_inline]] inline F16 max(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] > b.v[i] ? a.v[i] : b.v[i];
    return r;
}
[[gnu::always_inline]] inline F16 min(F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] < b.v[i] ? a.v[i] : b.v[i];
    return r;
}
[[gnu::always_inline]] inline F16 sqrt(F16 a) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = std::sqrt(a.v[i]);
    return r;
}
[[gnu::always_inline]] inline M16 less(F16 a, F16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] < b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 less_equal(F16 a, F16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] <= b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 equal(F16 a, F16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] == b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 unordered(F16 a, F16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] != a.v[i] || b.v[i] != b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 both(M16 a, M16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] && b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 either(M16 a, M16 b) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] || b.v[i];
    return r;
}
[[gnu::always_inline]] inline M16 invert(M16 a) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = !a.v[i];
    return r;
}
[[gnu::always_inline]] inline bool any(M16 a) {
    bool found = false;
    for (int i = 0; i < 16; ++i) found = found || a.v[i];
    return found;
}
[[gnu::always_inline]] inline M16 first_lanes(int count) {
    M16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = i < count;
    return r;
}
[[gnu::always_inline]] inline F16 select(M16 m, F16 a, F16 b) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = m.v[i] ? a.v[i] : b.v[i];
    return r;
}
[[gnu::always_inline]] inline I16 broadcast_int(int a) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a;
    return r;
}
[[gnu::always_inline]] inline I16 bits_of(F16 a) {
    I16 r;
    std::memcpy(r.v, a.v, sizeof r.v);
    return r;
}
[[gnu::always_inline]] inline F16 from_bits(I16 a) {
    F16 r;
    std::memcpy(r.v, a.v, sizeof r.v);
    return r;
}
// Rounds to the nearest integer, ties to even; anything that does not fit becomes INT32_MIN, as on x86.
[[gnu::always_inline]] inline I16 to_int(F16 a) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = round_to_int(a.v[i]);
    return r;
}
[[gnu::always_inline]] inline F16 to_float(I16 a) {
    F16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = static_cast<float>(a.v[i]);
    return r;
}
[[gnu::always_inline]] inline I16 add(I16 a, I16 b) {
    I16 r;
    for (int i = 0; i < 16; ++i)
        r.v[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v[i]) + static_cast<std::uint32_t>(b.v[i]));
    return r;
}
[[gnu::always_inline]] inline I16 sub(I16 a, I16 b) {
    I16 r;
    for (int i = 0; i < 16; ++i)
        r.v[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v[i]) - static_cast<std::uint32_t>(b.v[i]));
    return r;
}
[[gnu::always_inline]] inline I16 bit_and(I16 a, I16 b) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] & b.v[i];
    return r;
}
[[gnu::always_inline]] inline I16 bit_or(I16 a, I16 b) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] | b.v[i];
    return r;
}
[[gnu::always_inline]] inline I16 bit_xor(I16 a, I16 b) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = a.v[i] ^ b.v[i];
    return r;
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_left(I16 a) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v[i]) << Bits);
    return r;
}
template <int Bits>
[[gnu::always_inline]] inline I16 shift_right(I16 a) {
    I16 r;
    for (int i = 0; i < 16; ++i) r.v[i] = static_cast<std::int32_t>(static_cast<std::uint32_t>(a.v[i]) >> Bits);
    return r;
}
