// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Names of archive members: relative, without "..", without bytes that another program might read differently.
#pragma once

#include <cstddef>
#include <string_view>

#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Checks the name of a member of `archive`. One trailing slash (a folder) is fine.
/// @errors policy_refused: empty, absolute, a part that is "." or ".." or empty, backslash, colon (a drive), control
/// byte.
inline Status check_member_name(std::string_view name, std::string_view archive) {
    const auto refuse = [&](const char* why) {
        return make_error(ErrorCode::policy_refused, archive, ": member name ", why, ": ", name);
    };
    if (name.empty()) return refuse("is empty");
    for (const char byte : name) {
        if (byte == '\\' || byte == ':' || static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) {
            return refuse("has a backslash, colon or control byte");
        }
    }
    if (name.front() == '/') return refuse("is absolute");
    if (name.back() == '/') name.remove_suffix(1);
    while (true) {
        const std::size_t slash = name.find('/');
        const std::string_view part = name.substr(0, slash);
        if (part.empty() || part == "." || part == "..") return refuse("has an empty, \".\" or \"..\" part");
        if (slash == std::string_view::npos) return {};
        name.remove_prefix(slash + 1);
    }
}

}  // namespace PROVENN_ABI
}  // namespace provenn
