// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays and spans: ownership, growth, and failure without damage when memory runs out.
#include "provenn/core/array.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace provenn;

namespace {
struct Counted {
    static inline int alive = 0;
    int value = 0;
    Counted() { ++alive; }
    explicit Counted(int number) : value(number) { ++alive; }
    Counted(const Counted& other) : value(other.value) { ++alive; }
    Counted(Counted&& other) noexcept : value(other.value) { ++alive; }
    Counted& operator=(const Counted&) = default;
    ~Counted() { --alive; }
};
}  // namespace

TEST_CASE("every element that is made is destroyed once", "[core][array][REQ-CORE-007]") {
    const support::FailingMemory counted(1000);
    {
        Array<Counted> array;
        for (int i = 0; i < 100; ++i) REQUIRE(array.push_back(Counted(i)).ok());
        REQUIRE(array.resize(40).ok());
        CHECK(Counted::alive == 40);
        auto copy = array.clone();
        REQUIRE(copy.ok());
        CHECK((copy->size() == 40 && (*copy)[39].value == 39));
        CHECK(Counted::alive == 80);
        array = std::move(*copy);
        CHECK(Counted::alive == 40);
        const Counted more[] = {Counted(1), Counted(2)};
        REQUIRE(array.append(Span<const Counted>(more)).ok());
        CHECK(array.back().value == 2);
    }
    CHECK(Counted::alive == 0);
    CHECK(counted.balance() == 0);
}

TEST_CASE("out of memory is an error that changes nothing", "[core][array][REQ-CORE-007]") {
    Array<int> array;
    REQUIRE(array.resize(8).ok());
    array[7] = 5;
    {
        const support::FailingMemory failing(0);
        CHECK(array.push_back(1).error().code == ErrorCode::out_of_memory);
        CHECK(array.append(array.span()).error().code == ErrorCode::out_of_memory);
        CHECK(array.resize(1000).error().code == ErrorCode::out_of_memory);
        CHECK(array.clone().error().code == ErrorCode::out_of_memory);
        CHECK(Array<int>::make(1).error().code == ErrorCode::out_of_memory);
    }
    CHECK(array.reserve(~std::size_t{0} / 4).error().code == ErrorCode::out_of_memory);  // the byte count would wrap
    CHECK((array.size() == 8 && array[7] == 5));
}

TEST_CASE("arrays of arrays are cloned deeply", "[core][array][REQ-CORE-007]") {
    Array<Array<int>> outer;
    REQUIRE(outer.push_back(Array<int>::make(3).value()).ok());
    auto copy = outer.clone();
    REQUIRE(copy.ok());
    (*copy)[0][1] = 9;
    CHECK(outer[0][1] == 0);
}

TEST_CASE("indices and subspans are checked", "[core][array][REQ-CORE-009]") {
    const support::ThrowingPreconditions throwing;
    int numbers[] = {1, 2, 3};
    const Span<int> span(numbers);
    CHECK(span.subspan(1, 2)[1] == 3);
    CHECK(span.subspan(3, 0).empty());
    CHECK_THROWS_AS(span[3], support::BrokenPrecondition);
    CHECK_THROWS_AS(span.subspan(2, 2), support::BrokenPrecondition);
    CHECK_THROWS_AS(span.subspan(4, ~std::size_t{0}), support::BrokenPrecondition);
    Array<int> empty;
    CHECK_THROWS_AS(empty[0], support::BrokenPrecondition);
    CHECK_THROWS_AS(empty.back(), support::BrokenPrecondition);
}
