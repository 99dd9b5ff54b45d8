// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// SHA-256 (FIPS 180-4), incremental.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "provenn/core/array.hpp"
#include "provenn/core/text.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A SHA-256 value. As a piece of text it is 64 lower-case hexadecimal digits.
struct Sha256Digest {
    std::uint8_t bytes[32] = {};

    [[nodiscard]] Bytes span() const { return {bytes, sizeof bytes}; }
    [[nodiscard]] FixedText<64> hex() const {
        FixedText<64> text;
        append_to(text);
        return text;
    }
    template <class Text>
    void append_to(Text& text) const {
        constexpr std::string_view kDigits = "0123456789abcdef";
        for (const std::uint8_t byte : bytes) {
            text.append(kDigits[byte >> 4]);
            text.append(kDigits[byte & 15u]);
        }
    }
    friend bool operator==(const Sha256Digest& a, const Sha256Digest& b) {
        return std::memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
    }
    friend bool operator!=(const Sha256Digest& a, const Sha256Digest& b) { return !(a == b); }
};

/// Hash of a stream of bytes: `update` as often as wanted, then `finish` once.
/// @cost about 12 cycles a byte; no allocation.
/// @source FIPS 180-4, 5.1.1 and 6.2.
/// @req REQ-CORE-001
class Sha256 {
  public:
    Sha256& update(Bytes bytes) {
        const std::uint8_t* data = bytes.data();
        std::size_t size = bytes.size();
        if (size == 0) return *this;
        length_bytes_ += size;
        if (used_ > 0) {
            const std::size_t taken = size < sizeof block_ - used_ ? size : sizeof block_ - used_;
            std::memcpy(block_ + used_, data, taken);
            used_ += taken;
            data += taken;
            size -= taken;
            if (used_ < sizeof block_) return *this;
            compress(block_);
            used_ = 0;
        }
        for (; size >= sizeof block_; data += sizeof block_, size -= sizeof block_) compress(data);
        if (size > 0) std::memcpy(block_, data, size);
        used_ = size;
        return *this;
    }
    Sha256& update(std::string_view text) {
        return update(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    }

    /// Hash of everything that was given; the object then starts anew.
    Sha256Digest finish() {
        const std::uint64_t length_bits = length_bytes_ * 8;
        block_[used_++] = 0x80;
        if (used_ > 56) {
            std::memset(block_ + used_, 0, sizeof block_ - used_);
            compress(block_);
            used_ = 0;
        }
        std::memset(block_ + used_, 0, 56 - used_);
        for (std::size_t i = 0; i < 8; ++i) block_[56 + i] = static_cast<std::uint8_t>(length_bits >> (56 - 8 * i));
        compress(block_);
        Sha256Digest digest;
        for (std::size_t i = 0; i < 32; ++i) {
            digest.bytes[i] = static_cast<std::uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
        }
        *this = Sha256();
        return digest;
    }

  private:
    struct Words {
        std::uint32_t a, b, c, d, e, f, g, h;
    };
    static std::uint32_t rotate(std::uint32_t x, int by) { return (x >> by) | (x << (32 - by)); }
    static std::uint32_t next(const std::uint32_t* w, int t) {
        const std::uint32_t w15 = w[(t + 1) & 15], w2 = w[(t + 14) & 15];
        const std::uint32_t s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >> 3);
        const std::uint32_t s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >> 10);
        return w[t & 15] + s0 + w[(t + 9) & 15] + s1;
    }
    /// One round; the caller renames the eight words instead of moving them.
    [[gnu::always_inline]] static void round(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t& d,
                                             std::uint32_t e, std::uint32_t f, std::uint32_t g, std::uint32_t& h,
                                             std::uint32_t constant_and_word) {
        const std::uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constant_and_word;
        const std::uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
        d += t1;
        h = t1 + s0 + ((a & b) ^ (a & c) ^ (b & c));
    }
    [[gnu::always_inline]] static void eight_rounds(Words& s, const std::uint32_t* k, const std::uint32_t* w) {
        round(s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h, k[0] + w[0]);
        round(s.h, s.a, s.b, s.c, s.d, s.e, s.f, s.g, k[1] + w[1]);
        round(s.g, s.h, s.a, s.b, s.c, s.d, s.e, s.f, k[2] + w[2]);
        round(s.f, s.g, s.h, s.a, s.b, s.c, s.d, s.e, k[3] + w[3]);
        round(s.e, s.f, s.g, s.h, s.a, s.b, s.c, s.d, k[4] + w[4]);
        round(s.d, s.e, s.f, s.g, s.h, s.a, s.b, s.c, k[5] + w[5]);
        round(s.c, s.d, s.e, s.f, s.g, s.h, s.a, s.b, k[6] + w[6]);
        round(s.b, s.c, s.d, s.e, s.f, s.g, s.h, s.a, k[7] + w[7]);
    }

    void compress(const std::uint8_t* block) {
        static constexpr std::uint32_t kConstants[64] = {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
        std::uint32_t w[16];
        for (std::size_t i = 0; i < 16; ++i) {
            w[i] = 0;
            for (std::size_t j = 0; j < 4; ++j) w[i] = (w[i] << 8) | block[4 * i + j];
        }
        Words s{state_[0], state_[1], state_[2], state_[3], state_[4], state_[5], state_[6], state_[7]};
        for (int t = 0; t < 64; t += 16) {
            if (t > 0) {
                for (int i = 0; i < 16; ++i) w[i] = next(w, i);
            }
            eight_rounds(s, kConstants + t, w);
            eight_rounds(s, kConstants + t + 8, w + 8);
        }
        const std::uint32_t words[8] = {s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h};
        for (int i = 0; i < 8; ++i) state_[i] += words[i];
    }

    std::uint32_t state_[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::uint64_t length_bytes_ = 0;
    std::size_t used_ = 0;
    std::uint8_t block_[64] = {};
};

/// Hash of one run of bytes.
[[nodiscard]] inline Sha256Digest sha256(Bytes bytes) { return Sha256().update(bytes).finish(); }
[[nodiscard]] inline Sha256Digest sha256(std::string_view text) { return Sha256().update(text).finish(); }

}  // namespace PROVENN_ABI
}  // namespace provenn
