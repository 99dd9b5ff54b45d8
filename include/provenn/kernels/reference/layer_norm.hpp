// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of layer normalisation and its gradients, in the order of kernels/layer_norm.hpp.
#pragma once

#include "provenn/kernels/layer_norm_backward.hpp"
#include "provenn/kernels/reference/batch_norm.hpp"
#include "provenn/kernels/reference/softmax.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

template <class T>
struct PixelStatistics {
    T mean, inverse;
};

/// Of the `channels` numbers from `x` on.
template <class T>
[[nodiscard]] PixelStatistics<T> layer_norm_statistics(const T* x, std::int64_t channels, float epsilon) {
    const T count = static_cast<T>(channels);
    const T mean = sum_channels<T>(channels, [&](auto c, T lane) { return lane + x[c]; }) / count;
    const T squares = sum_channels<T>(channels, [&](auto c, T lane) { return fma(x[c] - mean, x[c] - mean, lane); });
    const auto inverse = batch_norm_inverse(static_cast<Wide<T>>(squares / count), static_cast<Wide<T>>(epsilon));
    return {mean, static_cast<T>(inverse)};
}

/// y[c] for the channels of one pixel.
template <class T>
void layer_norm(const T* x, const T* gamma, const T* beta, std::int64_t channels, float epsilon, T* y) {
    const PixelStatistics<T> at = layer_norm_statistics(x, channels, epsilon);
    for (std::int64_t c = 0; c < channels; ++c) y[c] = fma(mul_rounded(x[c] - at.mean, at.inverse), gamma[c], beta[c]);
}

/// What the gradients read and write: arrays [N, H, W, C] and [C].
template <class T>
struct LayerNormGradients {
    View<const T> x, dy, gamma;
    View<T> dx, gamma_gradient, beta_gradient;
};

template <class T>
void layer_norm_backward(const LayerNormGradients<T>& at, float epsilon) {
    const Shape& shape = at.x.shape();
    const std::int64_t channels = shape[3];
    const T count = static_cast<T>(channels);
    const auto statistics = [&](auto n, auto h, auto w) {
        return layer_norm_statistics(&at.x(n, h, w, 0), channels, epsilon);
    };
    for (std::int64_t n = 0; n < shape[0]; ++n)
        for (std::int64_t h = 0; h < shape[1]; ++h)
            for (std::int64_t w = 0; w < shape[2]; ++w) {
                const PixelStatistics<T> pixel = statistics(n, h, w);
                const auto u = [&](auto c) { return mul_rounded(at.x(n, h, w, c) - pixel.mean, pixel.inverse); };
                const auto g = [&](auto c) { return mul_rounded(at.dy(n, h, w, c), at.gamma(c)); };
                const T sum = sum_channels<T>(channels, [&](auto c, T lane) { return lane + g(c); });
                const T product = sum_channels<T>(channels, [&](auto c, T lane) { return fma(g(c), u(c), lane); });
                for (std::int64_t c = 0; c < channels; ++c) {
                    const T centred = fma(-u(c), product / count, g(c) - sum / count);
                    at.dx(n, h, w, c) = mul_rounded(centred, pixel.inverse);
                }
            }
    for (std::int64_t c = 0; c < channels; ++c) {
        at.beta_gradient(c) =
            batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) { return sum + at.dy(n, h, w, c); });
        at.gamma_gradient(c) = batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) {
            const PixelStatistics<T> pixel = statistics(n, h, w);
            return fma(at.dy(n, h, w, c), mul_rounded(at.x(n, h, w, c) - pixel.mean, pixel.inverse), sum);
        });
    }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
