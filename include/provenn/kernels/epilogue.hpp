// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What follows the chain of a convolution while its tile is in registers: batch norm, residual add, clamp.
//
// y = clamp(fma(acc + 0, scale, shift) + addend), each part optional. Every part is the same operation that a step of its
// own would execute, so fusing changes no bit.
#pragma once

#include "provenn/kernels/blocked_map.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// The last operation on a convolution's result.
enum class Clamp : std::uint8_t { none = 0, relu = 1 };

/// Optional operations behind the chain, in this order. Vectors have blocks() * 16 elements, padded with zeros.
struct Epilogue {
    const float* scale = nullptr;  ///< batch norm: both or neither
    const float* shift = nullptr;
    ConstBlockedMap addend;        ///< same extent as the output, another buffer; data null for none
    Clamp clamp = Clamp::none;     ///< relu is max(0, x) with NaN kept
};

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
