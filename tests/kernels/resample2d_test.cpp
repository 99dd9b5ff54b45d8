// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/resample2d.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/resample2d.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "provenn/kernels/reference/resample2d.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

struct SizeCase { Shape input, output; };
const SizeCase kCases[] = {{{2, 3, 5, 17}, {2, 6, 15, 17}},    {{1, 7, 4, 3}, {1, 5, 9, 3}},
                           {{3, 1, 1, 16}, {3, 4, 3, 16}},     {{2, 9, 8, 33}, {2, 1, 1, 33}},
                           {{1, 30, 28, 40}, {1, 60, 56, 40}}, {{2, 6, 6, 5}, {2, 6, 6, 5}}};

using Kernel = decltype(Resample2dKernels::nearest) Resample2dKernels::*;
constexpr Kernel kNearest = &Resample2dKernels::nearest, kBilinear = &Resample2dKernels::bilinear,
                 kBicubic = &Resample2dKernels::bicubic;

Nhwc<float> run(const KernelTable& table, Kernel kernel, int threads, const Nhwc<float>& x, const Shape& out) {
    support::ThreadedExecutor pool(threads);
    const BlockedBuffer input(x);
    BlockedBuffer output(out[0], {out[1], out[2], out[3]}, Halo{1, 0, 2, 1});
    (table.resample2d.*kernel)(pool.executor(), input.map(), output.map());
    CHECK(output.ragged_lanes_are_zero());
    CHECK(output.halo_is_untouched());
    return output.nhwc();
}

}  // namespace

TEST_CASE("resampling gives the reference's bits on every instruction set and thread count",
          "[kernels][resample2d][REQ-KERN-340]") {
    support::CounterRandom random(18);
    for (const SizeCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random);
        Nhwc<float> nearest(c.output), bilinear(c.output), bicubic(c.output);
        reference::resample2d_nearest<float>(x.view(), nearest.view());
        reference::resample2d_bilinear<float>(x.view(), bilinear.view());
        reference::resample2d_bicubic<float>(x.view(), bicubic.view());
        Nhwc<double> exact(c.output), exact_bicubic(c.output);
        const Nhwc<double> wide = x.as<double>();
        reference::resample2d_bilinear<double>(wide.view(), exact.view());
        reference::resample2d_bicubic<double>(wide.view(), exact_bicubic.view());
        for (const KernelTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.output[1], threads);
                CHECK(support::same_bits(run(*table, kNearest, threads, x, c.output), nearest));
                CHECK(support::same_bits(run(*table, kBilinear, threads, x, c.output), bilinear));
                CHECK(support::same_bits(run(*table, kBicubic, threads, x, c.output), bicubic));
            }
        }
        // Three differences of |x| <= 1 (up to 2, half an ulp of 2 each) and three fused steps: within 6 * 2^-24.
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            CHECK(std::fabs(static_cast<double>(bilinear.values[i]) - exact.values[i]) <= 6.0 * std::ldexp(1.0, -24));
            // Eight fused steps on sums of at most 1.25 * 1.25 in the middle, and less at an edge: within 16 * 2^-24.
            CHECK(std::fabs(static_cast<double>(bicubic.values[i]) - exact_bicubic.values[i]) <=
                  16.0 * std::ldexp(1.0, -24));
        }
    }
}

// Recorded from Keras 3.15.1 on TensorFlow 2.21.0: UpSampling2D((2, 3)), UpSampling2D((2, 2),
// interpolation="bilinear"), Resizing(3, 2 and 5) of x = [[1, 4, -2], [8, 0, 5]]. TensorFlow's fractions carry float
// rounding, hence 2e-6.
TEST_CASE("resampling is that of Keras", "[kernels][resample2d][REQ-KERN-341]") {
    Nhwc<float> x({1, 2, 3, 1});
    x.values = {1, 4, -2, 8, 0, 5};
    CHECK(run(best_table(), kNearest, 1, x, {1, 4, 9, 1}).values ==
          std::vector<float>{1, 1, 1, 4, 4, 4, -2, -2, -2, 1, 1, 1, 4, 4, 4, -2, -2, -2,
                             8, 8, 8, 0, 0, 0, 5,  5,  5,  8, 8, 8, 0, 0, 0, 5,  5,  5});
    CHECK(run(best_table(), kNearest, 1, x, {1, 3, 5, 1}).values ==
          std::vector<float>{1, 1, 4, -2, -2, 8, 8, 0, 5, 5, 8, 8, 0, 5, 5});
    CHECK(run(best_table(), kBilinear, 1, x, {1, 4, 6, 1}).values ==
          std::vector<float>{1, 1.75f, 3.25f, 2.5f, -0.5f, -2, 2.75f, 2.8125f, 2.9375f, 2.1875f, 0.5625f, -0.25f,
                             6.25f, 4.9375f, 2.3125f, 1.5625f, 2.6875f, 3.25f, 8, 6, 2, 1.25f, 3.75f, 5});
    CHECK(run(best_table(), kBilinear, 1, x, {1, 3, 2, 1}).values ==
          std::vector<float>{1.75f, -0.5f, 3.875f, 1.625f, 6.0f, 3.75f});
    const std::vector<float> expected{1.0f, 2.200000047683716f, 4.0f, 0.39999914169311523f, -2.0f,
                                      4.5f, 3.5f, 2.0f, 1.6999999284744263f, 1.5f,
                                      8.0f, 4.799999713897705f, 0.0f, 3.0000007152557373f, 5.0f};
    const Nhwc<float> wider = run(best_table(), kBilinear, 1, x, {1, 3, 5, 1});
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::fabs(wider.values[i] - expected[i]) <= 2e-6f);
}

