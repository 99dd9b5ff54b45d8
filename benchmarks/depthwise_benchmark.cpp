// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of depthwise convolution on the layers of MobileNetV2. Each input meets nine multiply-adds only, so that GB/s
// of the maps stands beside the share of the peak.
#include "convolution.hpp"
#include "measure.hpp"

namespace {

using namespace benchmarks;

struct DepthwiseLayer {
    std::int64_t channels = 0, height = 0, kernel = 0, stride = 0;
    [[nodiscard]] std::int64_t output_height() const { return (height + 2 * (kernel / 2) - kernel) / stride + 1; }
};

void run_layer(benchmark::State& state, const KernelTable& table, const DepthwiseLayer& layer, int threads) {
    const std::int64_t pad = layer.kernel / 2, side = layer.output_height();
    DepthwiseConv2dArguments arguments;
    arguments.geometry = {layer.kernel, layer.kernel, layer.stride, layer.stride, 1, 1, pad, pad, 1};
    const MapExtent input{layer.height, layer.height, layer.channels}, output{side, side, layer.channels};
    const MapLayout in{input, input_halo(arguments.geometry, input, output)}, out{output, {}};
    const AlignedFloats x(in.size(1)), y(out.size(1)), bias(output.blocks() * kChannelBlock);
    const AlignedFloats weights(depthwise_packed_size(arguments.geometry, layer.channels));
    arguments.input = in.map(x.data(), 1), arguments.output = out.map(y.data(), 1);
    arguments.weights = weights.data(), arguments.bias = bias.data();
    arguments.epilogue.clamp = Clamp::relu;
    const Executor executor = executor_of(threads);
    const auto outputs = static_cast<double>(output.pixels() * layer.channels);
    const auto inputs = static_cast<double>(input.pixels() * layer.channels);
    measure(state, {table.isa, threads}, 2.0 * outputs * static_cast<double>(arguments.geometry.taps()), [&] {
        table.depthwise_conv2d.run(arguments, executor);
        benchmark::DoNotOptimize(y.data());
    });
    state.counters["GB/s"] = 4.0 * (inputs + outputs) / state.counters["median_us"].value / 1e3;
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const auto shapes = read_shapes(shapes_folder() / "mobilenet_v2_depthwise.txt");
    if (shapes.empty()) return 1;
    for (const Isa isa : {Isa::avx512, Isa::avx2}) {
        const KernelTable* table = find_table(isa);
        if (table == nullptr) continue;
        for (const int threads : {1, 2}) {
            for (const std::vector<std::int64_t>& n : shapes) {
                const DepthwiseLayer layer{n.at(0), n.at(1), n.at(2), n.at(3)};
                const std::string name = std::string(to_string(isa)) + "/threads:" + std::to_string(threads) + "/" +
                                         layer_name({n.at(0), n.at(1), n.at(0), n.at(2), n.at(3), 1});
                benchmark::RegisterBenchmark(name.c_str(),
                                             [=](benchmark::State& s) { run_layer(s, *table, layer, threads); })
                    ->UseManualTime()
                    ->Unit(benchmark::kMicrosecond);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
