// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Executor: who runs the independent tasks of a step. Serial here; oneTBB in adapters/tbb.hpp.
#pragma once

#include <cstdint>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Task `index` of a group of independent tasks.
using TaskFunction = void (*)(void* context, std::int64_t index) noexcept;

/// Runs groups of independent tasks; results never depend on it. Copyable; the context must outlive its use.
struct Executor {
    void (*run)(void* executor_context, std::int64_t task_count, TaskFunction task, void* task_context) noexcept;
    void* executor_context;

    /// Calls `body(index)` for every index in [0, task_count), in any order, perhaps at once.
    template <class Body>
    void for_each(std::int64_t task_count, const Body& body) const {
        run(
            executor_context, task_count,
            [](void* context, std::int64_t index) noexcept { (*static_cast<const Body*>(context))(index); },
            const_cast<void*>(static_cast<const void*>(&body)));
    }
};

/// Runs the tasks one after the other in the calling thread: no allocation, no system call.
inline Executor serial_executor() {
    return {[](void*, std::int64_t task_count, TaskFunction task, void* task_context) noexcept {
                for (std::int64_t index = 0; index < task_count; ++index) task(task_context, index);
            },
            nullptr};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
