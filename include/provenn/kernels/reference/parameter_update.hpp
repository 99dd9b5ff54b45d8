// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the updates of optimizers: the formulas of kernels/parameter_update.hpp, one element after the other.
#pragma once

#include <cmath>

#include "provenn/core/fma.hpp"
#include "provenn/kernels/parameter_update.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// @returns the change that is taken from the value, with new moments written.
template <class T>
[[nodiscard]] T rmsprop_change(const ParameterUpdateArguments<T>& at, std::int64_t i, T gradient) {
    const UpdateFactors<T>& f = at.factors;
    const T velocity = fma(f.first, at.moments[0][i], mul_rounded(f.second, mul_rounded(gradient, gradient)));
    T square = at.new_moments[0][i] = velocity;
    if (f.centered) {
        const T average = at.new_moments[1][i] = fma(f.first, at.moments[1][i], mul_rounded(f.second, gradient));
        square = fma(-average, average, velocity);
    }
    const T change = mul_rounded(f.rate, gradient) / std::sqrt(square + f.epsilon);
    if (!f.has_momentum) return change;
    const int number = f.momentum_number();
    return at.new_moments[number][i] = fma(f.momentum, at.moments[number][i], change);
}

template <class T>
void parameter_update(const ParameterUpdateArguments<T>& at, std::int64_t begin, std::int64_t end) {
    const UpdateFactors<T>& f = at.factors;
    for (std::int64_t i = begin; i < end; ++i) {
        T value = at.value[i];
        const T gradient = f.has_l2 ? fma(f.two_l2, value, at.gradient[i]) : at.gradient[i];
        if (f.decays) value = fma(-f.decay, value, value);
        if (f.rule == UpdateRule::sgd && !f.has_momentum) {
            value = fma(-f.rate, gradient, value);
        } else if (f.rule == UpdateRule::sgd) {
            const T step = -mul_rounded(f.rate, gradient);
            const T momentum = at.new_moments[0][i] = fma(at.moments[0][i], f.momentum, step);
            value = value + (f.nesterov ? fma(momentum, f.momentum, step) : momentum);
        } else if (f.rule == UpdateRule::adam) {
            const T m = at.moments[0][i], v = at.moments[1][i];
            const T momentum = at.new_moments[0][i] = fma(gradient - m, f.first, m);
            const T velocity = at.new_moments[1][i] = fma(mul_rounded(gradient, gradient) - v, f.second, v);
            value = value - mul_rounded(momentum, f.rate) / (std::sqrt(velocity) + f.epsilon);
        } else {
            value = value - rmsprop_change(at, i, gradient);
        }
        at.new_value[i] = value;
    }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
