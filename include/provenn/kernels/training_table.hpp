// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TrainingTable: the kernels of one instruction set with those that only training needs. A device never includes it.
#pragma once

#include "provenn/kernels/activation_backward.hpp"
#include "provenn/kernels/batch_norm.hpp"
#include "provenn/kernels/batch_norm_backward.hpp"
#include "provenn/kernels/conv2d_backward.hpp"
#include "provenn/kernels/depthwise_conv2d_backward.hpp"
#include "provenn/kernels/elementwise_backward.hpp"
#include "provenn/kernels/gemm.hpp"
#include "provenn/kernels/group_norm_backward.hpp"
#include "provenn/kernels/layer_norm_backward.hpp"
#include "provenn/kernels/math.hpp"
#include "provenn/kernels/parameter_update.hpp"
#include "provenn/kernels/pool2d_backward.hpp"
#include "provenn/kernels/reference/conv2d_backward.hpp"
#include "provenn/kernels/reference/depthwise_conv2d_backward.hpp"
#include "provenn/kernels/resample2d_backward.hpp"
#include "provenn/kernels/softmax_backward.hpp"
#include "provenn/kernels/table.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// A KernelTable and the function pointers of the families of training, filled by `make_training_table()`.
struct TrainingTable : KernelTable {
    GemmKernels gemm;  ///< of row-major matrices; plans run dense layers as 1x1 convolutions
    MathKernels math;  ///< elementary functions over runs of floats
    BatchNormKernels batch_norm;  ///< with the statistics of the batch; plans fold stored ones into scale and shift
    BatchNormBackwardKernels batch_norm_backward;
    ActivationBackwardKernels activation_backward;
    Conv2dBackwardKernels conv2d_backward;
    DepthwiseConv2dBackwardKernels depthwise_conv2d_backward;
    GroupNormBackwardKernels group_norm_backward;
    LayerNormBackwardKernels layer_norm_backward;
    Pool2dBackwardKernels pool2d_backward;
    Resample2dBackwardKernels resample2d_backward;
    SoftmaxBackwardKernels softmax_backward;
    ElementwiseBackwardKernels elementwise_backward;
    ParameterUpdateKernels parameter_update;  ///< of optimizers
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
