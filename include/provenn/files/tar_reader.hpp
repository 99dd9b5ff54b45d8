// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TarReader: the regular files of a tar in memory, in the tar's order; nothing is ever written to disk.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/core/array.hpp"
#include "provenn/files/limits.hpp"
#include "provenn/files/member_name.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// A regular file of a tar.
struct TarEntry {
    std::string name;
    std::size_t data_offset = 0;
    std::size_t size_bytes = 0;
};

/// A tar (ustar, with GNU long names and pax paths) whose headers were validated whole. Folders are passed over, links
/// and devices refused. Borrows the file's bytes.
class TarReader {
  public:
    /// @param name what errors call the file.
    /// @errors corrupt_data (byte offset), unsupported (sparse and other kinds), policy_refused (links, devices, names
    /// that
    ///   leave the folder), duplicate_name, limit_exceeded.
    static Result<TarReader> open(Bytes file, std::string name, const Limits& limits = {}) {
        TarReader reader;
        reader.file_ = file;
        reader.name_ = std::move(name);
        PROVENN_TRY(reader.read_headers(limits));
        PROVENN_TRY(reader.check_names());
        return reader;
    }

    [[nodiscard]] const std::vector<TarEntry>& entries() const { return entries_; }

    /// Content of a member. @requires the entry is one of entries().
    [[nodiscard]] Bytes bytes(const TarEntry& entry) const {
        return file_.subspan(entry.data_offset, entry.size_bytes);
    }

  private:
    static constexpr std::size_t kBlock = 512;

    [[nodiscard]] Error corrupt(const char* what, std::size_t at) const {
        return make_error(ErrorCode::corrupt_data, name_, ": tar: ", what, " at byte ", at);
    }

    /// Text of a header field, up to its first zero.
    [[nodiscard]] std::string field(std::size_t at, std::size_t size) const {
        const Bytes bytes = file_.subspan(at, size);
        return {bytes.begin(), std::find(bytes.begin(), bytes.end(), std::uint8_t{0})};
    }

    /// An octal number, padded with spaces or zeros.
    Result<std::size_t> number(std::size_t at, std::size_t size) const {
        const std::string text = field(at, size);
        std::size_t value = 0;
        std::size_t i = text.find_first_not_of(' ');
        if (i == std::string::npos) return corrupt("an empty number", at);
        for (; i < text.size() && text[i] != ' '; ++i) {
            if (text[i] < '0' || text[i] > '7') return corrupt("expected an octal number", at);
            value = value * 8 + static_cast<std::size_t>(text[i] - '0');
        }
        if (text.find_first_not_of(' ', i) != std::string::npos) return corrupt("expected an octal number", at);
        return value;
    }

    Status check_sum(std::size_t at) const {
        PROVENN_ASSIGN(const std::size_t declared, number(at + 148, 8));
        std::size_t sum = 0;
        for (std::size_t i = 0; i < kBlock; ++i) sum += i >= 148 && i < 156 ? std::size_t{' '} : file_[at + i];
        if (sum != declared) return corrupt("the header's sum does not match,", at);
        return {};
    }

    /// The records of a pax header: "<length> <key>=<value>\n". Only the path matters here.
    Status read_pax(Bytes records, std::size_t at, std::string& path) const {
        std::string_view rest(reinterpret_cast<const char*>(records.data()), records.size());
        while (!rest.empty()) {
            std::size_t length = 0;
            std::size_t i = 0;
            for (; i < rest.size() && i < 9 && rest[i] >= '0' && rest[i] <= '9'; ++i) {
                length = length * 10 + static_cast<std::size_t>(rest[i] - '0');
            }
            if (i == rest.size() || rest[i] != ' ' || length <= i + 2 || length > rest.size() ||
                rest[length - 1] != '\n') {
                return corrupt("a pax record is malformed", at);
            }
            const std::string_view record = rest.substr(i + 1, length - i - 2);
            const std::size_t equals = record.find('=');
            if (equals == std::string_view::npos) return corrupt("a pax record is malformed", at);
            const std::string_view key = record.substr(0, equals);
            if (key == "path") path = record.substr(equals + 1);
            if (key == "size" || key.substr(0, 10) == "GNU.sparse") {
                return make_error(ErrorCode::unsupported, name_, ": tar: pax record ", key, " at byte ", at);
            }
            rest.remove_prefix(length);
        }
        return {};
    }

    Status read_headers(const Limits& limits) {
        std::size_t at = 0;
        std::string long_name;
        std::int64_t header_count = 0;
        while (true) {
            if (at > file_.size() || file_.size() - at < kBlock) return corrupt("no end mark before the end,", at);
            const Bytes block = file_.subspan(at, kBlock);
            if (std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; })) break;
            if (++header_count > limits.max_archive_entries) {
                return make_error(ErrorCode::limit_exceeded, name_, ": tar of more than ", limits.max_archive_entries,
                                  " members");
            }
            PROVENN_TRY(check_sum(at));
            PROVENN_ASSIGN(const std::size_t size, number(at + 124, 12));
            const std::size_t data = at + kBlock;
            if (size > file_.size() - data) return corrupt("a member passes the end of the file,", at);
            const Bytes content = file_.subspan(data, size);
            const char kind = static_cast<char>(file_[at + 156]);
            if (kind == 'x') {
                PROVENN_TRY(read_pax(content, data, long_name));
            } else if (kind == 'L') {
                long_name.assign(content.begin(), std::find(content.begin(), content.end(), std::uint8_t{0}));
            } else {
                PROVENN_TRY(add_entry(kind, std::exchange(long_name, {}), at, size));
            }
            at = data + (size + kBlock - 1) / kBlock * kBlock;
        }
        if (!long_name.empty()) return corrupt("a long name without a member", at);
        return {};
    }

    Status add_entry(char kind, std::string long_name, std::size_t at, std::size_t size) {
        std::string member = std::move(long_name);
        if (member.empty()) {
            const std::string prefix = field(at + 257, 6) == "ustar" ? field(at + 345, 155) : "";
            member = (prefix.empty() ? "" : prefix + "/") + field(at, 100);
        }
        while (member.size() > 2 && member.compare(0, 2, "./") == 0) member.erase(0, 2);  // tar cf x.tar ./folder
        if (kind == 'g') return {};  // a comment of git archive
        if (kind == '5' && (member == "./" || member == ".")) return {};
        PROVENN_TRY(check_member_name(member, name_));
        if (kind == '5') return {};
        if (kind == '1' || kind == '2' || kind == '3' || kind == '4' || kind == '6') {
            return make_error(ErrorCode::policy_refused, name_, ": a link or device inside a tar: ", member);
        }
        if (kind != '0' && kind != '\0') {
            return make_error(ErrorCode::unsupported, name_, ": tar member of kind ", std::string_view(&kind, 1), ": ",
                              member);
        }
        entries_.push_back({std::move(member), at + kBlock, size});
        return {};
    }

    Status check_names() const {
        std::vector<std::string_view> names;
        for (const TarEntry& entry : entries_) names.emplace_back(entry.name);
        std::sort(names.begin(), names.end());
        const auto twice = std::adjacent_find(names.begin(), names.end());
        if (twice == names.end()) return {};
        return make_error(ErrorCode::duplicate_name, name_, ": two members are called ", *twice);
    }

    Bytes file_;
    std::string name_;
    std::vector<TarEntry> entries_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
