// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One float lane under the names of kernels/vec16.hpp: with it, the bodies are scalar functions. The including unit
// supplies fma_lane().

struct F16 { float v; };
struct M16 { bool v; };
struct I16 { std::int32_t v; };

inline F16 load(const float* p) { return {*p}; }
inline void store(float* p, F16 a) { *p = a.v; }
inline F16 broadcast(float a) { return {a}; }
inline F16 zero() { return {0.0f}; }
inline F16 fma(F16 a, F16 b, F16 c) { return {fma_lane(a.v, b.v, c.v)}; }
inline F16 add(F16 a, F16 b) { return {a.v + b.v}; }
inline F16 sub(F16 a, F16 b) { return {a.v - b.v}; }
inline F16 div(F16 a, F16 b) { return {a.v / b.v}; }
inline F16 mul(F16 a, F16 b) { return {mul_rounded(a.v, b.v)}; }
inline F16 max(F16 a, F16 b) { return {a.v > b.v ? a.v : b.v}; }
inline F16 min(F16 a, F16 b) { return {a.v < b.v ? a.v : b.v}; }
inline F16 sqrt(F16 a) { return {std::sqrt(a.v)}; }
inline M16 less(F16 a, F16 b) { return {a.v < b.v}; }
inline M16 less_equal(F16 a, F16 b) { return {a.v <= b.v}; }
inline M16 equal(F16 a, F16 b) { return {a.v == b.v}; }
inline M16 unordered(F16 a, F16 b) { return {a.v != a.v || b.v != b.v}; }
inline M16 both(M16 a, M16 b) { return {a.v && b.v}; }
inline M16 either(M16 a, M16 b) { return {a.v || b.v}; }
inline M16 invert(M16 a) { return {!a.v}; }
inline F16 select(M16 m, F16 a, F16 b) { return m.v ? a : b; }
inline I16 broadcast_int(int a) { return {a}; }
inline I16 bits_of(F16 a) {
    I16 r;
    std::memcpy(&r.v, &a.v, sizeof r.v);
    return r;
}
inline F16 from_bits(I16 a) {
    F16 r;
    std::memcpy(&r.v, &a.v, sizeof r.v);
    return r;
}
inline std::uint32_t unsigned_of(I16 a) { return static_cast<std::uint32_t>(a.v); }
inline I16 signed_of(std::uint32_t a) { return {static_cast<std::int32_t>(a)}; }
inline I16 to_int(F16 a) { return {round_to_int(a.v)}; }
inline F16 to_float(I16 a) { return {static_cast<float>(a.v)}; }
inline I16 add(I16 a, I16 b) { return signed_of(unsigned_of(a) + unsigned_of(b)); }
inline I16 sub(I16 a, I16 b) { return signed_of(unsigned_of(a) - unsigned_of(b)); }
inline I16 bit_and(I16 a, I16 b) { return {a.v & b.v}; }
inline I16 bit_or(I16 a, I16 b) { return {a.v | b.v}; }
inline I16 bit_xor(I16 a, I16 b) { return {a.v ^ b.v}; }
template <int Bits>
inline I16 shift_left(I16 a) { return signed_of(unsigned_of(a) << Bits); }
template <int Bits>
inline I16 shift_right(I16 a) { return signed_of(unsigned_of(a) >> Bits); }
