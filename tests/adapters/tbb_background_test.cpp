// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TbbBackground: every task runs once, at the latest when it is waited for, also where TBB may start no thread.
#include "provenn/adapters/tbb_background.hpp"

#include <atomic>
#include <vector>

#include "provenn/adapters/tbb.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

void check_all_run(int threads) {
    std::vector<std::atomic<int>> runs(500);
    TbbBackground background = TbbBackground::make(threads).value_or_throw();
    for (int round = 1; round <= 3; ++round) {
        background.start(500, [&](std::int64_t index) { ++runs[static_cast<std::size_t>(index)]; }).value_or_throw();
        background.wait();
        for (const auto& count : runs) REQUIRE(count == round);
    }
    background.wait();  // nothing to wait for
    background.start(500, [&](std::int64_t index) { ++runs[static_cast<std::size_t>(index)]; }).value_or_throw();
    {
        const TbbBackground moved = std::move(background);
    }  // the end of its life waits
    for (const auto& count : runs) REQUIRE(count == 4);
}

}  // namespace

TEST_CASE("tasks in the background run once each", "[adapters][tbb_background][REQ-DATA-011]") {
    for (const int threads : {1, 2, 7}) check_all_run(threads);
    const TbbExecutor alone = TbbExecutor::make(1).value_or_throw();
    for (const int threads : {1, 2, 7}) check_all_run(threads);
    CHECK(TbbBackground::make(0).error().code == ErrorCode::invalid_argument);
    CHECK(TbbBackground::make(5000).error().code == ErrorCode::invalid_argument);
}
