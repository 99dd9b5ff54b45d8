// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of batch normalisation in training, in the order of kernels/batch_norm.hpp.
#pragma once

#include <type_traits>

#include "provenn/core/view.hpp"
#include "provenn/kernels/batch_norm.hpp"
#include "provenn/kernels/reference/pairwise_tree.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// What is computed once a channel is computed in double, or in T where that is wider.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, float>, double, T>;

/// Sum over the batch: `next(sum, n, h, w)` adds one pixel to the chain of its chunk.
template <class T, class Next>
[[nodiscard]] T batch_sum(const Shape& shape, const Next& next) {
    const std::int64_t rows = batch_norm_chunk_rows(shape[2]), all = shape[0] * shape[1];
    return pairwise_sum<T>(0, batch_norm_chunks(shape[0], {shape[1], shape[2], shape[3]}), [&](std::int64_t chunk) {
        T sum = T(0);
        for (std::int64_t row = chunk * rows; row < chunk * rows + rows && row < all; ++row)
            for (std::int64_t w = 0; w < shape[2]; ++w) sum = next(sum, row / shape[1], row % shape[1], w);
        return sum;
    });
}

/// Arrays are [C], all of them present.
template <class T>
struct BatchNormArrays {
    View<const T> gamma, beta;
    View<T> mean, variance, inverse;
};

template <class T>
void batch_norm(const View<const T>& x, float epsilon, const BatchNormArrays<T>& arrays, const View<T>& y) {
    const Shape& shape = x.shape();
    const T pixels = static_cast<T>(shape[0] * shape[1] * shape[2]);
    for (std::int64_t c = 0; c < shape[3]; ++c) {
        const T mean = batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) { return sum + x(n, h, w, c); }) / pixels;
        const T squares = batch_sum<T>(shape, [&](T sum, auto n, auto h, auto w) {
            const T deviation = x(n, h, w, c) - mean;
            return fma(deviation, deviation, sum);
        });
        const T variance = squares / pixels;
        const auto inverse = batch_norm_inverse(static_cast<Wide<T>>(variance), static_cast<Wide<T>>(epsilon));
        const T scale = static_cast<T>(static_cast<Wide<T>>(arrays.gamma(c)) * inverse);
        for (std::int64_t n = 0; n < shape[0]; ++n)
            for (std::int64_t h = 0; h < shape[1]; ++h)
                for (std::int64_t w = 0; w < shape[2]; ++w)
                    y(n, h, w, c) = fma(x(n, h, w, c) - mean, scale, arrays.beta(c));
        arrays.mean(c) = mean;
        arrays.variance(c) = variance;
        arrays.inverse(c) = static_cast<T>(inverse);
    }
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
