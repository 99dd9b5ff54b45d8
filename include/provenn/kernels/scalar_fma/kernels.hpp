// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels compiled for scalar hardware FMA.
#pragma once

#include "provenn/kernels/table.hpp"

#if defined(__x86_64__) || defined(__aarch64__)
#include "provenn/kernels/scalar_fma/region_begin.inl"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace scalar_fma {

inline constexpr Isa kIsa = Isa::scalar_fma;
inline float fma_lane(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
#include "provenn/kernels/body/vec16_portable.inl"
#include "provenn/kernels/body/by_lane.inl"
#include "provenn/kernels/body/all.inl"

}  // namespace scalar_fma
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn

#include "provenn/kernels/scalar_fma/region_end.inl"
#endif
