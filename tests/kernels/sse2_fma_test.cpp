// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fma of the SSE2 kernels, which have no instruction for it: against the C library's exact one, over random and
// special bit patterns.
#include <cmath>
#include <cstring>
#include <vector>

#include "support/catch.hpp"

#if defined(__x86_64__) && __has_include("provenn/kernels/sse2/kernels.hpp")
#include "provenn/kernels/sse2/kernels.hpp"

namespace {
namespace sse2 = provenn::kernels::sse2;

struct SplitMix {
    std::uint64_t state;
    std::uint64_t next() {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    std::uint32_t word() { return static_cast<std::uint32_t>(next()); }
};
float from_bits(std::uint32_t bits) {
    float value = 0.0f;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

struct Triple {
    float a, b, c;
};
Triple any_bits(SplitMix& random) {
    return {from_bits(random.word()), from_bits(random.word()), from_bits(random.word())};
}

/// c = m 2^e and a b = k 2^(e-1) (1 - 4^-n): half way between two floats but for a part that double may not hold;
/// exactly half way for one in four. From the least subnormal numbers up.
Triple half_way(SplitMix& random) {
    const std::uint64_t r = random.next();
    const int e = (r & 3) == 0 ? -149 : static_cast<int>(r >> 8 & 0xff) - 149, half = (e - 1) / 2;
    const int n = 15 + static_cast<int>((r >> 16) % 8);
    const float tiny = (r >> 2 & 3) == 0 ? 0.0f : std::ldexp(1.0f, -n);
    const auto k = static_cast<float>((r >> 20 & ((1u << (24 - n)) - 1)) | 1);
    const auto m = static_cast<float>((r >> 32 & 0xffffff) >> (r >> 56 & 3));
    const float sign_a = (r >> 60 & 1) != 0 ? -1.0f : 1.0f, sign_c = (r >> 61 & 1) != 0 ? -1.0f : 1.0f;
    return {std::ldexp(sign_a * k * (1.0f + tiny), half), std::ldexp(1.0f - tiny, e - 1 - half),
            std::ldexp(sign_c * m, e)};
}

struct Count {
    int wrong = 0, hard = 0;
};
/// All sixteen lanes against the exact fma; a lane is hard where rounding twice gives another number.
void compare(const Triple (&in)[16], Count& count) {
    float a[16], b[16], c[16], found[16];
    for (int i = 0; i < 16; ++i) a[i] = in[i].a, b[i] = in[i].b, c[i] = in[i].c;
    sse2::store(found, sse2::fma(sse2::load(a), sse2::load(b), sse2::load(c)));
    for (int i = 0; i < 16; ++i) {
        const float expected = std::fma(a[i], b[i], c[i]);
        if (std::isnan(expected) && std::isnan(found[i])) continue;
        count.wrong += std::memcmp(&expected, &found[i], sizeof expected) != 0;
        count.hard += static_cast<float>(static_cast<double>(a[i]) * static_cast<double>(b[i]) +
                                         static_cast<double>(c[i])) != expected;
    }
}
}  // namespace

TEST_CASE("the fma of the SSE2 kernels has the bits of the exact one", "[kernels][sse2][REQ-KERN-365]") {
    SplitMix random{3};
    Triple in[16];
    Count far, near;
    for (int group = 0; group < 500000; ++group) {  // NaN, infinity and subnormal numbers are among them
        for (Triple& lane : in) lane = any_bits(random);
        compare(in, far);
    }
    CHECK(far.wrong == 0);
    for (int group = 0; group < 500000; ++group) {  // one hard lane among easy ones, or sixteen
        for (Triple& lane : in) lane = (group & 1) != 0 ? half_way(random) : any_bits(random);
        if ((group & 1) == 0) in[group >> 1 & 15] = half_way(random);
        compare(in, near);
    }
    CHECK(near.wrong == 0);
    CHECK(near.hard > 300000);
}

TEST_CASE("the fma of the SSE2 kernels is exact at every pairing of special values", "[kernels][sse2][REQ-KERN-365]") {
    std::vector<float> values;
    for (const std::uint32_t bits :
         {0x00000000u, 0x00000001u, 0x00000002u, 0x007fffffu, 0x00800000u, 0x00800001u, 0x1a000000u, 0x1a7fffffu,
          0x33800000u, 0x33800001u, 0x3effffffu, 0x3f000000u, 0x3f7fffffu, 0x3f800000u, 0x3f800001u, 0x3fffffffu,
          0x4b7fffffu, 0x4b800000u, 0x7effffffu, 0x7f000000u, 0x7f7fffffu, 0x7f800000u, 0x7fc00000u}) {
        values.push_back(from_bits(bits));
        values.push_back(from_bits(bits | 0x80000000u));
    }
    Triple in[16]{};
    Count count;
    std::size_t lane = 0;
    for (const float a : values) {
        for (const float b : values) {
            for (const float c : values) {
                in[lane++ % 16] = {a, b, c};
                if (lane % 16 == 0) compare(in, count);
            }
        }
    }
    compare(in, count);
    CHECK(count.wrong == 0);
}
#endif
