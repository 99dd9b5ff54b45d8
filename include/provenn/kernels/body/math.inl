// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions in Vec16 words: reduction, polynomial in fma, exact scaling. Contract in kernels/math.hpp.
// tests/oracle/polynomials.py derived the coefficients.

/// sum of terms[i] x^i, highest first.
template <std::size_t N>
[[gnu::always_inline]] inline F16 polynomial(const float (&terms)[N], F16 x) {
    F16 sum = broadcast(terms[N - 1]);
    for (std::size_t i = N - 1; i > 0; --i) sum = fma(sum, x, broadcast(terms[i - 1]));
    return sum;
}
/// 2^k for -126 <= k <= 127.
[[gnu::always_inline]] inline F16 power_of_two(I16 k) {
    return from_bits(shift_left<23>(add(k, broadcast_int(127))));
}

/// a 2^k for -252 <= k <= 254: of the two products only the second may round, overflow or lose bits. An instruction set
/// that does it in one instruction brings its own, which is preferred to a template.
template <class Integers>
[[gnu::always_inline]] inline F16 scale(F16 a, Integers k) {
    const I16 half = to_int(mul(to_float(k), broadcast(0.5f)));
    return mul(mul(a, power_of_two(half)), power_of_two(sub(k, half)));
}

/// x = k ln 2 + r; `part` becomes exp(r) - 1.
[[gnu::always_inline]] inline I16 reduce_exp(F16 x, F16& part) {
    constexpr float kTerms[] = {0x1p-1f,        0x1.555556p-3f,  0x1.5554f4p-5f,
                                0x1.110ffap-7f, 0x1.6d3f4ap-10f, 0x1.a25966p-13f};
    const I16 k = to_int(mul(x, broadcast(1.44269504f)));
    const F16 kf = to_float(k);
    F16 r = fma(kf, broadcast(-0x1.62e4p-1f), x);  // 15 bits: the product is exact
    r = fma(kf, broadcast(-0x1.7f7d1cp-20f), r);
    part = fma(mul(r, r), polynomial(kTerms, r), r);
    return k;
}

inline F16 exp(F16 x) {
    F16 part;
    // max and min give their second operand for NaN.
    const I16 k = reduce_exp(min(broadcast(89.0f), max(broadcast(-104.0f), x)), part);
    return scale(add(part, broadcast(1.0f)), k);
}

inline F16 expm1(F16 x) {
    F16 part;
    const I16 k = reduce_exp(min(broadcast(89.0f), max(broadcast(-30.0f), x)), part);
    const F16 half = power_of_two(sub(k, broadcast_int(1)));  // 2^128 is not a number, its half is
    const F16 scaled = fma(half, part, sub(half, broadcast(0.5f)));
    return select(less(absolute(x), broadcast(0.3f)), select(equal(x, zero()), x, part), add(scaled, scaled));
}

/// log(1 + f) for sqrt(1/2) - 1 <= f <= sqrt(2) - 1, plus e ln 2.
[[gnu::always_inline]] inline F16 log_reduced(F16 f, F16 e) {
    constexpr float kTerms[] = {-0x1p-1f,       0x1.555546p-2f,  -0x1.ffffeep-3f, 0x1.99a542p-3f, -0x1.5562ep-3f,
                                0x1.233306p-3f, -0x1.fb43dep-4f, 0x1.e64d7p-4f,   -0x1.e2e482p-4f, 0x1.1b4374p-4f};
    const F16 tail = fma(mul(f, f), polynomial(kTerms, f), mul(e, broadcast(-0x1.bd0106p-13f)));
    return fma(e, broadcast(0x1.63p-1f), add(f, tail));
}
/// x = 2^e m with m in [sqrt(1/2), sqrt(2)), for normal x > 0.
[[gnu::always_inline]] inline F16 split_exponent(F16 x, F16& e) {
    const I16 shifted = add(bits_of(x), broadcast_int(0x3f800000 - 0x3f3504f3));
    e = sub(to_float(shift_right<23>(shifted)), broadcast(127.0f));
    return from_bits(add(bit_and(shifted, broadcast_int(0x007fffff)), broadcast_int(0x3f3504f3)));
}
/// What log gives where its argument is 0, negative, infinite or NaN.
[[gnu::always_inline]] inline F16 log_edges(F16 argument, F16 value) {
    const F16 infinity = broadcast(__builtin_inff());
    value = select(equal(argument, infinity), infinity, value);
    value = select(equal(argument, zero()), negate(infinity), value);
    value = select(less(argument, zero()), broadcast(__builtin_nanf("")), value);
    return select(unordered(argument, argument), argument, value);
}

