// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The compression function of SHA-256 (FIPS 180-4, 6.2.2), portable and with the processor's instructions for it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "provenn/core/config.hpp"
#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace sha256_compression {

/// Takes `count` blocks of 64 bytes into the state.
using Function = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

alignas(16) inline constexpr std::uint32_t kConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

struct Words {
    std::uint32_t a, b, c, d, e, f, g, h;
};
inline std::uint32_t rotate(std::uint32_t x, int by) { return (x >> by) | (x << (32 - by)); }
inline std::uint32_t next(const std::uint32_t* w, int t) {
    const std::uint32_t w15 = w[(t + 1) & 15], w2 = w[(t + 14) & 15];
    const std::uint32_t s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >> 3);
    const std::uint32_t s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >> 10);
    return w[t & 15] + s0 + w[(t + 9) & 15] + s1;
}
/// One round; the caller renames the eight words instead of moving them.
[[gnu::always_inline]] inline void round(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t& d,
                                         std::uint32_t e, std::uint32_t f, std::uint32_t g, std::uint32_t& h,
                                         std::uint32_t constant_and_word) {
    const std::uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constant_and_word;
    const std::uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    d += t1;
    h = t1 + s0 + ((a & b) ^ (a & c) ^ (b & c));
}
[[gnu::always_inline]] inline void eight_rounds(Words& s, const std::uint32_t* k, const std::uint32_t* w) {
    round(s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h, k[0] + w[0]);
    round(s.h, s.a, s.b, s.c, s.d, s.e, s.f, s.g, k[1] + w[1]);
    round(s.g, s.h, s.a, s.b, s.c, s.d, s.e, s.f, k[2] + w[2]);
    round(s.f, s.g, s.h, s.a, s.b, s.c, s.d, s.e, k[3] + w[3]);
    round(s.e, s.f, s.g, s.h, s.a, s.b, s.c, s.d, k[4] + w[4]);
    round(s.d, s.e, s.f, s.g, s.h, s.a, s.b, s.c, k[5] + w[5]);
    round(s.c, s.d, s.e, s.f, s.g, s.h, s.a, s.b, k[6] + w[6]);
    round(s.b, s.c, s.d, s.e, s.f, s.g, s.h, s.a, k[7] + w[7]);
}

inline void portable_block(std::uint32_t* state, const std::uint8_t* block) {
    std::uint32_t w[16];
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = 0;
        for (std::size_t j = 0; j < 4; ++j) w[i] = (w[i] << 8) | block[4 * i + j];
    }
    Words s{state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]};
    for (int t = 0; t < 64; t += 16) {
        if (t > 0) {
            for (int i = 0; i < 16; ++i) w[i] = next(w, i);
        }
        eight_rounds(s, kConstants + t, w);
        eight_rounds(s, kConstants + t + 8, w + 8);
    }
    const std::uint32_t words[8] = {s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h};
    for (int i = 0; i < 8; ++i) state[i] += words[i];
}

inline void portable(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count) {
    for (; count > 0; --count, blocks += 64) portable_block(state, blocks);
}

#if defined(__x86_64__)
/// SHA-NI: four rounds an instruction pair, on the state in the order (A, B, E, F) and (C, D, G, H).
[[gnu::target("sha,sse4.1,ssse3")]] inline void with_instructions(std::uint32_t* state, const std::uint8_t* blocks,
                                                                  std::size_t count) {
    const __m128i to_big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    auto* words = reinterpret_cast<__m128i*>(state);
    const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128(words), 0xb1);
    const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(words + 1), 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
    for (; count > 0; --count, blocks += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
#pragma GCC unroll 16
        for (int i = 0; i < 16; ++i) {
            __m128i& now = w[i % 4];
            if (i < 4) {
                const auto* bytes = reinterpret_cast<const __m128i*>(blocks + 16 * i);
                now = _mm_shuffle_epi8(_mm_loadu_si128(bytes), to_big_endian);
            } else {
                const __m128i last = w[(i + 3) % 4];
                const __m128i middle = _mm_alignr_epi8(last, w[(i + 2) % 4], 4);
                now = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(now, w[(i + 1) % 4]), middle), last);
            }
            const auto* constants = reinterpret_cast<const __m128i*>(kConstants + 4 * i);
            const __m128i sum = _mm_add_epi32(now, _mm_load_si128(constants));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128(words, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128(words + 1, _mm_alignr_epi8(dchg, feba, 8));
}

inline bool processor_has_instructions() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool has_sse = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSE4_1) != 0 && (c & bit_SSSE3) != 0;
    constexpr unsigned kSha = 1u << 29;
    return has_sse && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}
#endif

/// The fastest that this processor has.
[[nodiscard]] inline Function best() {
#if defined(__x86_64__)
    static const Function chosen = processor_has_instructions() ? &with_instructions : &portable;
    return chosen;
#else
    return &portable;
#endif
}

}  // namespace sha256_compression
}  // namespace PROVENN_ABI
}  // namespace provenn
