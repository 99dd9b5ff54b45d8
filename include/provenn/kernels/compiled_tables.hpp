// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tables of every instruction set whose folder is there, compiled into the unit that includes this.
#pragma once

#include "provenn/kernels/table.hpp"
#if __has_include("provenn/kernels/emulated/kernels.hpp")
#include "provenn/kernels/emulated/kernels.hpp"
#else
#error "kernels/emulated/ is the reference that every processor can run: it cannot be left out"
#endif
#if __has_include("provenn/kernels/sse2/kernels.hpp")
#include "provenn/kernels/sse2/kernels.hpp"
#endif
#if __has_include("provenn/kernels/scalar_fma/kernels.hpp")
#include "provenn/kernels/scalar_fma/kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx2/kernels.hpp")
#include "provenn/kernels/avx2/kernels.hpp"
#endif
#if __has_include("provenn/kernels/avx512/kernels.hpp")
#include "provenn/kernels/avx512/kernels.hpp"
#endif
#if __has_include("provenn/kernels/neon/kernels.hpp")
#include "provenn/kernels/neon/kernels.hpp"
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Table of one instruction set; null where this build has no kernels for it or the processor cannot run them.
/// @cost built on first use. @threads safe.
[[nodiscard]] inline const KernelTable* find_compiled_table(Isa isa) {
    if (!compiler_has(isa) || !processor_has(isa)) return nullptr;
    switch (isa) {
        case Isa::emulated: {
            static const KernelTable table = emulated::make_table();
            return &table;
        }
#if __has_include("provenn/kernels/sse2/kernels.hpp") && defined(__x86_64__)
        case Isa::sse2: {
            static const KernelTable table = sse2::make_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/scalar_fma/kernels.hpp") && (defined(__x86_64__) || defined(__aarch64__))
        case Isa::scalar_fma: {
            static const KernelTable table = scalar_fma::make_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/avx2/kernels.hpp") && defined(__x86_64__)
        case Isa::avx2: {
            static const KernelTable table = avx2::make_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/avx512/kernels.hpp") && defined(__x86_64__)
        case Isa::avx512: {
            static const KernelTable table = avx512::make_table();
            return &table;
        }
#endif
#if __has_include("provenn/kernels/neon/kernels.hpp") && defined(__aarch64__)
        case Isa::neon: {
            static const KernelTable table = neon::make_table();
            return &table;
        }
#endif
        default: return nullptr;
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
