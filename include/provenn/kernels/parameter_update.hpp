// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of the updates of optimizers, element by element; training/optimizer.hpp makes the factors of a config.
//
//   g is the gradient (with has_l2: fma(two_l2, p, g)); then, with decays: p = fma(-decay, p, p). Then
//   sgd      without momentum p = fma(-rate, g, p); else m = fma(m, momentum, -(rate g)), p = p + m;
//            Nesterov: p = p + fma(m, momentum, -(rate g))
//   adam     m = fma(g - m, first, m), v = fma(g g - v, second, v), p = p - m rate / (sqrt(v) + epsilon)
//   rmsprop  v = fma(first, v, second (g g)), d = v; centred: h = fma(first, h, second g), d = fma(-h, h, v);
//            c = rate g / sqrt(d + epsilon); with momentum: m = c = fma(momentum, m, c); p = p - c
// Every other operation is rounded by itself, so that the bits are the same on every instruction set.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

enum class UpdateRule : std::uint8_t { sgd = 0, adam = 1, rmsprop = 2 };

/// T is float, or double in tests.
template <class T>
struct UpdateFactors {
    UpdateRule rule = UpdateRule::sgd;
    bool nesterov = false, centered = false, has_momentum = false, decays = false, has_l2 = false;
    T rate{}, decay{}, two_l2{}, momentum{}, first{}, second{}, epsilon{};

    /// Number of the moment of rmsprop that is its momentum.
    [[nodiscard]] int momentum_number() const { return centered ? 2 : 1; }
};

/// Arrays of `count` elements. Moments: sgd m; adam m, v; rmsprop v, then h where centred, then m; those that the rule
/// lacks are null. What is written may be what is read; else nothing overlaps.
template <class T>
struct ParameterUpdateArguments {
    UpdateFactors<T> factors;
    const T* gradient = nullptr;
    const T* value = nullptr;
    const T* moments[3] = {};
    T* new_value = nullptr;
    T* new_moments[3] = {};
    std::int64_t count = 0;
};

struct ParameterUpdateKernels {
    /// @returns whether every number that was written is finite.
    /// @threads tasks are runs of elements. @cost one pass; no allocation. @req REQ-KERN-343
    bool (*run)(const Executor& executor, const ParameterUpdateArguments<float>& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
