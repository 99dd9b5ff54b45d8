// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every kernel body, in the order of their needs, and the table that lists them. Included once for each instruction set.

inline KernelTable make_table() {
    KernelTable table;
    table.isa = kIsa;
    return table;
}
