// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fixed text: bounded, terminated, digits of every integer.
#include "provenn/core/text.hpp"

#include <cstring>
#include <limits>

#include "support/catch.hpp"

using provenn::FixedText;

TEST_CASE("text keeps what fits and says what did not", "[core][text][REQ-CORE-008]") {
    FixedText<5> text("abc");
    CHECK_FALSE(text.truncated());
    text.append("def");
    CHECK(text == "abcde");
    CHECK(text.truncated());
    CHECK(std::strlen(text.c_str()) == 5);
    text.clear();
    CHECK((text.empty() && !text.truncated()));
    CHECK(FixedText<5>("abcde") == "abcde");
    CHECK_FALSE(FixedText<5>("abcde").truncated());
}

TEST_CASE("integers are written in full", "[core][text][REQ-CORE-008]") {
    FixedText<100> text;
    text << std::numeric_limits<std::int64_t>::min() << " " << std::numeric_limits<std::uint64_t>::max() << " " << 0
         << " " << static_cast<std::int8_t>(-128);
    CHECK(text == "-9223372036854775808 18446744073709551615 0 -128");
}
