// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of training compiled for SSE2, with an exact fma of several lanes.
#pragma once

#include "provenn/kernels/sse2/kernels.hpp"
#include "provenn/kernels/training_table.hpp"

#if defined(__x86_64__)
namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace sse2 {

#include "provenn/kernels/body/training.inl"

}  // namespace sse2
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
#endif
