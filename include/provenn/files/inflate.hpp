// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inflate: a bounded decoder of deflate streams, bare or wrapped as zlib or gzip, with their checksums verified.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include "provenn/files/bit_reader.hpp"
#include "provenn/files/crc32.hpp"
#include "provenn/files/huffman_decoder.hpp"
#include "provenn/files/limits.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What a decompression may produce.
struct InflateLimits {
    std::uint64_t max_output_bytes = Limits{}.max_inflated_bytes;
    std::uint64_t max_ratio = Limits{}.max_inflate_ratio;
    std::size_t expected_bytes = 0;  ///< reserved at once when known; 0 for unknown
};

/// Output of a stream, and where the stream ended in its input.
struct Inflated {
    Array<std::uint8_t> bytes;
    std::size_t consumed_bytes = 0;
};

namespace inflating {
/// Growing output that refuses to pass the limits.
class Output {
  public:
    Output(std::string_view name, InflateLimits limits) : name_(name), limits_(limits) {}

    Status reserve_expected(std::size_t input_bytes) {
        const std::uint64_t by_ratio = limit_for(input_bytes);
        const std::uint64_t wanted = limits_.expected_bytes;
        return bytes_.resize(static_cast<std::size_t>(wanted < by_ratio ? wanted : by_ratio));
    }

    /// Makes room for `count` more bytes. `consumed` input bytes have led here.
    Status make_room(std::size_t count, std::size_t consumed) {
        if (count <= bytes_.size() - used_) return {};
        const std::uint64_t needed = std::uint64_t{used_} + count;
        if (needed > limit_for(consumed)) {
            return make_error(ErrorCode::limit_exceeded, name_, ": decompressed data pass the limit of ",
                              limit_for(consumed), " bytes for ", consumed, " compressed bytes");
        }
        std::uint64_t grown = std::uint64_t{bytes_.size()} * 2 + 4096;
        if (grown > limits_.max_output_bytes) grown = limits_.max_output_bytes;
        if (grown < needed) grown = needed;
        return bytes_.resize(static_cast<std::size_t>(grown));
    }

    /// @requires make_room() for it.
    void put(std::uint8_t byte) { bytes_.data()[used_++] = byte; }
    void put(Bytes run) {
        if (run.empty()) return;
        std::memcpy(bytes_.data() + used_, run.data(), run.size());
        used_ += run.size();
    }
    /// Repeats the last `distance` bytes. @requires distance <= used_bytes(), and room.
    void repeat(std::size_t distance, std::size_t length) {
        std::uint8_t* to = bytes_.data() + used_;
        const std::uint8_t* from = to - distance;
        if (distance >= length) {
            std::memcpy(to, from, length);
        } else {
            for (std::size_t i = 0; i < length; ++i) to[i] = from[i];
        }
        used_ += length;
    }
    [[nodiscard]] std::size_t used_bytes() const { return used_; }
    [[nodiscard]] Bytes used_from(std::size_t first) const { return {bytes_.data() + first, used_ - first}; }
    Result<Array<std::uint8_t>> take() {
        PROVENN_TRY(bytes_.resize(used_));
        return std::move(bytes_);
    }

