// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An implementation unit of a product's own, in place of kernels/implementation.cpp: the kernels of one instruction
// set. The product knows its processor; it asks for the table and refuses to start where there is none.
#include "provenn/kernels/avx2/kernels.hpp"
#include "provenn/kernels/dispatch.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

const KernelTable* find_table(Isa isa) {
    if (isa != Isa::avx2 || !processor_has(isa)) return nullptr;
    static const KernelTable table = avx2::make_table();
    return &table;
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
