// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of joining values and of its gradients, in the order of kernels/elementwise.hpp.
#pragma once

#include "provenn/core/fma.hpp"
#include "provenn/kernels/elementwise.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Number of the value that maximum or minimum gives: the first of equals, or the first NaN.
template <class T>
std::size_t chosen(Combine kind, const T* values, std::size_t count) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < count; ++i) {
        const bool beyond = kind == Combine::maximum ? values[best] < values[i] : values[i] < values[best];
        if (beyond || (values[i] != values[i] && values[best] == values[best])) best = i;
    }
    return best;
}

template <class T>
T combine(Combine kind, const T* values, std::size_t count) {
    if (kind == Combine::maximum || kind == Combine::minimum) return values[chosen(kind, values, count)];
    T joined = values[0];
    for (std::size_t i = 1; i < count; ++i) {
        if (kind == Combine::multiply) {
            joined = mul_rounded(joined, values[i]);
        } else {
            joined = kind == Combine::subtract ? joined - values[i] : joined + values[i];
        }
    }
    return kind == Combine::average ? joined / T(static_cast<double>(count)) : joined;
}

/// dx of input `which` for one element, before any sum along spread axes.
template <class T>
T combine_backward(Combine kind, const T* values, std::size_t count, std::size_t which, T dy) {
    switch (kind) {
        case Combine::add: return dy;
        case Combine::subtract: return which == 0 ? dy : -dy;
        case Combine::average: return dy / T(static_cast<double>(count));
        case Combine::maximum:
        case Combine::minimum: return chosen(kind, values, count) == which ? dy : T(0.0);
        case Combine::multiply: break;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (i != which) dy = mul_rounded(dy, values[i]);
    }
    return dy;
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
