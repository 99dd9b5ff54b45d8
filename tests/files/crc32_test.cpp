// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the checksums against their published check values.
#include "provenn/files/crc32.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("CRC-32 and Adler-32 give the published check values", "[files][crc32]") {
    CHECK(crc32(support::bytes_of("123456789")) == 0xCBF43926u);
    CHECK(crc32({}) == 0u);
    CHECK(adler32(support::bytes_of("Wikipedia")) == 0x11E60398u);
    CHECK(adler32({}) == 1u);
}

TEST_CASE("CRC-32 of parts continues to that of the whole, at every cut", "[files][crc32]") {
    const std::string text = "the quick brown fox jumps over the lazy dog";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const std::uint32_t first = crc32(support::bytes_of(std::string_view(text).substr(0, cut)));
        CHECK(crc32(support::bytes_of(std::string_view(text).substr(cut)), first) ==
              crc32(support::bytes_of(text)));
    }
}

TEST_CASE("Adler-32 does not overflow on long runs of 255", "[files][crc32]") {
    const std::vector<std::uint8_t> bytes(100000, 255);
    std::uint64_t low = 1;
    std::uint64_t high = 0;
    for (const std::uint8_t byte : bytes) {
        low = (low + byte) % 65521;
        high = (high + low) % 65521;
    }
    CHECK(adler32(support::bytes_of(bytes)) == (high << 16 | low));
}
