// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of training compiled for AVX2 and FMA.
#pragma once

#include "provenn/kernels/avx2/kernels.hpp"
#include "provenn/kernels/training_table.hpp"

#if defined(__x86_64__)
#include "provenn/kernels/avx2/region_begin.inl"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace avx2 {

#include "provenn/kernels/body/training.inl"

}  // namespace avx2
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn

#include "provenn/kernels/avx2/region_end.inl"
#endif
