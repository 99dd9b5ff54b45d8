// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernel bodies that only training runs, and their table. Included once for each instruction set, behind
// body/all.inl.

#include "provenn/kernels/body/map_math.inl"
#include "provenn/kernels/body/gemm.inl"
#include "provenn/kernels/body/batch_norm.inl"
#include "provenn/kernels/body/batch_norm_backward.inl"
#include "provenn/kernels/body/group_norm_backward.inl"
#include "provenn/kernels/body/layer_norm_backward.inl"
#include "provenn/kernels/body/activation_backward.inl"
#include "provenn/kernels/body/conv2d_backward.inl"
#include "provenn/kernels/body/depthwise_conv2d_backward.inl"
#include "provenn/kernels/body/pool2d_backward.inl"
#include "provenn/kernels/body/resample2d_backward.inl"
#include "provenn/kernels/body/softmax_backward.inl"
#include "provenn/kernels/body/elementwise_backward.inl"
#include "provenn/kernels/body/parameter_update.inl"

inline TrainingTable make_training_table() {
    TrainingTable table;
    static_cast<KernelTable&>(table) = make_table();
    table.gemm = {&gemm_run};
    table.math = {&map_math};
    table.batch_norm = {&batch_norm_forward};
    table.batch_norm_backward = {&batch_norm_training_backward, &batch_norm_frozen_backward};
    table.activation_backward = {&activation_backward, &prelu_backward, &prelu_alpha_backward, &glu_backward};
    table.conv2d_backward = {&conv2d_weight_gradient};
    table.depthwise_conv2d_backward = {&depthwise_data_gradient, &depthwise_weight_gradient};
    table.group_norm_backward = {&group_norm_backward};
    table.layer_norm_backward = {&layer_norm_backward};
    table.pool2d_backward = {&pool2d_max_backward, &pool2d_average_backward, &pool2d_global_max_backward,
                             &pool2d_global_average_backward};
    table.resample2d_backward = {&resample2d_nearest_backward, &resample2d_bilinear_backward,
                                 &resample2d_bicubic_backward};
    table.softmax_backward = {&softmax_backward};
    table.elementwise_backward = {&elementwise_combine_backward};
    table.parameter_update = {&parameter_update_run};
    return table;
}
