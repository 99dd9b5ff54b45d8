// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PNG decoding: every colour type and depth, interlaced too; 16-bit samples stay 16-bit.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "provenn/data/image.hpp"
#include "provenn/data/png_chunks.hpp"
#include "provenn/files/inflate.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace png {
/// A sub-image of an interlaced PNG, or the whole of a plain one: first pixel and distance of its pixels.
struct Pass {
    std::int64_t row, column, row_step, column_step;
    [[nodiscard]] std::int64_t rows(std::int64_t height) const { return (height - row + row_step - 1) / row_step; }
    [[nodiscard]] std::int64_t columns(std::int64_t width) const {
        return (width - column + column_step - 1) / column_step;
    }
};
inline constexpr Pass kPlainPass[1] = {{0, 0, 1, 1}};
inline constexpr Pass kInterlacedPasses[7] = {{0, 0, 8, 8}, {0, 4, 8, 8}, {4, 0, 8, 4}, {0, 2, 4, 4},
                                              {2, 0, 4, 2}, {0, 1, 2, 2}, {1, 0, 2, 1}};

inline Span<const Pass> passes(const Chunks& chunks) {
    return chunks.interlaced ? Span<const Pass>(kInterlacedPasses) : Span<const Pass>(kPlainPass);
}

inline std::size_t row_bytes(const Chunks& chunks, std::int64_t columns) {
    return static_cast<std::size_t>((columns * chunks.samples() * chunks.depth_bits + 7) / 8);
}

/// Exact size of the decompressed pixel data.
inline std::size_t filtered_bytes(const Chunks& chunks) {
    std::size_t total = 0;
    for (const Pass& pass : passes(chunks)) {
        const std::int64_t columns = pass.columns(chunks.width);
        if (columns <= 0) continue;
        total += static_cast<std::size_t>(pass.rows(chunks.height)) * (row_bytes(chunks, columns) + 1);
    }
    return total;
}

inline std::uint8_t paeth(int left, int up, int up_left) {
    const int guess = left + up - up_left;
    const int to_left = guess > left ? guess - left : left - guess;
    const int to_up = guess > up ? guess - up : up - guess;
    const int to_up_left = guess > up_left ? guess - up_left : up_left - guess;
    if (to_left <= to_up && to_left <= to_up_left) return static_cast<std::uint8_t>(left);
    return static_cast<std::uint8_t>(to_up <= to_up_left ? up : up_left);
}

/// Undoes the filter of a row in place. `above` is the row before, undone, or null; `unit` bytes make a pixel (at least
/// 1).
inline bool unfilter(int filter, std::uint8_t* row, const std::uint8_t* above, std::size_t size, std::size_t unit) {
    if (filter > 4) return false;
    for (std::size_t i = 0; filter != 0 && i < size; ++i) {
        const int left = i >= unit ? row[i - unit] : 0;
        const int up = above != nullptr ? above[i] : 0;
        const int up_left = above != nullptr && i >= unit ? above[i - unit] : 0;
        const int predicted = filter == 1   ? left
                              : filter == 2 ? up
                              : filter == 3 ? (left + up) / 2
                                            : paeth(left, up, up_left);
        row[i] = static_cast<std::uint8_t>(row[i] + predicted);
    }
    return true;
}

/// Sample `index` of an unfiltered row.
inline std::uint32_t sample(const std::uint8_t* row, std::int64_t index, int depth_bits) {
    if (depth_bits == 8) return row[index];
    if (depth_bits == 16) return std::uint32_t{row[2 * index]} << 8 | row[2 * index + 1];
    const std::int64_t bit = index * depth_bits;
    const unsigned shift = static_cast<unsigned>(8 - depth_bits - bit % 8);
    return (static_cast<std::uint32_t>(row[bit / 8]) >> shift) & ((1u << depth_bits) - 1u);
}

