// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs the steps of the ladder and the layers of ResNet-50, checks and prints them; --svg FILE and --roofline FILE
// draw.
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <thread>

#include "../convolution.hpp"
#include "../peak.hpp"
#include "pictures.hpp"
#include "steps.hpp"

#if defined(__x86_64__)
namespace {

using namespace ladder;
using benchmarks::AlignedFloats;
using benchmarks::Layer;
using namespace provenn::kernels;
using provenn::Executor;

constexpr Sizes kSizes{64, 64, 56};

/// The least time of one call: of at least five, and of `most` seconds. What else runs on the machine only ever adds.
double least_seconds(double most, const std::function<void()>& call) {
    call();
    double least = 1e30, total = 0.0;
    for (int i = 0; i < 5 || total < most; ++i) {
        const double start = benchmarks::seconds_now();
        call();
        const double elapsed = benchmarks::seconds_now() - start;
        least = std::min(least, elapsed), total += elapsed;
    }
    return least;
}

/// Two threads that take tasks from a common counter.
Executor two_threads() {
    return {[](void*, std::int64_t count, provenn::TaskFunction task, void* context) noexcept {
                std::atomic<std::int64_t> next{0};
                const auto work = [&] {
                    for (std::int64_t i = next++; i < count; i = next++) task(context, i);
                };
                std::thread other(work);
                work();
                other.join();
            },
            nullptr};
}

double peak_of_two_cores() {
    double best = 0.0;
    for (int repetition = 0; repetition < 3; ++repetition) {
        double other = 0.0;
        std::thread thread([&] { other = benchmarks::peak_gflops(Isa::avx512); });
        const double own = benchmarks::peak_gflops(Isa::avx512);
        thread.join();
        best = std::max(best, own + other);
    }
    return best;
}

/// The same numbers in every layout that a step uses.
class Data {
  public:
    Data() {
        const auto [channels, filters, side] = kSizes;
        const std::int64_t padded = kSizes.padded();
        for (std::int64_t c = 0; c < channels; ++c)
            for (std::int64_t h = 1; h <= side; ++h)
                for (std::int64_t w = 1; w <= side; ++w) {
                    const float value = number(c * 4096 + h * 64 + w);
                    chw.data()[(c * padded + h) * padded + w] = value;
                    hwc.data()[(h * padded + w) * channels + c] = value;
                    blocked.data()[(c / 16 * padded + h) * padded * 16 + w * 16 + c % 16] = value;
                }
        for (std::int64_t k = 0; k < filters; ++k)
            for (std::int64_t c = 0; c < channels; ++c)
                for (std::int64_t tap = 0; tap < 9; ++tap) {
                    const float value = number(((k * 64 + c) * 9 + tap) * 7);
                    const std::int64_t panel = k / 32 * 9 * channels * 32 + k % 32;
                    kcrs.data()[(k * channels + c) * 9 + tap] = value;
                    rsck.data()[(tap * channels + c) * filters + k] = value;
                    packed.data()[panel + (tap * channels + c) * 32] = value;
                    packed_blocks.data()[panel + ((c / 16 * 9 + tap) * 16 + c % 16) * 32] = value;
                }
    }
    AlignedFloats chw{inputs(), 0.0f}, hwc{inputs(), 0.0f}, blocked{inputs(), 0.0f};
    AlignedFloats kcrs{weights()}, rsck{weights()}, packed{weights()}, packed_blocks{weights()};

  private:
    static std::int64_t inputs() { return kSizes.channels * kSizes.padded() * kSizes.padded(); }
    static std::int64_t weights() { return 9 * kSizes.channels * kSizes.filters; }
    /// In [0, 1), so that a sum is the sum of its absolute values and the error bounds need no second reference.
    static float number(std::int64_t i) { return static_cast<float>(i * 2654435761 % 1021) / 1024.0f; }
};

/// Where output (k, p, q) of a step stands.
using Place = std::int64_t (*)(std::int64_t k, std::int64_t p, std::int64_t q);
std::int64_t in_planes(std::int64_t k, std::int64_t p, std::int64_t q) {
    return (k * kSizes.side + p) * kSizes.side + q;
}
std::int64_t in_pixels(std::int64_t k, std::int64_t p, std::int64_t q) {
    return (p * kSizes.side + q) * kSizes.filters + k;
}
std::int64_t in_blocks(std::int64_t k, std::int64_t p, std::int64_t q) {
    return (k / 16 * kSizes.side * kSizes.side + p * kSizes.side + q) * 16 + k % 16;
}

class Ladder {
  public:
    Ladder() {
        const auto [channels, filters, side] = kSizes;
        outputs_ = filters * side * side;
        flop_ = 2.0 * 9.0 * static_cast<double>(channels * outputs_);
        expected_.resize(static_cast<std::size_t>(outputs_));
        std::printf("%-42s %10s %10s %8s\n", "step", "GFLOP/s", "peak", "share");
    }
    /// @param factor by which the error bound of a method exceeds that of a chain. The first step is what the others
    /// are compared with. Ends the program where one differs by more than rounding.
    void climb(const char* name, Place place, double factor, int cores, const std::function<void(float*)>& step) {
        const AlignedFloats y(outputs_);
        const double before = cores == 1 ? benchmarks::peak_gflops(Isa::avx512) : peak_of_two_cores();
        const double seconds = least_seconds(cores == 1 ? 0.4 : 2.0, [&] { step(y.data()); });
        const double after = cores == 1 ? benchmarks::peak_gflops(Isa::avx512) : peak_of_two_cores();
        const double terms = 9.0 * static_cast<double>(kSizes.channels),
                     bound = terms * 0x1p-24 / (1 - terms * 0x1p-24);
        for (std::int64_t i = 0; i < outputs_; ++i) {
            const std::int64_t side = kSizes.side, k = i / (side * side), p = i / side % side, q = i % side;
            const auto found = static_cast<double>(y.data()[place(k, p, q)]);
            double& expected = expected_[static_cast<std::size_t>(i)];
            if (rungs.empty()) expected = found;
            if (!(std::abs(found - expected) <= (1.0 + factor) * bound * expected)) {
                std::printf("%s: output %lld is %g, the first step has %g\n", name, static_cast<long long>(i), found,
                            expected);
                std::exit(1);
            }
        }
        rungs.push_back({name, flop_ / seconds / 1e9, std::max(before, after)});
        const Rung& rung = rungs.back();
        std::printf("%-42s %10.1f %10.1f %7.1f%%\n", name, rung.gflops, rung.peak, rung.percent());
        std::fflush(stdout);
    }
    std::vector<Rung> rungs;

