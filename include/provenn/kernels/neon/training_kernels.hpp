// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kernels of training compiled for NEON.
#pragma once

#include "provenn/kernels/neon/kernels.hpp"
#include "provenn/kernels/training_table.hpp"

#if defined(__aarch64__)
namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace neon {

#include "provenn/kernels/body/training.inl"

}  // namespace neon
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
#endif
