// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the EXIF orientation: both byte orders, absent, and malformed.
#include "provenn/data/exif.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("the orientation is read in both byte orders", "[data][exif][REQ-DATAFORMATS-008]") {
    const auto little = support::from_hex("49492a00080000000200" "0f0100000000000000000000" "120103000100000006000000");
    const auto big = support::from_hex("4d4d002a0000000800010112000300000001000800000000");
    const auto absent = support::from_hex("49492a00080000000000");
    CHECK(read_exif_orientation(support::bytes_of(little), "x").value_or_throw() == 6);
    CHECK(read_exif_orientation(support::bytes_of(big), "x").value_or_throw() == 8);
    CHECK(read_exif_orientation(support::bytes_of(absent), "x").value_or_throw() == 1);
}

TEST_CASE("malformed EXIF data are an error, never a guess", "[data][exif][REQ-DATAFORMATS-008]") {
    for (const char* hex :
         {"", "49492a00", "58582a00080000000000", "49492b00080000000000", "49492a00ffffffff0000", "49492a000900000000",
          "49492a00080000000100", "49492a000800000001001201030001000000",
          "49492a00080000000100120103000100000009000000", "49492a00080000000100120103000100000000000000",
          "49492a00080000000100120104000100000006000000", "49492a00080000000100120103000200000006000000"}) {
        const auto bytes = support::from_hex(hex);
        const auto found = read_exif_orientation(support::bytes_of(bytes), "x.jpg");
        INFO(hex);
        REQUIRE_FALSE(found.ok());
        CHECK(found.error().code == ErrorCode::corrupt_data);
        CHECK_THAT(found.error().message.c_str(), support::contains("x.jpg: EXIF"));
    }
}