  private:
    std::int64_t outputs_ = 0;
    double flop_ = 0.0;
    std::vector<double> expected_;
};

/// The library's kernels on the same numbers: direct, and by Winograd's method.
class LibraryKernels {
  public:
    explicit LibraryKernels(const Data& data)
        : panels_(packed_size(panels())), points_(point_count()), scratch_(room()) {
        const auto [channels, filters, side] = kSizes;
        pack_weights(panels(), data.rsck.data(), panels_.data());
        pack_winograd_weights(WinogradTile::f4x4, channels, filters,
                              {data.rsck.data(), channels * filters, filters, 1, 0}, points_.data());
        input_ = MapLayout{{side, side, channels}, {1, 1, 1, 1}}.map(static_cast<const float*>(data.blocked.data()), 1);
        forward_taps(kGeometry, {taps_, 9});
    }
    void direct(float* y, const Executor& executor) const {
        Conv2dArguments a;
        a.input = input_, a.output = output(y), a.panels = panels(), a.weights = panels_.data(), a.taps = {taps_, 9};
        a.positions = forward_positions(kGeometry, a.output.extent);
        table_.conv2d.run(a, executor);
    }
    void winograd(float* y, const Executor& executor) const {
        WinogradConv2dArguments a;
        a.input = input_, a.output = output(y), a.tile = WinogradTile::f4x4, a.pad_top = 1, a.pad_left = 1;
        a.weights = points_.data(), a.scratch = scratch_.data();
        table_.winograd_conv2d.run(a, executor);
    }

  private:
    static constexpr Conv2dGeometry kGeometry{3, 3, 1, 1, 1, 1, 1, 1, 1};
    static PanelShape panels() { return panel_shape(kGeometry, kSizes.channels, kSizes.filters); }
    static MapExtent extent() { return {kSizes.side, kSizes.side, kSizes.channels}; }
    static std::int64_t point_count() {
        return winograd_packed_size(WinogradTile::f4x4, kSizes.channels, kSizes.filters);
    }
    static std::int64_t room() { return winograd_scratch_size(WinogradTile::f4x4, 1, extent(), extent()); }
    static BlockedMap output(float* y) { return MapLayout{extent(), {}}.map(y, 1); }

