// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of direct convolution on the shapes of real networks, one core: GFLOP/s and the share of the peak of the same
// moment.
#include "convolution.hpp"
#include "measure.hpp"

namespace {

using namespace benchmarks;

void run_layer(benchmark::State& state, const KernelTable& table, const Layer& layer) {
    const LayerConvolution convolution(layer);
    measure(state, {table.isa}, layer.flop(), [&] {
        table.conv2d.run(convolution.arguments(), serial_executor());
        benchmark::DoNotOptimize(convolution.output());
    });
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (const char* network : {"resnet50", "resnet18", "vgg16", "mobilenet_v2", "unet"}) {
        const std::vector<Layer> layers = read_layers(shapes_folder() / (std::string(network) + ".txt"));
        if (layers.empty()) return 1;
        for (const Isa isa : {Isa::avx512, Isa::avx2}) {
            const KernelTable* table = find_table(isa);
            if (table == nullptr) continue;
            for (const Layer& layer : layers) {
                const std::string name = std::string(network) + "/" + to_string(isa) + "/" + layer_name(layer);
                benchmark::RegisterBenchmark(
                    name.c_str(), [table, layer](benchmark::State& state) { run_layer(state, *table, layer); })
                    ->UseManualTime()
                    ->Unit(benchmark::kMicrosecond);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
