// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BitReader: bits of a byte range, least significant first, never beyond its end.
#pragma once

#include <cstddef>
#include <cstdint>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Reads bits as deflate packs them: from the least significant bit of each byte.
class BitReader {
  public:
    explicit BitReader(Bytes bytes) : bytes_(bytes) {}

    /// Takes `count` <= 16 bits. False, and nothing taken, if fewer are left.
    [[nodiscard]] bool take(int count, std::uint32_t& value) {
        refill();
        if (held_ < count) return false;
        value = static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << count) - 1));
        bits_ >>= count;
        held_ -= count;
        return true;
    }

    /// The next 16 bits, zeros beyond the end.
    [[nodiscard]] std::uint32_t peek16() {
        refill();
        return static_cast<std::uint32_t>(bits_ & 0xFFFFu);
    }
    /// Drops bits that were peeked. False if fewer are left.
    [[nodiscard]] bool drop(int count) {
        if (held_ < count) return false;
        bits_ >>= count;
        held_ -= count;
        return true;
    }

    void skip_to_byte() {
        const int part = held_ % 8;
        bits_ >>= part;
        held_ -= part;
    }

    /// The next `count` bytes. @requires skip_to_byte() before. False if fewer are left.
    [[nodiscard]] bool take_bytes(std::size_t count, Bytes& run) {
        const std::size_t at = byte_position();
        if (count > bytes_.size() - at) return false;
        run = bytes_.subspan(at, count);
        seek(at + count);
        return true;
    }

    /// First byte of which no bit was taken.
    [[nodiscard]] std::size_t byte_position() const { return next_ - static_cast<std::size_t>(held_ / 8); }
    /// @requires position <= size.
    void seek(std::size_t position) {
        PROVENN_REQUIRE(position <= bytes_.size());
        next_ = position;
        bits_ = 0;
        held_ = 0;
    }

  private:
    void refill() {
        while (held_ <= 56 && next_ < bytes_.size()) {
            bits_ |= std::uint64_t{bytes_.data()[next_++]} << held_;
            held_ += 8;
        }
    }
    Bytes bytes_;
    std::size_t next_ = 0;
    std::uint64_t bits_ = 0;
    int held_ = 0;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
