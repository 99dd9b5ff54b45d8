// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fused multiply-add: the emulation against the C library's exact one, over random and special bit patterns.
#include "provenn/core/fma.hpp"

#include <cmath>
#include <cstring>
#include <vector>

#include "support/catch.hpp"

namespace {
struct SplitMix {
    std::uint64_t state;
    std::uint64_t next() {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
};
float from_bits(std::uint32_t bits) {
    float value = 0.0f;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
std::uint32_t bits_of(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}
bool agree(float a, float b, float c) {
    const float expected = std::fma(a, b, c);
    const float emulated = provenn::emulated_fma(a, b, c);
    const float used = provenn::fma(a, b, c);
    if (std::isnan(expected)) return std::isnan(emulated) && std::isnan(used);
    return bits_of(emulated) == bits_of(expected) && bits_of(used) == bits_of(expected);
}
}  // namespace

TEST_CASE("emulated fma has the bits of the exact one", "[core][fma][REQ-CORE-011]") {
    SplitMix random{1};
    std::uint64_t wrong = 0;
    for (int i = 0; i < 6000000; ++i) {  // any bit patterns: mostly far apart, with NaN, Inf and subnormals among them
        const std::uint64_t ab = random.next();
        wrong += !agree(from_bits(static_cast<std::uint32_t>(ab)), from_bits(static_cast<std::uint32_t>(ab >> 32)),
                        from_bits(static_cast<std::uint32_t>(random.next())));
    }
    CHECK(wrong == 0);
    for (int i = 0; i < 6000000; ++i) {  // the product near the addend, often nearly cancelling: where rounding is hard
        const std::uint64_t r = random.next();
        const float a = from_bits(0x3f800000u | static_cast<std::uint32_t>(r & 0x7fffffu));
        const float b = from_bits(0x3f800000u | (static_cast<std::uint32_t>(r >> 23) & 0x7fff00u));
        const int shift = static_cast<int>((r >> 50) % 60) - 30;
        const float c = std::ldexp(-a * b, (r & (std::uint64_t{1} << 49)) != 0 ? 0 : shift);
        const float small = ((r >> 60) & 1u) != 0 ? 0x1p-140f : 1.0f;  // the same among subnormal numbers
        wrong += !agree(a * small, b, c * small) || !agree(-a, b * small, -c * small);
    }
    CHECK(wrong == 0);
}

TEST_CASE("emulated fma is exact at every pairing of special values", "[core][fma][REQ-CORE-011]") {
    std::vector<float> values;
    for (const std::uint32_t bits :
         {0x00000000u, 0x00000001u, 0x00000002u, 0x007fffffu, 0x00800000u, 0x00800001u, 0x00ffffffu, 0x01000000u,
          0x33800000u, 0x33800001u, 0x34000000u, 0x3effffffu, 0x3f000000u, 0x3f7fffffu, 0x3f800000u, 0x3f800001u,
          0x3fffffffu, 0x4b7fffffu, 0x4b800000u, 0x7effffffu, 0x7f000000u, 0x7f7fffffu, 0x7f800000u, 0x7fc00000u}) {
        values.push_back(from_bits(bits));
        values.push_back(from_bits(bits | 0x80000000u));
    }
    int wrong = 0;
    for (const float a : values) {
        for (const float b : values) {
            for (const float c : values) wrong += !agree(a, b, c);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("mul_rounded is never fused with a following addition", "[core][fma][REQ-CORE-011]") {
    volatile float a = 1.0f + 0x1p-12f, c = -1.0f;
    CHECK(provenn::mul_rounded(a, a) + c == 0x1p-11f);  // a fused sum would add 2^-24
    volatile double d = 1.0 + 0x1p-27, e = -1.0;
    CHECK(provenn::mul_rounded(d, d) + e == 0x1p-26);
    CHECK(provenn::fma(double{d}, double{d}, double{e}) == 0x1p-26 + 0x1p-54);
}
