// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of training compiled with exact emulation of fma.
#pragma once

#include "provenn/kernels/emulated/kernels.hpp"
#include "provenn/kernels/training_table.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace emulated {

#include "provenn/kernels/body/training.inl"

}  // namespace emulated
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
