// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time choice of the instruction set for training: as kernels/dispatch.hpp, with the kernels of training.
#pragma once

#include "provenn/kernels/dispatch.hpp"
#include "provenn/kernels/training_table.hpp"
#if !defined(PROVENN_LINK_KERNELS)
#include "provenn/kernels/training_compiled_tables.hpp"
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Table of one instruction set; null where this build has no kernels for it or the processor cannot run them.
/// @cost built on first use. @threads safe.
#if defined(PROVENN_LINK_KERNELS)
[[nodiscard]] const TrainingTable* find_training_table(Isa isa);
#else
[[nodiscard]] inline const TrainingTable* find_training_table(Isa isa) { return find_compiled_training_table(isa); }
#endif

/// The training table of the same instruction set. @requires `table` comes from find_table() or best_table().
[[nodiscard]] inline const TrainingTable& training_table(const KernelTable& table) {
    const TrainingTable* found = find_training_table(table.isa);
    PROVENN_REQUIRE(found != nullptr);
    return *found;
}

/// The fastest that this processor can run.
[[nodiscard]] inline const TrainingTable& best_training_table() { return training_table(best_table()); }

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
