// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time choice of the instruction set for training: as kernels/dispatch.hpp, with the kernels of training.
#pragma once

#include "provenn/kernels/dispatch.hpp"
#include "provenn/kernels/training_table.hpp"
#include "provenn/kernels/emulated/training_kernels.hpp"
#if __has_include("provenn/kernels/scalar_fma/training_kernels.hpp")
#include "provenn/kernels/scalar_fma/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx2/training_kernels.hpp")
#include "provenn/kernels/avx2/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx512/training_kernels.hpp")
#include "provenn/kernels/avx512/training_kernels.hpp"
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Table of one instruction set; null where this build has no kernels for it or the processor cannot run them.
/// @cost built on first use. @threads safe.
[[nodiscard]] inline const TrainingTable* find_training_table(Isa isa) {
    if (!processor_has(isa)) return nullptr;
    switch (isa) {
        case Isa::emulated: {
            static const TrainingTable table = emulated::make_training_table();
            return &table;
        }
#if __has_include("provenn/kernels/scalar_fma/training_kernels.hpp") && (defined(__x86_64__) || defined(__aarch64__))
        case Isa::scalar_fma: {
            static const TrainingTable table = scalar_fma::make_training_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/avx2/training_kernels.hpp") && defined(__x86_64__)
        case Isa::avx2: {
            static const TrainingTable table = avx2::make_training_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/avx512/training_kernels.hpp") && defined(__x86_64__)
        case Isa::avx512: {
            static const TrainingTable table = avx512::make_training_table();
            return &table;
        }
#endif
        default: return nullptr;
    }
}

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
