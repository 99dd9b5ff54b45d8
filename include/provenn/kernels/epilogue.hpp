// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Epilogue: what happens to a product before it is stored: batch norm, residual addition, clamp.
//
// For channel k, in this order, each step only where it is asked for:
//   y = chain + bias[k]                 the chain of fused multiply-adds from +0 on; a bias of -0 counts as +0
//   y = fma(y, scale[k], shift[k])      inference batch norm, rounded once
//   y = y + addend                      residual connection
//   y = lower > y ? lower : y           so NaN and -0 of y are kept (lower is +0 for ReLU)
//   y = upper < y ? upper : y           so NaN of y is kept
// Each step equals the kernel of its own that it stands for: fusing changes no bit.
#pragma once

#include <cstdint>

#include "provenn/kernels/blocked_map.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// Which bounds hold: none, `lower` (ReLU), or both (ReLU6 and its like).
enum class Clamp : std::uint8_t { none, relu, relu_clipped };

/// Null and none everywhere: the product alone.
/// @requires scale and shift are both null or both hold output.extent.blocks() * 16 floats; the addend's samples and
/// extent are the output's, and its memory does not overlap the output's (partial sums are stored there).
struct Epilogue {
    const float* scale = nullptr;
    const float* shift = nullptr;
    ConstBlockedMap addend{};  ///< data null: none
    Clamp clamp = Clamp::none;
    float lower = 0.0f;  ///< of relu and relu_clipped
    float upper = 6.0f;  ///< of relu_clipped
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
