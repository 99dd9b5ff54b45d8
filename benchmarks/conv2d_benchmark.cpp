// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of convolution on the shapes of real networks, one core: GFLOP/s and the share of the peak of the same moment.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "peak.hpp"
#include "provenn/kernels/dispatch.hpp"

namespace {

using namespace provenn;
using namespace provenn::kernels;

struct Layer {
    std::int64_t channels = 0, height = 0, filters = 0, kernel = 0, stride = 0, times = 0;
    [[nodiscard]] std::int64_t output_height() const { return (height + 2 * (kernel / 2) - kernel) / stride + 1; }
    [[nodiscard]] double flop() const {
        const std::int64_t outputs = output_height() * output_height() * filters;
        return 2.0 * static_cast<double>(outputs * kernel * kernel * channels);
    }
};

std::vector<Layer> read_layers(const std::filesystem::path& path) {
    std::vector<Layer> layers;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream words(line);
        Layer layer;
        words >> layer.channels >> layer.height >> layer.filters >> layer.kernel >> layer.stride >> layer.times;
        if (words) layers.push_back(layer);
    }
    return layers;
}

/// Floats at 64-byte boundaries, as the library's own tensors are: a load that crosses cache lines costs two.
class AlignedFloats {
  public:
    /// Numbers without denormals, and small enough that chains stay finite.
    explicit AlignedFloats(std::int64_t count) : storage_(static_cast<std::size_t>(count) + 16) {
        void* start = storage_.data();
        std::size_t space = storage_.size() * sizeof(float);
        data_ = static_cast<float*>(std::align(64, static_cast<std::size_t>(count) * sizeof(float), start, space));
        for (std::int64_t i = 0; i < count; ++i) data_[i] = static_cast<float>(i * 2654435761 % 1024) / 1024.0f;
    }
    AlignedFloats(const AlignedFloats&) = delete;
    AlignedFloats& operator=(const AlignedFloats&) = delete;
    [[nodiscard]] float* data() const { return data_; }

  private:
    std::vector<float> storage_;
    float* data_ = nullptr;
};

void run_layer(benchmark::State& state, const KernelTable& table, const Layer& layer) {
    const std::int64_t pad = layer.kernel / 2, out = layer.output_height();
    const Conv2dGeometry geometry{layer.kernel, layer.kernel, layer.stride, layer.stride, 1, 1, pad, pad, 1};
    const MapExtent in_extent{layer.height, layer.height, layer.channels}, out_extent{out, out, layer.filters};
    const MapLayout in{in_extent, input_halo(geometry, in_extent, out_extent)}, result{out_extent, {}};
    const AlignedFloats x(in.size(1)), y(result.size(1));
    Conv2dArguments a;
    a.panels = panel_shape(geometry, layer.channels, layer.filters);
    const AlignedFloats weights(packed_size(a.panels)), bias(out_extent.blocks() * 16);
    std::vector<Conv2dTap> taps(static_cast<std::size_t>(geometry.taps()));
    forward_taps(geometry, {taps.data(), taps.size()});
    a.input = in.map(x.data(), 1), a.output = result.map(y.data(), 1);
    a.weights = weights.data(), a.bias = bias.data();
    a.taps = {taps.data(), taps.size()}, a.positions = forward_positions(geometry, out_extent);
    a.epilogue.clamp = Clamp::relu;

    table.conv2d.run(a, serial_executor());
    const double peak = benchmarks::peak_gflops(table.isa);
    double seconds = 0.0;
    for (auto _ : state) {
        const double start = benchmarks::seconds_now();
        table.conv2d.run(a, serial_executor());
        benchmark::DoNotOptimize(y.data());
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
            benchmark::RegisterBenchmark(name.str().c_str(), [table, layer](benchmark::State& state) {
                run_layer(state, *table, layer);
            })->UseManualTime()->Unit(benchmark::kMicrosecond);
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
