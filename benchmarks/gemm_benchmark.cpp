// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of square matrix products whose second factor is packed beforehand, on one thread and on two. The goals are
// 0.95 of the peak on one and 0.93 on two.
#include "convolution.hpp"
#include "measure.hpp"
#include "provenn/kernels/training_dispatch.hpp"

namespace {

using namespace benchmarks;

void run_product(benchmark::State& state, const TrainingTable& table, std::int64_t size, int threads) {
    const AlignedFloats a(size * size), plain(size * size), b(gemm_packed_size(size, size)), c(size * size);
    pack_gemm(size, size, plain.data(), size, b.data());
    const GemmArguments product{size, size, size, a.data(), size, b.data(), nullptr, c.data(), size};
    const Executor executor = executor_of(threads);
    const double flop = 2.0 * static_cast<double>(size) * static_cast<double>(size) * static_cast<double>(size);
    measure(state, {table.isa, threads}, flop, [&] {
        table.gemm.run(product, executor);
        benchmark::DoNotOptimize(c.data());
    });
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (const Isa isa : {Isa::avx512, Isa::avx2}) {
        const TrainingTable* table = find_training_table(isa);
        if (table == nullptr) continue;
        for (const int threads : {1, 2}) {
            for (const std::int64_t size : {256, 384, 512, 768, 1024, 1536, 2048}) {
                const std::string name =
                    std::string(to_string(isa)) + "/threads:" + std::to_string(threads) + "/" + std::to_string(size);
                benchmark::RegisterBenchmark(name.c_str(),
                                             [=](benchmark::State& s) { run_product(s, *table, size, threads); })
                    ->UseManualTime()
                    ->Unit(benchmark::kMicrosecond);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
