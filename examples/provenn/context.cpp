// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where results, notes and errors go.
#include "context.hpp"

#include <cstdio>

namespace program {

namespace {

ExitCode exit_code_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::io_failed:
        case ErrorCode::out_of_memory: return ExitCode::io;
        case ErrorCode::isa_unavailable: return ExitCode::usage;
        default: return ExitCode::refused;
    }
}

const char* default_hint(ErrorCode code) {
    switch (code) {
        case ErrorCode::io_failed:
            return "check that the path exists, that it is a file, and that you may read or write it";
        case ErrorCode::out_of_memory: return "free some memory, or use smaller images or batches";
        case ErrorCode::isa_unavailable: return "leave --isa away to use the fastest kernels that this processor has";
        case ErrorCode::corrupt_data:
        case ErrorCode::hash_mismatch:
        case ErrorCode::self_test_failed:
            return "fetch or make the file again, and compare its SHA-256 with its publisher's";
        case ErrorCode::empty_data: return "check that writing or downloading the file was completed";
        case ErrorCode::version_mismatch: return "use the release of provenn that wrote the file, or write it again";
        case ErrorCode::unsupported: return "`provenn inspect FILE` tells what a file is; docs/ lists what can be read";
        case ErrorCode::input_refused:
            return "bring the input to what the model expects; `provenn inspect MODEL` shows it; --alpha says what "
                   "becomes of transparent images, and `train --channels 3` takes grey and colour images together";
        case ErrorCode::missing_weight:
        case ErrorCode::unexpected_weight:
            return "the weights belong to another architecture; check which file goes with which";
        case ErrorCode::not_finite:
            return "look for NaN or infinity in the input and in the weights (`provenn inspect`)";
        case ErrorCode::data_leak:
            return "split the data by patient (--patient-pattern or a patient column in --table)";
        default: return "see `provenn --help`, and docs/reference/errors.md for this kind of error";
    }
}

}  // namespace

Error Context::usage(const Error& error, const std::string& hint) {
    is_usage_ = true;
    hint_ = hint;
    return error;
}

void Context::note(const std::string& text) const { std::fprintf(stderr, "note: %s\n", text.c_str()); }

void Context::warn(const std::string& text) const { std::fprintf(stderr, "warning: %s\n", text.c_str()); }

Status Context::print(const std::string& text, const Json& json) const {
    std::string out = text;
    if (options.json) {
        PROVENN_ASSIGN(out, dump_json(json));
        out += '\n';
    }
    if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
        return make_error(ErrorCode::io_failed, "stdout: cannot be written");
    }
    return {};
}

ExitCode Context::report(const std::string& command, const Error& error) const {
    std::string hint = hint_;
    if (hint.empty()) hint = is_usage_ ? "see `provenn " + command + " --help`" : default_hint(error.code);
    std::fprintf(stderr, "provenn %s: %s: %s\n  next: %s\n", command.c_str(), to_string(error.code),
                 error.message.c_str(), hint.c_str());
    return is_usage_ ? ExitCode::usage : exit_code_of(error.code);
}

std::string fixed(double number, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, number);
    return text;
}

}  // namespace program
