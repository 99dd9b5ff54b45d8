// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Opens the region whose functions are compiled for scalar FMA, whatever the unit's own flags.
#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("fma"))), apply_to = function)
#else
#pragma GCC push_options
#if defined(_WIN64)
#pragma GCC target("fma,prefer-vector-width=128")  // kernels/isa.hpp says why: compiler_has()
#else
#pragma GCC target("fma")
#endif
#endif
#endif