inline F16 log(F16 x) {
    const M16 subnormal = less(x, broadcast(0x1p-126f));
    const F16 normal = select(subnormal, mul(x, broadcast(0x1p23f)), x);
    F16 e;
    const F16 m = split_exponent(normal, e);
    e = select(subnormal, sub(e, broadcast(23.0f)), e);
    return log_edges(x, log_reduced(sub(m, broadcast(1.0f)), e));
}

inline F16 log1p(F16 x) {
    const F16 one = broadcast(1.0f);
    const F16 u = add(one, x);
    const F16 kept = sub(u, one);
    const F16 lost = add(sub(one, sub(u, kept)), sub(x, kept));  // 1 + x = u + lost, exactly
    F16 e;
    const F16 m = split_exponent(u, e);
    // lost / 2^e; it is 0 or negligible from 2^25 on, where 2^-e may not be a number.
    const F16 shrink = from_bits(shift_left<23>(sub(broadcast_int(127), to_int(e))));
    const F16 rest = select(less(u, broadcast(0x1p25f)), mul(lost, shrink), zero());
    const F16 f = select(equal(e, zero()), x, add(sub(m, one), rest));
    return select(equal(x, zero()), x, log_edges(u, log_reduced(f, e)));
}

inline F16 tanh(F16 x) {
    constexpr float kTerms[] = {-0x1.555554p-2f, 0x1.11107cp-3f, -0x1.b9f212p-5f,
                                0x1.63abd6p-6f,  -0x1.0c801ep-7f, 0x1.1aa266p-9f};
    const F16 size = absolute(x);
    const F16 square = mul(x, x);
    const F16 small = fma(mul(size, square), polynomial(kTerms, square), size);
    const F16 e = exp(add(size, size));
    const F16 large = sub(broadcast(1.0f), div(broadcast(2.0f), add(e, broadcast(1.0f))));
    return with_sign(select(less(size, broadcast(0.625f)), small, large), sign_bit(x));
}

/// exp(-|x|) over or under 1 + exp(-|x|).
inline F16 sigmoid(F16 x) {
    const F16 e = exp(negate(absolute(x)));
    return div(select(less(x, zero()), e, broadcast(1.0f)), add(broadcast(1.0f), e));
}

/// log(1 + exp(x)) without overflow.
inline F16 softplus(F16 x) { return add(max(zero(), x), log1p(exp(negate(absolute(x))))); }

inline F16 erf(F16 x) {
    constexpr float kSmall[] = {0x1.06eba8p-3f, -0x1.812740p-2f, 0x1.ce2d3ap-4f,  -0x1.b7f80cp-6f,
                                0x1.539c2ep-8f, -0x1.9a3b6ep-11f, 0x1.e08d1ap-15f, 0x1.20df98p-17f};
    constexpr float kLarge[] = {-0x1.863ce8p-14f, 0x1.21078ap+0f,  0x1.44f082p-1f,   0x1.b37f18p-4f,  -0x1.7d2e06p-6f,
                                0x1.8cad82p-9f,   0x1.b1ad0cp-16f, -0x1.8ed2fap-14f, 0x1.17fe9ep-16f, -0x1.16d972p-20f};
    const F16 size = absolute(x);
    const F16 small = fma(x, polynomial(kSmall, mul(x, x)), x);
    const F16 exponent = polynomial(kLarge, min(broadcast(4.0f), size));
    const F16 large = with_sign(sub(broadcast(1.0f), exp(negate(exponent))), sign_bit(x));
    return select(less(size, broadcast(0.925f)), small, large);
}
