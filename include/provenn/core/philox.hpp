// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Counter-based random numbers: Philox4x32-10, keyed by seed, purpose, id, epoch and sample.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/array.hpp"
#include "provenn/core/double_math.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

struct PhiloxCounter {
    std::uint32_t word[4];
};
struct PhiloxKey {
    std::uint32_t word[2];
};

/// Ten rounds of Philox4x32: four random words for a counter and a key. A bijection of the counter for each key.
/// @source Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
/// @req REQ-CORE-002
[[nodiscard]] constexpr PhiloxCounter philox4x32_10(PhiloxCounter counter, PhiloxKey key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t a = std::uint64_t{0xD2511F53u} * counter.word[0];
        const std::uint64_t b = std::uint64_t{0xCD9E8D57u} * counter.word[2];
        const auto a_high = static_cast<std::uint32_t>(a >> 32), a_low = static_cast<std::uint32_t>(a);
        const auto b_high = static_cast<std::uint32_t>(b >> 32), b_low = static_cast<std::uint32_t>(b);
        counter = {{b_high ^ counter.word[1] ^ key.word[0], b_low, a_high ^ counter.word[3] ^ key.word[1], a_low}};
        key = {{key.word[0] + 0x9E3779B9u, key.word[1] + 0xBB67AE85u}};
    }
    return counter;
}

/// What random numbers are for. The numbers are part of what a recorded seed means: they never change.
enum class RandomPurpose : std::uint32_t {
    initialization = 1,  ///< id: parameter
    dropout = 2,         ///< id: node
    shuffle = 3,         ///< order of samples in an epoch
    augmentation = 4,    ///< id: step of the augmentation
    split = 5,           ///< training, validation, test
    bootstrap = 6,       ///< resampling in evaluation
    known_answer = 7,    ///< synthetic inputs
    noise = 8,           ///< simulated devices, privacy
    study = 9,           ///< order and seeds of arms
    test = 10,
};

/// Where a stream of random numbers comes from: equal keys give equal numbers, in any order of use.
struct RandomKey {
    std::uint64_t seed = 0;
    RandomPurpose purpose = RandomPurpose::test;
    std::uint32_t id = 0;  ///< stable id of a node or parameter: renaming changes nothing
    std::uint32_t epoch = 0;
    std::uint64_t sample = 0;  ///< index of the sample in the whole data set, not in its batch
};

/// A stream of random numbers. The first Philox call turns seed, purpose, id and epoch into the key of the stream; the
/// second counts sample and position. Copying copies the position.
/// @threads each thread its own.
/// @req REQ-CORE-003
class RandomStream {
  public:
    explicit RandomStream(const RandomKey& key) : sample_(key.sample) {
        const PhiloxKey seed{{static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)}};
        const PhiloxCounter mixed =
            philox4x32_10({{static_cast<std::uint32_t>(key.purpose), key.id, key.epoch, 0x50726f76u}}, seed);
        key_ = {{mixed.word[0], mixed.word[1]}};
    }

    std::uint32_t next_u32() {
        const auto lane = static_cast<std::uint32_t>(position_ & 3u);
        if (lane == 0) {
            const std::uint64_t block = position_ >> 2;
            words_ = philox4x32_10({{static_cast<std::uint32_t>(block), static_cast<std::uint32_t>(block >> 32),
                                     static_cast<std::uint32_t>(sample_), static_cast<std::uint32_t>(sample_ >> 32)}},
                                   key_);
        }
        ++position_;
        return words_.word[lane];
    }
    std::uint64_t next_u64() {
        const std::uint64_t low = next_u32();
        return low | (static_cast<std::uint64_t>(next_u32()) << 32);
    }

    /// k / 2^24 with k uniform in [0, 2^24): in [0, 1), exact. One word.
    float uniform() { return static_cast<float>(next_u32() >> 8) * 0x1p-24f; }
    /// k / 2^53 with k uniform in [0, 2^53): in [0, 1), exact. Two words.
    double uniform_double() { return static_cast<double>(next_u64() >> 11) * 0x1p-53; }

    /// Normally distributed with mean 0 and deviation 1 (Box and Muller, the cosine branch). Four words.
    double normal() {
        const double radius_square = -2.0 * math::log(1.0 - uniform_double());
        const double angle_rad = mul_rounded(2.0 * math::kPi, uniform_double());
        return mul_rounded(math::sqrt(radius_square), math::cos(angle_rad));
    }

    /// Uniform in [0, limit), without modulo bias: words from the incomplete last period are drawn again.
    /// @requires limit > 0.
    std::uint64_t below(std::uint64_t limit) {
        PROVENN_REQUIRE(limit > 0);
        const std::uint64_t excess = (~std::uint64_t{0} % limit + 1) % limit;  // 2^64 mod limit
        for (;;) {
            const std::uint64_t drawn = next_u64();
            if (drawn <= ~std::uint64_t{0} - excess) return drawn % limit;
        }
    }

    /// Permutes the elements, each order equally likely (Fisher and Yates).
    template <class T>
    void shuffle(Span<T> elements) {
        for (std::size_t left = elements.size(); left > 1; --left) {
            const auto chosen = static_cast<std::size_t>(below(left));
            std::swap(elements[left - 1], elements[chosen]);
        }
    }

  private:
    PhiloxKey key_{};
    std::uint64_t sample_ = 0;
    std::uint64_t position_ = 0;
    PhiloxCounter words_{};
};

}  // namespace PROVENN_ABI
}  // namespace provenn
