// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CRC-32 (gzip, zip, PNG) and Adler-32 (zlib).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace checksum {
/// Eight tables: table k advances a byte over k further zero bytes ("slicing by eight").
constexpr std::array<std::array<std::uint32_t, 256>, 8> make_crc32_tables() {
    std::array<std::array<std::uint32_t, 256>, 8> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t value = byte;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1u) != 0 ? 0xEDB88320u : 0u);
        tables[0][byte] = value;
    }
    for (std::size_t k = 1; k < 8; ++k) {
        for (std::size_t byte = 0; byte < 256; ++byte) {
            const std::uint32_t before = tables[k - 1][byte];
            tables[k][byte] = (before >> 8) ^ tables[0][before & 0xFFu];
        }
    }
    return tables;
}
inline constexpr auto kCrc32Tables = make_crc32_tables();
}  // namespace checksum

/// CRC-32 of `bytes`, polynomial 0xEDB88320 reflected. `before` continues the value of preceding bytes.
/// @source ISO 3309; RFC 1952 section 8
inline std::uint32_t crc32(Bytes bytes, std::uint32_t before = 0) {
    const auto& tables = checksum::kCrc32Tables;
    std::uint32_t value = ~before;
    const std::uint8_t* at = bytes.data();
    std::size_t left = bytes.size();
    for (; left >= 8; left -= 8, at += 8) {
        value ^= std::uint32_t{at[0]} | std::uint32_t{at[1]} << 8 | std::uint32_t{at[2]} << 16 |
                 std::uint32_t{at[3]} << 24;
        value = tables[7][value & 0xFFu] ^ tables[6][(value >> 8) & 0xFFu] ^ tables[5][(value >> 16) & 0xFFu] ^
                tables[4][value >> 24] ^ tables[3][at[4]] ^ tables[2][at[5]] ^ tables[1][at[6]] ^ tables[0][at[7]];
    }
    for (; left > 0; --left, ++at) value = (value >> 8) ^ tables[0][(value ^ *at) & 0xFFu];
    return ~value;
}

/// Adler-32 of `bytes`.
/// @source RFC 1950 section 8
inline std::uint32_t adler32(Bytes bytes) {
    std::uint32_t low = 1;
    std::uint32_t high = 0;
    std::size_t at = 0;
    while (at < bytes.size()) {
        // 5552 is the longest run whose sums stay below 2^32.
        const std::size_t stop = bytes.size() - at > 5552 ? at + 5552 : bytes.size();
        for (; at < stop; ++at) {
            low += bytes.data()[at];
            high += low;
        }
        low %= 65521;
        high %= 65521;
    }
    return high << 16 | low;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
