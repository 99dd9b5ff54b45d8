// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the cost model knows of a machine: few constants, measured when it runs. Each is the fastest of many tries, for
// other work on the machine only ever slows.
#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <thread>
#include <vector>

#include "convolution.hpp"
#include "measure.hpp"

namespace benchmarks {

/// Fewest seconds of a call within about `budget` seconds.
template <class Work>
double least_seconds(double budget, Work&& work) {
    work();
    double least = 1e9;
    const double end = seconds_now() + budget;
    for (int calls = 0; calls < 5 || seconds_now() < end; ++calls) {
        const double start = seconds_now();
        work();
        least = std::min(least, seconds_now() - start);
    }
    return least;
}

/// Exclusive or of `count` words, a multiple of 64, in vectors as wide as the processor has.
#if defined(__x86_64__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
inline std::uint32_t combine(const std::uint32_t* words, std::int64_t count) {
    std::uint32_t seen[64] = {};
    for (std::int64_t i = 0; i < count; i += 64) {
        for (int lane = 0; lane < 64; ++lane) seen[lane] ^= words[i + lane];
    }
    for (int lane = 1; lane < 64; ++lane) seen[0] ^= seen[lane];
    return seen[0];
}

/// GB/s at which one core reads `bytes` again and again, in pieces of at most 4 MiB of which the fastest counts.
inline double read_gbytes(std::int64_t bytes) {
    const std::int64_t words = bytes / 4, piece = std::min(words, std::int64_t{1} << 20);
    const std::vector<std::uint32_t> memory(static_cast<std::size_t>(words), 1);
    std::int64_t next = 0;
    const double seconds = least_seconds(0.3, [&] {
        benchmark::DoNotOptimize(combine(memory.data() + next, piece));
        next = next + 2 * piece > words ? 0 : next + piece;
    });
    return static_cast<double>(piece) * 4.0 / seconds / 1e9;
}

/// The sum over `threads` cores that do so at the same time, each with memory of its own.
inline double read_gbytes(std::int64_t bytes, int threads) {
    std::vector<double> rates(static_cast<std::size_t>(threads), 0.0);
    std::vector<std::thread> others;
    for (std::size_t i = 1; i < rates.size(); ++i) others.emplace_back([&, i] { rates[i] = read_gbytes(bytes); });
    rates[0] = read_gbytes(bytes);
    for (std::thread& other : others) other.join();
    double sum = 0.0;
    for (const double rate : rates) sum += rate;
    return sum;
}

/// Bandwidth of data of one size.
struct Bandwidth {
    std::int64_t bytes = 0;
    double one_core = 0.0;   ///< GB/s
    double two_cores = 0.0;  ///< GB/s together
};

struct MachineConstants {
    Isa isa = Isa::emulated;
    double peak = 0.0;           ///< GFLOP/s of one core
    double two_core_peak = 0.0;  ///< of both together
    std::vector<Bandwidth> bandwidth;  ///< of ascending sizes
    double region_seconds = 0.0;  ///< of a parallel region of two threads, beyond its tasks
    double task_seconds = 0.0;    ///< of handing one task over
    // What the kernels make of the peak on one layer each whose maps lie in the second cache.
    double product_share = 0.0, depthwise_share = 0.0;

    /// GB/s for data of a size, on `threads` cores. Between the measured sizes it is interpolated over the logarithms;
    /// beyond two cores it grows as it grew from one to two.
    [[nodiscard]] double gbytes(double bytes, int threads) const {
        const auto at = [&](const Bandwidth& b) {
            return b.one_core * std::pow(threads, std::log2(std::max(1.0, b.two_cores / b.one_core)));
        };
        if (bytes <= static_cast<double>(bandwidth.front().bytes)) return at(bandwidth.front());
        for (std::size_t i = 1; i < bandwidth.size(); ++i) {
            const auto low = static_cast<double>(bandwidth[i - 1].bytes),
                       high = static_cast<double>(bandwidth[i].bytes);
            if (bytes > high) continue;
            const double part = std::log(bytes / low) / std::log(high / low);
            return std::exp(std::log(at(bandwidth[i - 1])) * (1.0 - part) + std::log(at(bandwidth[i])) * part);
        }
        return at(bandwidth.back());
    }
};

inline double region_seconds(std::int64_t tasks) {
    std::atomic<std::int64_t> sum{0};
    const Executor executor = executor_of(2);
    return least_seconds(0.2, [&] {
        executor.for_each(tasks, [&](std::int64_t task) { sum.fetch_add(task, std::memory_order_relaxed); });
    });
}

/// Share of the peak that direct convolution has: 64 to 64 channels, 3 x 3, on 28 x 28 pixels.
inline double product_share(const KernelTable& table) {
    const Layer layer{64, 28, 64, 3, 1, 1};
    const LayerConvolution convolution(layer);
    const double seconds =
        least_seconds(0.3, [&] { table.conv2d.run(convolution.arguments(), serial_executor()); });
    return layer.flop() / seconds / 1e9 / peak_gflops(table.isa);
}

/// Share of the peak that depthwise convolution has: 96 channels, 3 x 3, on 28 x 28 pixels.
inline double depthwise_share(const KernelTable& table) {
    const MapExtent extent{28, 28, 96};
    DepthwiseConv2dArguments arguments;
    arguments.geometry = {3, 3, 1, 1, 1, 1, 1, 1, 1};
    const MapLayout in{extent, input_halo(arguments.geometry, extent, extent)}, out{extent, {}};
    const AlignedFloats x(in.size(1)), y(out.size(1)), bias(96);
    const AlignedFloats weights(depthwise_packed_size(arguments.geometry, 96));
    arguments.input = in.map(x.data(), 1), arguments.output = out.map(y.data(), 1);
    arguments.weights = weights.data(), arguments.bias = bias.data();
    const double seconds = least_seconds(0.3, [&] { table.depthwise_conv2d.run(arguments, serial_executor()); });
    return 2.0 * 9.0 * 28 * 28 * 96 / seconds / 1e9 / peak_gflops(table.isa);
}

inline MachineConstants measure_machine() {
    const KernelTable& table = best_table();
    MachineConstants machine;
    machine.isa = table.isa;
    machine.peak = peak_gflops(table.isa);
    machine.two_core_peak = peak_gflops(table.isa, 2);
    for (const std::int64_t bytes : {std::int64_t{1} << 20, std::int64_t{1} << 23, std::int64_t{1} << 26,
                                     std::int64_t{1} << 29}) {
        machine.bandwidth.push_back({bytes, read_gbytes(bytes), read_gbytes(bytes, 2)});
    }
    machine.region_seconds = region_seconds(2);
    machine.task_seconds = std::max(0.0, region_seconds(258) - machine.region_seconds) / 256.0;
    machine.product_share = product_share(table);
    machine.depthwise_share = depthwise_share(table);
    return machine;
}

}  // namespace benchmarks
