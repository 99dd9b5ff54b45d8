// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of training compiled for scalar hardware FMA.
#pragma once

#include "provenn/kernels/scalar_fma/kernels.hpp"
#include "provenn/kernels/training_table.hpp"

#if defined(__x86_64__) || defined(__aarch64__)
#include "provenn/kernels/scalar_fma/region_begin.inl"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace scalar_fma {

#include "provenn/kernels/body/training.inl"

}  // namespace scalar_fma
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn

#include "provenn/kernels/scalar_fma/region_end.inl"
#endif
