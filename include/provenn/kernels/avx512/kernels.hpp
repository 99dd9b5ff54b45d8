// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels compiled for AVX-512 (F, VL, BW, DQ).
#pragma once

#include "provenn/kernels/table.hpp"

#if defined(__x86_64__)
#include "provenn/kernels/avx512/region_begin.inl"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace avx512 {

inline constexpr Isa kIsa = Isa::avx512;
#include "provenn/kernels/avx512/vec16.inl"
#include "provenn/kernels/body/words.inl"
#include "provenn/kernels/body/math.inl"
#include "provenn/kernels/body/activation_functions.inl"
#include "provenn/kernels/body/all.inl"

}  // namespace avx512
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn

#include "provenn/kernels/avx512/region_end.inl"
#endif
