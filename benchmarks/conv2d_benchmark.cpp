// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of convolution on the shapes of real networks, one core: GFLOP/s and the share of the peak of the same moment.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "convolution.hpp"
#include "peak.hpp"

namespace {

using namespace benchmarks;

void run_layer(benchmark::State& state, const KernelTable& table, const Layer& layer) {
    const LayerConvolution convolution(layer);
    const Conv2dArguments& a = convolution.arguments();

    table.conv2d.run(a, serial_executor());
    const double peak = benchmarks::peak_gflops(table.isa);
    double seconds = 0.0;
    for (auto _ : state) {
        const double start = benchmarks::seconds_now();
        table.conv2d.run(a, serial_executor());
        benchmark::DoNotOptimize(convolution.output());
        const double elapsed = benchmarks::seconds_now() - start;
        state.SetIterationTime(elapsed);
        seconds += elapsed;
    }
    const double rate = layer.flop() * static_cast<double>(state.iterations()) / seconds / 1e9;
    state.counters["GFLOP/s"] = rate;
    if (peak > 0.0) state.counters["peak_%"] = 100.0 * rate / peak;
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const std::filesystem::path shapes = std::filesystem::path(__FILE__).parent_path() / "shapes" / "resnet50.txt";
    const std::vector<Layer> layers = read_layers(shapes);
    if (layers.empty()) return 1;
    for (const Isa isa : {Isa::avx512, Isa::avx2}) {
        const KernelTable* table = find_table(isa);
        if (table == nullptr) continue;
        for (const Layer& layer : layers) {
            std::ostringstream name;
            name << to_string(isa) << "/" << layer.kernel << "x" << layer.kernel << "/" << layer.stride << " "
                 << layer.channels << "x" << layer.height << "->" << layer.filters;
            benchmark::RegisterBenchmark(name.str().c_str(),
                                         [table, layer](benchmark::State& state) { run_layer(state, *table, layer); })
                ->UseManualTime()
                ->Unit(benchmark::kMicrosecond);
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
