// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The memory plan: buffers that live at the same time never overlap, whatever their sizes and lives.
#include "provenn/model/memory_plan.hpp"

#include <algorithm>
#include <vector>

#include "support/catch.hpp"
#include "support/random.hpp"

using namespace provenn;

TEST_CASE("buffers needed at the same time never overlap, and the arena holds them all",
          "[model][memory_plan][REQ-MODEL-001]") {
    support::CounterRandom random(5);
    for (int round = 0; round < 400; ++round) {
        std::vector<BufferNeed> needs(static_cast<std::size_t>(random.next_integer(0, 40)));
        std::int64_t at_once[64] = {}, all = 0;
        for (BufferNeed& need : needs) {
            need.size = random.next_integer(0, 5) == 0 ? 0 : random.next_integer(1, 2000);
            need.first = static_cast<std::int32_t>(random.next_integer(0, 30));
            need.last = need.first + static_cast<std::int32_t>(random.next_integer(0, 12));
            for (std::int32_t step = need.first; step <= need.last; ++step) at_once[step] += need.size;
            all += (need.size + 15) / 16 * 16;
        }
        const auto arena = plan_memory({needs.data(), needs.size()});
        REQUIRE(arena.ok());
        CHECK(*arena >= *std::max_element(at_once, at_once + 64));  // no plan can do with less
        CHECK(*arena <= all);
        for (std::size_t i = 0; i < needs.size(); ++i) {
            const BufferNeed& a = needs[i];
            CHECK((a.offset >= 0 && a.offset % 16 == 0 && a.offset + a.size <= *arena));
            for (std::size_t k = 0; k < i; ++k) {
                const BufferNeed& b = needs[k];
                const bool together = a.first <= b.last && b.first <= a.last;
                const bool apart = a.offset + a.size <= b.offset || b.offset + b.size <= a.offset;
                if (together && a.size > 0 && b.size > 0) CHECK(apart);
            }
        }
    }
}

TEST_CASE("buffers that never meet share their place", "[model][memory_plan][REQ-MODEL-001]") {
    BufferNeed chain[] = {{100, 0, 1}, {100, 1, 2}, {100, 2, 3}, {100, 3, 4}};
    CHECK(plan_memory(chain).value_or_throw() == 2 * 112);
}

TEST_CASE("a plan larger than any memory is refused", "[model][memory_plan][REQ-MODEL-001]") {
    BufferNeed huge[] = {{std::int64_t{1} << 41, 0, 1}};
    const auto refused = plan_memory(huge);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::limit_exceeded);
}
