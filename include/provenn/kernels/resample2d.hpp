// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of resampling: nearest and bilinear, to any size, with the half-pixel centres of tf.image.resize and Keras.
//
// Output i of an axis stands at (i + 0.5) * in / out - 0.5 of the input. Without antialiasing, also when shrinking.
//   nearest   y(p, q) = x(row, column) with the indices of nearest_tap
//   bilinear  top = fma(b, x(h0, w1) - x(h0, w0), x(h0, w0)), bottom likewise in row h1,
//             y = fma(a, bottom - top, top), with (h0, h1, a) and (w0, w1, b) of bilinear_tap
// Up-sampling by a factor is resampling to in * factor. Error bound of bilinear: 6 * 2^-24 * max |x| over the four
// taps. Against TensorFlow: the same nearest pixels; bilinear fractions are exact here and carry float rounding there.
#pragma once

#include <cstdint>

#include "provenn/core/executor.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Index of the input that output `i` copies: floor((i + 0.5) * (in / out)), in float as TensorFlow computes it.
[[nodiscard]] inline std::int64_t nearest_tap(std::int64_t i, std::int64_t in, std::int64_t out) {
    const float scale = static_cast<float>(in) / static_cast<float>(out);
    const auto index = static_cast<std::int64_t>(mul_rounded(static_cast<float>(i) + 0.5f, scale));
    return index < in ? index : in - 1;
}

/// The two inputs that output i lies between, and how far it is from the first, in [0, 1).
struct BilinearTap {
    std::int64_t first = 0, second = 0;
    float fraction = 0.0f;
};
/// Exact in integers; the fraction is rounded once from double. Outside the outer centres the edge is repeated.
[[nodiscard]] inline BilinearTap bilinear_tap(std::int64_t i, std::int64_t in, std::int64_t out) {
    const std::int64_t numerator = (2 * i + 1) * in - out, denominator = 2 * out;
    if (numerator < 0) return {};
    BilinearTap tap;
    tap.first = numerator / denominator;
    tap.second = tap.first + 1 < in ? tap.first + 1 : tap.first;
    const std::int64_t rest = numerator % denominator;
    tap.fraction = static_cast<float>(static_cast<double>(rest) / static_cast<double>(denominator));
    return tap;
}

/// Sizes follow from the maps. @requires they agree in samples and channels, have at least one pixel, do not overlap.
/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are ranges of output rows.
struct Resample2dKernels {
    void (*nearest)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
    void (*bilinear)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
