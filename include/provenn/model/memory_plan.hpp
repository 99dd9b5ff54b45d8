// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Memory plan: where in one arena each buffer lives, from its size and the steps between which it is needed.
#pragma once

#include <cstdint>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A buffer that must exist from step `first` to step `last`, both included. Sizes and offsets in floats.
struct BufferNeed {
    std::int64_t size = 0;
    std::int32_t first = 0, last = 0;
    std::int64_t offset = 0;  ///< set by plan_memory()
};

/// Gives every buffer an offset so that buffers needed at the same time never overlap; returns the arena's size.
/// Largest first, each at the lowest free offset. Offsets are multiples of 16 floats.
/// @errors out_of_memory, limit_exceeded.
[[nodiscard]] inline Result<std::int64_t> plan_memory(Span<BufferNeed> buffers) {
    constexpr std::int64_t kGranule = 16;
    constexpr std::int64_t kMostFloats = std::int64_t{1} << 40;
    Array<std::size_t> placed;  // indices of placed buffers by ascending offset
    Array<bool> is_placed;
    PROVENN_TRY(is_placed.resize(buffers.size()));
    std::int64_t arena = 0;
    for (std::size_t round = 0; round < buffers.size(); ++round) {
        std::size_t largest = buffers.size();
        for (std::size_t i = 0; i < buffers.size(); ++i) {
            if (!is_placed[i] && (largest == buffers.size() || buffers[i].size > buffers[largest].size)) largest = i;
        }
        BufferNeed& buffer = buffers[largest];
        const std::int64_t size = (buffer.size + kGranule - 1) / kGranule * kGranule;
        if (size < 0 || size > kMostFloats - arena) {
            return make_error(ErrorCode::limit_exceeded, "the plan needs more than ", kMostFloats, " floats");
        }
        std::int64_t offset = 0;
        for (const std::size_t other_index : placed) {
            const BufferNeed& other = buffers[other_index];
            const bool lives_together = other.first <= buffer.last && buffer.first <= other.last;
            if (!lives_together) continue;
            if (offset + size <= other.offset) break;
            const std::int64_t end = other.offset + (other.size + kGranule - 1) / kGranule * kGranule;
            if (end > offset) offset = end;
        }
        buffer.offset = offset;
        if (offset + size > arena) arena = offset + size;
        is_placed[largest] = true;
        PROVENN_TRY(placed.push_back(largest));
        for (std::size_t i = placed.size() - 1; i > 0 && buffers[placed[i - 1]].offset > offset; --i) {
            placed[i] = placed[i - 1];
            placed[i - 1] = largest;
        }
    }
    return arena;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
