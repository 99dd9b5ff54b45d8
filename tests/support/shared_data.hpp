// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where tests find files: the repository itself, and the real data beside it, which a clone may lack.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include "support/catch.hpp"

namespace support {

/// Root of the repository this test was compiled from.
inline std::filesystem::path source_folder() {
    return std::filesystem::absolute(__FILE__).parent_path().parent_path().parent_path();
}

/// A file of the repository, such as `tests/io/goldens/keras_dense.h5`.
inline std::string source_file(const std::string& name) { return (source_folder() / name).string(); }

/// A file of the real data: below `PROVENN_SHARED_DATA`, or in `../shared/data` beside the repository.
/// Where it is missing the test case is marked as skipped and nothing is returned:
/// `const auto path = support::shared_data("coffee.png"); if (!path) return;`
inline std::optional<std::string> shared_data(const std::string& name) {
    const char* chosen = std::getenv("PROVENN_SHARED_DATA");
    const std::filesystem::path folder =
        chosen != nullptr ? std::filesystem::path(chosen) : source_folder().parent_path() / "shared" / "data";
    std::error_code ignored;
    if (std::filesystem::exists(folder / name, ignored)) return (folder / name).string();
    skip("no " + name + " in " + folder.string() + "; set PROVENN_SHARED_DATA");
    return std::nullopt;
}

}  // namespace support
