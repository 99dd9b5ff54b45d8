// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the epilogue: batch norm, addition and clamp one after the other, in the order of kernels/epilogue.hpp.
#pragma once

#include "provenn/core/fma.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/epilogue.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// y in place. scale and shift [K], addend [N, P, Q, K]; a view whose data is null is a step left out.
template <class T>
void epilogue(const View<const T>& scale, const View<const T>& shift, const View<const T>& addend, Clamp clamp, T lower,
              T upper, const View<T>& y) {
    const Shape& out = y.shape();
    for (std::int64_t n = 0; n < out[0]; ++n)
        for (std::int64_t p = 0; p < out[1]; ++p)
            for (std::int64_t q = 0; q < out[2]; ++q)
                for (std::int64_t k = 0; k < out[3]; ++k) {
                    T value = y(n, p, q, k);
                    if (scale.data() != nullptr) value = fma(value, scale(k), shift(k));
                    if (addend.data() != nullptr) value = value + addend(n, p, q, k);
                    if (clamp != Clamp::none) value = lower > value ? lower : value;
                    if (clamp == Clamp::relu_clipped) value = upper < value ? upper : value;
                    y(n, p, q, k) = value;
                }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
