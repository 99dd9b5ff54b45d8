// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG writing: 8 or 16 bits, grey to RGBA, uncompressed inside (stored deflate blocks).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

#include "provenn/core/tensor.hpp"
#include "provenn/data/png_chunks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace png {
inline void store_big_u32(std::uint8_t* to, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

/// Appends a chunk with its length and CRC.
inline Status append_chunk(Array<std::uint8_t>& file, std::string_view type, Bytes content) {
    std::uint8_t number[4];
    store_big_u32(number, static_cast<std::uint32_t>(content.size()));
    PROVENN_TRY(file.append(Bytes(number)));
    const std::size_t start = file.size();
    PROVENN_TRY(file.append({reinterpret_cast<const std::uint8_t*>(type.data()), type.size()}));
    PROVENN_TRY(file.append(content));
    store_big_u32(number, crc32({file.data() + start, file.size() - start}));
    return file.append(Bytes(number));
}

/// A zlib stream of stored blocks.
inline Result<Array<std::uint8_t>> store_zlib(Bytes content) {
    static constexpr std::size_t kBlock = 65535;
    Array<std::uint8_t> stream;
    PROVENN_TRY(stream.reserve(content.size() + content.size() / kBlock * 5 + 16));
    const std::uint8_t header[2] = {0x78, 0x01};
    PROVENN_TRY(stream.append(Bytes(header)));
    std::size_t at = 0;
    do {
        const std::size_t size = std::min(kBlock, content.size() - at);
        const bool last = at + size == content.size();
        const auto low = static_cast<std::uint8_t>(size & 255u);
        const auto high = static_cast<std::uint8_t>(size >> 8);
        const std::uint8_t block[5] = {static_cast<std::uint8_t>(last ? 1 : 0), low, high,
                                       static_cast<std::uint8_t>(255 - low), static_cast<std::uint8_t>(255 - high)};
        PROVENN_TRY(stream.append(Bytes(block)));
        PROVENN_TRY(stream.append(content.subspan(at, size)));
        at += size;
    } while (at < content.size());
    std::uint8_t sum[4];
    store_big_u32(sum, adler32(content));
    PROVENN_TRY(stream.append(Bytes(sum)));
    return stream;
}
}  // namespace png

/// The bytes of a PNG of pixels [height, width, channels], channels 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA).
/// T is u8 or u16. The same pixels give the same bytes.
/// @errors invalid_argument (shape), out_of_memory
template <class T>
Result<Array<std::uint8_t>> write_png(const Tensor<T>& pixels) {
    static_assert(std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t>);
    const Shape& shape = pixels.shape();
    if (shape.rank() != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1 || shape[2] > 4 ||
        pixels.element_count() > (std::int64_t{1} << 29)) {
        return make_error(ErrorCode::invalid_argument, "write_png: expected [height, width, 1 to 4], found ", shape);
    }
    const std::int64_t row_samples = shape[1] * shape[2];
    Array<std::uint8_t> rows;
    const std::size_t row_size = static_cast<std::size_t>(row_samples) * sizeof(T) + 1;
    PROVENN_TRY(rows.resize(static_cast<std::size_t>(shape[0]) * row_size));
    std::uint8_t* to = rows.data();
    const T* from = pixels.data();
    for (std::int64_t row = 0; row < shape[0]; ++row) {
        *to++ = 0;  // filter "none"
        for (std::int64_t i = 0; i < row_samples; ++i, ++from) {
            if constexpr (sizeof(T) == 2) *to++ = static_cast<std::uint8_t>(*from >> 8);
            *to++ = static_cast<std::uint8_t>(*from & 255u);
        }
    }
    static constexpr std::uint8_t kColors[5] = {0, 0, 4, 2, 6};
    std::uint8_t header[13] = {};
    png::store_big_u32(header, static_cast<std::uint32_t>(shape[1]));
    png::store_big_u32(header + 4, static_cast<std::uint32_t>(shape[0]));
    header[8] = sizeof(T) * 8;
    header[9] = kColors[shape[2]];
    PROVENN_ASSIGN(const auto stream, png::store_zlib(rows.span()));
    Array<std::uint8_t> file;
    PROVENN_TRY(file.append(Bytes(png::kSignature)));
    PROVENN_TRY(png::append_chunk(file, "IHDR", Bytes(header)));
    PROVENN_TRY(png::append_chunk(file, "IDAT", stream.span()));
    PROVENN_TRY(png::append_chunk(file, "IEND", {}));
    return file;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
