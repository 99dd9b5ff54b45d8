// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of Winograd's method beside the direct chain on 3 x 3 layers, on one thread and on two: the limits in
// winograd_tile_for come from here. GFLOP/s counts the operations of the direct method, so that shares compare and may
// pass 100 %.
#include "convolution.hpp"
#include "measure.hpp"
#include "provenn/kernels/winograd_conv2d.hpp"

namespace {

using namespace benchmarks;

void run_direct(benchmark::State& state, const KernelTable& table, const Layer& layer, int threads) {
    const LayerConvolution convolution(layer);
    const Executor executor = executor_of(threads);
    measure(state, {table.isa, threads}, layer.flop(), [&] {
        table.conv2d.run(convolution.arguments(), executor);
        benchmark::DoNotOptimize(convolution.output());
    });
}

void run_winograd(benchmark::State& state, const KernelTable& table, const Layer& layer, WinogradTile tile,
                  int threads) {
    const LayerConvolution convolution(layer);
    const Conv2dArguments& direct = convolution.arguments();
    const AlignedFloats kernel(9 * layer.channels * layer.filters);
    const AlignedFloats weights(winograd_packed_size(tile, layer.channels, layer.filters));
    const AlignedFloats scratch(winograd_scratch_size(tile, 1, direct.input.extent, direct.output.extent));
    pack_winograd_weights(tile, layer.channels, layer.filters,
                          winograd_forward_source(kernel.data(), layer.channels, layer.filters), weights.data());
    WinogradConv2dArguments arguments;
    arguments.input = direct.input, arguments.output = direct.output, arguments.tile = tile;
    arguments.pad_top = 1, arguments.pad_left = 1;
    arguments.weights = weights.data(), arguments.bias = direct.bias, arguments.epilogue = direct.epilogue;
    arguments.scratch = scratch.data();
    const Executor executor = executor_of(threads);
    measure(state, {table.isa, threads}, layer.flop(), [&] {
        table.winograd_conv2d.run(arguments, executor);
        benchmark::DoNotOptimize(convolution.output());
    });
}

void add(const char* file, const KernelTable& table, const Layer& layer, int threads) {
    const std::string name = std::string(file) + "/" + to_string(table.isa) + "/threads:" + std::to_string(threads) +
                             "/" + layer_name(layer) + "/";
    const auto add_one = [](const std::string& full_name, auto run) {
        benchmark::RegisterBenchmark(full_name.c_str(), run)->UseManualTime()->Unit(benchmark::kMicrosecond);
    };
    add_one(name + "direct", [=, &table](benchmark::State& state) { run_direct(state, table, layer, threads); });
    add_one(name + "f2x2", [=, &table](benchmark::State& state) {
        run_winograd(state, table, layer, WinogradTile::f2x2, threads);
    });
    add_one(name + "f4x4", [=, &table](benchmark::State& state) {
        run_winograd(state, table, layer, WinogradTile::f4x4, threads);
    });
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (const char* file : {"winograd", "resnet18", "vgg16", "unet"}) {
        const std::vector<Layer> layers = read_layers(shapes_folder() / (std::string(file) + ".txt"));
        if (layers.empty()) return 1;
        for (const Isa isa : {Isa::avx512, Isa::avx2}) {
            const KernelTable* table = find_table(isa);
            if (table == nullptr) continue;
            for (const int threads : {1, 2}) {
                for (const Layer& layer : layers) {
                    if (layer.kernel == 3 && layer.stride == 1) add(file, *table, layer, threads);
                }
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
