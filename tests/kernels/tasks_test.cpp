// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cutting work into tasks: every unit once, and the library's floating-point environment in every task.
#include "provenn/kernels/tasks.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace provenn;

namespace {

/// Runs each task as a thread would that comes with another floating-point environment, and looks at it afterwards.
struct ForeignThreads {
    fp_environment::Register environment = fp_environment::kContract;
    std::int64_t tasks = 0, changed = 0;

    [[nodiscard]] Executor executor() {
        return {[](void* self, std::int64_t count, TaskFunction task, void* context) noexcept {
                    auto& threads = *static_cast<ForeignThreads*>(self);
                    const fp_environment::Register own = fp_environment::read();
                    for (std::int64_t i = count - 1; i >= 0; --i) {
                        fp_environment::write(threads.environment);
                        task(context, i);
                        const fp_environment::Register after = fp_environment::read();
                        fp_environment::write(own);
                        ++threads.tasks;
                        const auto difference = (after ^ threads.environment) & ~fp_environment::kStickyFlags;
                        threads.changed += difference != 0 ? 1 : 0;
                    }
                },
                this};
    }
};

struct Seen {
    std::vector<int>* times;
    std::int64_t* foreign;
};
void look(const Seen& seen, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t unit = begin; unit < end; ++unit) ++(*seen.times)[static_cast<std::size_t>(unit)];
    const bool is_ours = (fp_environment::read() & ~fp_environment::kStickyFlags) == fp_environment::kContract;
    *seen.foreign += is_ours ? 0 : 1;
}

}  // namespace

TEST_CASE("every unit is in one task, and every task runs in the library's environment whatever its thread brings",
          "[kernels][tasks][REQ-CORE-004]") {
#if defined(__x86_64__)
    const fp_environment::Register foreign_environment = 0xffc0u;  // towards zero, subnormal numbers flushed
#else
    const fp_environment::Register foreign_environment = std::uint64_t{3} << 22;
#endif
    for (const std::int64_t units : {0, 1, 2, 15, 16, 17, 31, 32, 33, 1000}) {
        for (const std::int64_t unit_elements : {std::int64_t{0}, std::int64_t{1024}, kernels::kTaskElements}) {
            CAPTURE(units, unit_elements);
            ForeignThreads threads;
            threads.environment = foreign_environment;
            std::vector<int> times(static_cast<std::size_t>(units));
            std::int64_t foreign = 0;
            kernels::run_ranges(threads.executor(), units, unit_elements, Seen{&times, &foreign}, &look);
            CHECK(times == std::vector<int>(static_cast<std::size_t>(units), 1));
            CHECK(foreign == 0);
            CHECK(threads.changed == 0);
            if (units > 1 && unit_elements == kernels::kTaskElements) CHECK(threads.tasks == units);
        }
    }
}
