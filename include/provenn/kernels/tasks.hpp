// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cuts the independent units of a kernel (rows, planes) into tasks, each in the floating-point environment of the
// library.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/core/fp_environment.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Least number of elements of a task: about 5 microseconds of copying, so that handing it over is worth it.
inline constexpr std::int64_t kTaskElements = 16384;

/// Calls `body(context, begin, end)` for ranges that cover [0, units). The cut depends on `units` and `unit_elements`
/// (elements touched by one unit) alone, and no result may depend on it: units write disjoint outputs.
template <class Context>
void run_ranges(const Executor& executor, std::int64_t units, std::int64_t unit_elements, const Context& context,
                void (*body)(const Context&, std::int64_t begin, std::int64_t end) noexcept) {
    const FpEnvironmentScope environment;
    const std::int64_t cost = unit_elements < 1 ? 1 : unit_elements;
    const std::int64_t units_per_task = cost >= kTaskElements ? 1 : kTaskElements / cost;
    const std::int64_t tasks = (units + units_per_task - 1) / units_per_task;
    if (tasks <= 1) {
        if (units > 0) body(context, 0, units);
        return;
    }
    executor.for_each(tasks, [&](std::int64_t task) {
        const FpEnvironmentScope task_environment;
        const std::int64_t begin = task * units_per_task;
        body(context, begin, begin + units_per_task < units ? begin + units_per_task : units);
    });
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
