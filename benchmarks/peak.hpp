// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The processor's peak of fused multiply-adds, measured when a benchmark runs: clocks change from run to run.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "provenn/kernels/isa.hpp"

namespace benchmarks {

inline double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

#if defined(__x86_64__)
// Twelve chains hide the latency of the unit. The assembly is the loop itself, so that no compiler folds it away.
template <bool IsWide>
inline void multiply_add_loop(std::int64_t rounds) {
    for (std::int64_t i = 0; i < rounds; ++i) {
        if constexpr (IsWide) {
            __asm__ volatile(
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm0\n vfmadd231ps %%zmm12,%%zmm13,%%zmm1\n"
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm2\n vfmadd231ps %%zmm12,%%zmm13,%%zmm3\n"
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm4\n vfmadd231ps %%zmm12,%%zmm13,%%zmm5\n"
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm6\n vfmadd231ps %%zmm12,%%zmm13,%%zmm7\n"
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm8\n vfmadd231ps %%zmm12,%%zmm13,%%zmm9\n"
                "vfmadd231ps %%zmm12,%%zmm13,%%zmm10\n vfmadd231ps %%zmm12,%%zmm13,%%zmm11"
                ::: "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
        } else {
            __asm__ volatile(
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm0\n vfmadd231ps %%ymm12,%%ymm13,%%ymm1\n"
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm2\n vfmadd231ps %%ymm12,%%ymm13,%%ymm3\n"
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm4\n vfmadd231ps %%ymm12,%%ymm13,%%ymm5\n"
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm6\n vfmadd231ps %%ymm12,%%ymm13,%%ymm7\n"
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm8\n vfmadd231ps %%ymm12,%%ymm13,%%ymm9\n"
                "vfmadd231ps %%ymm12,%%ymm13,%%ymm10\n vfmadd231ps %%ymm12,%%ymm13,%%ymm11"
                ::: "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11");
        }
    }
    // Zeroes every register: denormal or leftover operands of the loop must not slow what follows.
    __asm__ volatile("vzeroall" ::: "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
                     "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}
#endif

/// GFLOP/s of one core with the registers of `isa`; 0 where that is not known. @cost about 10 ms.
inline double peak_gflops(provenn::kernels::Isa isa) {
#if defined(__x86_64__)
    using provenn::kernels::Isa;
    if (isa != Isa::avx512 && isa != Isa::avx2) return 0.0;
    constexpr std::int64_t kRounds = 200000;
    double best = 0.0;
    for (int repetition = 0; repetition < 10; ++repetition) {
        const double start = seconds_now();
        if (isa == Isa::avx512) {
            multiply_add_loop<true>(kRounds);
        } else {
            multiply_add_loop<false>(kRounds);
        }
        const double flop = static_cast<double>(kRounds) * 12 * 2 * (isa == Isa::avx512 ? 16 : 8);
        best = std::max(best, flop / (seconds_now() - start) / 1e9);
    }
    return best;
#else
    static_cast<void>(isa);
    return 0.0;
#endif
}

/// GFLOP/s of `threads` cores that work at the same time.
inline double peak_gflops(provenn::kernels::Isa isa, int threads) {
    std::vector<double> peaks(static_cast<std::size_t>(threads), 0.0);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < peaks.size(); ++i) others.emplace_back([&, i] { peaks[i] = peak_gflops(isa); });
    peaks[0] = peak_gflops(isa);
    for (std::thread& other : others) other.join();
    double sum = 0.0;
    for (const double peak : peaks) sum += peak;
    return sum;
}

}  // namespace benchmarks
