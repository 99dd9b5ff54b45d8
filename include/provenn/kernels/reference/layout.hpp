// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reference of the blocked layout: where element (n, h, w, c) lies, one element at a time.
#pragma once

#include <cstdint>

#include "provenn/core/view.hpp"
#include "provenn/kernels/blocked_map.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {
namespace reference {

/// The place of channel `c` of a pixel.
template <class T>
[[nodiscard]] T& element(const BasicBlockedMap<T>& map, std::int64_t n, std::int64_t h, std::int64_t w,
                         std::int64_t c) {
    return map.pixel(n, c / kChannelBlock, h, w)[c % kChannelBlock];
}

/// target(n, h, w, c) = source(n, h, w, c), and +0 in the lanes beyond C. @requires source is [N, H, W, C].
inline void to_blocked(const View<const float>& source, const BlockedMap& target) {
    const MapExtent extent = target.extent;
    for (std::int64_t n = 0; n < target.samples; ++n)
        for (std::int64_t h = 0; h < extent.height; ++h)
            for (std::int64_t w = 0; w < extent.width; ++w)
                for (std::int64_t c = 0; c < extent.blocks() * kChannelBlock; ++c)
                    element(target, n, h, w, c) = c < extent.channels ? source(n, h, w, c) : 0.0f;
}

/// target(n, h, w, c) = source(n, h, w, c). @requires target is [N, H, W, C].
inline void from_blocked(const ConstBlockedMap& source, const View<float>& target) {
    const MapExtent extent = source.extent;
    for (std::int64_t n = 0; n < source.samples; ++n)
        for (std::int64_t h = 0; h < extent.height; ++h)
            for (std::int64_t w = 0; w < extent.width; ++w)
                for (std::int64_t c = 0; c < extent.channels; ++c) target(n, h, w, c) = element(source, n, h, w, c);
}

}  // namespace reference
}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
