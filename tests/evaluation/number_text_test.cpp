// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of numbers and tables as text.
#include "provenn/evaluation/number_text.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace provenn::evaluation;

TEST_CASE("numbers are written alike everywhere", "[evaluation][number_text][REQ-EVAL-014]") {
    CHECK(number_text(0.5) == "0.5000");
    CHECK(number_text(-1.25, 1) == "-1.2");
    CHECK(number_text(0.0) == "0.0000");
    CHECK(number_text(3.7e-5) == "3.70e-05");  // not 0.0000
    CHECK(number_text(2.5e12) == "2.50e+12");
    CHECK(number_text(std::numeric_limits<double>::quiet_NaN()) == "undefined");
}

TEST_CASE("columns are aligned by code points", "[evaluation][number_text][REQ-EVAL-014]") {
    CHECK(aligned({{"a", "1"}, {"bcd", "22"}}, true) == "  a     1\n  bcd  22\n");
    CHECK(aligned({{"a", "1", "x"}, {"bcd", "22"}}, false) == "  a    1   x\n  bcd  22\n");
    CHECK(text_width("m\xC3\xA4nnlich") == 8);
    CHECK(one_line("a\nb\x7F") == "a?b?");
}
