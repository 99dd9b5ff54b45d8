// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// HuffmanDecoder: a canonical prefix code of at most 288 symbols and 15 bits, as deflate uses it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "provenn/files/bit_reader.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

class HuffmanDecoder {
  public:
    static constexpr std::size_t kMaxSymbols = 288;
    static constexpr int kMaxLength = 15;

    /// Builds the code from one length a symbol, 0 for unused.
    /// @param single_allowed an incomplete code is accepted if it has one symbol of one bit, or none at all (a
    ///   block without matches has such distance codes); without it only complete codes are.
    /// @return false for an over-subscribed or otherwise incomplete code.
    [[nodiscard]] bool build(Bytes lengths, bool single_allowed) {
        PROVENN_REQUIRE(lengths.size() <= kMaxSymbols);
        for (int length = 0; length <= kMaxLength; ++length) counts_[length] = 0;
        for (const std::uint8_t length : lengths) {
            if (length > kMaxLength) return false;
            ++counts_[length];
        }
        int longest = kMaxLength;
        while (longest > 0 && counts_[longest] == 0) --longest;
        int left = 1;
        for (int length = 1; length <= kMaxLength; ++length) {
            left = 2 * left - counts_[length];
            if (left < 0) return false;
        }
        if (left > 0 && (!single_allowed || longest > 1)) return false;
        int offsets[kMaxLength + 2] = {};
        for (int length = 1; length <= kMaxLength; ++length) offsets[length + 1] = offsets[length] + counts_[length];
        for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
            if (lengths[symbol] != 0) symbols_[offsets[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
        }
        build_fast_table();
        return true;
    }

    /// The next symbol, or -1 for a code that does not exist or the end of the data.
    [[nodiscard]] int decode(BitReader& input) const {
        const std::uint32_t bits = input.peek16();
        const std::uint16_t entry = fast_[bits & (kFastSize - 1)];
        if (entry != 0) return input.drop(entry & 15) ? entry >> 4 : -1;
        int code = 0;
        int first = 0;
        int index = 0;
        for (int length = 1; length <= kMaxLength; ++length) {
            code |= static_cast<int>((bits >> (length - 1)) & 1u);
            const int count = counts_[length];
            if (code - count < first) {
                return input.drop(length) ? static_cast<int>(symbols_[index + (code - first)]) : -1;
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        return -1;
    }

  private:
    static constexpr int kFastBits = 10;
    static constexpr std::uint32_t kFastSize = 1u << kFastBits;

    /// Entry: symbol * 16 + length for every input that starts with a code of at most kFastBits, 0 for the others.
    void build_fast_table() {
        for (std::uint16_t& entry : fast_) entry = 0;
        std::uint32_t code = 0;
        int index = 0;
        for (int length = 1; length <= kFastBits; ++length) {
            for (int i = 0; i < counts_[length]; ++i, ++code, ++index) {
                std::uint32_t reversed = 0;
                for (int bit = 0; bit < length; ++bit) reversed |= ((code >> bit) & 1u) << (length - 1 - bit);
                const auto entry = static_cast<std::uint16_t>(symbols_[index] * 16 + length);
                for (std::uint32_t at = reversed; at < kFastSize; at += 1u << length) fast_[at] = entry;
            }
            code <<= 1;
        }
    }

    int counts_[kMaxLength + 1] = {};
    std::uint16_t symbols_[kMaxSymbols] = {};
    std::uint16_t fast_[kFastSize] = {};
};

}  // namespace PROVENN_ABI
}  // namespace provenn
