// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The fixed pairwise tree that joins partial sums: its form depends on their number alone.
#pragma once

#include <cstdint>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Sum of term(begin) ... term(end - 1): the left part holds the greatest power of two below the number of terms.
template <class T, class Term>
[[nodiscard]] T pairwise_sum(std::int64_t begin, std::int64_t end, const Term& term) {
    if (end - begin == 1) return term(begin);
    std::int64_t left = 1;
    while (left * 2 < end - begin) left *= 2;
    return pairwise_sum<T>(begin, begin + left, term) + pairwise_sum<T>(begin + left, end, term);
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
