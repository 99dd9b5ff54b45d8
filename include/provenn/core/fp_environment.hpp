// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// FpEnvironmentScope: the one floating-point environment of the number contract, set on entry and restored on exit.
#pragma once

#include <cstdint>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace fp_environment {
#if defined(__x86_64__)
using Register = std::uint32_t;
/// MXCSR: all exceptions masked, round to nearest, neither flush-to-zero nor denormals-are-zero.
inline constexpr Register kContract = 0x1f80u;
/// The six sticky flags report the past; they do not change arithmetic.
inline constexpr Register kStickyFlags = 0x3fu;
inline Register read() {
    Register value = 0;
    __asm__ volatile("stmxcsr %0" : "=m"(value) : : "memory");
    return value;
}
inline void write(Register value) { __asm__ volatile("ldmxcsr %0" : : "m"(value) : "memory"); }
#elif defined(__aarch64__)
using Register = std::uint64_t;
/// FPCR: no traps, round to nearest, neither FZ nor FZ16 nor default-NaN.
inline constexpr Register kContract = 0;
inline constexpr Register kStickyFlags = 0;
inline Register read() {
    Register value = 0;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value) : : "memory");
    return value;
}
inline void write(Register value) { __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory"); }
#else
// An environment that this library cannot reach: the known answers of a session tell whether it is the right one.
using Register = std::uint32_t;
inline constexpr Register kContract = 0;
inline constexpr Register kStickyFlags = 0;
inline Register read() { return 0; }
inline void write(Register) {}
#endif
}  // namespace fp_environment

/// While it lives, the calling thread rounds to nearest, keeps subnormal numbers and raises no traps.
/// Entered around each run and again inside each task, because every thread has an environment of its own.
/// @cost some ten cycles; no libm, no system call.
/// @threads acts on the calling thread only.
/// @req REQ-CORE-004
class FpEnvironmentScope {
  public:
    FpEnvironmentScope() noexcept : saved_(fp_environment::read()) {
        if (!is_contract(saved_)) fp_environment::write(fp_environment::kContract);
    }
    FpEnvironmentScope(const FpEnvironmentScope&) = delete;
    FpEnvironmentScope& operator=(const FpEnvironmentScope&) = delete;
    ~FpEnvironmentScope() {
        if (!is_contract(saved_)) fp_environment::write(saved_);
    }

  private:
    static bool is_contract(fp_environment::Register value) {
        return (value & ~fp_environment::kStickyFlags) == fp_environment::kContract;
    }
    fp_environment::Register saved_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
