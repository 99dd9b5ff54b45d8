// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// KernelTable: the kernels of one instruction set. Each family of kernels states its contract in its own header.
#pragma once

#include "provenn/kernels/activation.hpp"
#include "provenn/kernels/conv2d.hpp"
#include "provenn/kernels/conv2d_transpose.hpp"
#include "provenn/kernels/depthwise_conv2d.hpp"
#include "provenn/kernels/elementwise.hpp"
#include "provenn/kernels/group_norm.hpp"
#include "provenn/kernels/isa.hpp"
#include "provenn/kernels/layer_norm.hpp"
#include "provenn/kernels/layout.hpp"
#include "provenn/kernels/math.hpp"
#include "provenn/kernels/pool2d.hpp"
#include "provenn/kernels/rearrange2d.hpp"
#include "provenn/kernels/resample2d.hpp"
#include "provenn/kernels/softmax.hpp"
#include "provenn/kernels/vec16.hpp"
#include "provenn/kernels/winograd_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Function pointers of the kernel families that plans run, filled by `make_table()` of an instruction set's namespace.
struct KernelTable {
    Isa isa = Isa::emulated;
    SoftmaxKernels softmax;
    ElementwiseKernels elementwise;
    ActivationKernels activation;
    Conv2dKernels conv2d;
    Conv2dTransposeKernels conv2d_transpose;
    DepthwiseConv2dKernels depthwise_conv2d;
    GroupNormKernels group_norm;
    LayerNormKernels layer_norm;
    LayoutKernels layout;
    Pool2dKernels pool2d;
    Rearrange2dKernels rearrange2d;
    Resample2dKernels resample2d;
    WinogradConv2dKernels winograd_conv2d;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
