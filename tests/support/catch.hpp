// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Catch2 as both Debian 12 (version 2) and Ubuntu 24.04 (version 3) ship it, and `skip`, which version 2 lacks.
#pragma once

#include <string>

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators_all.hpp>
#include <catch2/matchers/catch_matchers_all.hpp>
using Catch::Approx;
#else
#include <catch2/catch.hpp>
#endif

namespace support {

using Catch::Matchers::EndsWith;
using Catch::Matchers::Equals;
using Catch::Matchers::StartsWith;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

/// Matches a string that contains `text`: `CHECK_THAT(message, support::contains("expected"))`.
inline auto contains(const std::string& text) {
#if __has_include(<catch2/catch_test_macros.hpp>)
    return Catch::Matchers::ContainsSubstring(text);
#else
    return Catch::Matchers::Contains(text);
#endif
}

/// Reasons given by the running test case for not testing something; main.cpp records them for the trace.
inline std::string& skip_reason() {
    static std::string reason;
    return reason;
}

/// Says that this test case cannot check what it is for, and why. The caller returns afterwards. Not counted as passed.
inline void skip(const std::string& reason) {
    skip_reason() = reason;
    WARN("SKIPPED: " << reason);
}

}  // namespace support
