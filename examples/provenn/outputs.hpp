// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Files that a command will write, checked before it works for hours.
#pragma once

#include <string>
#include <vector>

#include "context.hpp"

namespace program {

/// A file that a command will write.
struct Output {
    std::string option;                ///< how the command line names it; "--out's record" for what stands beside --out
    std::string path;
    std::vector<std::string> endings;  ///< one of them must end the name; empty: any name
};

/// Whether two paths lead to one file, through symbolic and hard links too.
[[nodiscard]] bool is_same_file(const std::string& a, const std::string& b);

/// Checks that the output can be written and that writing it destroys no input; an older output may be replaced.
/// @param inputs files that the command reads; those that do not exist, and empty names, are passed over.
/// @errors usage for a name without its ending and for an output that is an input; io_failed where the folder does not
///   exist or nothing can be made in it, and where a folder, pipe or device has the name.
[[nodiscard]] Status check_output(Context& context, const Output& output, const std::vector<std::string>& inputs);

}  // namespace program
