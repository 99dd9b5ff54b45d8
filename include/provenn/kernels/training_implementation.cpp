// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The optional implementation unit of training: compiles its kernels once for programs built with PROVENN_LINK_KERNELS.
#if !defined(PROVENN_LINK_KERNELS)
#define PROVENN_LINK_KERNELS
#endif
#include "provenn/kernels/training_compiled_tables.hpp"
#include "provenn/kernels/training_dispatch.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

const TrainingTable* find_training_table(Isa isa) { return find_compiled_training_table(isa); }

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
