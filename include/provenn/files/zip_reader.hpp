// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// ZipReader: named members of a zip in memory, CRC-checked; nothing is ever written to disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/files/inflate.hpp"
#include "provenn/files/member_name.hpp"
#include "provenn/files/zip_format.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A zip whose directory was validated whole: every member's local header agrees with the directory, members do not
/// overlap, names are unique, relative and without "..". Borrows the file's bytes.
class ZipReader {
  public:
    /// @param name what errors call the file.
    /// @errors corrupt_data (byte offset), unsupported (encryption, volumes, methods other than stored and deflated),
    ///   policy_refused (names that leave the folder, symbolic links), duplicate_name, limit_exceeded.
    static Result<ZipReader> open(Bytes file, std::string name, const Limits& limits = {}) {
        ZipReader reader;
        reader.file_ = file;
        reader.name_ = std::move(name);
        reader.limits_ = limits;
        PROVENN_TRY(reader.read_directory());
        PROVENN_TRY(reader.check_names());
        PROVENN_TRY(reader.check_layout());
        return reader;
    }

    [[nodiscard]] const std::vector<ZipEntry>& entries() const { return entries_; }

    /// The entry of that name, or null.
    [[nodiscard]] const ZipEntry* find(std::string_view member) const {
        for (const ZipEntry& entry : entries_) {
            if (entry.name == member) return &entry;
        }
        return nullptr;
    }

    /// The whole content of a member.
    /// @requires the entry is one of entries().
    /// @errors corrupt_data (CRC, size, stream), limit_exceeded, out_of_memory
    Result<Array<std::uint8_t>> read(const ZipEntry& entry) const {
        const std::string label = name_ + "/" + entry.name;
        const Bytes packed = file_.subspan(static_cast<std::size_t>(entry.data_offset),
                                           static_cast<std::size_t>(entry.packed_bytes));
        Array<std::uint8_t> plain;
        if (entry.method == 0) {
            PROVENN_TRY(plain.append(packed));
        } else {
            const InflateLimits limits{entry.plain_bytes, limits_.max_inflate_ratio,
                                       static_cast<std::size_t>(entry.plain_bytes)};
            PROVENN_ASSIGN(Inflated inflated, inflate_raw(packed, label, limits));
            if (inflated.consumed_bytes != packed.size()) {
                return make_error(ErrorCode::corrupt_data, label, ": expected ", packed.size(),
                                  " compressed bytes, the stream ends after ", inflated.consumed_bytes);
            }
            plain = std::move(inflated.bytes);
        }
        if (plain.size() != entry.plain_bytes) {
            return make_error(ErrorCode::corrupt_data, label, ": expected ", entry.plain_bytes, " bytes, found ",
                              plain.size());
        }
        if (crc32(plain.span()) != entry.crc) {
            return make_error(ErrorCode::corrupt_data, label, ": CRC-32 of the content does not match the directory");
        }
        return plain;
    }

    /// As above, by name. @errors also not_found
    Result<Array<std::uint8_t>> read(std::string_view member) const {
        const ZipEntry* entry = find(member);
        if (entry == nullptr) return make_error(ErrorCode::not_found, name_, ": no member ", member);
        return read(*entry);
    }

  private:
    Status read_directory() {
        PROVENN_ASSIGN(const zip::Directory directory, zip::find_directory(file_, name_));
        if (directory.entry_count > static_cast<std::uint64_t>(limits_.max_archive_entries)) {
            return make_error(ErrorCode::limit_exceeded, name_, ": zip of ", directory.entry_count,
                              " members, the limit is ", limits_.max_archive_entries);
        }
        if (directory.offset > directory.end || directory.size_bytes != directory.end - directory.offset) {
            return zip::corrupt(name_, "the directory does not end where its end record stands,", directory.end);
        }
        auto at = static_cast<std::size_t>(directory.offset);
        directory_offset_ = directory.offset;
        for (std::uint64_t i = 0; i < directory.entry_count; ++i) {
            PROVENN_ASSIGN(ZipEntry entry, zip::read_entry(file_, name_, at, directory.end));
            PROVENN_TRY(check_entry(entry));
            PROVENN_TRY(check_local_header(entry));
            entries_.push_back(std::move(entry));
        }
        if (at != directory.end) return zip::corrupt(name_, "bytes behind the last directory entry", at);
        return {};
    }

