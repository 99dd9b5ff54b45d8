// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Results: a value or an error, moved but never both, checked before use.
#include "provenn/core/result.hpp"

#include "provenn/core/array.hpp"
#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace provenn;

namespace {
Result<int> half(int number) {
    if (number % 2 != 0) return make_error(ErrorCode::invalid_argument, "half: expected an even number, found ",
                                              number);
    return number / 2;
}
Result<int> quarter(int number) {
    PROVENN_ASSIGN(const int once, half(number));
    return half(once);
}
Status even(int number) {
    PROVENN_TRY(half(number));
    return {};
}
}  // namespace

TEST_CASE("errors travel through the macros with code and message", "[core][result][REQ-CORE-008]") {
    CHECK(*quarter(8) == 2);
    CHECK(quarter(6).error().message == "half: expected an even number, found 3");
    CHECK(even(3).error().code == ErrorCode::invalid_argument);
    CHECK(even(2).ok());
}

TEST_CASE("a result that is moved carries its content along", "[core][result][REQ-CORE-008]") {
    const support::FailingMemory counted(100);
    {
        Result<Array<int>> first = Array<int>::make(10);
        Result<Array<int>> second = make_error(ErrorCode::empty_data, "nothing");
        second = std::move(first);
        REQUIRE(second.ok());
        CHECK(second->size() == 10);
        Result<Array<int>> third = make_error(ErrorCode::empty_data, "nothing");
        second = std::move(third);
        CHECK(second.error().code == ErrorCode::empty_data);
    }
    CHECK(counted.balance() == 0);
}

TEST_CASE("the wrong side of a result is a broken precondition, and the lab may throw",
          "[core][result][REQ-CORE-008]") {
    const support::ThrowingPreconditions throwing;
    auto wrong = half(1);
    CHECK_THROWS_AS(*wrong, support::BrokenPrecondition);
    auto right = half(2);
    CHECK_THROWS_AS(right.error(), support::BrokenPrecondition);
    CHECK_THROWS_AS(half(1).value_or_throw(), ErrorException);
    CHECK_THROWS_WITH(half(1).value_or_throw(), support::contains("invalid_argument: half"));
}
