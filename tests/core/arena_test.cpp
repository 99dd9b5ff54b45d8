// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arena: alignment, bounds, and out of memory as a result.
#include "provenn/core/arena.hpp"

#include <cstdint>

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace provenn;

TEST_CASE("an arena hands out aligned, disjoint runs and refuses what does not fit", "[core][arena][REQ-CORE-005]") {
    auto made = Arena::make(Arena::size_bytes(3, 4) + Arena::size_bytes(17, 8));
    REQUIRE(made.ok());
    Arena arena = std::move(made).value();
    auto floats = arena.take<float>(3);
    auto doubles = arena.take<double>(17);
    REQUIRE(floats.ok());
    REQUIRE(doubles.ok());
    CHECK(reinterpret_cast<std::uintptr_t>(floats->data()) % kAlignment_bytes == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(doubles->data()) % kAlignment_bytes == 0);
    CHECK(reinterpret_cast<unsigned char*>(doubles->data()) >= reinterpret_cast<unsigned char*>(floats->end()));
    for (auto& value : *doubles) value = 1.0;
    const auto full = arena.take<std::uint8_t>(1);
    REQUIRE(!full.ok());
    CHECK(full.error().code == ErrorCode::out_of_memory);
    CHECK(arena.take<double>(~std::size_t{0} / 4).error().code == ErrorCode::out_of_memory);  // count * 8 wraps around
    Arena moved = std::move(arena);
    CHECK(arena.capacity_bytes() == 0);  // NOLINT(bugprone-use-after-move): a moved arena is empty
    moved.reset();
    CHECK(moved.take<float>(3)->data() == floats->data());
    CHECK(Arena().take<float>(0).ok());
}

TEST_CASE("an arena without memory is an error", "[core][arena][REQ-CORE-007]") {
    const support::FailingMemory failing(0);
    CHECK(Arena::make(100).error().code == ErrorCode::out_of_memory);
    CHECK(Arena::make(~std::size_t{0}).error().code == ErrorCode::out_of_memory);
    CHECK(Arena::make(0).ok());
}
