// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The element-wise activations and their slopes as functions of one word. Contracts in kernels/activation*.hpp.

[[gnu::always_inline]] inline F16 relu_general(const ActivationConfig& a, F16 x) {
    if (is_clamp(a)) {
        const F16 y = max(zero(), x);
        return a.has_upper ? min(broadcast(a.upper), y) : y;
    }
    const F16 threshold = broadcast(a.threshold);
    const F16 above = a.has_upper ? min(broadcast(a.upper), x) : x;
    return select(less_equal(x, threshold), mul(broadcast(a.alpha), sub(x, threshold)), above);
}
[[gnu::always_inline]] inline F16 hard_sigmoid(F16 x) {
    return clip(0.0f, fma(x, broadcast(1.0f / 6.0f), broadcast(0.5f)), 1.0f);
}
/// tanh(u) for GELU's approximation: u = scale x (1 + cubic x^2).
[[gnu::always_inline]] inline F16 gelu_inner(F16 x) {
    const F16 factor = fma(broadcast(static_cast<float>(kGeluTanhCubic)), mul(x, x), broadcast(1.0f));
    return tanh(mul(mul(broadcast(static_cast<float>(kGeluTanhScale)), x), factor));
}
[[gnu::always_inline]] inline F16 half_of(F16 x) { return mul(broadcast(0.5f), x); }
/// 1 + erf(x / sqrt 2).
[[gnu::always_inline]] inline F16 twice_normal_cdf(F16 x) {
    return add(broadcast(1.0f), erf(mul(x, broadcast(static_cast<float>(kInverseSqrt2)))));
}
[[gnu::always_inline]] inline F16 mish_exp(F16 x) { return exp(min(broadcast(20.0f), x)); }

inline F16 activate_curved(const ActivationConfig& a, F16 x) {
    const F16 one = broadcast(1.0f), alpha = broadcast(a.alpha);
    switch (a.kind) {
        case Activation::elu: return select(less(zero(), x), x, mul(alpha, expm1(x)));
        case Activation::selu:
            return select(less(zero(), x), mul(broadcast(static_cast<float>(kSeluScale)), x),
                          mul(broadcast(static_cast<float>(kSeluScale * kSeluAlpha)), expm1(x)));
        case Activation::celu: return select(less(zero(), x), x, mul(alpha, expm1(div(x, alpha))));
        case Activation::sigmoid: return sigmoid(x);
        case Activation::tanh: return tanh(x);
        case Activation::softplus: return softplus(x);
        case Activation::exponential: return exp(x);
        case Activation::swish: return mul(x, sigmoid(x));
        case Activation::gelu: return mul(half_of(x), twice_normal_cdf(x));
        case Activation::gelu_tanh: return mul(half_of(x), add(one, gelu_inner(x)));
        case Activation::mish: {
            const F16 e = mish_exp(x);
            const F16 n = fma(e, e, add(e, e));
            return mul(x, div(n, add(n, broadcast(2.0f))));
        }
        case Activation::log_sigmoid: return negate(softplus(negate(x)));
        case Activation::tanh_shrink: return sub(x, tanh(x));
        default: return x;
    }
}

/// f(x) of any element-wise activation: also an epilogue of other kernels.
inline F16 activate(const ActivationConfig& a, F16 x) {
    const F16 one = broadcast(1.0f), alpha = broadcast(a.alpha);
    switch (a.kind) {
        case Activation::linear: return x;
        case Activation::relu: return max(zero(), x);
        case Activation::relu_general: return relu_general(a, x);
        case Activation::leaky_relu: return select(less(x, zero()), mul(alpha, x), x);
        case Activation::hard_sigmoid: return hard_sigmoid(x);
        case Activation::hard_sigmoid_k2: return clip(0.0f, fma(x, broadcast(0.2f), broadcast(0.5f)), 1.0f);
        case Activation::softsign: return div(x, add(one, absolute(x)));
        case Activation::hard_swish: return mul(x, hard_sigmoid(x));
        case Activation::hard_tanh: return clip(-1.0f, x, 1.0f);
        case Activation::hard_shrink: return select(less_equal(absolute(x), alpha), zero(), x);
        case Activation::soft_shrink: {
            const F16 inside = keep_nan(x, select(less(x, negate(alpha)), add(x, alpha), zero()));
            return select(less(alpha, x), sub(x, alpha), inside);
        }
        case Activation::threshold: return select(less_equal(x, broadcast(a.threshold)), broadcast(a.beta), x);
        case Activation::squareplus: return half_of(add(x, sqrt(fma(x, x, broadcast(a.beta)))));
        case Activation::sparse_plus: {
            const F16 above = add(x, one);
            const F16 inside = mul(broadcast(0.25f), mul(above, above));
            return select(less_equal(x, broadcast(-1.0f)), zero(), select(less_equal(one, x), x, inside));
        }
        case Activation::sparse_sigmoid: return clip(0.0f, fma(x, broadcast(0.5f), broadcast(0.5f)), 1.0f);
        default: return activate_curved(a, x);
    }
}

