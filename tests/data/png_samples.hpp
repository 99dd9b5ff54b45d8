// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An encoder of every kind of PNG, for tests: any colour type and depth, interlaced, with any filters, as the caller
// lies.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provenn/data/png_writer.hpp"
#include "support/bytes.hpp"

namespace samples {

/// What to encode.
struct PngKind {
    std::int64_t width = 1;
    std::int64_t height = 1;
    int depth_bits = 8;
    int color = 0;
    int samples = 1;  ///< of the colour type
    bool interlaced = false;
    int filter = 0;  ///< 0 to 4, or 5: all in turn
};

/// A picture of random samples.
inline std::vector<std::uint32_t> random_samples(const PngKind& kind, std::uint64_t seed) {
    support::TestRandom random(seed);
    std::vector<std::uint32_t> values(static_cast<std::size_t>(kind.width * kind.height * kind.samples));
    for (std::uint32_t& value : values)
        value = static_cast<std::uint32_t>(random.below(std::size_t{1} << kind.depth_bits));
    return values;
}

inline std::vector<std::uint8_t> pack_row(const PngKind& kind, const std::vector<std::uint32_t>& row) {
    std::vector<std::uint8_t> bytes((row.size() * static_cast<std::size_t>(kind.depth_bits) + 7) / 8);
    for (std::size_t i = 0; i < row.size(); ++i) {
        for (int bit = 0; bit < kind.depth_bits; ++bit) {
            const std::size_t at = i * static_cast<std::size_t>(kind.depth_bits) + static_cast<std::size_t>(bit);
            const std::uint32_t value = (row[i] >> (kind.depth_bits - 1 - bit)) & 1u;
            bytes[at / 8] = static_cast<std::uint8_t>(bytes[at / 8] | value << (7 - at % 8));
        }
    }
    return bytes;
}

/// The predictor of PNG filters, written from the specification, not from the reader.
inline int predict(int filter, int a, int b, int c) {
    if (filter == 1) return a;
    if (filter == 2) return b;
    if (filter == 3) return (a + b) / 2;
    if (filter != 4) return 0;
    const int pa = std::abs(b - c);
    const int pb = std::abs(a - c);
    const int pc = std::abs(a + b - 2 * c);
    return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

inline std::vector<std::uint8_t> filtered_rows(const PngKind& kind, const std::vector<std::uint32_t>& values) {
    const std::vector<std::vector<std::int64_t>> passes =
        kind.interlaced ? std::vector<std::vector<std::int64_t>>{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4},
                                                                 {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}
                        : std::vector<std::vector<std::int64_t>>{{0, 0, 1, 1}};  // x, y, step of x, step of y
    const std::size_t unit = static_cast<std::size_t>((kind.samples * kind.depth_bits + 7) / 8);
    std::vector<std::uint8_t> all;
    int turn = 0;
    for (const auto& pass : passes) {
        std::vector<std::uint8_t> above;
        for (std::int64_t y = pass[1]; y < kind.height && pass[0] < kind.width; y += pass[3]) {
            std::vector<std::uint32_t> row;
            for (std::int64_t x = pass[0]; x < kind.width; x += pass[2]) {
                for (int s = 0; s < kind.samples; ++s) {
                    row.push_back(values[static_cast<std::size_t>((y * kind.width + x) * kind.samples + s)]);
                }
            }
            const std::vector<std::uint8_t> bytes = pack_row(kind, row);
            if (above.empty()) above.resize(bytes.size());
            const int filter = kind.filter == 5 ? turn++ % 5 : kind.filter;
            all.push_back(static_cast<std::uint8_t>(filter));
            for (std::size_t i = 0; i < bytes.size(); ++i) {
                const int a = i >= unit ? bytes[i - unit] : 0;
                const int c = i >= unit ? above[i - unit] : 0;
                all.push_back(static_cast<std::uint8_t>(bytes[i] - predict(filter, a, above[i], c)));
            }
            above = bytes;
        }
    }
    return all;
}

inline std::vector<std::uint8_t> chunk(const std::string& type, const std::vector<std::uint8_t>& content) {
    provenn::Array<std::uint8_t> bytes;
    provenn::png::append_chunk(bytes, type, support::bytes_of(content)).value_or_throw();
    return support::to_vector(bytes.span());
}

inline std::vector<std::uint8_t> header_of(const PngKind& kind) {
    std::vector<std::uint8_t> header(13);
    provenn::png::store_big_u32(header.data(), static_cast<std::uint32_t>(kind.width));
    provenn::png::store_big_u32(header.data() + 4, static_cast<std::uint32_t>(kind.height));
    header[8] = static_cast<std::uint8_t>(kind.depth_bits);
    header[9] = static_cast<std::uint8_t>(kind.color);
    header[12] = kind.interlaced ? 1 : 0;
    return header;
}

/// Signature and the chunks, one after the other.
inline std::vector<std::uint8_t> png_of(const std::vector<std::vector<std::uint8_t>>& chunks) {
    std::vector<std::uint8_t> file(std::begin(provenn::png::kSignature), std::end(provenn::png::kSignature));
    for (const auto& one : chunks) file.insert(file.end(), one.begin(), one.end());
    return file;
}

inline std::vector<std::uint8_t> zlib_of(const std::vector<std::uint8_t>& bytes) {
    return support::to_vector(provenn::png::store_zlib(support::bytes_of(bytes)).value_or_throw().span());
}

/// A whole PNG; `between` are chunks between IHDR and the pixels, such as PLTE.
inline std::vector<std::uint8_t> encode(const PngKind& kind, const std::vector<std::uint32_t>& values,
                                        const std::vector<std::vector<std::uint8_t>>& between = {}) {
    std::vector<std::vector<std::uint8_t>> chunks{chunk("IHDR", header_of(kind))};
    chunks.insert(chunks.end(), between.begin(), between.end());
    const auto stream = zlib_of(filtered_rows(kind, values));
    // In two chunks: the cut may fall anywhere.
    const auto middle = stream.begin() + static_cast<std::ptrdiff_t>(stream.size() / 2);
    chunks.push_back(chunk("IDAT", {stream.begin(), middle}));
    chunks.push_back(chunk("IDAT", {middle, stream.end()}));
    chunks.push_back(chunk("IEND", {}));
    return png_of(chunks);
}

}  // namespace samples
