// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the matrix product on plain row-major matrices: the micro-kernel of convolution without its layout.
//
//   c[m, n] = bias[n] + sum over k of a[m, k] * b[k, n]
//   order   one chain of fma from +0 over k = 0, 1, 2 ..., then + bias, whose -0 counts as +0
//   error   |c - exact| <= g/(1 - g) * sum |a||b| + |c| * 2^-24 with g = K * 2^-24
//   source  Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", 2008 (packed panels of b)
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/kernels/panels.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires row strides are at least K and N; b is packed; a, b and bias do not overlap c.
struct GemmArguments {
    std::int64_t rows = 0, terms = 0, columns = 0;  ///< M, K, N
    const float* a = nullptr;                       ///< [M, K]
    std::int64_t a_row_stride = 0;
    const float* b = nullptr;     ///< gemm_packed_size(K, N) floats of pack_gemm
    const float* bias = nullptr;  ///< channel_blocks(N) * 16 floats; null: +0
    float* c = nullptr;           ///< [M, N]
    std::int64_t c_row_stride = 0;
};

struct GemmKernels {
    /// @ensures c's M x N elements are written and nothing else.
    /// @numerics the same bits on every instruction set; a row's bits do not depend on M.
    /// @cost 2 * M * N * K flop; no allocation. @threads tasks write disjoint tiles.
    void (*run)(const GemmArguments& arguments, const Executor& executor) noexcept = nullptr;
};

/// Floats that packed b takes.
[[nodiscard]] inline std::int64_t gemm_packed_size(std::int64_t terms, std::int64_t columns) {
    return packed_size({1, terms, columns, 1});
}

/// Packs b [K, N] with the given row stride.
inline void pack_gemm(std::int64_t terms, std::int64_t columns, const float* b, std::int64_t row_stride,
                      float* packed) noexcept {
    pack_panels({1, terms, columns, 1}, {b, 0, row_stride, 1, 0}, packed);
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
