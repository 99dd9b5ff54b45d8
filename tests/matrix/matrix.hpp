// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the programs of the matrix share: an executor of few threads, and networks with random weights.
#pragma once

#include <thread>
#include <vector>

#include "provenn/core/executor.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"

namespace matrix {

using namespace provenn;

/// Thread counts of the matrix: fewer and more than the cores, a number that divides nothing, more than the tasks.
inline constexpr int kThreads[] = {1, 2, 3, 8, 64};

/// What stands before a network's name.
inline const char* prefix(Numerics numerics) { return numerics == Numerics::fast ? "fast:" : ""; }

/// Runs task i in thread i mod n, the tasks of a thread from the last to the first: order must not matter.
struct Threads {
    int count;
    static void run(void* context, std::int64_t tasks, TaskFunction task, void* task_context) noexcept {
        const int count = static_cast<Threads*>(context)->count;
        std::vector<std::thread> threads;
        for (int t = 0; t < count && t < tasks; ++t) {
            threads.emplace_back([=] {
                for (std::int64_t i = tasks - 1; i >= 0; --i) {
                    if (i % count == t) task(task_context, i);
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
    }
    [[nodiscard]] Executor executor() { return count == 1 ? serial_executor() : Executor{&run, this}; }
};

/// Statistics and scales away from their first values, so that batch norm is not the identity.
inline void shake(Model& model) {
    for (Parameter& parameter : model.parameters) {
        if (parameter.role == layers::ParameterRole::kernel) continue;
        RandomStream random(
            {3, RandomPurpose::initialization, 77, 0, static_cast<std::uint64_t>(parameter.value.element_count())});
        for (float& value : parameter.value.span()) value = provenn::fma(random.uniform(), 0.5f, value);
    }
}

/// An architecture of the zoo by name.
inline Result<Model> random_network(const char* name) {
    PROVENN_ASSIGN(Model model, zoo::make_architecture(name));
    PROVENN_TRY(initialize(model, 5));
    shake(model);
    return model;
}

}  // namespace matrix
