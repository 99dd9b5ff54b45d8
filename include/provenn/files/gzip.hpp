// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gzip files: one or more members, each with its CRC-32 and length verified.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "provenn/files/inflate.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// True if `input` starts like a gzip file.
inline bool is_gzip(Bytes input) { return input.size() >= 2 && input[0] == 0x1F && input[1] == 0x8B; }

namespace inflating {
/// Skips a zero-terminated text. False if it does not end.
inline bool skip_text(Bytes input, std::size_t& at) {
    while (at < input.size() && input[at] != 0) ++at;
    if (at == input.size()) return false;
    ++at;
    return true;
}

/// Position after the header of the member at `at`.
inline Result<std::size_t> skip_gzip_header(Bytes input, std::size_t at, std::string_view name) {
    const std::size_t start = at;
    const auto truncated = [&] {
        return make_error(ErrorCode::corrupt_data, name, ": gzip header at byte ", start, " is cut short");
    };
    if (input.size() - at < 10) return truncated();
    if (input[at] != 0x1F || input[at + 1] != 0x8B || input[at + 2] != 8) {
        return make_error(ErrorCode::corrupt_data, name, ": expected a gzip header at byte ", at);
    }
    const unsigned flags = input[at + 3];
    if ((flags & 0xE0u) != 0) return make_error(ErrorCode::corrupt_data, name, ": reserved gzip flags are set");
    at += 10;
    if ((flags & 4u) != 0) {
        if (input.size() - at < 2) return truncated();
        const std::size_t extra = input[at] + 256u * input[at + 1];
        at += 2;
        if (input.size() - at < extra) return truncated();
        at += extra;
    }
    if ((flags & 8u) != 0 && !skip_text(input, at)) return truncated();
    if ((flags & 16u) != 0 && !skip_text(input, at)) return truncated();
    if ((flags & 2u) != 0) {
        if (input.size() - at < 2) return truncated();
        const std::uint32_t declared = input[at] + 256u * input[at + 1];
        if ((crc32(input.subspan(start, at - start)) & 0xFFFFu) != declared) {
            return make_error(ErrorCode::corrupt_data, name, ": checksum of the gzip header does not match");
        }
        at += 2;
    }
    return at;
}

inline std::uint32_t little_u32(Bytes input, std::size_t at) {
    return std::uint32_t{input[at]} | std::uint32_t{input[at + 1]} << 8 | std::uint32_t{input[at + 2]} << 16 |
           std::uint32_t{input[at + 3]} << 24;
}
}  // namespace inflating

/// Decodes a whole gzip file: all members, nothing behind them.
/// @errors corrupt_data (with byte offset), limit_exceeded, out_of_memory
/// @source RFC 1952
inline Result<Array<std::uint8_t>> gunzip(Bytes input, std::string_view name, InflateLimits limits = {}) {
    inflating::Output output(name, limits);
    BitReader reader(input);
    std::size_t at = 0;
    do {
        PROVENN_ASSIGN(const std::size_t body, inflating::skip_gzip_header(input, at, name));
        reader.seek(body);
        const std::size_t first = output.used_bytes();
        PROVENN_TRY(inflating::inflate_stream(name, reader, output));
        at = reader.byte_position();
        if (input.size() - at < 8) {
            return make_error(ErrorCode::corrupt_data, name, ": gzip data end before their checksum at byte ", at);
        }
        const Bytes member = output.used_from(first);
        if (crc32(member) != inflating::little_u32(input, at)) {
            return make_error(ErrorCode::corrupt_data, name, ": CRC-32 of the decompressed data does not match");
        }
        if (static_cast<std::uint32_t>(member.size()) != inflating::little_u32(input, at + 4)) {
            return make_error(ErrorCode::corrupt_data, name, ": length of the decompressed data does not match");
        }
        at += 8;
    } while (at < input.size());
    return output.take();
}

}  // namespace PROVENN_ABI
}  // namespace provenn
