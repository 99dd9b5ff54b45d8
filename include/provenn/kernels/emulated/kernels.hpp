// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels with exact emulation of fma: the same bits on any processor, slowly.
#pragma once

#include "provenn/kernels/table.hpp"



namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace emulated {

inline constexpr Isa kIsa = Isa::emulated;
inline float fma_lane(float a, float b, float c) { return emulated_fma(a, b, c); }
#include "provenn/kernels/body/vec16_portable.inl"
#include "provenn/kernels/body/by_lane.inl"
#include "provenn/kernels/body/all.inl"

}  // namespace emulated
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
