// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The zip directory: finding and reading it, with 64-bit sizes, as a list of entries not yet judged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "provenn/core/array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One member, as the central directory of the zip describes it.
struct ZipEntry {
    std::string name;
    std::uint16_t method = 0;  ///< 0 stored, 8 deflated
    std::uint16_t flags = 0;
    std::uint32_t crc = 0;
    std::uint64_t packed_bytes = 0;
    std::uint64_t plain_bytes = 0;
    std::uint64_t header_offset = 0;
    std::uint64_t data_offset = 0;  ///< set when the local header was checked
    std::uint64_t end_offset = 0;   ///< end of the member's data
    std::uint32_t attributes = 0;
    std::uint8_t made_on = 0;  ///< 3: Unix, whose file type is in the attributes
};

namespace zip {
inline std::uint64_t little(Bytes bytes, std::size_t at, int size) {
    std::uint64_t value = 0;
    for (int i = size - 1; i >= 0; --i) value = value << 8 | bytes[at + static_cast<std::size_t>(i)];
    return value;
}

inline constexpr std::uint64_t kEndSignature = 0x06054B50;
inline constexpr std::uint64_t kEnd64Signature = 0x06064B50;
inline constexpr std::uint64_t kLocator64Signature = 0x07064B50;
inline constexpr std::uint64_t kEntrySignature = 0x02014B50;
inline constexpr std::uint64_t kLocalSignature = 0x04034B50;
inline constexpr std::size_t kEndSize = 22;
inline constexpr std::size_t kEntrySize = 46;
inline constexpr std::size_t kLocalSize = 30;
inline constexpr std::uint64_t kMax32 = 0xFFFFFFFFu;

/// Where the central directory stands, and how many entries it has.
struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
    std::uint64_t entry_count = 0;
    std::size_t end = 0;  ///< offset of the record right behind it
};

inline Error corrupt(std::string_view name, std::string_view what, std::uint64_t at) {
    return make_error(ErrorCode::corrupt_data, name, ": zip: ", what, " at byte ", at);
}

/// The 64-bit end record that the locator at `locator` points to.
inline Result<Directory> read_directory64(Bytes file, std::string_view name, std::size_t locator) {
    const std::uint64_t record = little(file, locator + 8, 8);
    if (locator < 56 || record > locator - 56 || little(file, static_cast<std::size_t>(record), 4) != kEnd64Signature) {
        return corrupt(name, "the 64-bit end record is not where its locator says", locator);
    }
    const auto at = static_cast<std::size_t>(record);
    if (little(file, at + 4, 8) != locator - at - 12) return corrupt(name, "wrong size of the 64-bit end record", at);
    if (little(file, at + 16, 4) != 0 || little(file, at + 20, 4) != 0 ||
        little(file, at + 24, 8) != little(file, at + 32, 8)) {
        return make_error(ErrorCode::unsupported, name, ": zip of several volumes");
    }
    return Directory{little(file, at + 48, 8), little(file, at + 40, 8), little(file, at + 32, 8), at};
}

/// Finds the end record; exactly one may claim to end the file.
inline Result<Directory> find_directory(Bytes file, std::string_view name) {
    if (file.size() < kEndSize) return corrupt(name, "no end record: too short, file ends", file.size());
    const std::size_t lowest = file.size() - kEndSize > 65535 ? file.size() - kEndSize - 65535 : 0;
    std::size_t at = file.size() - kEndSize;
    while (little(file, at, 4) != kEndSignature || little(file, at + 20, 2) != file.size() - at - kEndSize) {
        if (at == lowest) return corrupt(name, "no end record before the end, which is", file.size());
        --at;
    }
    const std::uint64_t count = little(file, at + 10, 2);
    if (little(file, at + 4, 2) != 0 || little(file, at + 6, 2) != 0 || little(file, at + 8, 2) != count) {
        return make_error(ErrorCode::unsupported, name, ": zip of several volumes");
    }
    const Directory plain{little(file, at + 16, 4), little(file, at + 12, 4), count, at};
    if (at < 20 || little(file, at - 20, 4) != kLocator64Signature) return plain;
    PROVENN_ASSIGN(const Directory wide, read_directory64(file, name, at - 20));
    // Fields of the old record either say "see the 64-bit record" or agree with it.
    if ((plain.offset != kMax32 && plain.offset != wide.offset) ||
        (plain.size_bytes != kMax32 && plain.size_bytes != wide.size_bytes) ||
        (plain.entry_count != 0xFFFF && plain.entry_count != wide.entry_count)) {
        return corrupt(name, "the 64-bit end record contradicts the end record", at);
    }
    return wide;
}

