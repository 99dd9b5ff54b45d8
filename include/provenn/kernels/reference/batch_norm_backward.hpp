// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the gradients of batch normalisation, in the order of kernels/batch_norm_backward.hpp.
#pragma once

#include "provenn/kernels/batch_norm_backward.hpp"
#include "provenn/kernels/reference/batch_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// What both forms read and write. Arrays are [C].
template <class T>
struct BatchNormGradients {
    View<const T> x, dy;
    View<const T> mean, inverse;
    View<T> dx, gamma_gradient, beta_gradient;
};

/// Gradients of gamma and beta of channel `c`; gives the sum of dy * (x - mean).
template <class T>
T batch_norm_affine_backward(const BatchNormGradients<T>& at, std::int64_t c) {
    const Shape& shape = at.x.shape();
    at.beta_gradient(c) =
        batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) { return sum + at.dy(n, h, w, c); });
    const T products = batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) {
        return fma(at.dy(n, h, w, c), at.x(n, h, w, c) - at.mean(c), sum);
    });
    at.gamma_gradient(c) = products * at.inverse(c);
    return products;
}

template <class T>
void batch_norm_backward(const View<const T>& gamma, const BatchNormGradients<T>& at) {
    const Shape& shape = at.x.shape();
    for (std::int64_t c = 0; c < shape[3]; ++c) {
        const T products = batch_norm_affine_backward(at, c);
        const BatchNormSlopes<Wide<T>> slopes = batch_norm_slopes(
            static_cast<Wide<T>>(gamma(c)), static_cast<Wide<T>>(at.inverse(c)),
            static_cast<Wide<T>>(at.beta_gradient(c)), static_cast<Wide<T>>(products),
            static_cast<Wide<T>>(shape[0] * shape[1] * shape[2]));
        const T of_gradient = static_cast<T>(slopes.of_gradient), of_deviation = static_cast<T>(slopes.of_deviation);
        for (std::int64_t n = 0; n < shape[0]; ++n)
            for (std::int64_t h = 0; h < shape[1]; ++h)
                for (std::int64_t w = 0; w < shape[2]; ++w) {
                    const T rest = fma(at.x(n, h, w, c) - at.mean(c), of_deviation, static_cast<T>(slopes.constant));
                    at.dx(n, h, w, c) = fma(at.dy(n, h, w, c), of_gradient, rest);
                }
    }
}

/// Statistics frozen: at.mean and at.inverse are those of the moving statistics.
template <class T>
void batch_norm_frozen_backward(const View<const T>& scale, const BatchNormGradients<T>& at) {
    const Shape& shape = at.x.shape();
    for (std::int64_t c = 0; c < shape[3]; ++c) {
        batch_norm_affine_backward(at, c);
        for (std::int64_t n = 0; n < shape[0]; ++n)
            for (std::int64_t h = 0; h < shape[1]; ++h)
                for (std::int64_t w = 0; w < shape[2]; ++w) at.dx(n, h, w, c) = at.dy(n, h, w, c) * scale(c);
    }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
