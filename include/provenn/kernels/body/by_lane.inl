// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions and activations lane by lane: on the portable instruction sets sixteen lanes at once would only
// cost compile time. The including namespace supplies fma_lane() and the portable words.

namespace one_lane {
#include "provenn/kernels/body/one_lane.inl"
#include "provenn/kernels/body/words.inl"
#include "provenn/kernels/body/math.inl"
#include "provenn/kernels/body/activation_functions.inl"
}  // namespace one_lane
#include "provenn/kernels/body/words.inl"

[[gnu::always_inline]] inline F16 by_lane(one_lane::F16 (*function)(one_lane::F16), F16 x) {
    for (int i = 0; i < kLanes; ++i) x.v[i] = function({x.v[i]}).v;
    return x;
}
inline F16 exp(F16 x) { return by_lane(&one_lane::exp, x); }
inline F16 expm1(F16 x) { return by_lane(&one_lane::expm1, x); }
inline F16 log(F16 x) { return by_lane(&one_lane::log, x); }
inline F16 log1p(F16 x) { return by_lane(&one_lane::log1p, x); }
inline F16 tanh(F16 x) { return by_lane(&one_lane::tanh, x); }
inline F16 sigmoid(F16 x) { return by_lane(&one_lane::sigmoid, x); }
inline F16 softplus(F16 x) { return by_lane(&one_lane::softplus, x); }
inline F16 erf(F16 x) { return by_lane(&one_lane::erf, x); }
inline F16 activate(const ActivationConfig& a, F16 x) {
    for (int i = 0; i < kLanes; ++i) x.v[i] = one_lane::activate(a, {x.v[i]}).v;
    return x;
}
inline F16 activation_slope(const ActivationConfig& a, F16 x) {
    for (int i = 0; i < kLanes; ++i) x.v[i] = one_lane::activation_slope(a, {x.v[i]}).v;
    return x;
}