/// Replaces sizes that say "see the 64-bit extra field". `fields`: those of the header, in the order of the extra
/// field.
inline Status read_extra64(Bytes extra, std::string_view name, std::uint64_t at, Span<std::uint64_t* const> fields) {
    std::size_t position = 0;
    bool seen = false;
    while (extra.size() - position >= 4) {
        const std::uint64_t id = little(extra, position, 2);
        const auto size = static_cast<std::size_t>(little(extra, position + 2, 2));
        position += 4;
        if (size > extra.size() - position) return corrupt(name, "an extra field passes its end", at);
        if (id == 1) {
            if (seen) return corrupt(name, "two 64-bit extra fields", at);
            seen = true;
            std::size_t used = 0;
            for (std::uint64_t* field : fields) {
                if (*field != kMax32) continue;
                if (size - used < 8) return corrupt(name, "a 64-bit extra field is too short", at);
                *field = little(extra, position + used, 8);
                used += 8;
            }
        }
        position += size;
    }
    // Leftover bytes: some writers pad the extra field with zeros.
    for (; position < extra.size(); ++position) {
        if (extra[position] != 0) return corrupt(name, "bytes behind the extra fields", at);
    }
    return {};
}

/// The entry at `at`, which is moved behind it. @requires at <= end <= file.size().
inline Result<ZipEntry> read_entry(Bytes file, std::string_view name, std::size_t& at, std::size_t end) {
    if (end - at < kEntrySize || little(file, at, 4) != kEntrySignature) {
        return corrupt(name, "expected a directory entry", at);
    }
    ZipEntry entry;
    entry.made_on = file[at + 5];
    entry.flags = static_cast<std::uint16_t>(little(file, at + 8, 2));
    entry.method = static_cast<std::uint16_t>(little(file, at + 10, 2));
    entry.crc = static_cast<std::uint32_t>(little(file, at + 16, 4));
    entry.packed_bytes = little(file, at + 20, 4);
    entry.plain_bytes = little(file, at + 24, 4);
    const auto name_size = static_cast<std::size_t>(little(file, at + 28, 2));
    const auto extra_size = static_cast<std::size_t>(little(file, at + 30, 2));
    const auto comment_size = static_cast<std::size_t>(little(file, at + 32, 2));
    if (little(file, at + 34, 2) != 0) return make_error(ErrorCode::unsupported, name, ": zip of several volumes");
    entry.attributes = static_cast<std::uint32_t>(little(file, at + 38, 4));
    entry.header_offset = little(file, at + 42, 4);
    if (name_size + extra_size + comment_size > end - at - kEntrySize) {
        return corrupt(name, "a directory entry passes the end of the directory", at);
    }
    const Bytes text = file.subspan(at + kEntrySize, name_size);
    entry.name.assign(text.begin(), text.end());
    std::uint64_t* const fields[] = {&entry.plain_bytes, &entry.packed_bytes, &entry.header_offset};
    PROVENN_TRY(read_extra64(file.subspan(at + kEntrySize + name_size, extra_size), name, at, {fields, 3}));
    at += kEntrySize + name_size + extra_size + comment_size;
    return entry;
}
}  // namespace zip

}  // namespace PROVENN_ABI
}  // namespace provenn
