// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the activations' gradients, in the order of kernels/body/activation_backward.inl.
#pragma once

#include "provenn/kernels/activation_backward.hpp"
#include "provenn/kernels/reference/activation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

template <class T>
T slope_inside(T x, T low, T high, T slope) {
    return low < x && x < high ? slope : T(0.0);
}
template <class T>
T gelu_tanh_slope(T x) {
    const T t = gelu_inner(x);
    const T inner = mul_rounded(T(kGeluTanhScale), fma(T(3.0 * kGeluTanhCubic), mul_rounded(x, x), T(1.0)));
    const T curve = mul_rounded(mul_rounded(T(0.5), x), fma(-t, t, T(1.0)));
    return fma(curve, inner, mul_rounded(T(0.5), T(1.0) + t));
}
template <class T>
T mish_slope(T x) {
    const T e = exp(T(20.0) < x ? T(20.0) : x);
    const T n = fma(e, e, e + e), below = n + T(2.0);
    return fma(x, mul_rounded(mul_rounded(T(4.0), e) / below, (e + T(1.0)) / below), n / below);
}

/// f'(x) of an element-wise activation; NaN for NaN.
template <class T>
T activation_slope(const ActivationConfig& a, T x) {
    const T alpha = T(a.alpha), zero = T(0.0), one = T(1.0), half = T(0.5), size = x < zero ? -x : x;
    if (x != x) return x;
    switch (a.kind) {
        case Activation::relu: return x > zero ? one : zero;
        case Activation::relu_general:
            if (!(x > T(a.threshold))) return alpha;
            return !a.has_upper || x < T(a.upper) ? one : zero;
        case Activation::leaky_relu: return x > zero ? one : alpha;
        case Activation::elu: return x > zero ? one : mul_rounded(alpha, exp(x));
        case Activation::selu: return x > zero ? T(kSeluScale) : mul_rounded(T(kSeluScale * kSeluAlpha), exp(x));
        case Activation::celu: return x > zero ? one : exp(x / alpha);
        case Activation::sigmoid: return mul_rounded(sigmoid(x), one - sigmoid(x));
        case Activation::hard_sigmoid: return slope_inside(x, T(-3.0), T(3.0), one / T(6.0));
        case Activation::hard_sigmoid_k2: return slope_inside(x, T(-2.5), T(2.5), T(0.2));
        case Activation::tanh: return fma(-tanh(x), tanh(x), one);
        case Activation::softplus: return sigmoid(x);
        case Activation::softsign: return one / mul_rounded(one + size, one + size);
        case Activation::exponential: return exp(x);
        case Activation::swish: return mul_rounded(sigmoid(x), fma(x, one - sigmoid(x), one));
        case Activation::hard_swish:
            return fma(x, slope_inside(x, T(-3.0), T(3.0), one / T(6.0)), hard_sigmoid(x));
        case Activation::gelu: {
            const T density = mul_rounded(T(kInverseSqrtTwoPi), exp(mul_rounded(mul_rounded(half, -x), x)));
            return fma(x, density, mul_rounded(half, twice_normal_cdf(x)));
        }
        case Activation::gelu_tanh: return gelu_tanh_slope(x);
        case Activation::mish: return mish_slope(x);
        case Activation::log_sigmoid: return sigmoid(-x);
        case Activation::hard_tanh: return slope_inside(x, -one, one, one);
        case Activation::hard_shrink:
        case Activation::soft_shrink: return alpha < size ? one : zero;
        case Activation::tanh_shrink: return mul_rounded(tanh(x), tanh(x));
        case Activation::threshold: return x > T(a.threshold) ? one : zero;
        case Activation::squareplus: return mul_rounded(half, one + x / sqrt(fma(x, x, T(a.beta))));
        case Activation::sparse_plus: return clip(zero, fma(x, half, half), one);
        case Activation::sparse_sigmoid: return slope_inside(x, -one, one, half);
        default: return one;
    }
}

/// dx of PReLU for one element.
template <class T>
T prelu_backward(T x, T alpha, T dy) {
    if (x != x) return mul_rounded(dy, x);
    return mul_rounded(dy, x > T(0.0) ? T(1.0) : alpha);
}

/// Fixed pairwise tree over terms in order: halves of the largest power of two below their number.
template <class T>
T tree_sum(const T* terms, std::int64_t count) {
    if (count == 1) return terms[0];
    std::int64_t left = 1;
    while (2 * left < count) left *= 2;
    const T first = tree_sum(terms, left);
    return first + tree_sum(terms + left, count - left);
}

/// Gradient of PReLU's alpha [H or 1, W or 1, C] from x and dy [N, H, W, C]. `terms` holds N * H values.
template <class T>
void prelu_alpha_backward(const View<const T>& x, const View<const T>& dy, T* terms, const View<T>& alpha_gradient) {
    const Shape &map = x.shape(), &slopes = alpha_gradient.shape();
    for (std::int64_t row = 0; row < slopes[0]; ++row)
        for (std::int64_t column = 0; column < slopes[1]; ++column)
            for (std::int64_t c = 0; c < slopes[2]; ++c) {
                std::int64_t count = 0;
                for (std::int64_t n = 0; n < map[0]; ++n)
                    for (std::int64_t h = 0; h < map[1]; ++h) {
                        if (slopes[0] != 1 && h != row) continue;
                        T sum = T(0.0);
                        for (std::int64_t w = 0; w < map[2]; ++w) {
                            if (slopes[1] != 1 && w != column) continue;
                            sum = fma(dy(n, h, w, c), x(n, h, w, c) > T(0.0) ? T(0.0) : x(n, h, w, c), sum);
                        }
                        terms[count++] = sum;
                    }
                alpha_gradient(row, column, c) = tree_sum(terms, count);
            }
}

/// dx of GLU for the value's and the gate's channel.
template <class T>
T glu_value_backward(T gate, T dy) {
    return mul_rounded(dy, sigmoid(gate));
}
template <class T>
T glu_gate_backward(T value, T gate, T dy) {
    return mul_rounded(dy, mul_rounded(value, mul_rounded(sigmoid(gate), T(1.0) - sigmoid(gate))));
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
