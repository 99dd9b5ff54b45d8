// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line, without the package that reads it: commands state their options through these two classes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "context.hpp"

namespace CLI {
class App;
}

namespace program {

/// Does the work; an error or the exit code.
using Action = std::function<Result<ExitCode>(Context&)>;

/// What a command is, for its help.
struct CommandText {
    std::string name, summary;  ///< one line
    std::string example;        ///< lines that can be copied
};

/// The options of one command. Targets must live until the command has run.
class Command {
  public:
    explicit Command(CLI::App& app) : app_(&app) {}

    /// Arguments by place, in this order.
    void argument(const std::string& name, std::string& target, const std::string& help);
    void optional_argument(const std::string& name, std::string& target, const std::string& help);
    void arguments(const std::string& name, std::vector<std::string>& target, const std::string& help,
                   int at_least = 1);
    /// Options by name, such as "--top".
    void option(const std::string& name, const std::string& type, std::string& target, const std::string& help);
    void required_option(const std::string& name, const std::string& type, std::string& target,
                         const std::string& help);
    void number(const std::string& name, std::int64_t& target, std::int64_t lowest, std::int64_t highest,
                const std::string& help);
    void number(const std::string& name, double& target, double lowest, double highest, const std::string& help);
    void choice(const std::string& name, std::string& target, const std::vector<std::string>& values,
                const std::string& help);
    void flag(const std::string& name, bool& target, const std::string& help);

  private:
    CLI::App* app_;
};

/// The whole program's command line.
class CommandLine {
  public:
    CommandLine();
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;
    ~CommandLine();

    Command command(const CommandText& text, Action action);
    /// Reads the arguments, runs the command that was named and returns the process's exit code.
    int run(int argument_count, const char* const* arguments);

  private:
    struct Entry;
    std::unique_ptr<CLI::App> app_;
    std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace program
