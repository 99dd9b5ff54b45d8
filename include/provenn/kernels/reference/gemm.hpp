// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the matrix product: the textbook loop, in the order of kernels/gemm.hpp.
#pragma once

#include "provenn/core/fma.hpp"
#include "provenn/core/view.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// c [M, N] = a [M, K] * b [K, N] + bias [N], one chain over k for each element, then + bias.
/// @param bias data null: +0. A bias of -0 counts as +0.
template <class T>
void gemm(const View<const T>& a, const View<const T>& b, const View<const T>& bias, const View<T>& c) {
    for (std::int64_t m = 0; m < c.shape()[0]; ++m)
        for (std::int64_t n = 0; n < c.shape()[1]; ++n) {
            T sum(0);
            for (std::int64_t k = 0; k < a.shape()[1]; ++k) sum = fma(a(m, k), b(k, n), sum);
            c(m, n) = sum + (bias.data() == nullptr ? T(0) : bias(n) + T(0));
        }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
