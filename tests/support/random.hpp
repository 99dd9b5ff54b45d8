// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random numbers for tests, by counter: number i of a seed is the same on every machine and in every order of asking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace support {

class CounterRandom {
  public:
    explicit CounterRandom(std::uint64_t seed) : seed_(seed) {}

    /// 64 random bits of a counter (splitmix64).
    [[nodiscard]] std::uint64_t bits(std::uint64_t counter) const {
        std::uint64_t z = seed_ * 0xD1B54A32D192ED03u + (counter + 1) * 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }
    [[nodiscard]] std::int64_t integer(std::uint64_t counter, std::int64_t least, std::int64_t most) const {
        return least + static_cast<std::int64_t>(bits(counter) % static_cast<std::uint64_t>(most - least + 1));
    }
    /// In [least, most), a multiple of 2^-24 of the range.
    [[nodiscard]] float uniform(std::uint64_t counter, float least = -1.0f, float most = 1.0f) const {
        return least + (most - least) * (static_cast<float>(bits(counter) >> 40) / 16777216.0f);
    }

    /// The next of a sequence, for code that asks in a fixed order.
    std::uint64_t next_bits() { return bits(counter_++); }
    std::int64_t next_integer(std::int64_t least, std::int64_t most) { return integer(counter_++, least, most); }
    float next(float least = -1.0f, float most = 1.0f) { return uniform(counter_++, least, most); }

    std::vector<float> floats(std::int64_t count, float least = -1.0f, float most = 1.0f) {
        std::vector<float> values(static_cast<std::size_t>(count));
        for (float& value : values) value = next(least, most);
        return values;
    }

  private:
    std::uint64_t seed_;
    std::uint64_t counter_ = 0;
};

}  // namespace support
