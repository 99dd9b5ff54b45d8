// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The chunks of a PNG: order, CRCs and header checked; the compressed pixels collected, nothing decoded yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "provenn/core/array.hpp"
#include "provenn/data/exif.hpp"
#include "provenn/files/crc32.hpp"
#include "provenn/files/limits.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace png {
inline constexpr std::uint8_t kSignature[8] = {0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};

enum class Color : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6 };

/// What the chunks say.
struct Chunks {
    std::int64_t width = 0;
    std::int64_t height = 0;
    int depth_bits = 0;  ///< of a sample or a palette index
    Color color = Color::grey;
    bool interlaced = false;
    Bytes palette;                    ///< RGB triples
    Bytes transparency;               ///< tRNS: alpha of palette entries, or one transparent colour
    Array<std::uint8_t> compressed;   ///< all IDAT data
    int exif_orientation = 1;

    /// Samples of a stored pixel: 1 for palette indices.
    [[nodiscard]] int samples() const {
        switch (color) {
            case Color::grey:
            case Color::palette: return 1;
            case Color::grey_alpha: return 2;
            case Color::rgb: return 3;
            case Color::rgb_alpha: return 4;
        }
        return 0;
    }
};

inline std::uint32_t big_u32(Bytes bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
           std::uint32_t{bytes[at + 3]};
}

inline Error corrupt(std::string_view name, std::string_view what, std::size_t at) {
    return make_error(ErrorCode::corrupt_data, name, ": PNG: ", what, " at byte ", at);
}

/// Reads IHDR and checks it against the limits.
inline Status read_header(Bytes content, std::string_view name, const Limits& limits, Chunks& chunks) {
    if (content.size() != 13) return corrupt(name, "expected a header of 13 bytes", 8);
    chunks.width = big_u32(content, 0);
    chunks.height = big_u32(content, 4);
    chunks.depth_bits = content[8];
    chunks.color = static_cast<Color>(content[9]);
    chunks.interlaced = content[12] == 1;
    if (chunks.width == 0 || chunks.height == 0) return corrupt(name, "a side of 0 pixels", 16);
    if (chunks.width > limits.max_image_side || chunks.height > limits.max_image_side ||
        chunks.width * chunks.height > limits.max_image_pixels) {
        return make_error(ErrorCode::limit_exceeded, name, ": ", chunks.width, " x ", chunks.height,
                          " pixels, the limits are ", limits.max_image_side, " a side and ", limits.max_image_pixels,
                          " in all");
    }
    const int depth = chunks.depth_bits;
    const bool small = depth == 1 || depth == 2 || depth == 4;
    const bool wide = depth == 8 || depth == 16;
    const bool fits = chunks.color == Color::grey      ? small || wide
                      : chunks.color == Color::palette ? small || depth == 8
                                                       : chunks.samples() != 0 && wide;
    if (!fits) {
        return make_error(ErrorCode::corrupt_data, name, ": PNG: colour type ", int{content[9]}, " with ", depth,
                          " bits a sample does not exist");
    }
    if (content[10] != 0 || content[11] != 0 || content[12] > 1) {
        return corrupt(name, "unknown compression, filter or interlace method", 26);
    }
    return {};
}

/// tRNS must fit the colour type.
inline Status check_transparency(std::string_view name, const Chunks& chunks, std::size_t at) {
    const std::size_t size = chunks.transparency.size();
    switch (chunks.color) {
        case Color::grey:
            if (size == 2) return {};
            break;
        case Color::rgb:
            if (size == 6) return {};
            break;
        case Color::palette:
            if (size <= chunks.palette.size() / 3 && size > 0) return {};
            break;
        case Color::grey_alpha:
        case Color::rgb_alpha: break;
    }
    return corrupt(name, "a tRNS chunk that does not fit", at);
}

/// The state of a walk along the chunks.
struct Walk {
    bool seen_palette = false;
    bool seen_transparency = false;
    bool seen_pixels = false;
    bool pixels_ended = false;
};

inline Status take_chunk(std::string_view type, Bytes content, std::string_view name, std::size_t at, Walk& walk,
                         Chunks& chunks) {
    if (walk.seen_pixels && type != "IDAT") walk.pixels_ended = true;
    if (type == "IDAT") {
        if (walk.pixels_ended) return corrupt(name, "pixel data that are not contiguous", at);
        walk.seen_pixels = true;
        return chunks.compressed.append(content);
    }
    if (type == "PLTE") {
        if (walk.seen_palette || walk.seen_pixels || walk.seen_transparency)
            return corrupt(name, "a misplaced palette", at);
        if (content.empty() || content.size() % 3 != 0 || content.size() > 768) {
            return corrupt(name, "a palette of an impossible size", at);
        }
        if (chunks.color == Color::grey || chunks.color == Color::grey_alpha) {
            return corrupt(name, "a palette in a grey image", at);
        }
        walk.seen_palette = true;
        chunks.palette = content;
        return {};
    }
    if (type == "tRNS") {
        if (walk.seen_transparency || walk.seen_pixels) return corrupt(name, "a misplaced tRNS chunk", at);
        walk.seen_transparency = true;
        chunks.transparency = content;
        return check_transparency(name, chunks, at);
    }
    if (type == "eXIf") {
        PROVENN_ASSIGN(chunks.exif_orientation, read_exif_orientation(content, name));
        return {};
    }
    if (type == "acTL") return make_error(ErrorCode::unsupported, name, ": animated PNG");
    if ((static_cast<unsigned char>(type[0]) & 0x20u) == 0) {
        return make_error(ErrorCode::unsupported, name, ": PNG: unknown critical chunk ", type, " at byte ", at);
    }
    return {};  // ancillary: gamma, text, colour profile ... do not change the stored samples
}

/// Walks the chunks from the signature to IEND. The result borrows `file` for palette and transparency.
/// @errors corrupt_data (byte offset), limit_exceeded, unsupported, out_of_memory
inline Result<Chunks> read_chunks(Bytes file, std::string_view name, const Limits& limits) {
    Chunks chunks;
    Walk walk;
    std::size_t at = sizeof(kSignature);
    while (true) {
        if (file.size() - at < 12) return corrupt(name, "the file ends before its IEND chunk", at);
        const std::size_t size = big_u32(file, at);
        if (size > file.size() - at - 12) return corrupt(name, "a chunk that passes the end of the file", at);
        const Bytes content = file.subspan(at + 8, size);
        const std::string_view type(reinterpret_cast<const char*>(file.data()) + at + 4, 4);
        if (crc32(file.subspan(at + 4, size + 4)) != big_u32(file, at + 8 + size)) {
            return corrupt(name, "a chunk whose CRC-32 does not match", at);
        }
        const bool is_first = at == sizeof(kSignature);
        if (is_first != (type == "IHDR")) return corrupt(name, "expected IHDR as the first chunk, and only there,", at);
        if (is_first) {
            PROVENN_TRY(read_header(content, name, limits, chunks));
        } else if (type == "IEND") {
            break;
        } else {
            PROVENN_TRY(take_chunk(type, content, name, at, walk, chunks));
        }
        at += size + 12;
    }
    if (!walk.seen_pixels) return corrupt(name, "no pixel data before the end,", at);
    if (chunks.color == Color::palette && !walk.seen_palette) return corrupt(name, "no palette before the end,", at);
    return chunks;
}
}  // namespace png

}  // namespace PROVENN_ABI
}  // namespace provenn
