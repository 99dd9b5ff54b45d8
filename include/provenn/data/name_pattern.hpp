// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NamePattern: finds the patient in a file's name, such as `{patient}ThinF_*` in C100P61ThinF_IMG_20150918.png.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Alternatives separated by `|`, the first that fits the whole name without its extension (from the last dot on)
/// counts. In each, `{patient}` stands once for the patient (as short as possible, not empty), `*` for any text, `?`
/// for one byte; anything else for itself, upper and lower case apart.
class NamePattern {
  public:
    /// @errors invalid_argument: no `{patient}`, two of them, or more than 8 `*`.
    /// @req REQ-DATA-004
    static Result<NamePattern> parse(std::string_view text) {
        NamePattern pattern;
        pattern.text_ = std::string(text);
        while (true) {
            const std::size_t bar = text.find('|');
            const std::string_view one = text.substr(0, bar);
            const std::size_t at = one.find(kPatient);
            if (at == std::string_view::npos || one.find(kPatient, at + 1) != std::string_view::npos) {
                return make_error(ErrorCode::invalid_argument, "patient pattern '", one,
                                  "': expected {patient} once, as in {patient}_*");
            }
            std::size_t stars = 0;
            for (const char byte : one) stars += byte == '*' ? 1u : 0u;
            if (stars > 8) return make_error(ErrorCode::invalid_argument, "patient pattern '", one, "': more than 8 *");
            pattern.alternatives_.emplace_back(one);
            if (bar == std::string_view::npos) return pattern;
            text.remove_prefix(bar + 1);
        }
    }

    /// The patient in the last part of a path. @errors invalid_argument if no alternative fits.
    [[nodiscard]] Result<std::string> patient(std::string_view path) const {
        std::string_view name = path.substr(path.rfind('/') + 1);
        const std::size_t dot = name.rfind('.');
        if (dot != std::string_view::npos && dot > 0) name = name.substr(0, dot);
        for (const std::string& pattern : alternatives_) {
            std::string_view found;
            if (fits(pattern, name, found)) return std::string(found);
        }
        return make_error(ErrorCode::invalid_argument, path, ": the file's name, '", name,
                          "' without its extension, does not fit the patient pattern '", text_,
                          "' (upper and lower case are told apart)");
    }

  private:
    static constexpr std::string_view kPatient = "{patient}";

    /// Tries each length of a `*` or of the patient, shortest first.
    static bool fits(std::string_view pattern, std::string_view name, std::string_view& found) {
        while (!pattern.empty()) {
            const bool is_patient = pattern.substr(0, kPatient.size()) == kPatient;
            if (is_patient || pattern.front() == '*') {
                const std::string_view rest = pattern.substr(is_patient ? kPatient.size() : 1);
                for (std::size_t length = is_patient ? 1 : 0; length <= name.size(); ++length) {
                    if (is_patient) found = name.substr(0, length);
                    if (fits(rest, name.substr(length), found)) return true;
                }
                return false;
            }
            if (name.empty() || (pattern.front() != '?' && pattern.front() != name.front())) return false;
            pattern.remove_prefix(1);
            name.remove_prefix(1);
        }
        return name.empty();
    }

    std::string text_;
    std::vector<std::string> alternatives_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
