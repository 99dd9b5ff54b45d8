// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Numbers and aligned tables as text, independent of locale.
#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace evaluation {

/// A number with so many decimals; "undefined" for NaN. Large and tiny numbers are written with an exponent.
[[nodiscard]] inline std::string number_text(double value, int decimals = 4) {
    if (std::isnan(value)) return "undefined";
    const double size = std::abs(value);
    const bool plain = value == 0.0 || (size < 1e9 && size >= 0.5 * std::pow(10.0, -decimals));
    char bytes[64];
    const auto written = std::to_chars(bytes, bytes + sizeof bytes, value,
                                       plain ? std::chars_format::fixed : std::chars_format::scientific,
                                       plain ? decimals : 2);
    return {bytes, written.ptr};
}

/// Text that comes from outside (class names) for a line of a report: control characters become '?'.
[[nodiscard]] inline std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& byte : line) {
        if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) byte = '?';
    }
    return line;
}

/// Columns of a UTF-8 text on a terminal, one for each code point.
[[nodiscard]] inline std::size_t text_width(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
}

/// Rows of cells with aligned columns, two blanks apart; the first column to the left, the others as asked.
[[nodiscard]] inline std::string aligned(const std::vector<std::vector<std::string>>& rows, bool numbers_to_the_right) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], text_width(row[c]));
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line = "  ";
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string blanks(widths[c] - text_width(row[c]), ' ');
            const bool right = numbers_to_the_right && c > 0;
            line += (c == 0 ? "" : "  ") + (right ? blanks + row[c] : row[c] + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
    }
    return text;
}

}  // namespace evaluation
}  // namespace PROVENN_ABI
}  // namespace provenn
