// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TbbBackground: a group of tasks that oneTBB's threads work on while the caller does something else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Tasks run at the latest when they are waited for: where TBB has no thread to spare, the waiting caller does the
/// work.
/// @threads start and wait from one thread at a time.
class TbbBackground {
  public:
    static constexpr int kMaxThreads = 1024;

    /// @param threads beside the caller, from 1 to kMaxThreads. @errors invalid_argument, out_of_memory.
    static Result<TbbBackground> make(int threads) {
        if (threads < 1 || threads > kMaxThreads) {
            return make_error(ErrorCode::invalid_argument, "threads: expected 1 to ", kMaxThreads, ", found ", threads);
        }
        try {
            TbbBackground made;
            made.state_ = std::make_unique<State>(threads);
            return made;
        } catch (...) {
            return make_error(ErrorCode::out_of_memory, "cannot start ", threads, " threads");
        }
    }

    TbbBackground(TbbBackground&&) noexcept = default;
    TbbBackground& operator=(TbbBackground&&) = delete;
    TbbBackground(const TbbBackground&) = delete;
    TbbBackground& operator=(const TbbBackground&) = delete;
    ~TbbBackground() {
        if (state_ != nullptr) wait();
    }

    /// Adds `body(index)` for each index in [0, count). What `body` refers to must live until wait() has returned.
    /// @requires `body` does not throw. @errors out_of_memory; some of the tasks may run all the same.
    Status start(std::int64_t count, const std::function<void(std::int64_t)>& body) {
        try {
            state_->arena.execute([&] {
                for (std::int64_t index = 0; index < count; ++index) {
                    state_->group.run([body, index] { body(index); });
                }
            });
            return {};
        } catch (...) {
            return make_error(ErrorCode::out_of_memory, "cannot start ", count, " tasks");
        }
    }

    /// Helps until every task that was started is done.
    void wait() {
        state_->arena.execute([this] { state_->group.wait(); });
    }

  private:
    struct State {
        explicit State(int threads) : arena(within_limit(threads) + 1, 1) { arena.initialize(); }
        /// TBB prints a warning when more threads are asked for than a TbbExecutor's limit leaves.
        static int within_limit(int threads) {
            const auto limit = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
            return static_cast<std::size_t>(threads) < limit ? threads : static_cast<int>(limit) - 1;
        }
        tbb::task_arena arena;
        tbb::task_group group;
    };

    TbbBackground() = default;
    std::unique_ptr<State> state_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
