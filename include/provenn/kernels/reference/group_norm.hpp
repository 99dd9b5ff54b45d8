// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of group normalisation and its gradients, in the order of kernels/group_norm.hpp.
#pragma once

#include "provenn/kernels/group_norm_backward.hpp"
#include "provenn/kernels/reference/batch_norm.hpp"
#include "provenn/kernels/reference/softmax.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// Sum over the pixels of a sample: `next(sum, h, w)` adds one.
template <class T, class Next>
[[nodiscard]] T sample_sum(const Shape& shape, const Next& next) {
    return batch_sum<T>({1, shape[1], shape[2], shape[3]},
                        [&](T sum, auto, auto h, auto w) { return next(sum, h, w); });
}
/// Sum of `value(c)` over the channels of the group that begins at channel `first`.
template <class T, class Value>
[[nodiscard]] T group_sum(std::int64_t first, std::int64_t size, const Value& value) {
    return sum_channels<T>(size, [&](auto i, T lane) { return lane + value(first + i); });
}

/// Arrays: gamma and beta [C], mean and inverse [N, C].
template <class T>
struct GroupNormArrays {
    View<const T> gamma, beta;
    View<T> mean, inverse;
};

template <class T>
void group_norm(const View<const T>& x, std::int64_t groups, float epsilon, const GroupNormArrays<T>& arrays,
                const View<T>& y) {
    const Shape& shape = x.shape();
    const std::int64_t size = shape[3] / groups;
    const T count = static_cast<T>(shape[1] * shape[2] * size);
    for (std::int64_t n = 0; n < shape[0]; ++n)
        for (std::int64_t first = 0; first < shape[3]; first += size) {
            const T mean = group_sum<T>(first, size,
                                        [&](auto c) {
                                            return sample_sum<T>(
                                                shape, [&](T sum, auto h, auto w) { return sum + x(n, h, w, c); });
                                        }) /
                           count;
            const T squares = group_sum<T>(first, size, [&](auto c) {
                return sample_sum<T>(
                    shape, [&](T sum, auto h, auto w) { return fma(x(n, h, w, c) - mean, x(n, h, w, c) - mean, sum); });
            });
            const auto inverse =
                batch_norm_inverse(static_cast<Wide<T>>(squares / count), static_cast<Wide<T>>(epsilon));
            for (std::int64_t c = first; c < first + size; ++c) {
                const T scale = static_cast<T>(static_cast<Wide<T>>(arrays.gamma(c)) * inverse);
                for (std::int64_t h = 0; h < shape[1]; ++h)
                    for (std::int64_t w = 0; w < shape[2]; ++w)
                        y(n, h, w, c) = fma(x(n, h, w, c) - mean, scale, arrays.beta(c));
                arrays.mean(n, c) = mean;
                arrays.inverse(n, c) = static_cast<T>(inverse);
            }
        }
}

/// Arrays: gamma, gamma_gradient and beta_gradient [C], mean and inverse [N, C].
template <class T>
struct GroupNormGradients {
    View<const T> x, dy, gamma, mean, inverse;
    View<T> dx, gamma_gradient, beta_gradient;
};

template <class T>
void group_norm_backward(std::int64_t groups, const GroupNormGradients<T>& at) {
    const Shape& shape = at.x.shape();
    const std::int64_t size = shape[3] / groups;
    const auto count = static_cast<Wide<T>>(shape[1] * shape[2] * size);
    const auto sum_of = [&](auto n, auto c) {
        return sample_sum<T>(shape, [&](T sum, auto h, auto w) { return sum + at.dy(n, h, w, c); });
    };
    const auto product_of = [&](auto n, auto c) {
        return sample_sum<T>(shape, [&](T sum, auto h, auto w) {
            return fma(at.dy(n, h, w, c), at.x(n, h, w, c) - at.mean(n, c), sum);
        });
    };
    for (std::int64_t c = 0; c < shape[3]; ++c) {
        at.beta_gradient(c) = pairwise_sum<T>(0, shape[0], [&](auto n) { return sum_of(n, c); });
        at.gamma_gradient(c) =
            pairwise_sum<T>(0, shape[0], [&](auto n) { return mul_rounded(product_of(n, c), at.inverse(n, c)); });
    }
    for (std::int64_t n = 0; n < shape[0]; ++n)
        for (std::int64_t first = 0; first < shape[3]; first += size) {
            const auto inverse = static_cast<Wide<T>>(at.inverse(n, first));
            const T sum = group_sum<T>(first, size, [&](auto c) { return mul_rounded(at.gamma(c), sum_of(n, c)); });
            const T product =
                group_sum<T>(first, size, [&](auto c) { return mul_rounded(at.gamma(c), product_of(n, c)); });
            const auto slopes = batch_norm_slopes(Wide<T>(1.0), inverse, static_cast<Wide<T>>(sum),
                                                  static_cast<Wide<T>>(product), count);
            for (std::int64_t c = first; c < first + size; ++c) {
                const T of_gradient = static_cast<T>(static_cast<Wide<T>>(at.gamma(c)) * inverse);
                for (std::int64_t h = 0; h < shape[1]; ++h)
                    for (std::int64_t w = 0; w < shape[2]; ++w) {
                        const T rest = fma(at.x(n, h, w, c) - at.mean(n, c), static_cast<T>(slopes.of_deviation),
                                           static_cast<T>(slopes.constant));
                        at.dx(n, h, w, c) = fma(at.dy(n, h, w, c), of_gradient, rest);
                    }
            }
        }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
