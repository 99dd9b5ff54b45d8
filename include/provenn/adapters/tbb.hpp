// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TbbExecutor: runs the tasks of a step on oneTBB's threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>

#include "provenn/core/executor.hpp"
#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Owns an arena of a fixed number of threads, the caller's among them. Results never depend on the number.
/// Each run starts one TBB task a thread, and the threads take task indices from a counter: nothing is split by time or
/// load in a way that a task could see. If TBB cannot start its tasks (out of memory), the caller's thread does the
/// work.
/// @threads executors may be used by several threads at once, and from within tasks.
class TbbExecutor {
  public:
    static constexpr int kMaxThreads = 1024;

    /// @param threads from 1 to kMaxThreads; more than the machine has is allowed.
    /// @errors invalid_argument, out_of_memory (the arena cannot be made).
    static Result<TbbExecutor> make(int threads) {
        if (threads < 1 || threads > kMaxThreads) {
            return make_error(ErrorCode::invalid_argument, "threads: expected 1 to ", kMaxThreads, ", found ", threads);
        }
        try {
            TbbExecutor made;
            made.state_ = std::make_unique<State>(threads);
            return made;
        } catch (...) {
            return make_error(ErrorCode::out_of_memory, "cannot start ", threads, " threads");
        }
    }

    /// Refers to this object, which must outlive its use (moving the object is fine).
    [[nodiscard]] Executor executor() const { return {&run, state_.get()}; }
    [[nodiscard]] int threads() const { return state_->threads; }

  private:
    struct State {
        explicit State(int thread_count)
            : threads(thread_count),
              // By default TBB starts no more threads than the machine has.
              limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(thread_count)),
              arena(thread_count, 1) {
            arena.initialize();
        }
        int threads;
        tbb::global_control limit;
        tbb::task_arena arena;
    };

    /// The tasks of one run; next is the first that nobody took.
    struct Group {
        std::atomic<std::int64_t> next{0};
        std::int64_t count;
        TaskFunction task;
        void* context;

        void work() noexcept {
            for (std::int64_t index = next.fetch_add(1, std::memory_order_relaxed); index < count;
                 index = next.fetch_add(1, std::memory_order_relaxed)) {
                task(context, index);
            }
        }
    };

    static void run(void* executor_context, std::int64_t task_count, TaskFunction task, void* task_context) noexcept {
        State& state = *static_cast<State*>(executor_context);
        Group group{{0}, task_count, task, task_context};
        const std::int64_t workers = task_count < state.threads ? task_count : state.threads;
        if (workers > 1) {
            try {
                state.arena.execute([&group, workers] {
                    // Isolated: while it waits, a thread must not pick up tasks of an enclosing run.
                    tbb::this_task_arena::isolate([&group, workers] {
                        tbb::parallel_for(
                            tbb::blocked_range<std::int64_t>(0, workers, 1),
                            [&group](const tbb::blocked_range<std::int64_t>&) { group.work(); },
                            tbb::simple_partitioner());
                    });
                });
            } catch (...) {  // NOLINT(bugprone-empty-catch): the tasks themselves cannot throw; what is left runs below
            }
        }
        group.work();
    }

    TbbExecutor() = default;
    std::unique_ptr<State> state_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
