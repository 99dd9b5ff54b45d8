// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Philox: the published vectors, independence of streams, and the distributions made of them.
#include "provenn/core/philox.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "support/catch.hpp"

using namespace provenn;

namespace {
std::vector<std::uint32_t> first_words(const RandomKey& key) {
    RandomStream stream(key);
    std::vector<std::uint32_t> words(8);
    for (auto& word : words) word = stream.next_u32();
    return words;
}
}  // namespace

TEST_CASE("Philox4x32-10 gives the known answers of Random123", "[core][philox][REQ-CORE-002]") {
    const auto check = [](PhiloxCounter counter, PhiloxKey key, PhiloxCounter expected) {
        const PhiloxCounter found = philox4x32_10(counter, key);
        for (int i = 0; i < 4; ++i) CHECK(found.word[i] == expected.word[i]);
    };
    check({{0, 0, 0, 0}}, {{0, 0}}, {{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}});
    check({{~0u, ~0u, ~0u, ~0u}}, {{~0u, ~0u}}, {{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}});
    check({{0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}}, {{0xa4093822u, 0x299f31d0u}},
          {{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}});
}

TEST_CASE("every part of a random key changes the stream, and equal keys give equal streams",
          "[core][philox][REQ-CORE-003]") {
    const RandomKey base{1, RandomPurpose::dropout, 2, 3, 4};
    CHECK(first_words(base) == first_words(base));
    std::vector<RandomKey> others(8, base);
    others[0].seed = 2;
    others[1].seed = (std::uint64_t{1} << 32) + 1;
    others[2].purpose = RandomPurpose::shuffle;
    others[3].id = 3;
    others[4].epoch = 4;
    others[5].sample = 5;
    others[6].sample = (std::uint64_t{1} << 32) + 4;
    std::swap(others[7].id, others[7].epoch);
    for (const auto& other : others) {
        const auto words = first_words(other);
        const auto original = first_words(base);
        for (std::size_t i = 0; i < words.size(); ++i) CHECK(words[i] != original[i]);
    }
}

TEST_CASE("a recorded seed keeps its meaning", "[core][philox][REQ-CORE-003]") {
    RandomStream stream({7, RandomPurpose::initialization, 11, 13, 17});
    CHECK(stream.next_u32() == 0xb729c565u);
    CHECK(stream.uniform() == 0x1.83065ep-1f);
    CHECK(stream.normal() == -0x1.2e30bf45a8253p-1);
    CHECK(stream.below(1000) == 481);
}

TEST_CASE("uniform numbers are multiples of 2^-24 in [0, 1) with the right mean and spread",
          "[core][philox][REQ-CORE-003]") {
    RandomStream stream({1, RandomPurpose::test, 0, 0, 0});
    constexpr int kCount = 200000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kCount; ++i) {
        const float u = stream.uniform();
        REQUIRE((u >= 0.0f && u < 1.0f));
        REQUIRE(u * 0x1p24f == std::floor(u * 0x1p24f));
        sum += static_cast<double>(u);
        squares += static_cast<double>(u) * static_cast<double>(u);
    }
    CHECK(std::abs(sum / kCount - 0.5) < 5 * std::sqrt(1.0 / 12 / kCount));  // five standard errors
    CHECK(std::abs(squares / kCount - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / kCount));
}

TEST_CASE("normal numbers have the moments and the tail of a normal distribution", "[core][philox][REQ-CORE-003]") {
    RandomStream stream({1, RandomPurpose::test, 1, 0, 0});
    constexpr int kCount = 200000;
    double sum = 0, squares = 0, fourth = 0;
    int beyond_two = 0;
    for (int i = 0; i < kCount; ++i) {
        const double z = stream.normal();
        REQUIRE(std::isfinite(z));
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
        beyond_two += z > 1.959963985 || z < -1.959963985;
    }
    CHECK(std::abs(sum / kCount) < 5 * std::sqrt(1.0 / kCount));
    CHECK(std::abs(squares / kCount - 1) < 5 * std::sqrt(2.0 / kCount));
    CHECK(std::abs(fourth / kCount - 3) < 5 * std::sqrt(96.0 / kCount));
    CHECK(std::abs(beyond_two / static_cast<double>(kCount) - 0.05) < 5 * std::sqrt(0.05 * 0.95 / kCount));
}

TEST_CASE("integers below a limit have no modulo bias", "[core][philox][REQ-CORE-003]") {
    RandomStream stream({1, RandomPurpose::test, 2, 0, 0});
    // Three quarters of the range: a plain modulo would give the lower third twice as often as the rest.
    const std::uint64_t limit = (std::uint64_t{3} << 62);
    int low = 0;
    for (int i = 0; i < 30000; ++i) {
        const std::uint64_t drawn = stream.below(limit);
        REQUIRE(drawn < limit);
        low += drawn < (std::uint64_t{1} << 62);
    }
    CHECK(std::abs(low / 30000.0 - 1.0 / 3) < 5 * std::sqrt(2.0 / 9 / 30000));
    CHECK(stream.below(1) == 0);
}

TEST_CASE("shuffling reaches every order about equally often", "[core][philox][REQ-CORE-003]") {
    std::map<std::vector<int>, int> seen;
    RandomStream stream({1, RandomPurpose::shuffle, 0, 0, 0});
    constexpr int kCount = 24000;
    for (int i = 0; i < kCount; ++i) {
        std::vector<int> order{0, 1, 2, 3};
        stream.shuffle(Span<int>(order.data(), order.size()));
        ++seen[order];
    }
    REQUIRE(seen.size() == 24);
    double chi_square = 0;
    for (const auto& [order, count] : seen) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
    CHECK(chi_square < 55.0);  // 23 degrees of freedom: passed by chance with probability 0.9998
}