// Recorded from Keras 3.15.1 on TensorFlow 2.21.0 as above: UpSampling2D((2, 3), interpolation="bicubic"), whose thirds
// show the table of weights, and Resizing(3, 2, interpolation="bicubic"). Its weights and sums are float: 4e-6.
TEST_CASE("bicubic resampling is that of Keras on TensorFlow, with its table of weights and its edges",
          "[kernels][resample2d][REQ-KERN-341]") {
    Nhwc<float> x({1, 2, 3, 1});
    x.values = {1, 4, -2, 8, 0, 5};
    const std::vector<float> up{
        -0.03537797927856445f, 0.3823530077934265f, 1.7162971496582031f,  3.5762007236480713f,  4.352941513061523f,
        2.3988232612609863f,   -0.560474157333374f, -2.617647171020508f,  -3.350996971130371f,  2.374100923538208f,
        2.450000047683716f,    2.7768971920013428f, 3.205660820007324f,   3.171428680419922f,   2.02828311920166f,
        0.5001257658004761f,   -0.5500000715255737f, -0.9415178298950195f, 7.15192985534668f,   6.550000190734863f,
        4.879993438720703f,    2.4709060192108154f, 0.8285714387893677f,  1.2935287952423096f,  2.603221893310547f,
        3.5500001907348633f,   3.8363115787506104f, 9.561409950256348f,   8.617648124694824f,   5.940593719482422f,
        2.1003665924072266f,   -0.3529411852359772f, 0.922989010810852f,  3.6638216972351074f,  5.617647647857666f,
        6.245790958404541f};
    const Nhwc<float> got = run(best_table(), kBicubic, 1, x, {1, 4, 9, 1});
    for (std::size_t i = 0; i < up.size(); ++i) CHECK(std::fabs(got.values[i] - up[i]) <= 4e-6f);
    const std::vector<float> smaller{1.3929280042648315f, -1.1034222841262817f, 4.036496162414551f,
                                     1.540145993232727f,  6.680064678192139f,   4.183714389801025f};
    const Nhwc<float> shrunk = run(best_table(), kBicubic, 1, x, {1, 3, 2, 1});
    for (std::size_t i = 0; i < smaller.size(); ++i) CHECK(std::fabs(shrunk.values[i] - smaller[i]) <= 4e-6f);
}

TEST_CASE("bicubic weights sum to 1, touch nothing beyond the edge, and leave a map of the same size as it is",
          "[kernels][resample2d][REQ-KERN-341]") {
    for (const std::int64_t in : {1, 2, 3, 7, 50}) {
        for (const std::int64_t out : {1, 2, 3, 10, 51, 2048}) {
            for (std::int64_t i = 0; i < out; ++i) {
                const BicubicTap tap = bicubic_tap(i, in, out);
                double sum = 0.0;
                for (int t = 0; t < 4; ++t) {
                    REQUIRE((tap.index[t] >= 0 && tap.index[t] < in));
                    sum += static_cast<double>(tap.weight[t]);
                }
                REQUIRE(std::fabs(sum - 1.0) <= 4 * std::ldexp(1.0, -24));
            }
        }
    }
    support::CounterRandom random(21);
    const Nhwc<float> x = support::random_nhwc({1, 4, 6, 5}, random);
    CHECK(support::same_bits(run(best_table(), kBicubic, 1, x, x.shape), x));
}

TEST_CASE("NaN passes through resampling to the outputs that touch it", "[kernels][resample2d][REQ-KERN-340]") {
    for (const KernelTable* table : support::all_tables()) {
        Nhwc<float> x({1, 3, 3, 2}, 1.0f);
        x.view()(0, 2, 2, 1) = std::numeric_limits<float>::quiet_NaN();
        for (const Kernel kernel : {kNearest, kBilinear, kBicubic}) {
            const Nhwc<float> y = run(*table, kernel, 1, x, {1, 6, 6, 2});
            CHECK(std::isnan(y.view()(0, 5, 5, 1)));
            CHECK(std::fabs(y.view()(0, 5, 5, 0) - 1.0f) <= 4 * 0x1p-24f);
            CHECK(std::fabs(y.view()(0, 0, 0, 1) - 1.0f) <= 4 * 0x1p-24f);
            CHECK(std::isnan(y.view()(0, 2, 2, 1)) == (kernel == kBicubic));  // whose taps reach two pixels far
        }
    }
}
