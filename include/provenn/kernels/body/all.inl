// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every kernel body, in the order of their needs, and the table that lists them. Included once for each instruction set.

#include "provenn/kernels/body/layout.inl"
#include "provenn/kernels/body/math.inl"
#include "provenn/kernels/body/pairwise_tree.inl"
#include "provenn/kernels/body/pool2d.inl"
#include "provenn/kernels/body/pool2d_backward.inl"
#include "provenn/kernels/body/rearrange2d.inl"

inline KernelTable make_table() {
    KernelTable table;
    table.isa = kIsa;
    table.layout = {&layout_to_blocked, &layout_from_blocked, &layout_reshape};
    table.math = {&map_math};
    table.pool2d = {&pool2d_max, &pool2d_average, &pool2d_global_max, &pool2d_global_average};
    table.pool2d_backward = {&pool2d_max_backward, &pool2d_average_backward, &pool2d_global_max_backward,
                             &pool2d_global_average_backward};
    table.rearrange2d = {&rearrange_pad, &rearrange_crop, &rearrange_copy_box, &rearrange_embed,
                         &rearrange_concatenate, &rearrange_split, &rearrange_permute};
    return table;
}