  private:
    [[nodiscard]] std::uint64_t limit_for(std::size_t consumed) const {
        // A short stream may have any ratio: 64 KiB are no bomb.
        const std::uint64_t ratio = limits_.max_ratio;
        const std::uint64_t most = ~std::uint64_t{0};
        const std::uint64_t by_ratio =
            ratio != 0 && consumed > (most - 65536) / ratio ? most : consumed * ratio + 65536;
        return by_ratio < limits_.max_output_bytes ? by_ratio : limits_.max_output_bytes;
    }
    std::string_view name_;
    InflateLimits limits_;
    Array<std::uint8_t> bytes_;
    std::size_t used_ = 0;
};

inline constexpr std::uint16_t kLengthBase[29] = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                  31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258};
inline constexpr std::uint8_t kLengthExtra[29] = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                  2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
inline constexpr std::uint16_t kDistanceBase[30] = {1,   2,   3,   4,   5,   7,    9,    13,   17,   25,
                                                    33,  49,  65,  97,  129, 193,  257,  385,  513,  769,
                                                    1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
inline constexpr std::uint8_t kDistanceExtra[30] = {0, 0, 0, 0, 1, 1, 2, 2,  3,  3,  4,  4,  5,  5,  6,
                                                    6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};

/// The two codes of a compressed block.
struct BlockCodes {
    HuffmanDecoder literals;
    HuffmanDecoder distances;
};

inline Error corrupt(std::string_view name, const BitReader& input, std::string_view what) {
    return make_error(ErrorCode::corrupt_data, name, ": deflate stream: ", what, " near byte ", input.byte_position());
}

inline Status fixed_codes(std::string_view name, const BitReader& input, BlockCodes& codes) {
    std::uint8_t lengths[288];
    for (int i = 0; i < 288; ++i) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    std::uint8_t distance_lengths[32];
    for (std::uint8_t& length : distance_lengths) length = 5;
    if (!codes.literals.build({lengths, 288}, false) || !codes.distances.build({distance_lengths, 32}, false)) {
        return corrupt(name, input, "fixed codes");  // cannot happen: both are complete
    }
    return {};
}

/// Reads the run-length coded code lengths of a dynamic block.
inline Status read_code_lengths(std::string_view name, BitReader& input, const HuffmanDecoder& length_code,
                                Span<std::uint8_t> lengths) {
    std::size_t filled = 0;
    while (filled < lengths.size()) {
        const int symbol = length_code.decode(input);
        if (symbol < 0) return corrupt(name, input, "invalid code or end of data in code lengths");
        if (symbol < 16) {
            lengths[filled++] = static_cast<std::uint8_t>(symbol);
            continue;
        }
        if (symbol == 16 && filled == 0) return corrupt(name, input, "a repeat before the first code length");
        const std::uint8_t value = symbol == 16 ? lengths[filled - 1] : std::uint8_t{0};
        const int extra_bits = symbol == 16 ? 2 : symbol == 17 ? 3 : 7;
        std::uint32_t extra = 0;
        if (!input.take(extra_bits, extra)) return corrupt(name, input, "end of data in code lengths");
        const std::size_t count = extra + (symbol == 18 ? 11u : 3u);
        if (count > lengths.size() - filled) return corrupt(name, input, "too many code lengths");
        for (std::size_t i = 0; i < count; ++i) lengths[filled++] = value;
    }
    return {};
}

inline Status dynamic_codes(std::string_view name, BitReader& input, BlockCodes& codes) {
    static constexpr std::uint8_t kOrder[19] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    std::uint32_t literal_count = 0;
    std::uint32_t distance_count = 0;
    std::uint32_t length_count = 0;
    if (!input.take(5, literal_count) || !input.take(5, distance_count) || !input.take(4, length_count)) {
        return corrupt(name, input, "end of data in a block header");
    }
    literal_count += 257;
    distance_count += 1;
    if (literal_count > 286 || distance_count > 30) return corrupt(name, input, "too many symbols");
    std::uint8_t code_lengths[19] = {};
    for (std::uint32_t i = 0; i < length_count + 4; ++i) {
        std::uint32_t length = 0;
        if (!input.take(3, length)) return corrupt(name, input, "end of data in a block header");
        code_lengths[kOrder[i]] = static_cast<std::uint8_t>(length);
    }
    HuffmanDecoder length_code;
    if (!length_code.build({code_lengths, 19}, false)) return corrupt(name, input, "invalid code for code lengths");
    std::uint8_t lengths[286 + 30] = {};
    PROVENN_TRY(read_code_lengths(name, input, length_code, {lengths, literal_count + distance_count}));
    if (lengths[256] == 0) return corrupt(name, input, "no code for the end of the block");
    if (!codes.literals.build({lengths, literal_count}, true)) return corrupt(name, input, "invalid literal code");
    if (!codes.distances.build({lengths + literal_count, distance_count}, true)) {
        return corrupt(name, input, "invalid distance code");
    }
    return {};
}

inline Status compressed_block(std::string_view name, BitReader& input, const BlockCodes& codes, std::size_t first,
                               Output& output) {
    while (true) {
        const int symbol = codes.literals.decode(input);
        if (symbol < 0) return corrupt(name, input, "invalid code or end of data");
        if (symbol == 256) return {};
        if (symbol < 256) {
            PROVENN_TRY(output.make_room(1, input.byte_position()));
            output.put(static_cast<std::uint8_t>(symbol));
            continue;
        }
        if (symbol > 285) return corrupt(name, input, "invalid length symbol");
        std::uint32_t extra = 0;
        if (!input.take(kLengthExtra[symbol - 257], extra)) return corrupt(name, input, "end of data");
        const std::size_t length = kLengthBase[symbol - 257] + extra;
        const int distance_symbol = codes.distances.decode(input);
        if (distance_symbol < 0 || distance_symbol > 29) return corrupt(name, input, "invalid distance symbol");
        if (!input.take(kDistanceExtra[distance_symbol], extra)) return corrupt(name, input, "end of data");
        const std::size_t distance = kDistanceBase[distance_symbol] + extra;
        if (distance > output.used_bytes() - first) {
            return corrupt(name, input, "a distance that reaches before the start");
        }
        PROVENN_TRY(output.make_room(length, input.byte_position()));
        output.repeat(distance, length);
    }
}

inline Status stored_block(std::string_view name, BitReader& input, Output& output) {
    input.skip_to_byte();
    std::uint32_t length = 0;
    std::uint32_t complement = 0;
    if (!input.take(16, length) || !input.take(16, complement)) return corrupt(name, input, "end of data");
    if (length != (complement ^ 0xFFFFu)) return corrupt(name, input, "length of a stored block and its complement");
    Bytes run;
    if (!input.take_bytes(length, run)) return corrupt(name, input, "end of data in a stored block");
    PROVENN_TRY(output.make_room(length, input.byte_position()));
    output.put(run);
    return {};
}

/// One deflate stream; the reader is left at its last byte's end.
inline Status inflate_stream(std::string_view name, BitReader& input, Output& output) {
    const std::size_t first = output.used_bytes();
    BlockCodes codes;
    std::uint32_t is_last = 0;
    while (is_last == 0) {
        std::uint32_t type = 0;
        if (!input.take(1, is_last) || !input.take(2, type)) return corrupt(name, input, "end of data");
        if (type == 3) return corrupt(name, input, "block type 3");
        if (type == 0) {
            PROVENN_TRY(stored_block(name, input, output));
            continue;
        }
        PROVENN_TRY(type == 1 ? fixed_codes(name, input, codes) : dynamic_codes(name, input, codes));
        PROVENN_TRY(compressed_block(name, input, codes, first, output));
    }
    input.skip_to_byte();
    return {};
}
}  // namespace inflating

