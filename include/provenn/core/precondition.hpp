// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Checked preconditions: a caller's bug stops at a handler that the product sets.
#pragma once

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Called with the broken condition and its place. It must not return: it resets the device, throws (lab) or traps.
using PreconditionHandler = void (*)(const char* condition, const char* file, int line);

namespace precondition {
inline void trap(const char*, const char*, int) { __builtin_trap(); }
inline PreconditionHandler& handler() {
    static PreconditionHandler current = &trap;
    return current;
}
[[noreturn]] inline void broken(const char* condition, const char* file, int line) {
    handler()(condition, file, line);
    __builtin_trap();
}
}  // namespace precondition

/// Sets the handler for broken preconditions. The default executes a trap instruction.
/// @threads call it once, before any other use of the library.
inline void set_precondition_handler(PreconditionHandler handler) { precondition::handler() = handler; }

}  // namespace PROVENN_ABI
}  // namespace provenn

#define PROVENN_REQUIRE(condition) \
    ((condition) ? static_cast<void>(0) : ::provenn::precondition::broken(#condition, __FILE__, __LINE__))
