// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Small compositions of the words of kernels/vec16.hpp that several bodies use.

[[gnu::always_inline]] inline F16 absolute(F16 x) { return from_bits(bit_and(bits_of(x), broadcast_int(0x7fffffff))); }
[[gnu::always_inline]] inline I16 sign_bit(F16 x) { return bit_and(bits_of(x), broadcast_int(INT32_MIN)); }
[[gnu::always_inline]] inline F16 with_sign(F16 size, I16 sign) { return from_bits(bit_or(bits_of(size), sign)); }
[[gnu::always_inline]] inline F16 negate(F16 x) { return from_bits(bit_xor(bits_of(x), broadcast_int(INT32_MIN))); }
[[gnu::always_inline]] inline F16 clip(float low, F16 x, float high) {
    return min(broadcast(high), max(broadcast(low), x));  // this order keeps NaN
}
[[gnu::always_inline]] inline F16 keep_nan(F16 x, F16 value) { return select(unordered(x, x), x, value); }
