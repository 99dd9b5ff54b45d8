// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the TBB executor: each task once, several threads at work, nested and simultaneous runs, same results.
#include "provenn/adapters/tbb.hpp"

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("every task runs exactly once, whatever the number of threads", "[adapters][tbb][REQ-FILES-008]") {
    for (const int threads : {1, 2, 7, 64}) {
        auto made = TbbExecutor::make(threads);
        REQUIRE(made.ok());
        CHECK(made->threads() == threads);
        const Executor executor = made->executor();
        for (const std::int64_t count : {0, 1, 2, 3, 63, 64, 65, 1000, 100000}) {
            std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
            executor.for_each(count, [&](std::int64_t index) { ++visits[static_cast<std::size_t>(index)]; });
            std::int64_t once = 0;
            for (const std::atomic<int>& visit : visits) once += visit == 1 ? 1 : 0;
            INFO(threads << " threads, " << count << " tasks");
            CHECK(once == count);
        }
    }
}

TEST_CASE("the requested number of threads works at once, also more than the machine has", "[adapters][tbb]") {
    for (const int threads : {2, 7}) {
        auto made = TbbExecutor::make(threads);
        REQUIRE(made.ok());
        // Tasks that wait for each other end early only if all of them run at once.
        std::atomic<int> inside{0};
        std::atomic<int> most{0};
        made->executor().for_each(threads, [&](std::int64_t) {
            const int now = ++inside;
            for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {}
            const auto start = std::chrono::steady_clock::now();
            while (most < threads && std::chrono::steady_clock::now() - start < std::chrono::seconds(10)) {
                std::this_thread::yield();
            }
            --inside;
        });
        CHECK(most == threads);
    }
}

TEST_CASE("one thread means the caller's", "[adapters][tbb]") {
    auto made = TbbExecutor::make(1);
    REQUIRE(made.ok());
    std::set<std::thread::id> ids;
    made->executor().for_each(100, [&](std::int64_t) { ids.insert(std::this_thread::get_id()); });
    CHECK(ids == std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST_CASE("results have the same bits for any number of threads", "[adapters][tbb][REQ-FILES-008]") {
    const auto compute = [](const Executor& executor) {
        std::vector<float> sums(257);
        executor.for_each(257, [&](std::int64_t index) {
            float sum = 0;
            for (std::int64_t k = 1; k < 500; ++k) sum += 1.0f / static_cast<float>(index * 7 + k);
            sums[static_cast<std::size_t>(index)] = sum;
        });
        return sums;
    };
    const std::vector<float> expected = compute(serial_executor());
    for (const int threads : {1, 2, 7, 64}) {
        auto made = TbbExecutor::make(threads);
        REQUIRE(made.ok());
        for (int repeat = 0; repeat < 20; ++repeat) CHECK(compute(made->executor()) == expected);
    }
}

TEST_CASE("runs within runs and runs at once end, and do all tasks", "[adapters][tbb][REQ-FILES-008]") {
    auto made = TbbExecutor::make(7);
    REQUIRE(made.ok());
    const Executor executor = made->executor();
    std::atomic<std::int64_t> total{0};
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int repeat = 0; repeat < 10; ++repeat) {
                executor.for_each(20, [&](std::int64_t) { executor.for_each(30, [&](std::int64_t) { ++total; }); });
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    CHECK(total == 4 * 10 * 20 * 30);
}

TEST_CASE("an impossible number of threads is refused", "[adapters][tbb]") {
    for (const int threads : {-1, 0, TbbExecutor::kMaxThreads + 1}) {
        const auto made = TbbExecutor::make(threads);
        REQUIRE_FALSE(made.ok());
        CHECK(made.error().code == ErrorCode::invalid_argument);
    }
}

TEST_CASE("an executor outlives the move of its owner", "[adapters][tbb]") {
    auto made = TbbExecutor::make(2);
    REQUIRE(made.ok());
    const Executor executor = made->executor();
    const TbbExecutor moved = std::move(made).value();
    std::atomic<int> count{0};
    executor.for_each(10, [&](std::int64_t) { ++count; });
    CHECK(count == 10);
}
