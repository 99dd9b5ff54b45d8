// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What every command shares: common options, the exit codes, and where results, notes and errors go.
#pragma once

#include <string>
#include <vector>

#include "provenn/adapters/json.hpp"

namespace program {

using namespace provenn;  // the program is a user of the library, and every second word is the library's

/// What the process ends with.
enum class ExitCode : int {
    ok = 0,       ///< done
    no = 1,       ///< done, and the answer is no: compare departs, a self-test fails, a frozen tensor changed
    usage = 2,    ///< the command line is wrong
    refused = 3,  ///< a file or its content was refused
    io = 4,       ///< the operating system refused to read or write, or memory ran out
};

/// Options of every command.
struct CommonOptions {
    int threads = 0;  ///< 0: as many as the machine has
    std::string isa;  ///< empty: the fastest that the processor has
    bool json = false;
};

/// One run of one command.
class Context {
  public:
    CommonOptions options;
    std::vector<std::string> arguments;  ///< the whole command line, for records

    /// Marks an error as a mistake on the command line.
    [[nodiscard]] Error usage(const Error& error, const std::string& hint = {});
    /// Says what to do about the error that is returned next.
    void advise(const std::string& hint) { hint_ = hint; }
    /// A remark on stderr that is no result.
    void note(const std::string& text) const;
    /// A remark on stderr on what is likely to be wrong.
    void warn(const std::string& text) const;
    /// The result: `text` for people, or the JSON value, whichever was asked for.
    [[nodiscard]] Status print(const std::string& text, const Json& json) const;

    /// Writes the error to stderr and tells the exit code.
    [[nodiscard]] ExitCode report(const std::string& command, const Error& error) const;

  private:
    bool is_usage_ = false;
    std::string hint_;
};

/// Text of any piece that the library's messages can hold, such as a shape or a digest.
template <class Piece>
[[nodiscard]] std::string text_of(const Piece& piece) {
    FixedText<383> text;
    (void)(text << piece);
    return std::string(text.view());
}

/// A number with `digits` digits after the point.
[[nodiscard]] std::string fixed(double number, int digits);

}  // namespace program
