// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Text of bounded length without allocation or locale: names and error messages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A string of at most `Capacity` bytes, stored in place, always null-terminated. Copying cannot fail.
/// Appending beyond the capacity keeps what fits and sets `truncated()`.
template <std::size_t Capacity>
class FixedText {
  public:
    FixedText() = default;
    FixedText(std::string_view text) { append(text); }  // NOLINT(google-explicit-constructor): text is text
    FixedText(const char* text) { append(std::string_view(text)); }  // NOLINT(google-explicit-constructor)

    [[nodiscard]] std::string_view view() const { return {bytes_, size_}; }
    operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)
    [[nodiscard]] const char* c_str() const { return bytes_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] bool truncated() const { return truncated_; }
    [[nodiscard]] static constexpr std::size_t capacity() { return Capacity; }

    void clear() {
        size_ = 0;
        bytes_[0] = '\0';
        truncated_ = false;
    }

    FixedText& append(std::string_view text) {
        for (const char byte : text) {
            if (size_ == Capacity) {
                truncated_ = true;
                break;
            }
            bytes_[size_++] = byte;
        }
        bytes_[size_] = '\0';
        return *this;
    }
    FixedText& append(const char* text) { return append(std::string_view(text)); }
    FixedText& append(char byte) { return append(std::string_view(&byte, 1)); }

    /// Decimal digits of an integer.
    template <class Integer, std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, char>, int> = 0>
    FixedText& append(Integer number) {
        char digits[24];
        std::size_t used = 0;
        const bool negative = number < 0;
        auto rest = static_cast<std::uint64_t>(number);
        if (negative) rest = ~rest + 1;
        do {
            digits[used++] = static_cast<char>('0' + static_cast<char>(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (negative) digits[used++] = '-';
        while (used > 0) append(digits[--used]);
        return *this;
    }

    /// Appends each piece in turn; a piece is anything that has `append_to(FixedText&)` or an overload here.
    template <class Piece>
    FixedText& operator<<(const Piece& piece) {
        if constexpr (std::is_convertible_v<const Piece&, std::string_view>) {
            return append(static_cast<std::string_view>(piece));
        } else if constexpr (std::is_integral_v<Piece>) {
            return append(piece);
        } else {
            piece.append_to(*this);
            return *this;
        }
    }

    friend bool operator==(const FixedText& a, const FixedText& b) { return a.view() == b.view(); }
    friend bool operator!=(const FixedText& a, const FixedText& b) { return a.view() != b.view(); }
    friend bool operator==(const FixedText& a, std::string_view b) { return a.view() == b; }
    friend bool operator!=(const FixedText& a, std::string_view b) { return a.view() != b; }
    friend bool operator==(const FixedText& a, const char* b) { return a.view() == b; }
    friend bool operator!=(const FixedText& a, const char* b) { return a.view() != b; }

  private:
    std::size_t size_ = 0;
    bool truncated_ = false;
    char bytes_[Capacity + 1] = {};
};

/// Name of a layer, value or parameter: a path such as `block1/conv2d_3/kernel`.
using Name = FixedText<191>;

}  // namespace PROVENN_ABI
}  // namespace provenn
