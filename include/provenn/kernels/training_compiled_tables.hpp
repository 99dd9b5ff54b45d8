// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The training tables of every instruction set whose folder is there, compiled into the unit that includes this.
#pragma once

#include "provenn/kernels/emulated/training_kernels.hpp"
#if __has_include("provenn/kernels/sse2/training_kernels.hpp")
#include "provenn/kernels/sse2/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/scalar_fma/training_kernels.hpp")
#include "provenn/kernels/scalar_fma/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx2/training_kernels.hpp")
#include "provenn/kernels/avx2/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx512/training_kernels.hpp")
#include "provenn/kernels/avx512/training_kernels.hpp"
#endif
#if __has_include("provenn/kernels/neon/training_kernels.hpp")
#include "provenn/kernels/neon/training_kernels.hpp"
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Table of one instruction set; null where this build has no kernels for it or the processor cannot run them.
/// @cost built on first use. @threads safe.
[[nodiscard]] inline const TrainingTable* find_compiled_training_table(Isa isa) {
    if (!compiler_has(isa) || !processor_has(isa)) return nullptr;
    switch (isa) {
        case Isa::emulated: {
            static const TrainingTable table = emulated::make_training_table();
            return &table;
        }
#if __has_include("provenn/kernels/sse2/training_kernels.hpp") && defined(__x86_64__)
        case Isa::sse2: {
            static const TrainingTable table = sse2::make_training_table();
            return &table;
        }
#endif
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
#if __has_include("provenn/kernels/neon/training_kernels.hpp") && defined(__aarch64__)
        case Isa::neon: {
            static const TrainingTable table = neon::make_training_table();
            return &table;
        }
#endif
        default: return nullptr;
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
