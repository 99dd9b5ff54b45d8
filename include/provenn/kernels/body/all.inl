// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every kernel body that a plan runs, in the order of their needs, and the table that lists them. Included once for
// each instruction set; what only training needs is in body/training.inl.

#include "provenn/kernels/body/layout.inl"
#include "provenn/kernels/body/pairwise_tree.inl"
#include "provenn/kernels/body/activation.inl"
#include "provenn/kernels/body/epilogue.inl"
#include "provenn/kernels/body/product_tile.inl"
#include "provenn/kernels/body/conv2d.inl"
#include "provenn/kernels/body/conv2d_transpose.inl"
#include "provenn/kernels/body/winograd_conv2d.inl"
#include "provenn/kernels/body/depthwise_conv2d.inl"
#include "provenn/kernels/body/pool2d.inl"
#include "provenn/kernels/body/rearrange2d.inl"
#include "provenn/kernels/body/resample2d.inl"
#include "provenn/kernels/body/softmax.inl"
#include "provenn/kernels/body/layer_norm.inl"
#include "provenn/kernels/body/chunk_sums.inl"
#include "provenn/kernels/body/group_norm.inl"
#include "provenn/kernels/body/elementwise.inl"

inline KernelTable make_table() {
    KernelTable table;
    table.isa = kIsa;
    table.elementwise = {&elementwise_combine, &elementwise_scale_shift, &elementwise_fill};
    table.softmax = {&softmax_forward};
    table.activation = {&activation_forward, &prelu_forward, &glu_forward};
    table.conv2d = {&conv2d_run};
    table.conv2d_transpose = {&conv2d_transpose_run};
    table.depthwise_conv2d = {&depthwise_conv2d_run};
    table.group_norm = {&group_norm_forward};
    table.layer_norm = {&layer_norm_forward};
    table.layout = {&layout_to_blocked, &layout_from_blocked, &layout_reshape};
    table.pool2d = {&pool2d_max, &pool2d_average, &pool2d_global_max, &pool2d_global_average};
    table.rearrange2d = {&rearrange_pad, &rearrange_crop, &rearrange_copy_box, &rearrange_embed,
                         &rearrange_concatenate, &rearrange_split, &rearrange_permute};
    table.resample2d = {&resample2d_nearest, &resample2d_bilinear, &resample2d_bicubic};
    table.winograd_conv2d = {&winograd_conv2d_run};
    return table;
}
