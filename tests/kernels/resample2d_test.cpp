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

Nhwc<float> run(const KernelTable& table, bool is_bilinear, int threads, const Nhwc<float>& x, const Shape& out) {
    support::ThreadedExecutor pool(threads);
    const BlockedBuffer input(x);
    BlockedBuffer output(out[0], {out[1], out[2], out[3]}, Halo{1, 0, 2, 1});
    (is_bilinear ? table.resample2d.bilinear : table.resample2d.nearest)(pool.executor(), input.map(), output.map());
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
        Nhwc<float> nearest(c.output), bilinear(c.output);
        reference::resample2d_nearest<float>(x.view(), nearest.view());
        reference::resample2d_bilinear<float>(x.view(), bilinear.view());
        Nhwc<double> exact(c.output);
        const Nhwc<double> wide = x.as<double>();
        reference::resample2d_bilinear<double>(wide.view(), exact.view());
        for (const KernelTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.output[1], threads);
                CHECK(support::same_bits(run(*table, false, threads, x, c.output), nearest));
                CHECK(support::same_bits(run(*table, true, threads, x, c.output), bilinear));
            }
        }
        // Three differences of |x| <= 1 (up to 2, half an ulp of 2 each) and three fused steps: within 6 * 2^-24.
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            CHECK(std::fabs(static_cast<double>(bilinear.values[i]) - exact.values[i]) <= 6.0 * std::ldexp(1.0, -24));
        }
    }
}

// Recorded from Keras 3.15.1 on TensorFlow 2.21.0: UpSampling2D((2, 3)), UpSampling2D((2, 2),
// interpolation="bilinear"), Resizing(3, 2 and 5) of x = [[1, 4, -2], [8, 0, 5]]. TensorFlow's fractions carry float
// rounding, hence 2e-6.
TEST_CASE("resampling is that of Keras", "[kernels][resample2d][REQ-KERN-341]") {
    Nhwc<float> x({1, 2, 3, 1});
    x.values = {1, 4, -2, 8, 0, 5};
    CHECK(run(best_table(), false, 1, x, {1, 4, 9, 1}).values ==
          std::vector<float>{1, 1, 1, 4, 4, 4, -2, -2, -2, 1, 1, 1, 4, 4, 4, -2, -2, -2,
                             8, 8, 8, 0, 0, 0, 5,  5,  5,  8, 8, 8, 0, 0, 0, 5,  5,  5});
    CHECK(run(best_table(), false, 1, x, {1, 3, 5, 1}).values ==
          std::vector<float>{1, 1, 4, -2, -2, 8, 8, 0, 5, 5, 8, 8, 0, 5, 5});
    CHECK(run(best_table(), true, 1, x, {1, 4, 6, 1}).values ==
          std::vector<float>{1, 1.75f, 3.25f, 2.5f, -0.5f, -2, 2.75f, 2.8125f, 2.9375f, 2.1875f, 0.5625f, -0.25f,
                             6.25f, 4.9375f, 2.3125f, 1.5625f, 2.6875f, 3.25f, 8, 6, 2, 1.25f, 3.75f, 5});
    CHECK(run(best_table(), true, 1, x, {1, 3, 2, 1}).values ==
          std::vector<float>{1.75f, -0.5f, 3.875f, 1.625f, 6.0f, 3.75f});
    const std::vector<float> expected{1.0f, 2.200000047683716f, 4.0f, 0.39999914169311523f, -2.0f,
                                      4.5f, 3.5f, 2.0f, 1.6999999284744263f, 1.5f,
                                      8.0f, 4.799999713897705f, 0.0f, 3.0000007152557373f, 5.0f};
    const Nhwc<float> wider = run(best_table(), true, 1, x, {1, 3, 5, 1});
    for (std::size_t i = 0; i < expected.size(); ++i) CHECK(std::fabs(wider.values[i] - expected[i]) <= 2e-6f);
}

TEST_CASE("NaN passes through resampling to the outputs that touch it", "[kernels][resample2d][REQ-KERN-340]") {
    for (const KernelTable* table : support::all_tables()) {
        Nhwc<float> x({1, 3, 3, 2}, 1.0f);
        x.view()(0, 2, 2, 1) = std::numeric_limits<float>::quiet_NaN();
        for (const bool is_bilinear : {false, true}) {
            const Nhwc<float> y = run(*table, is_bilinear, 1, x, {1, 6, 6, 2});
            CHECK(std::isnan(y.view()(0, 5, 5, 1)));
            CHECK(y.view()(0, 5, 5, 0) == 1.0f);
            CHECK(y.view()(0, 2, 2, 1) == 1.0f);
        }
    }
}