[[gnu::always_inline]] inline F16 one_where(M16 m) { return select(m, broadcast(1.0f), zero()); }
[[gnu::always_inline]] inline F16 slope_inside(F16 x, float low, float high, float slope) {
    return select(both(less(broadcast(low), x), less(x, broadcast(high))), broadcast(slope), zero());
}

inline F16 curved_slope(const ActivationConfig& a, F16 x) {
    const F16 one = broadcast(1.0f), alpha = broadcast(a.alpha);
    const M16 positive = less(zero(), x);
    switch (a.kind) {
        case Activation::elu: return select(positive, one, mul(alpha, exp(x)));
        case Activation::selu:
            return select(positive, broadcast(static_cast<float>(kSeluScale)),
                          mul(broadcast(static_cast<float>(kSeluScale * kSeluAlpha)), exp(x)));
        case Activation::celu: return select(positive, one, exp(div(x, alpha)));
        case Activation::sigmoid: {
            const F16 s = sigmoid(x);
            return mul(s, sub(one, s));
        }
        case Activation::tanh: {
            const F16 t = tanh(x);
            return fma(negate(t), t, one);
        }
        case Activation::softplus: return sigmoid(x);
        case Activation::exponential: return exp(x);
        case Activation::swish: {
            const F16 s = sigmoid(x);
            return mul(s, fma(x, sub(one, s), one));
        }
        case Activation::gelu: {
            const F16 density = mul(broadcast(static_cast<float>(kInverseSqrtTwoPi)), exp(mul(half_of(negate(x)), x)));
            return fma(x, density, half_of(twice_normal_cdf(x)));
        }
        case Activation::gelu_tanh: {
            const F16 t = gelu_inner(x);
            const F16 growth = fma(broadcast(static_cast<float>(3.0 * kGeluTanhCubic)), mul(x, x), one);
            const F16 inner = mul(broadcast(static_cast<float>(kGeluTanhScale)), growth);
            return fma(mul(half_of(x), fma(negate(t), t, one)), inner, half_of(add(one, t)));
        }
        case Activation::mish: {
            const F16 e = mish_exp(x);
            const F16 n = fma(e, e, add(e, e));
            const F16 below = add(n, broadcast(2.0f));
            const F16 growth = mul(div(mul(broadcast(4.0f), e), below), div(add(e, one), below));
            return fma(x, growth, div(n, below));
        }
        case Activation::log_sigmoid: return sigmoid(negate(x));
        case Activation::tanh_shrink: {
            const F16 t = tanh(x);
            return mul(t, t);
        }
        default: return one;
    }
}

/// f'(x) of any element-wise activation, NaN for NaN.
inline F16 activation_slope(const ActivationConfig& a, F16 x) {
    const F16 one = broadcast(1.0f), alpha = broadcast(a.alpha);
    switch (a.kind) {
        case Activation::relu: return one_where(less(zero(), x));
        case Activation::relu_general: {
            const F16 above = a.has_upper ? one_where(less(x, broadcast(a.upper))) : one;
            return select(less_equal(x, broadcast(a.threshold)), alpha, above);
        }
        case Activation::leaky_relu: return select(less(zero(), x), one, alpha);
        case Activation::hard_sigmoid: return slope_inside(x, -3.0f, 3.0f, 1.0f / 6.0f);
        case Activation::hard_sigmoid_k2: return slope_inside(x, -2.5f, 2.5f, 0.2f);
        case Activation::softsign: {
            const F16 below = add(one, absolute(x));
            return div(one, mul(below, below));
        }
        case Activation::hard_swish: return fma(x, slope_inside(x, -3.0f, 3.0f, 1.0f / 6.0f), hard_sigmoid(x));
        case Activation::hard_tanh: return slope_inside(x, -1.0f, 1.0f, 1.0f);
        case Activation::hard_shrink:
        case Activation::soft_shrink: return one_where(less(alpha, absolute(x)));
        case Activation::threshold: return one_where(less(broadcast(a.threshold), x));
        case Activation::squareplus: return half_of(add(one, div(x, sqrt(fma(x, x, broadcast(a.beta))))));
        case Activation::sparse_plus: return clip(0.0f, fma(x, broadcast(0.5f), broadcast(0.5f)), 1.0f);
        case Activation::sparse_sigmoid: return slope_inside(x, -1.0f, 1.0f, 0.5f);
        default: return curved_slope(a, x);
    }
}
