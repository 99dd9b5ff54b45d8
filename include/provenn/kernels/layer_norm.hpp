// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contract of layer normalisation: the channels of each pixel, with statistics of their own.
//
// formula     mean     = sum(x) / C
//             variance = sum(fma(x - mean, x - mean, .)) / C   (biased; a second pass, so that no cancellation occurs)
//             inverse  = 1 / sqrt(variance + eps)              in double, rounded once
//             y        = fma((x - mean) * inverse, gamma, beta)
// order       a sum over channels as in kernels/softmax.hpp: sixteen lanes, joined by the fixed tree
// error       of mean: (C / 16 + 5) 2^-24 mean |x|
// NaN         a NaN or infinity in a pixel makes every channel of it NaN, and no other pixel's
// source      Ba, Kiros and Hinton, "Layer normalization", 2016
#pragma once

#include "provenn/core/executor.hpp"
#include "provenn/kernels/batch_norm.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// @requires C >= 1; maps agree in samples and extent; they may be the same.
struct LayerNormForward {
    ConstBlockedMap input;
    BlockedMap output;
    const float* gamma = nullptr;  ///< [C], padded with zeros to whole blocks
    const float* beta = nullptr;   ///< [C], padded with zeros to whole blocks
    float epsilon = 1e-3f;
};

/// @ensures the output's interior is written, its lanes beyond C are +0.
/// @threads tasks are ranges of rows.
/// @req REQ-KERN-370
struct LayerNormKernels {
    void (*forward)(const Executor& executor, const LayerNormForward& arguments) noexcept;
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
