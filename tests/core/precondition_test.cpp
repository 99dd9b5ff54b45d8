// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A caller's bug stops at the handler that the product sets, with the condition and its place.
#include "provenn/core/precondition.hpp"

#include <cstring>

#include "provenn/core/array.hpp"
#include "support/catch.hpp"

namespace {

struct Broken {
    const char* condition;
    int line;
};

void throw_broken(const char* condition, const char*, int line) { throw Broken{condition, line}; }

}  // namespace

TEST_CASE("a broken precondition calls the handler with its condition", "[core][precondition][REQ-CORE-013]") {
    const auto before = provenn::precondition::handler();
    provenn::set_precondition_handler(&throw_broken);
    const int numbers[3] = {1, 2, 3};
    const provenn::Span<const int> span(numbers);
    const char* condition = nullptr;
    try {
        (void)span[3];
    } catch (const Broken& broken) {
        condition = broken.condition;
        CHECK(broken.line > 0);
    }
    provenn::set_precondition_handler(before);
    REQUIRE(condition != nullptr);
    CHECK(std::strcmp(condition, "i < size_") == 0);
    CHECK(span[2] == 3);
}
