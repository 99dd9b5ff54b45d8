// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The header of an NPY file: a Python dictionary of three keys, parsed by its grammar and never evaluated.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "provenn/data/raw_array.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace npy {
/// Parses `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, each key exactly once, in any order.
class HeaderParser {
  public:
    HeaderParser(std::string_view text, std::size_t offset, std::string_view name)
        : text_(text), offset_(offset), name_(name) {}

    Status parse(RawArray& array) {
        PROVENN_TRY(expect('{'));
        int seen = 0;
        while (!skip('}')) {
            PROVENN_ASSIGN(const std::string_view key, quoted());
            PROVENN_TRY(expect(':'));
            const int bit = key == "descr" ? 1 : key == "fortran_order" ? 2 : key == "shape" ? 4 : 0;
            if (bit == 0) return error("expected the keys descr, fortran_order, shape");
            if ((seen & bit) != 0) return error("a key stands twice");
            seen |= bit;
            PROVENN_TRY(bit == 1 ? descr(array) : bit == 2 ? order(array) : shape(array));
            if (!skip(',')) {
                PROVENN_TRY(expect('}'));
                break;
            }
        }
        skip_spaces();
        if (at_ != text_.size()) return error("expected only spaces behind the dictionary");
        if (seen != 7) return error("expected the keys descr, fortran_order, shape");
        return {};
    }

  private:
    [[nodiscard]] Error error(std::string_view what) const {
        return make_error(ErrorCode::corrupt_data, name_, ": npy header: ", what, " at byte ", offset_ + at_);
    }
    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
    }
    bool skip(char byte) {
        skip_spaces();
        if (at_ == text_.size() || text_[at_] != byte) return false;
        ++at_;
        return true;
    }
    Status expect(char byte) {
        if (skip(byte)) return {};
        const char expected[] = {'e', 'x', 'p', 'e', 'c', 't', 'e', 'd', ' ', byte, '\0'};
        return error(expected);
    }
    bool skip_word(std::string_view word) {
        skip_spaces();
        if (text_.substr(at_, word.size()) != word) return false;
        at_ += word.size();
        return true;
    }

    Result<std::string_view> quoted() {
        skip_spaces();
        if (at_ == text_.size() || (text_[at_] != '\'' && text_[at_] != '"')) return error("expected a quoted text");
        const std::size_t end = text_.find(text_[at_], at_ + 1);
        if (end == std::string_view::npos) return error("a quoted text does not end");
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        if (inside.find('\\') != std::string_view::npos) return error("a backslash in a quoted text");
        at_ = end + 1;
        return inside;
    }

    Status descr(RawArray& array) {
        skip_spaces();
        if (at_ < text_.size() && text_[at_] == '[') {
            return make_error(ErrorCode::unsupported, name_, ": npy: structured element type");
        }
        PROVENN_ASSIGN(const std::string_view type, quoted());
        const char order = type.empty() ? '?' : type[0];
        const std::string_view kind = type.empty() ? type : type.substr(1);
        static constexpr std::pair<std::string_view, RawType> kTypes[] = {
            {"b1", RawType::b1}, {"i1", RawType::i1}, {"u1", RawType::u1}, {"i2", RawType::i2}, {"u2", RawType::u2},
            {"i4", RawType::i4}, {"u4", RawType::u4}, {"i8", RawType::i8}, {"f4", RawType::f4}, {"f8", RawType::f8}};
        for (const auto& [text, raw_type] : kTypes) {
            if (kind != text) continue;
            if (order != '<' && order != '>' && !(order == '|' && size_bytes(raw_type) == 1)) break;
            array.type = raw_type;
            array.big_endian = order == '>';
            return {};
        }
        return make_error(ErrorCode::unsupported, name_, ": npy: element type ", type,
                          " (read are b1 i1 u1 i2 u2 i4 u4 i8 f4 f8, little and big endian)");
    }

    Status order(RawArray& array) {
        if (skip_word("True")) {
            array.first_axis_fastest = true;
        } else if (skip_word("False")) {
            array.first_axis_fastest = false;
        } else {
            return error("expected True or False");
        }
        return {};
    }

    Status shape(RawArray& array) {
        PROVENN_TRY(expect('('));
        bool comma = true;
        while (!skip(')')) {
            if (!comma) return error("expected a comma between extents");
            if (array.shape.rank() == Shape::kMaxRank) {
                return make_error(ErrorCode::unsupported, name_, ": npy: more than ", Shape::kMaxRank, " axes");
            }
            std::int64_t extent = 0;
            const std::size_t first = at_;
            while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && at_ - first < 15) {
                extent = extent * 10 + (text_[at_++] - '0');
            }
            if (at_ == first) return error("expected an extent");
            array.shape.push_back(extent);
            comma = skip(',');
        }
        if (array.shape.rank() == 1 && !comma) return error("expected a comma in a shape of one axis");
        return {};
    }

    std::string_view text_;
    std::size_t offset_;
    std::string_view name_;
    std::size_t at_ = 0;
};
}  // namespace npy

}  // namespace PROVENN_ABI
}  // namespace provenn
