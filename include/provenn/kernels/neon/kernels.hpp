// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels compiled for NEON.
#pragma once

#include "provenn/kernels/table.hpp"

#if defined(__aarch64__)
namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace neon {

inline constexpr Isa kIsa = Isa::neon;
#include "provenn/kernels/neon/vec16.inl"
#include "provenn/kernels/body/words.inl"
#include "provenn/kernels/body/math.inl"
#include "provenn/kernels/body/activation_functions.inl"
#include "provenn/kernels/body/all.inl"

}  // namespace neon
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
#endif
