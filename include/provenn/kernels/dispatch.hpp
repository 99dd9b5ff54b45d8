// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Run-time choice of the instruction set: list what there is, query, force.
#pragma once

#if defined(PROVENN_LINK_KERNELS)
#include "provenn/kernels/table.hpp"
#else
#include "provenn/kernels/compiled_tables.hpp"
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Table of one instruction set; null where this build has no kernels for it or the processor cannot run them.
/// @cost built on first use. @threads safe.
/// Header-only by default. With PROVENN_LINK_KERNELS the kernels are compiled once, in kernels/implementation.cpp, and
/// linked: units that use them compile several seconds faster.
#if defined(PROVENN_LINK_KERNELS)
[[nodiscard]] const KernelTable* find_table(Isa isa);
#else
[[nodiscard]] inline const KernelTable* find_table(Isa isa) { return find_compiled_table(isa); }
#endif

/// The fastest table that this processor can run.
[[nodiscard]] inline const KernelTable& best_table() {
    for (const Isa isa : {Isa::avx512, Isa::avx2, Isa::neon, Isa::scalar_fma, Isa::sse2}) {
        if (const KernelTable* table = find_table(isa)) return *table;
    }
    return *find_table(Isa::emulated);
}

/// The table that was asked for by name. @errors not_found, isa_unavailable.
[[nodiscard]] inline Result<const KernelTable*> table_by_name(std::string_view name) {
    PROVENN_ASSIGN(const Isa isa, isa_from_name(name));
    const KernelTable* table = find_table(isa);
    if (table == nullptr) {
        return make_error(ErrorCode::isa_unavailable, "this processor or build has no ", to_string(isa),
                          " kernels; the fastest it has are ", to_string(best_table().isa));
    }
    return table;
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
