// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// BMP decoding: uncompressed, 1, 4 or 8 bits with a palette, 24 or 32 bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "provenn/data/image.hpp"
#include "provenn/files/limits.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace bmp {
/// What the headers of a BMP say.
struct Header {
    std::size_t pixel_offset = 0;
    std::int64_t width = 0;
    std::int64_t height = 0;
    bool top_down = false;
    std::size_t bits = 0;  ///< of a pixel
    Bytes palette;         ///< entries of 4 bytes: blue, green, red, unused
    std::size_t row_bytes = 0;
};

inline std::uint32_t little_u32(Bytes bytes, std::size_t at) {
    return std::uint32_t{bytes[at]} | std::uint32_t{bytes[at + 1]} << 8 | std::uint32_t{bytes[at + 2]} << 16 |
           std::uint32_t{bytes[at + 3]} << 24;
}

inline Result<Header> read_header(Bytes file, std::string_view name, const Limits& limits) {
    const auto corrupt = [&](std::string_view what, std::size_t at) {
        return make_error(ErrorCode::corrupt_data, name, ": BMP: ", what, " at byte ", at);
    };
    if (file.size() < 54 || file[0] != 'B' || file[1] != 'M') return corrupt("headers that are cut short", file.size());
    const std::size_t info_size = little_u32(file, 14);
    if (info_size != 40 && info_size != 56 && info_size != 108 && info_size != 124) {
        return make_error(ErrorCode::unsupported, name, ": BMP: info header of ", info_size, " bytes");
    }
    if (file.size() < 14 + info_size) return corrupt("headers that are cut short", file.size());
    Header header;
    header.pixel_offset = little_u32(file, 10);
    header.width = static_cast<std::int32_t>(little_u32(file, 18));
    header.height = static_cast<std::int32_t>(little_u32(file, 22));
    header.top_down = header.height < 0;
    if (header.top_down) header.height = -header.height;
    if (header.width < 1 || header.height == 0) return corrupt("a side of no pixels", 18);
    if (header.width > limits.max_image_side || header.height > limits.max_image_side ||
        header.width * header.height > limits.max_image_pixels) {
        return make_error(ErrorCode::limit_exceeded, name, ": ", header.width, " x ", header.height,
                          " pixels, the limits are ", limits.max_image_side, " a side and ", limits.max_image_pixels,
                          " in all");
    }
    header.bits = little_u32(file, 26) >> 16;
    if ((little_u32(file, 26) & 0xFFFFu) != 1) return corrupt("expected one plane", 26);
    const std::uint32_t compression = little_u32(file, 30);
    if (compression != 0) {
        return make_error(ErrorCode::unsupported, name, ": BMP: compression method ", compression,
                          " (only uncompressed files are read)");
    }
    const bool indexed = header.bits == 1 || header.bits == 4 || header.bits == 8;
    if (!indexed && header.bits != 24 && header.bits != 32) {
        return make_error(ErrorCode::unsupported, name, ": BMP: ", header.bits, " bits a pixel");
    }
    std::size_t headers_end = 14 + info_size;
    if (indexed) {
        std::size_t colours = little_u32(file, 46);
        if (colours == 0) colours = std::size_t{1} << header.bits;
        if (colours > (std::size_t{1} << header.bits) || colours * 4 > file.size() - headers_end) {
            return corrupt("a palette of an impossible size", 46);
        }
        header.palette = file.subspan(headers_end, colours * 4);
        headers_end += colours * 4;
    }
    header.row_bytes = (static_cast<std::size_t>(header.width) * header.bits + 31) / 32 * 4;
    if (header.pixel_offset < headers_end || header.pixel_offset > file.size() ||
        header.row_bytes * static_cast<std::size_t>(header.height) > file.size() - header.pixel_offset) {
        return corrupt("pixels that overlap the headers or pass the end of the file", 10);
    }
    return header;
}
}  // namespace bmp

/// Decodes a BMP from memory, as RGB. The fourth byte of 32-bit pixels has no meaning in this format and is dropped.
/// @errors corrupt_data (byte offset), unsupported (compressed, 16 bits, OS/2 headers), limit_exceeded, out_of_memory
inline Result<Image> read_bmp(Bytes file, std::string_view name, const Limits& limits = {}) {
    PROVENN_ASSIGN(const bmp::Header header, bmp::read_header(file, name, limits));
    Image image;
    image.format = ImageFormat::bmp;
    image.height = header.height;
    image.width = header.width;
    image.channels = 3;
    PROVENN_ASSIGN(image.pixels8, Tensor<std::uint8_t>::zeros({header.height, header.width, 3}));
    const std::size_t bytes_a_pixel = header.bits / 8;
    for (std::int64_t row = 0; row < header.height; ++row) {
        const auto stored = static_cast<std::size_t>(header.top_down ? row : header.height - 1 - row);
        const std::uint8_t* from = file.data() + header.pixel_offset + stored * header.row_bytes;
        std::uint8_t* to = image.pixels8.data() + row * header.width * 3;
        for (std::size_t column = 0; column < static_cast<std::size_t>(header.width); ++column, to += 3) {
            const std::uint8_t* pixel = from + column * bytes_a_pixel;
            if (header.bits <= 8) {
                const std::size_t bit = column * header.bits;
                const std::size_t index = (static_cast<std::size_t>(from[bit / 8]) >> (8 - header.bits - bit % 8)) &
                                          ((1u << header.bits) - 1u);
                if (index * 4 >= header.palette.size()) {
                    return make_error(ErrorCode::corrupt_data, name, ": BMP: pixel (", row, ", ", column,
                                      ") is outside the palette of ", header.palette.size() / 4, " colours");
                }
                pixel = header.palette.data() + index * 4;
            }
            to[0] = pixel[2];
            to[1] = pixel[1];
            to[2] = pixel[0];
        }
    }
    return image;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