/// Writes one pixel with its palette or transparency resolved. False: the palette has no such entry.
template <class T>
bool put_pixel(const Chunks& chunks, const std::uint8_t* row, std::int64_t column, std::int64_t channels, T* to) {
    const int samples = chunks.samples();
    if (chunks.color == Color::palette) {
        const std::size_t index = sample(row, column, chunks.depth_bits);
        if (index >= chunks.palette.size() / 3) return false;
        for (std::size_t i = 0; i < 3; ++i) to[i] = chunks.palette[3 * index + i];
        if (channels == 4) to[3] = index < chunks.transparency.size() ? chunks.transparency[index] : std::uint8_t{255};
        return true;
    }
    const std::uint32_t scale = chunks.depth_bits < 8 ? 255u / ((1u << chunks.depth_bits) - 1u) : 1u;
    bool transparent = !chunks.transparency.empty();
    for (int i = 0; i < samples; ++i) {
        const std::uint32_t value = sample(row, column * samples + i, chunks.depth_bits);
        to[i] = static_cast<T>(value * scale);
        if (transparent) {
            const auto at = static_cast<std::size_t>(2 * i);
            const std::uint32_t mask = (1u << chunks.depth_bits) - 1u;
            const std::uint32_t key = std::uint32_t{chunks.transparency[at]} << 8 | chunks.transparency[at + 1];
            transparent = value == (key & mask);
        }
    }
    if (channels > samples) to[samples] = transparent ? T{0} : static_cast<T>(~T{0});
    return true;
}

/// Undoes filters and interlacing. @requires `data` has filtered_bytes() bytes.
template <class T>
Result<Tensor<T>> read_pixels(const Chunks& chunks, std::uint8_t* data, std::int64_t channels, std::string_view name) {
    PROVENN_ASSIGN(auto pixels, Tensor<T>::zeros({chunks.height, chunks.width, channels}));
    const auto unit = static_cast<std::size_t>((chunks.samples() * chunks.depth_bits + 7) / 8);
    for (const Pass& pass : passes(chunks)) {
        const std::int64_t columns = pass.columns(chunks.width);
        if (columns <= 0) continue;
        const std::size_t size = row_bytes(chunks, columns);
        const std::uint8_t* above = nullptr;
        for (std::int64_t row = pass.row; row < chunks.height; row += pass.row_step) {
            if (!unfilter(data[0], data + 1, above, size, unit)) {
                return make_error(ErrorCode::corrupt_data, name, ": PNG: unknown filter ", int{data[0]}, " in row ",
                                  row);
            }
            above = data + 1;
            for (std::int64_t i = 0; i < columns; ++i) {
                const std::int64_t column = pass.column + i * pass.column_step;
                T* to = pixels.data() + (row * chunks.width + column) * channels;
                if (!put_pixel(chunks, above, i, channels, to)) {
                    return make_error(ErrorCode::corrupt_data, name, ": PNG: pixel (", row, ", ", column,
                                      ") is outside the palette of ", chunks.palette.size() / 3, " colours");
                }
            }
            data += size + 1;
        }
    }
    return pixels;
}
}  // namespace png

/// Decodes a PNG from memory. Orientation is recorded, not applied.
/// @errors corrupt_data (byte offset), limit_exceeded (before anything is allocated for pixels), unsupported,
/// out_of_memory
/// @source W3C Portable Network Graphics (Third Edition)
inline Result<Image> read_png(Bytes file, std::string_view name, const Limits& limits = {}) {
    if (file.size() < 8 || !std::equal(file.begin(), file.begin() + 8, png::kSignature)) {
        return make_error(ErrorCode::corrupt_data, name, ": not a PNG");
    }
    PROVENN_ASSIGN(const png::Chunks chunks, png::read_chunks(file, name, limits));
    const std::size_t expected = png::filtered_bytes(chunks);
    PROVENN_ASSIGN(Inflated data,
                   inflate_zlib(chunks.compressed.span(), name, {expected, limits.max_inflate_ratio, expected}));
    if (data.bytes.size() != expected || data.consumed_bytes != chunks.compressed.size()) {
        return make_error(ErrorCode::corrupt_data, name, ": PNG: expected ", expected, " bytes of pixel data from ",
                          chunks.compressed.size(), ", found ", data.bytes.size(), " from ", data.consumed_bytes);
    }
    Image image;
    image.height = chunks.height;
    image.width = chunks.width;
    image.channels = chunks.color == png::Color::palette ? 3 : chunks.samples();
    if (!chunks.transparency.empty()) ++image.channels;
    image.depth_bits = chunks.depth_bits == 16 ? 16 : 8;
    image.exif_orientation = chunks.exif_orientation;
    if (image.depth_bits == 16) {
        PROVENN_ASSIGN(image.pixels16,
                       png::read_pixels<std::uint16_t>(chunks, data.bytes.data(), image.channels, name));
    } else {
        PROVENN_ASSIGN(image.pixels8, png::read_pixels<std::uint8_t>(chunks, data.bytes.data(), image.channels, name));
    }
    return image;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