    Status check_entry(const ZipEntry& entry) const {
        const std::string label = name_ + "/" + entry.name;
        if ((entry.flags & 0x2041u) != 0) return make_error(ErrorCode::unsupported, label, ": encrypted zip member");
        if (entry.method != 0 && entry.method != 8) {
            return make_error(ErrorCode::unsupported, label, ": zip compression method ", entry.method,
                              " (0 stored and 8 deflated are read)");
        }
        if (entry.method == 0 && entry.packed_bytes != entry.plain_bytes) {
            return make_error(ErrorCode::corrupt_data, label, ": stored, but has two sizes: ", entry.packed_bytes,
                              " and ", entry.plain_bytes);
        }
        if (entry.plain_bytes > limits_.max_inflated_bytes) {
            return make_error(ErrorCode::limit_exceeded, label, ": ", entry.plain_bytes, " bytes, the limit is ",
                              limits_.max_inflated_bytes);
        }
        const unsigned type = entry.made_on == 3 ? (entry.attributes >> 28) & 15u : 0;
        if (type != 0 && type != 8 && type != 4) {
            return make_error(ErrorCode::policy_refused, label, ": a link or device inside a zip");
        }
        return check_member_name(entry.name, name_);
    }

    /// The local header must tell the same as the directory.
    Status check_local_header(ZipEntry& entry) const {
        const std::string label = name_ + "/" + entry.name;
        if (entry.header_offset > directory_offset_ || directory_offset_ - entry.header_offset < zip::kLocalSize) {
            return zip::corrupt(label, "its header would lie outside the file,", entry.header_offset);
        }
        const auto at = static_cast<std::size_t>(entry.header_offset);
        if (zip::little(file_, at, 4) != zip::kLocalSignature) return zip::corrupt(label, "no member header", at);
        const auto name_size = static_cast<std::size_t>(zip::little(file_, at + 26, 2));
        const auto extra_size = static_cast<std::size_t>(zip::little(file_, at + 28, 2));
        const std::uint64_t data = std::uint64_t{at} + zip::kLocalSize + name_size + extra_size;
        if (data > directory_offset_ || entry.packed_bytes > directory_offset_ - data) {
            return zip::corrupt(label, "its data would pass the directory,", data);
        }
        const Bytes name = file_.subspan(at + zip::kLocalSize, name_size);
        if (std::string(name.begin(), name.end()) != entry.name) {
            return zip::corrupt(label, "the member header has another name", at);
        }
        const std::uint64_t flags = zip::little(file_, at + 6, 2);
        if (zip::little(file_, at + 8, 2) != entry.method || flags != entry.flags) {
            return zip::corrupt(label, "method or flags differ between member header and directory", at);
        }
        std::uint64_t plain = zip::little(file_, at + 22, 4);
        std::uint64_t packed = zip::little(file_, at + 18, 4);
        std::uint64_t* const fields[] = {&plain, &packed};
        const Bytes extra = file_.subspan(at + zip::kLocalSize + name_size, extra_size);
        PROVENN_TRY(zip::read_extra64(extra, label, at, {fields, 2}));
        const std::uint64_t crc = zip::little(file_, at + 14, 4);
        // With a data descriptor (flag bit 3) the header's fields may be zero: the directory has them.
        const bool later = (flags & 8u) != 0;
        const auto agrees = [&](std::uint64_t found, std::uint64_t expected) {
            return found == expected || (later && (found == 0 || found == zip::kMax32));
        };
        if (!agrees(plain, entry.plain_bytes) || !agrees(packed, entry.packed_bytes) || !agrees(crc, entry.crc)) {
            return zip::corrupt(label, "sizes or CRC differ between member header and directory", at);
        }
        entry.data_offset = data;
        entry.end_offset = data + entry.packed_bytes;
        return {};
    }

    Status check_names() const {
        std::vector<std::string_view> names;
        for (const ZipEntry& entry : entries_) names.emplace_back(entry.name);
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        if (twice == names.end()) return {};
        return make_error(ErrorCode::duplicate_name, name_, ": two members are called ", *twice);
    }

    /// Members that share bytes are a bomb or a trick.
    Status check_layout() const {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
        for (const ZipEntry& entry : entries_) ranges.emplace_back(entry.header_offset, entry.end_offset);
        std::sort(ranges.begin(), ranges.end());
        for (std::size_t i = 1; i < ranges.size(); ++i) {
            if (ranges[i].first < ranges[i - 1].second) {
                return zip::corrupt(name_, "two members overlap", ranges[i].first);
            }
        }
        return {};
    }

    Bytes file_;
    std::string name_;
    Limits limits_;
    std::uint64_t directory_offset_ = 0;
    std::vector<ZipEntry> entries_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
