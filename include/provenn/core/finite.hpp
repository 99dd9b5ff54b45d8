// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether all of many numbers are finite.
#pragma once

#include <cstddef>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// False where a value is NaN or an infinity. @cost one pass, in runs without branches.
[[nodiscard]] inline bool all_finite(Span<const float> values) {
    constexpr std::size_t kRun = 1024;
    for (std::size_t begin = 0; begin < values.size(); begin += kRun) {
        const std::size_t end = values.size() - begin < kRun ? values.size() : begin + kRun;
        int odd = 0;
        for (std::size_t i = begin; i < end; ++i) odd |= values[i] - values[i] == 0.0f ? 0 : 1;
        if (odd != 0) return false;
    }
    return true;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