/// Decodes a bare deflate stream at the start of `input`. `name` is what errors call it.
/// @errors corrupt_data (with byte offset), limit_exceeded, out_of_memory
/// @source RFC 1951
inline Result<Inflated> inflate_raw(Bytes input, std::string_view name, InflateLimits limits = {}) {
    BitReader reader(input);
    inflating::Output output(name, limits);
    PROVENN_TRY(output.reserve_expected(input.size()));
    PROVENN_TRY(inflating::inflate_stream(name, reader, output));
    PROVENN_ASSIGN(auto bytes, output.take());
    return Inflated{std::move(bytes), reader.byte_position()};
}

/// Decodes a zlib stream at the start of `input`; its Adler-32 is verified.
/// @errors corrupt_data (with byte offset), unsupported (preset dictionary), limit_exceeded, out_of_memory
/// @source RFC 1950
inline Result<Inflated> inflate_zlib(Bytes input, std::string_view name, InflateLimits limits = {}) {
    if (input.size() < 6) return make_error(ErrorCode::corrupt_data, name, ": ", input.size(), " bytes of zlib data");
    const unsigned method = input[0];
    const unsigned flags = input[1];
    if ((method & 15u) != 8 || (method >> 4) > 7 || (method * 256 + flags) % 31 != 0) {
        return make_error(ErrorCode::corrupt_data, name, ": not a zlib header: ", method, " ", flags);
    }
    if ((flags & 32u) != 0) return make_error(ErrorCode::unsupported, name, ": zlib preset dictionary");
    BitReader reader(input);
    reader.seek(2);
    inflating::Output output(name, limits);
    PROVENN_TRY(output.reserve_expected(input.size()));
    PROVENN_TRY(inflating::inflate_stream(name, reader, output));
    const std::size_t end = reader.byte_position();
    if (input.size() - end < 4) return make_error(ErrorCode::corrupt_data, name, ": zlib data end before their sum");
    std::uint32_t declared = 0;
    for (std::size_t i = 0; i < 4; ++i) declared = declared << 8 | input[end + i];
    if (adler32(output.used_from(0)) != declared) {
        return make_error(ErrorCode::corrupt_data, name, ": Adler-32 of the decompressed data does not match");
    }
    PROVENN_ASSIGN(auto bytes, output.take());
    return Inflated{std::move(bytes), end + 4};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
