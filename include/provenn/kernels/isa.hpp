// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Instruction sets that kernels exist for, and what the processor at hand offers.
#pragma once

#include <cstdint>
#include <string_view>

#include "provenn/core/config.hpp"
#include "provenn/core/result.hpp"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

/// All give the same bits. `emulated` runs everywhere; `sse2` is the fast one without hardware FMA.
enum class Isa : std::uint8_t { emulated = 0, scalar_fma = 1, avx2 = 2, avx512 = 3, neon = 4, sse2 = 5 };
inline constexpr int kIsaCount = 6;

[[nodiscard]] inline const char* to_string(Isa isa) {
    switch (isa) {
        case Isa::emulated: return "emulated";
        case Isa::scalar_fma: return "scalar-fma";
        case Isa::avx2: return "avx2";
        case Isa::avx512: return "avx512";
        case Isa::neon: return "neon";
        case Isa::sse2: return "sse2";
    }
    return "?";
}

/// The instruction set of a name that `to_string` gives. @errors not_found.
[[nodiscard]] inline Result<Isa> isa_from_name(std::string_view name) {
    for (int i = 0; i < kIsaCount; ++i) {
        const auto isa = static_cast<Isa>(i);
        if (name == to_string(isa)) return isa;
    }
    return make_error(ErrorCode::not_found, "instruction set '", name,
                      "': expected one of emulated, scalar-fma, avx2, avx512, neon, sse2");
}

namespace isa_detection {
#if defined(__x86_64__)
/// Register state that the operating system saves (XCR0); 0 where it saves none beyond SSE.
inline std::uint64_t enabled_states() {
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_OSXSAVE) == 0) return 0;
    std::uint32_t low = 0, high = 0;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (static_cast<std::uint64_t>(high) << 32) | low;
}
#endif
}  // namespace isa_detection

/// Whether this compiler can be trusted with the vectors of the instruction set: g++ for Windows keeps vectors of 32
/// and 64 bytes on a stack that is aligned to 16 (GCC PR 54412), and the program crashes.
[[nodiscard]] constexpr bool compiler_has([[maybe_unused]] Isa isa) {
#if defined(_WIN64) && !defined(__clang__)
    return isa != Isa::avx2 && isa != Isa::avx512;
#else
    return true;
#endif
}

/// Whether the processor and the operating system can run kernels of this instruction set.
[[nodiscard]] inline bool processor_has(Isa isa) {
    if (isa == Isa::emulated) return true;
#if defined(__x86_64__)
    const std::uint64_t states = isa_detection::enabled_states();
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
    const bool has_fma = (c & bit_FMA) != 0 && (c & bit_AVX) != 0 && (states & 0x6u) == 0x6u;
    unsigned a7 = 0, b7 = 0, c7 = 0, d7 = 0;
    const bool has_leaf7 = __get_cpuid_count(7, 0, &a7, &b7, &c7, &d7) != 0;
    switch (isa) {
        case Isa::sse2: return true;
        case Isa::scalar_fma: return has_fma;
        case Isa::avx2: return has_fma && has_leaf7 && (b7 & bit_AVX2) != 0;
        case Isa::avx512:
            return has_fma && has_leaf7 && (b7 & bit_AVX2) != 0 && (b7 & bit_AVX512F) != 0 &&
                   (b7 & bit_AVX512VL) != 0 && (b7 & bit_AVX512DQ) != 0 && (b7 & bit_AVX512BW) != 0 &&
                   (states & 0xe6u) == 0xe6u;
        case Isa::emulated:
        case Isa::neon: break;
    }
    return false;
#elif defined(__aarch64__)
    return isa == Isa::scalar_fma || isa == Isa::neon;
#else
    return false;
#endif
}

}  // namespace kernels
}  // namespace PROVENN_ABI
}  // namespace provenn
