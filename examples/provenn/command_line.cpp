// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line read by CLI11.
#include "command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <utility>

#include "suggestion.hpp"

namespace program {

struct CommandLine::Entry {
    std::string name;
    CLI::App* app = nullptr;
    Action action;
    Context context;
};

namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 done; 1 done, and the answer is no; 2 wrong usage; 3 a file was refused; 4 reading or writing "
    "failed.\n"
    "Results go to stdout (as JSON with --json), everything else to stderr.";

/// CLI::Range takes NaN, for no comparison with it holds.
std::string is_number(const std::string& text) {
    double value = 0.0;
    return CLI::detail::lexical_cast(text, value) && std::isnan(value) ? "Value " + text + " is not a number" : "";
}

template <class Number>
void add_number(CLI::App& app, const std::string& name, Number& target, std::pair<Number, Number> range,
                const std::string& help) {
    CLI::Option* option = app.add_option(name, target, help)->check(CLI::Range(range.first, range.second));
    option->check(is_number)->capture_default_str();
}

std::vector<std::string> words_of(int count, const char* const* arguments) {
    return {arguments + std::min(count, 1), arguments + count};
}

/// What is wrong with a command line, where a word of it is not known; else what CLI11 says.
std::string mistake_text(const CLI::App& app, const std::vector<std::string>& words, const CLI::ParseError& mistake) {
    const auto chosen = app.get_subcommands();
    if (chosen.empty()) {
        if (words.empty() || words[0].rfind('-', 0) == 0) return mistake.what();
        std::vector<std::string> known;
        for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
            known.push_back(command->get_name());
        }
        return "there is no command '" + words[0] + "'" + suggestion(words[0], known);
    }
    std::vector<std::string> known;
    for (const CLI::Option* option : chosen[0]->get_options()) known.push_back(option->get_name());
    for (std::string word : words) {
        word.erase(std::min(word.find('='), word.size()));
        if (word.rfind("--", 0) != 0 || std::find(known.begin(), known.end(), word) != known.end()) continue;
        return "there is no option '" + word + "'" + suggestion(word, known);
    }
    return mistake.what();
}

}  // namespace

void Command::argument(const std::string& name, std::string& target, const std::string& help) {
    app_->add_option(name, target, help)->required()->type_name("");
}

void Command::optional_argument(const std::string& name, std::string& target, const std::string& help) {
    app_->add_option(name, target, help)->type_name("");
}

void Command::arguments(const std::string& name, std::vector<std::string>& target, const std::string& help,
                        int at_least) {
    CLI::Option* option = app_->add_option(name, target, help)->type_name("");
    if (at_least > 0) option->required();
}

void Command::option(const std::string& name, const std::string& type, std::string& target, const std::string& help) {
    CLI::Option* option = app_->add_option(name, target, help)->type_name(type);
    if (!target.empty()) option->capture_default_str();
}

void Command::required_option(const std::string& name, const std::string& type, std::string& target,
                              const std::string& help) {
    app_->add_option(name, target, help)->type_name(type)->required();
}

void Command::number(const std::string& name, std::int64_t& target, std::int64_t lowest, std::int64_t highest,
                     const std::string& help) {
    add_number<std::int64_t>(*app_, name, target, {lowest, highest}, help);
}

void Command::number(const std::string& name, double& target, double lowest, double highest, const std::string& help) {
    add_number<double>(*app_, name, target, {lowest, highest}, help);
}

void Command::choice(const std::string& name, std::string& target, const std::vector<std::string>& values,
                     const std::string& help) {
    CLI::Option* option = app_->add_option(name, target, help)->check(CLI::IsMember(values));
    if (!target.empty()) option->capture_default_str();
}

void Command::flag(const std::string& name, bool& target, const std::string& help) {
    app_->add_flag(name, target, help);
}

CommandLine::CommandLine()
    : app_(std::make_unique<CLI::App>("Neural networks of proven provenance: train, adapt and run CNNs.", "provenn")) {
    app_->require_subcommand(1);
    app_->set_version_flag("--version", PROVENN_PROGRAM_VERSION);
    app_->footer(std::string("`provenn COMMAND --help` shows a command's options and an example.\n") + kExitCodes);
}

CommandLine::~CommandLine() = default;

Command CommandLine::command(const CommandText& text, Action action) {
    auto entry = std::make_unique<Entry>();
    entry->name = text.name;
    entry->action = std::move(action);
    entry->app = app_->add_subcommand(text.name, text.summary);
    entry->app->footer("Example:\n" + text.example + "\n\n" + kExitCodes);
    CommonOptions& common = entry->context.options;
    entry->app->add_option("--threads", common.threads, "Threads; results are the same for any number (default: all)")
        ->check(CLI::Range(1, 1024))->group("Everywhere");
    entry->app->add_option("--isa", common.isa, "Instruction set of the kernels; results are the same for each")
        ->check(CLI::IsMember(std::vector<std::string>{"emulated", "scalar-fma", "avx2", "avx512", "neon", "sse2"}))
        ->group("Everywhere");
    entry->app->add_flag("--json", common.json, "Results as JSON")->group("Everywhere");
    entries_.push_back(std::move(entry));
    return Command(*entries_.back()->app);
}

int CommandLine::run(int argument_count, const char* const* arguments) {
    try {
        app_->parse(argument_count, arguments);
    } catch (const CLI::Success& help) {
        const int code = app_->exit(help);  // prints help or version to stdout
        if (std::cout.flush()) return code;
        std::fprintf(stderr, "provenn: io_failed: stdout: cannot be written\n  next: see where stdout leads\n");
        return static_cast<int>(ExitCode::io);
    } catch (const CLI::ParseError& mistake) {
        std::string where = "provenn";
        for (const auto& entry : entries_) {
            if (entry->app->parsed()) where += " " + entry->name;
        }
        std::fprintf(stderr, "%s: wrong usage: %s\n  next: see `%s --help`\n", where.c_str(),
                     mistake_text(*app_, words_of(argument_count, arguments), mistake).c_str(), where.c_str());
        return static_cast<int>(ExitCode::usage);
    }
    for (const auto& entry : entries_) {
        if (!entry->app->parsed()) continue;
        entry->context.arguments.assign(arguments, arguments + argument_count);
        try {
            auto done = entry->action(entry->context);
            return static_cast<int>(done ? *done : entry->context.report(entry->name, done.error()));
        } catch (const std::exception& problem) {  // the library throws nothing; memory may run out in the program
            const Error error = make_error(ErrorCode::out_of_memory, problem.what());
            return static_cast<int>(entry->context.report(entry->name, error));
        }
    }
    return static_cast<int>(ExitCode::usage);
}

}  // namespace program
