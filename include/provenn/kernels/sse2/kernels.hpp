// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels compiled for SSE2, with an exact fma of several lanes.
#pragma once

#include "provenn/kernels/table.hpp"

#if defined(__x86_64__)
namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace sse2 {

inline constexpr Isa kIsa = Isa::sse2;
#include "provenn/kernels/sse2/vec16.inl"
#include "provenn/kernels/sse2/fma.inl"
#include "provenn/kernels/body/words.inl"
#include "provenn/kernels/body/math.inl"
#include "provenn/kernels/body/activation_functions.inl"
#include "provenn/kernels/body/all.inl"

}  // namespace sse2
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
#endif
