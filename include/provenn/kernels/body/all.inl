// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every kernel body, in the order of their needs, and the table that lists them. Included once for each instruction set.

#include "provenn/kernels/body/layout.inl"

inline KernelTable make_table() {
    KernelTable table;
    table.isa = kIsa;
    table.layout = {&layout_to_blocked, &layout_from_blocked, &layout_reshape};
    return table;
}
