// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// JPEG decoding by stb_image, which sees a file only after its segments were validated here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "provenn/core/tensor.hpp"
#include "provenn/files/jpeg_segments.hpp"

// What stb_image.h includes, so that its own includes do nothing inside the namespace below.
#include <limits.h>  // NOLINT(modernize-deprecated-headers)
#include <math.h>    // NOLINT(modernize-deprecated-headers)
#include <stdarg.h>  // NOLINT(modernize-deprecated-headers)
#include <stddef.h>  // NOLINT(modernize-deprecated-headers)
#include <stdint.h>  // NOLINT(modernize-deprecated-headers)
#include <stdio.h>   // NOLINT(modernize-deprecated-headers)
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers)
#include <string.h>  // NOLINT(modernize-deprecated-headers)

#ifdef STB_IMAGE_IMPLEMENTATION
#error "the unit that defines STB_IMAGE_IMPLEMENTATION cannot include provenn/adapters/stb_image.hpp"
#endif
// The program may use stb_image itself: its include guard and linkage, and ours, must not meet.
#undef STBIDEF
#ifdef STBI_INCLUDE_STB_IMAGE_H
#define PROVENN_STB_IMAGE_WAS_INCLUDED
#undef STBI_INCLUDE_STB_IMAGE_H
#endif
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_SIMD  // the SIMD paths round differently: pixels would depend on the machine
#define STBI_NO_HDR
#define STBI_NO_LINEAR
#define STBI_MAX_DIMENSIONS 8192
#define STBI_ASSERT(condition) ((void)0)  // malformed data are an error here, never an abort
// Zeroed memory: what a damaged file leaves undecoded is the same in every run.
#define STBI_MALLOC(size) ::std::calloc(1, size)
#define STBI_REALLOC(block, size) ::std::realloc(block, size)
#define STBI_FREE(block) ::std::free(block)

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
// Damaged data overflow the integers of the inverse transform; the pixels are clamped, no address depends on them.
#pragma clang attribute push(__attribute__((no_sanitize("signed-integer-overflow", "shift"))), apply_to = function)
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wdouble-promotion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC push_options
#pragma GCC optimize("wrapv")  // as above; and wrapping is what it then does
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace stb {
#if __has_include(<stb/stb_image.h>)
#include <stb/stb_image.h>
#else
#include <stb_image.h>
#endif
}  // namespace stb
}  // namespace PROVENN_ABI
}  // namespace provenn

#if defined(__clang__)
#pragma clang attribute pop
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma GCC pop_options
#pragma GCC diagnostic pop
#endif
#undef STB_IMAGE_IMPLEMENTATION
#undef STB_IMAGE_STATIC
#undef STBI_ONLY_JPEG
#undef STBI_NO_STDIO
#undef STBI_NO_SIMD
#undef STBI_NO_HDR
#undef STBI_NO_LINEAR
#undef STBI_MAX_DIMENSIONS
#undef STBI_ASSERT
#undef STBI_MALLOC
#undef STBI_REALLOC
#undef STBI_FREE
#undef STBIDEF
#ifndef PROVENN_STB_IMAGE_WAS_INCLUDED
#undef STBI_INCLUDE_STB_IMAGE_H
#endif
#undef PROVENN_STB_IMAGE_WAS_INCLUDED

namespace provenn {
inline namespace PROVENN_ABI {

/// A decoded JPEG.
struct DecodedJpeg {
    Tensor<std::uint8_t> pixels;  ///< [height, width, 1 or 3]; three components are RGB
    JpegSegments segments;
};

/// Decodes a JPEG from memory. All its segments are validated first.
/// @numerics integer arithmetic throughout: the same pixels on every machine. At most a few grey levels from libjpeg.
///   Coded data that end too early inside a valid frame leave the rest grey; restarts and a least size are checked.
/// @errors those of read_jpeg_segments; corrupt_data (coded data), limit_exceeded (a side above 8192), out_of_memory
inline Result<DecodedJpeg> decode_jpeg(Bytes file, std::string_view name, const Limits& limits = {}) {
    PROVENN_ASSIGN(const JpegSegments segments, read_jpeg_segments(file, name, limits));
    if (segments.width > 8192 || segments.height > 8192 ||
        segments.end > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
        return make_error(ErrorCode::limit_exceeded, name, ": JPEG of ", segments.width, " x ", segments.height,
                          " pixels, the decoder takes 8192 a side and 2 GiB");
    }
    int width = 0;
    int height = 0;
    int channels = 0;
    stb::stbi_uc* decoded = stb::stbi_load_from_memory(file.data(), static_cast<int>(segments.end), &width, &height,
                                                       &channels, segments.component_count);
    if (decoded == nullptr) {
        const char* reason = stb::stbi_failure_reason();
        const std::string_view text = reason != nullptr ? reason : "no reason given";
        return make_error(text == "outofmem" ? ErrorCode::out_of_memory : ErrorCode::corrupt_data, name,
                          ": JPEG: coded data: ", text);
    }
    const Shape shape{segments.height, segments.width, segments.component_count};
    auto pixels = Tensor<std::uint8_t>::zeros(shape);
    const bool agrees = width == segments.width && height == segments.height;
    if (pixels && agrees) std::memcpy(pixels->data(), decoded, static_cast<std::size_t>(shape.element_count()));
    std::free(decoded);
    if (!pixels) return pixels.error();
    if (!agrees) return make_error(ErrorCode::corrupt_data, name, ": JPEG: the decoder found another size");
    return DecodedJpeg{std::move(pixels).value(), segments};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
