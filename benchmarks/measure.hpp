// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How every benchmark measures: the median and the fastest of its iterations, as GFLOP/s and as shares of the peak that
// was measured just before.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "peak.hpp"
#include "provenn/adapters/tbb.hpp"

namespace benchmarks {

/// Executor of `threads` threads, made once.
inline provenn::Executor executor_of(int threads) {
    if (threads == 1) return provenn::serial_executor();
    static std::map<int, provenn::TbbExecutor> made;
    auto found = made.find(threads);
    if (found == made.end()) {
        found = made.emplace(threads, provenn::TbbExecutor::make(threads).value_or_throw()).first;
    }
    return found->second.executor();
}

/// What a benchmark computes with.
struct Machine {
    provenn::kernels::Isa isa;
    int threads = 1;
};

/// Calls `work` once for warmth and then in each iteration. The time of an iteration, and so the time that Google
/// Benchmark prints, is that of the call alone; the counters are of the median, which other work on the machine moves
/// less than a mean, and `best` of the fastest.
template <class Work>
void measure(benchmark::State& state, const Machine& machine, double flop, Work&& work) {
    work();
    const double peak = peak_gflops(machine.isa, machine.threads);
    std::vector<double> seconds;
    for (auto _ : state) {
        const double start = seconds_now();
        work();
        seconds.push_back(seconds_now() - start);
        state.SetIterationTime(seconds.back());
    }
    std::sort(seconds.begin(), seconds.end());
    const double median = seconds[seconds.size() / 2], best = seconds.front();
    state.counters["median_us"] = median * 1e6;
    state.counters["GFLOP/s"] = flop / median / 1e9;
    if (peak <= 0.0) return;
    state.counters["peak_%"] = 100.0 * flop / median / 1e9 / peak;
    state.counters["best_peak_%"] = 100.0 * flop / best / 1e9 / peak;
}

}  // namespace benchmarks
