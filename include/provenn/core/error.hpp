// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The list of errors with stable numbers, and the error value that carries one of them.
#pragma once

#include <cstdint>

#include "provenn/core/text.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Numbers are stable for ever: they appear in device logs. docs/reference/errors.md has a paragraph for each.
enum class ErrorCode : std::uint16_t {
    out_of_memory = 1,          ///< an allocation failed
    invalid_argument = 2,       ///< a value the caller chose is outside its stated range
    shape_mismatch = 3,         ///< two shapes that must agree do not
    unsupported = 4,            ///< well formed, but outside what the library implements
    limit_exceeded = 5,         ///< a declared size is above the limit set for it
    corrupt_data = 6,           ///< bytes contradict their own format
    hash_mismatch = 7,          ///< bytes are not those that were hashed
    version_mismatch = 8,       ///< a format version this library does not read
    not_found = 9,              ///< a named thing does not exist
    duplicate_name = 10,        ///< two things bear one name
    missing_weight = 11,        ///< a parameter of the model has no tensor in the file
    unexpected_weight = 12,     ///< a tensor of the file has no parameter in the model
    not_finite = 13,            ///< NaN or infinity where a number is needed
    input_refused = 14,         ///< an input breaks the model's input contract
    self_test_failed = 15,      ///< known answers were not reproduced bit for bit
    cancelled = 16,             ///< the caller asked to stop
    io_failed = 17,             ///< the operating system refused to read or write
    policy_refused = 18,        ///< legal, but refused by policy (external links, code in files ...)
    data_leak = 19,             ///< the same sample or patient on both sides of a split
    isa_unavailable = 20,       ///< the processor lacks the instruction set that was asked for
    empty_data = 21,            ///< nothing to work on
};

/// Text of an error id, such as `shape_mismatch`.
inline const char* to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::out_of_memory: return "out_of_memory";
        case ErrorCode::invalid_argument: return "invalid_argument";
        case ErrorCode::shape_mismatch: return "shape_mismatch";
        case ErrorCode::unsupported: return "unsupported";
        case ErrorCode::limit_exceeded: return "limit_exceeded";
        case ErrorCode::corrupt_data: return "corrupt_data";
        case ErrorCode::hash_mismatch: return "hash_mismatch";
        case ErrorCode::version_mismatch: return "version_mismatch";
        case ErrorCode::not_found: return "not_found";
        case ErrorCode::duplicate_name: return "duplicate_name";
        case ErrorCode::missing_weight: return "missing_weight";
        case ErrorCode::unexpected_weight: return "unexpected_weight";
        case ErrorCode::not_finite: return "not_finite";
        case ErrorCode::input_refused: return "input_refused";
        case ErrorCode::self_test_failed: return "self_test_failed";
        case ErrorCode::cancelled: return "cancelled";
        case ErrorCode::io_failed: return "io_failed";
        case ErrorCode::policy_refused: return "policy_refused";
        case ErrorCode::data_leak: return "data_leak";
        case ErrorCode::isa_unavailable: return "isa_unavailable";
        case ErrorCode::empty_data: return "empty_data";
    }
    return "unknown";
}

/// What went wrong, where, what was expected and what was found. Fixed size: making one cannot fail.
struct Error {
    ErrorCode code = ErrorCode::invalid_argument;
    FixedText<383> message;
};

/// `make_error(ErrorCode::shape_mismatch, name, ": expected ", expected, ", file has ", found)`.
template <class... Pieces>
[[nodiscard]] Error make_error(ErrorCode code, const Pieces&... pieces) {
    Error error;
    error.code = code;
    (void)(error.message << ... << pieces);
    return error;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
