// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of batch normalisation in training: statistics of the batch, normalisation, moving statistics.
//
// The rows (n, h) of a batch, in this order, are cut into chunks of batch_norm_chunk_rows(width) rows. A sum over N, H,
// W is a chain from 0 over the pixels of each chunk, the chunks joined by the pairwise tree of
// reference/pairwise_tree.hpp.
//   mean      = sum(x) / M                        with M = N * H * W, the division in float
//   variance  = sum(fma(x - mean, x - mean, .)) / M   (biased; a second pass, so that no cancellation occurs)
//   inverse   = 1 / sqrt(variance + eps)          in double, rounded once
//   scale     = gamma / sqrt(variance + eps)      in double, rounded once
//   y         = fma(x - mean, scale, beta), and the activation of that where one is given (joins_batch_norm)
// Error bound of mean: (chunk pixels + depth of the tree + 1) * 2^-24 * mean |x|.
// Source: Ioffe and Szegedy, "Batch normalization", 2015.
#pragma once

#include <cmath>
#include <cstdint>

#include "provenn/core/array.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/kernels/activation_kind.hpp"
#include "provenn/kernels/blocked_map.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Rows of a chunk: about 256 pixels.
[[nodiscard]] constexpr std::int64_t batch_norm_chunk_rows(std::int64_t width) {
    return width >= 256 || width < 1 ? 1 : 256 / width;
}
[[nodiscard]] constexpr std::int64_t batch_norm_chunks(std::int64_t samples, const MapExtent& extent) {
    const std::int64_t rows = batch_norm_chunk_rows(extent.width);
    return (samples * extent.height + rows - 1) / rows;
}

/// Floats of scratch that forward and backward need: two partial sums a chunk and four coefficients, for each channel.
[[nodiscard]] constexpr std::int64_t batch_norm_scratch_size(std::int64_t samples, const MapExtent& extent) {
    return channel_blocks(extent.channels) * kChannelBlock * (2 * batch_norm_chunks(samples, extent) + 4);
}

/// 1 / sqrt(variance + epsilon). `Wide` is double, or a dual number.
template <class Wide>
[[nodiscard]] Wide batch_norm_inverse(Wide variance, Wide epsilon) {
    using std::sqrt;
    return Wide(1) / sqrt(variance + epsilon);
}

/// The input's gradient is dx = fma(dy, of_gradient, fma(x - mean, of_deviation, constant)).
template <class Wide>
struct BatchNormSlopes {
    Wide of_gradient, of_deviation, constant;
};
/// @param gradient_sum sum of dy  @param product_sum sum of dy * (x - mean)  @param pixels N * H * W
template <class Wide>
[[nodiscard]] BatchNormSlopes<Wide> batch_norm_slopes(Wide gamma, Wide inverse, Wide gradient_sum, Wide product_sum,
                                                      Wide pixels) {
    const Wide scale = gamma * inverse;
    return {scale, -(scale * inverse * inverse * product_sum / pixels), -(scale * gradient_sum / pixels)};
}

/// Arrays are [C]. gamma or beta null stand for ones and zeros.
/// @requires N * H * W >= 1; maps agree in samples and extent and do not overlap; joins_batch_norm(activation).
struct BatchNormForward {
    ConstBlockedMap input;
    BlockedMap output;
    const float* gamma = nullptr;
    const float* beta = nullptr;
    float epsilon = 1e-3f;
    float* mean = nullptr;      ///< written; backward needs it
    float* variance = nullptr;  ///< written: biased, for the moving statistics
    float* inverse = nullptr;   ///< written; backward needs it
    float* scratch = nullptr;   ///< batch_norm_scratch_size floats
    float* scale = nullptr;     ///< written where it is not null; backward through an activation needs it
    ActivationConfig activation{};
};

/// Activations that batch normalisation applies in the pass that writes its output, with the bits of a pass of their
/// own.
[[nodiscard]] inline bool joins_batch_norm(const ActivationConfig& activation) {
    return activation.kind == Activation::linear || is_clamp(activation);
}

/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are chunks of rows; the sums do not depend on them.
struct BatchNormKernels {
    void (*forward)(const Executor& executor, const BatchNormForward& arguments) noexcept;
};

/// How moving statistics follow those of a batch.
struct MovingStatistics {
    float momentum = 0.99f;
    bool unbiased_variance = false;  ///< multiply the variance by M / max(1, M - 1): what Keras 2 does where it fuses
    std::int64_t pixels = 1;         ///< M
};
/// moving = momentum * moving + (1 - momentum) * batch, in double and rounded once.
/// @requires all spans hold C elements.
inline void update_moving_statistics(const MovingStatistics& how, Span<const float> mean, Span<const float> variance,
                                     Span<float> moving_mean, Span<float> moving_variance) {
    const double momentum = static_cast<double>(how.momentum);
    const double rest = how.pixels > 1 ? static_cast<double>(how.pixels - 1) : 1.0;
    const double correction = how.unbiased_variance ? static_cast<double>(how.pixels) / rest : 1.0;
    const auto follow = [momentum](float moving, double batch) {
        return static_cast<float>(fma(momentum, static_cast<double>(moving), mul_rounded(1.0 - momentum, batch)));
    };
    for (std::size_t c = 0; c < mean.size(); ++c) {
        moving_mean[c] = follow(moving_mean[c], static_cast<double>(mean[c]));
        moving_variance[c] = follow(moving_variance[c], mul_rounded(static_cast<double>(variance[c]), correction));
    }
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
