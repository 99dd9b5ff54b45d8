// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of resampling: nearest, bilinear and bicubic, to any size, with the half-pixel centres of tf.image.resize
// and Keras.
//
// Output i of an axis stands at (i + 0.5) * in / out - 0.5 of the input. Without antialiasing, also when shrinking.
//   nearest   y(p, q) = x(row, column) with the indices of nearest_tap
//   bilinear  top = fma(b, x(h0, w1) - x(h0, w0), x(h0, w0)), bottom likewise in row h1,
//             y = fma(a, bottom - top, top), with (h0, h1, a) and (w0, w1, b) of bilinear_tap
//   bicubic   row(h) = fma(b3, x(h, w3), fma(b2, x(h, w2), fma(b1, x(h, w1), fma(b0, x(h, w0), +0)))) and
//             y = fma(a3, row(h3), ... fma(a0, row(h0), +0)), with the indices h, w and weights a, b of bicubic_tap
// Up-sampling by a factor is resampling to in * factor. Error bound of bilinear: 6 * 2^-24 * max |x| over the four
// taps; of bicubic: 16 * 2^-24 * max |x| over the sixteen. Against TensorFlow: the same nearest pixels; bilinear
// fractions are exact here and carry float rounding there; bicubic weights are those of its table.
// Source of bicubic: Keys, "Cubic convolution interpolation for digital image processing", 1981, with a = -0.5.
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

/// The four inputs around output i, and their weights, which sum to 1.
struct BicubicTap {
    std::int64_t index[4] = {};
    float weight[4] = {};
};
/// Keys' cubic with a = -0.5 at a distance of `steps` / 1024, at most 2. Exact in double.
[[nodiscard]] inline double keys_cubic(std::int64_t steps) {
    const double x = static_cast<double>(steps) / 1024.0;
    return steps <= 1024 ? (1.5 * x - 2.5) * x * x + 1.0 : ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0;
}
/// As TensorFlow: the distance is rounded to the 1024th part of a pixel, to even; an input beyond the edge has weight 0
/// (and the index of the edge), and the rest is divided by its sum, in double and rounded once.
[[nodiscard]] inline BicubicTap bicubic_tap(std::int64_t i, std::int64_t in, std::int64_t out) {
    const std::int64_t numerator = (2 * i + 1) * in - out, denominator = 2 * out;
    const std::int64_t before = numerator < 0 ? -1 : numerator / denominator;  // never below: numerator > -denominator
    const std::int64_t scaled = (numerator - before * denominator) * 1024, rest = scaled % denominator;
    std::int64_t steps = scaled / denominator;
    if (2 * rest > denominator || (2 * rest == denominator && steps % 2 == 1)) ++steps;
    const std::int64_t distance[4] = {1024 + steps, steps, 1024 - steps, 2048 - steps};
    double weight[4], sum = 0.0;
    BicubicTap tap;
    for (int t = 0; t < 4; ++t) {
        const std::int64_t index = before - 1 + t;
        tap.index[t] = index < 0 ? 0 : index < in ? index : in - 1;
        weight[t] = tap.index[t] == index ? keys_cubic(distance[t]) : 0.0;
        sum += weight[t];
    }
    for (int t = 0; t < 4; ++t) tap.weight[t] = static_cast<float>(weight[t] / sum);
    return tap;
}

/// Sizes follow from the maps. @requires they agree in samples and channels, have at least one pixel, do not overlap.
/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are ranges of output rows.
struct Resample2dKernels {
    void (*nearest)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
    void (*bilinear)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
    void (*bicubic)(const Executor& executor, const ConstBlockedMap& input, const BlockedMap& output) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
