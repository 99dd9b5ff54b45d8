// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of group normalisation: groups of C / G channels over all pixels of a sample.
//
// formula     mean     = sum(x) / M                        with M = H * W * C / G, the division in float
//             variance = sum(fma(x - mean, x - mean, .)) / M   (biased; a second pass, so that no cancellation occurs)
//             inverse  = 1 / sqrt(variance + eps)          in double, rounded once
//             scale    = gamma / sqrt(variance + eps)      in double, rounded once
//             y        = fma(x - mean, scale, beta)
// order       a sum over H, W of each channel as in kernels/batch_norm.hpp, the sample being the batch; then over the
//             channels of the group: lane l adds channels l, l + 16, ... of the group, from +0 on, and the lanes are
//             joined by the fixed tree of kernels/softmax.hpp
// error       of mean: (chunk pixels + depth of the tree + C / G / 16 + 5) 2^-24 mean |x|
// NaN         a NaN or infinity makes its group of its sample NaN, and no other
// source      Wu and He, "Group normalization", 2018
#pragma once

#include "provenn/core/executor.hpp"
#include "provenn/kernels/batch_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Floats of scratch that forward and backward need: those of batch norm for each sample.
[[nodiscard]] constexpr std::int64_t group_norm_scratch_size(std::int64_t samples, const MapExtent& extent) {
    return samples * batch_norm_scratch_size(1, extent);
}
/// Floats of an array of statistics: one for each channel of each sample, in whole blocks.
[[nodiscard]] constexpr std::int64_t group_norm_statistics_size(std::int64_t samples, const MapExtent& extent) {
    return samples * channel_blocks(extent.channels) * kChannelBlock;
}

/// @requires groups divides C; H * W >= 1; maps agree in samples and extent; they may be the same.
struct GroupNormForward {
    ConstBlockedMap input;
    BlockedMap output;
    const float* gamma = nullptr;  ///< [C]
    const float* beta = nullptr;   ///< [C]
    std::int64_t groups = 1;
    float epsilon = 1e-3f;
    float* mean = nullptr;     ///< written, group_norm_statistics_size floats; backward needs it
    float* inverse = nullptr;  ///< written, group_norm_statistics_size floats; backward needs it
    float* scratch = nullptr;  ///< group_norm_scratch_size floats
};

/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are chunks of rows; the sums do not depend on them.
/// @req REQ-KERN-372
struct GroupNormKernels {
    void (*forward)(const Executor& executor, const GroupNormForward& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
