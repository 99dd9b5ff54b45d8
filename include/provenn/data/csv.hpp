// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// CSV text: records with their line numbers, as spreadsheets write it (RFC 4180, and semicolons or tabs); and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One record and the line it starts on, counted from 1.
struct CsvRecord {
    std::int64_t line = 1;
    std::vector<std::string> fields;
};

namespace csv {
/// Length of the UTF-8 sequence at the start of `text`, or 0. Overlong forms and surrogates are not UTF-8.
inline std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return 0;
    }
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return length;
}

/// Status of a whole text: UTF-8 without null bytes.
inline Status check_text(std::string_view text, std::string_view name) {
    std::int64_t line = 1;
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0 || text.front() == '\0') {
            return make_error(ErrorCode::corrupt_data, name, ", line ", line, ": ",
                              length == 0 ? "not UTF-8" : "a null byte", "; save the table as CSV UTF-8");
        }
        line += text.front() == '\n' ? 1 : 0;
        text.remove_prefix(length);
    }
    return {};
}

/// Comma, semicolon or tab: whichever comes first outside quotes in the first line; comma if none does.
inline char separator_of(std::string_view text) {
    bool quoted = false;
    for (const char byte : text) {
        if (byte == '"') quoted = !quoted;
        if (quoted) continue;
        if (byte == '\n') break;
        if (byte == ',' || byte == ';' || byte == '\t') return byte;
    }
    return ',';
}

/// Reads records one after the other.
class Parser {
  public:
    Parser(std::string_view text, std::string_view name) : text_(text), name_(name), separator_(separator_of(text)) {}

    Result<std::vector<CsvRecord>> run() {
        std::vector<CsvRecord> records;
        while (at_ < text_.size()) {
            CsvRecord record;
            record.line = line_;
            PROVENN_TRY(read_record(record));
            const bool is_blank = record.fields.size() == 1 && record.fields[0].empty();
            if (!is_blank) records.push_back(std::move(record));
        }
        return records;
    }

  private:
    Status read_record(CsvRecord& record) {
        while (true) {
            std::string field;
            if (at_ < text_.size() && text_[at_] == '"') {
                PROVENN_TRY(read_quoted(field));
            } else {
                while (at_ < text_.size() && !ends_field()) {
                    if (text_[at_] == '"') return fail("a quote inside a field that does not start with one");
                    field += text_[at_++];
                }
            }
            record.fields.push_back(std::move(field));
            if (at_ < text_.size() && text_[at_] == separator_) {
                ++at_;
                continue;
            }
            if (at_ < text_.size() && text_[at_] == '\r') ++at_;
            if (at_ < text_.size() && text_[at_] == '\n') ++at_;
            ++line_;
            return {};
        }
    }

    /// From the opening quote to behind the closing one; two quotes stand for one.
    Status read_quoted(std::string& field) {
        const std::int64_t start = line_;
        ++at_;
        while (at_ < text_.size()) {
            const char byte = text_[at_++];
            if (byte != '"') {
                line_ += byte == '\n' ? 1 : 0;
                field += byte;
            } else if (at_ < text_.size() && text_[at_] == '"') {
                field += text_[at_++];
            } else {
                return at_ == text_.size() || ends_field() ? Status{} : fail("text behind a closing quote");
            }
        }
        line_ = start;
        return fail("a quote that is never closed");
    }

    [[nodiscard]] bool ends_field() const {
        const char byte = text_[at_];
        return byte == separator_ || byte == '\n' || (byte == '\r' && text_.substr(at_, 2) == "\r\n");
    }
    [[nodiscard]] Status fail(const char* what) const {
        return make_error(ErrorCode::corrupt_data, name_, ", line ", line_, ": ", what);
    }

    std::string_view text_, name_;
    char separator_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
};
}  // namespace csv

/// The records of a CSV text. Blank lines are passed over, a byte order mark and CRLF are understood.
/// @param name what errors call the text.
/// @errors corrupt_data with the line: not UTF-8, null bytes, quotes out of place.
/// @req REQ-DATA-003
[[nodiscard]] inline Result<std::vector<CsvRecord>> parse_csv(std::string_view text, std::string_view name) {
    if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
    PROVENN_TRY(csv::check_text(text, name));
    return csv::Parser(text, name).run();
}

/// Appends a field to a line, quoted where it must be.
inline void append_csv_field(std::string& line, std::string_view field, bool is_first = false) {
    if (!is_first) line += ',';
    const bool is_plain = field.find_first_of(",;\t\"\r\n") == std::string_view::npos &&
                          (field.empty() || (field.front() != ' ' && field.back() != ' '));
    if (is_plain) {
        line += field;
        return;
    }
    line += '"';
    for (const char byte : field) line.append(byte == '"' ? 2 : 1, byte);
    line += '"';
}

}  // namespace PROVENN_ABI
}  // namespace provenn
