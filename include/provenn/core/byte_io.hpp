// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ByteReader and ByteWriter: bounded little-endian reading and writing of the library's own formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "provenn/core/array.hpp"
#include "provenn/core/result.hpp"
#include "provenn/core/text.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Reads little-endian numbers and text from borrowed bytes, in order, never outside them.
/// @errors corrupt_data where the bytes end too early; the position is then unchanged.
/// @req REQ-CORE-006
class ByteReader {
  public:
    /// `where` names the bytes in messages; it must outlive the reader.
    explicit ByteReader(Bytes bytes, std::string_view where = "bytes") : bytes_(bytes), where_(where) {}

    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] std::size_t remaining() const { return bytes_.size() - position_; }
    [[nodiscard]] bool at_end() const { return remaining() == 0; }

    Result<std::uint8_t> u8() { return number<std::uint8_t>(); }
    Result<std::uint16_t> u16() { return number<std::uint16_t>(); }
    Result<std::uint32_t> u32() { return number<std::uint32_t>(); }
    Result<std::uint64_t> u64() { return number<std::uint64_t>(); }
    Result<std::int64_t> i64() {
        PROVENN_ASSIGN(const std::uint64_t bits, u64());
        std::int64_t value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }
    Result<float> f32() {
        PROVENN_ASSIGN(const std::uint32_t bits, u32());
        float value = 0.0f;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }

    /// The next `count` bytes, borrowed.
    Result<Bytes> bytes(std::uint64_t count) {
        if (count > remaining()) return too_short(count);
        const Bytes found = bytes_.subspan(position_, static_cast<std::size_t>(count));
        position_ += found.size();
        return found;
    }

    /// Text with its length as u32 before it, borrowed. @errors also limit_exceeded above `max_bytes`.
    Result<std::string_view> text(std::size_t max_bytes) {
        const std::size_t start = position_;
        PROVENN_ASSIGN(const std::uint32_t size, u32());
        if (size > max_bytes) {
            position_ = start;
            return make_error(ErrorCode::limit_exceeded, where_, ": expected text of at most ", max_bytes,
                              " bytes at byte ", start, ", found ", size);
        }
        auto found = bytes(size);
        if (!found) {
            position_ = start;
            return found.error();
        }
        return std::string_view(reinterpret_cast<const char*>(found->data()), found->size());
    }

    /// @errors corrupt_data where bytes are left over.
    [[nodiscard]] Status expect_end() const {
        if (at_end()) return {};
        return make_error(ErrorCode::corrupt_data, where_, ": expected the end at byte ", position_, ", found ",
                          remaining(), " more bytes");
    }

  private:
    [[nodiscard]] Error too_short(std::uint64_t count) const {
        return make_error(ErrorCode::corrupt_data, where_, ": expected ", count, " bytes at byte ", position_,
                          ", found ", remaining());
    }
    template <class Unsigned>
    Result<Unsigned> number() {
        if (sizeof(Unsigned) > remaining()) return too_short(sizeof(Unsigned));
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
            value |= static_cast<std::uint64_t>(bytes_[position_ + i]) << (8 * i);
        }
        position_ += sizeof(Unsigned);
        return static_cast<Unsigned>(value);
    }

    Bytes bytes_;
    std::string_view where_;
    std::size_t position_ = 0;
};

/// Appends little-endian numbers and text to an array. @errors out_of_memory; what was written before stays.
class ByteWriter {
  public:
    explicit ByteWriter(Array<std::uint8_t>& target) : target_(&target) {}

    [[nodiscard]] std::size_t position() const { return target_->size(); }
    Status u8(std::uint8_t value) { return number(value); }
    Status u16(std::uint16_t value) { return number(value); }
    Status u32(std::uint32_t value) { return number(value); }
    Status u64(std::uint64_t value) { return number(value); }
    Status i64(std::int64_t value) { return number(static_cast<std::uint64_t>(value)); }
    Status f32(float value) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        return number(bits);
    }
    Status bytes(Bytes bytes) { return target_->append(bytes); }
    /// Its length as u32, then the bytes. @errors also limit_exceeded from 4 GiB on.
    Status text(std::string_view text) {
        if (text.size() > 0xffffffffu) {
            return make_error(ErrorCode::limit_exceeded, "text: expected less than 4 GiB, found ", text.size(),
                              " bytes");
        }
        PROVENN_TRY(u32(static_cast<std::uint32_t>(text.size())));
        return bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    }
    /// Zeros up to the next multiple of `alignment`.
    Status align(std::size_t alignment) {
        while (position() % alignment != 0) PROVENN_TRY(u8(0));
        return {};
    }

  private:
    template <class Unsigned>
    Status number(Unsigned value) {
        std::uint8_t little[sizeof(Unsigned)];
        for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
            little[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
        }
        return target_->append({little, sizeof little});
    }
    Array<std::uint8_t>* target_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