    const KernelTable& table_ = best_table();  // asked once: the processor takes its time to answer
    AlignedFloats panels_, points_, scratch_;
    ConstBlockedMap input_;
    Conv2dTap taps_[9];
};

std::vector<Rung> run_ladder() {
    const Data data;
    const LibraryKernels library(data);
    const Executor serial = provenn::serial_executor(), both = two_threads();
    Ladder ladder;
    const auto with = [](auto step, const AlignedFloats& x, const AlignedFloats& w) {
        return [=, &x, &w](float* y) { step(kSizes, x.data(), w.data(), y); };
    };
    ladder.climb("1 textbook loop", in_planes, 1, 1, with(textbook, data.chw, data.kcrs));
    ladder.climb("2 order of the loops", in_planes, 1, 1, with(loop_order, data.chw, data.kcrs));
    ladder.climb("3 lanes are filters", in_pixels, 1, 1, with(filter_lanes, data.hwc, data.rsck));
    ladder.climb("4 tile of 14 pixels", in_pixels, 1, 1, with(register_tile, data.hwc, data.rsck));
    ladder.climb("5 tile of 14 x 32, packed weights", in_pixels, 1, 1, with(packed_weights, data.hwc, data.packed));
    ladder.climb("6 blocked layout with halo", in_blocks, 1, 1, with(blocked_layout, data.blocked, data.packed_blocks));
    ladder.climb("7 the library's kernel", in_blocks, 1, 1, [&](float* y) { library.direct(y, serial); });
    ladder.climb("8 two threads", in_blocks, 1, 2, [&](float* y) { library.direct(y, both); });
    const double factor = winograd_error_factor(WinogradTile::f4x4);
    ladder.climb("9 Winograd F(4x4, 3x3), one thread", in_blocks, factor, 1,
                 [&](float* y) { library.winograd(y, serial); });
    ladder.climb("10 Winograd, two threads", in_blocks, factor, 2, [&](float* y) { library.winograd(y, both); });
    return ladder.rungs;
}

/// GB/s at which one core reads `floats` numbers again and again, in pieces of at most 16 MiB of which the fastest
/// counts.
[[gnu::target("avx512f")]] double read_gbytes(std::int64_t floats) {
    const AlignedFloats memory(floats, 1.0f);
    const std::int64_t piece = std::min(floats, std::int64_t{1} << 22);
    const float* next = memory.data();
    const double seconds = least_seconds(
        1.0, [&]() __attribute__((target("avx512f"))) {
            __m512i seen[4] = {};
            for (std::int64_t i = 0; i < piece; i += 64)
                for (int lane = 0; lane < 4; ++lane)
                    seen[lane] = _mm512_xor_si512(seen[lane], _mm512_load_si512(next + i + 16 * lane));
            for (const __m512i& bits : seen) __asm__ volatile("" ::"v"(bits));
            next = next + 2 * piece > memory.data() + floats ? memory.data() : next + piece;
        });
    return static_cast<double>(piece) * 4.0 / seconds / 1e9;
}

bool run_roofline(const std::string& path) {
    Roofs roofs;
    roofs.cache_gbytes = read_gbytes(std::int64_t{1} << 18);
    roofs.memory_gbytes = read_gbytes(std::int64_t{1} << 27);
    std::printf("\nreading: %.1f GB/s from 1 MiB, %.1f GB/s from 512 MiB\n", roofs.cache_gbytes, roofs.memory_gbytes);
    std::printf("%-30s %12s %10s %8s\n", "layer of ResNet-50", "flop/byte", "GFLOP/s", "share");
    std::vector<RooflinePoint> points;
    const KernelTable& kernels = best_table();
    const auto shapes = std::filesystem::path(__FILE__).parent_path().parent_path() / "shapes" / "resnet50.txt";
    for (const Layer& layer : benchmarks::read_layers(shapes)) {
        const benchmarks::LayerConvolution convolution(layer);
        const double peak = benchmarks::peak_gflops(Isa::avx512);
        const double seconds =
            least_seconds(0.4, [&] { kernels.conv2d.run(convolution.arguments(), provenn::serial_executor()); });
        const std::int64_t out = layer.output_height();
        const auto numbers = static_cast<double>(layer.channels * layer.height * layer.height +
                                                 layer.kernel * layer.kernel * layer.channels * layer.filters +
                                                 layer.filters * out * out);
        const std::string kind = Svg::format("%dx%d", static_cast<int>(layer.kernel), static_cast<int>(layer.kernel));
        points.push_back(
            {kind + Svg::format("/%d %d x %d^2 to %d", static_cast<int>(layer.stride), static_cast<int>(layer.channels),
                                static_cast<int>(layer.height), static_cast<int>(layer.filters)),
             kind, layer.flop() / (4.0 * numbers), layer.flop() / seconds / 1e9});
        roofs.peak = std::max(roofs.peak, peak);
        std::printf("%-30s %12.1f %10.1f %7.1f%%\n", points.back().name.c_str(), points.back().intensity,
                    points.back().gflops, 100.0 * points.back().gflops / peak);
        std::fflush(stdout);
    }
    if (points.empty()) return std::printf("no layers in %s\n", shapes.c_str()), false;
    return path.empty() || draw_roofline(points, roofs,
                                         "the library's direct kernel, one sample again and again, one core: weights "
                                         "and maps may stay in the caches",
                                         path);
}

}  // namespace

int main(int argument_count, char** arguments) {
    std::string ladder_path, roofline_path;
    for (int i = 1; i + 1 < argument_count; i += 2) {
        if (std::strcmp(arguments[i], "--svg") == 0) ladder_path = arguments[i + 1];
        if (std::strcmp(arguments[i], "--roofline") == 0) roofline_path = arguments[i + 1];
    }
    if (best_table().isa != Isa::avx512) return std::printf("the ladder is written in AVX-512\n"), 1;
    const std::vector<Rung> rungs = run_ladder();
    const char* subject = "One 3x3 convolution, 64 to 64 channels, 56 x 56 pixels";
    bool is_drawn = ladder_path.empty() || draw_ladder(rungs, subject, ladder_path);
    is_drawn = run_roofline(roofline_path) && is_drawn;
    return is_drawn ? 0 : 1;
}
#else
int main() { return std::printf("the ladder is written in AVX-512\n"), 1; }
#endif
