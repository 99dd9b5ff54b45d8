// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the activations: one scalar at a time, in the order of kernels/body/activation.inl.
#pragma once

#include "provenn/core/view.hpp"
#include "provenn/kernels/activation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

// The functions of core/double_math.hpp and kernels/math.hpp; other scalars bring their own, found by their namespace.
using math::erf;
using math::exp;
using math::expm1;
using math::log;
using math::sigmoid;
using math::softplus;
using math::sqrt;
using math::tanh;

template <class T>
T clip(T low, T x, T high) {
    const T raised = low > x ? low : x;
    return high < raised ? high : raised;
}
template <class T>
T hard_sigmoid(T x) {
    return clip(T(0.0), fma(x, T(1.0) / T(6.0), T(0.5)), T(1.0));
}
template <class T>
T gelu_inner(T x) {
    return tanh(mul_rounded(mul_rounded(T(kGeluTanhScale), x), fma(T(kGeluTanhCubic), mul_rounded(x, x), T(1.0))));
}
template <class T>
T twice_normal_cdf(T x) {
    return T(1.0) + erf(mul_rounded(x, T(kInverseSqrt2)));
}
template <class T>
T relu_general(const ActivationConfig& a, T x) {
    if (is_clamp(a)) {
        const T y = T(0.0) > x ? T(0.0) : x;
        return a.has_upper && T(a.upper) < y ? T(a.upper) : y;
    }
    if (!(x > T(a.threshold)) && x == x) return mul_rounded(T(a.alpha), x - T(a.threshold));
    return a.has_upper && T(a.upper) < x ? T(a.upper) : x;
}
template <class T>
T mish(T x) {
    const T e = exp(T(20.0) < x ? T(20.0) : x);
    const T n = fma(e, e, e + e);
    return mul_rounded(x, n / (n + T(2.0)));
}
template <class T>
T sparse_plus(T x) {
    if (x < T(-1.0) || x == T(-1.0)) return T(0.0);
    if (x > T(1.0) || x == T(1.0)) return x;
    return mul_rounded(T(0.25), mul_rounded(x + T(1.0), x + T(1.0)));
}
template <class T>
T soft_shrink(T x, T alpha) {
    if (alpha < x) return x - alpha;
    if (x < -alpha) return x + alpha;
    return x == x ? T(0.0) : x;
}

/// f(x) of an element-wise activation.
template <class T>
T activate(const ActivationConfig& a, T x) {
    const T alpha = T(a.alpha), one = T(1.0), half = T(0.5), size = x < T(0.0) ? -x : x;
    switch (a.kind) {
        case Activation::relu: return T(0.0) > x ? T(0.0) : x;
        case Activation::relu_general: return relu_general(a, x);
        case Activation::leaky_relu: return x < T(0.0) ? mul_rounded(alpha, x) : x;
        case Activation::elu: return x > T(0.0) ? x : mul_rounded(alpha, expm1(x));
        case Activation::selu:
            return x > T(0.0) ? mul_rounded(T(kSeluScale), x) : mul_rounded(T(kSeluScale * kSeluAlpha), expm1(x));
        case Activation::celu: return x > T(0.0) ? x : mul_rounded(alpha, expm1(x / alpha));
        case Activation::sigmoid: return sigmoid(x);
        case Activation::hard_sigmoid: return hard_sigmoid(x);
        case Activation::hard_sigmoid_k2: return clip(T(0.0), fma(x, T(0.2), half), one);
        case Activation::tanh: return tanh(x);
        case Activation::softplus: return softplus(x);
        case Activation::softsign: return x / (one + size);
        case Activation::exponential: return exp(x);
        case Activation::swish: return mul_rounded(x, sigmoid(x));
        case Activation::hard_swish: return mul_rounded(x, hard_sigmoid(x));
        case Activation::gelu: return mul_rounded(mul_rounded(half, x), twice_normal_cdf(x));
        case Activation::gelu_tanh: return mul_rounded(mul_rounded(half, x), one + gelu_inner(x));
        case Activation::mish: return mish(x);
        case Activation::log_sigmoid: return -softplus(-x);
        case Activation::hard_tanh: return clip(-one, x, one);
        case Activation::hard_shrink: return size < alpha || size == alpha ? T(0.0) : x;
        case Activation::soft_shrink: return soft_shrink(x, alpha);
        case Activation::tanh_shrink: return x - tanh(x);
        case Activation::threshold: return x < T(a.threshold) || x == T(a.threshold) ? T(a.beta) : x;
        case Activation::squareplus: return mul_rounded(half, x + sqrt(fma(x, x, T(a.beta))));
        case Activation::sparse_plus: return sparse_plus(x);
        case Activation::sparse_sigmoid: return clip(T(0.0), fma(x, half, half), one);
        default: return x;
    }
}

template <class T>
T prelu(T x, T alpha) {
    return x < T(0.0) ? mul_rounded(alpha, x) : x;
}
template <class T>
T glu(T value, T gate) {
    return mul_rounded(value, sigmoid(gate));
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
