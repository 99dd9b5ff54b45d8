// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/pool2d.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/pool2d.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/pool2d.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

struct PoolCase {
    Shape input, output;
    Pool2dWindow window;
};
const PoolCase kCases[] = {
    {{2, 6, 8, 16}, {2, 3, 4, 16}, {2, 2, 2, 2, 0, 0}},     // valid
    {{1, 7, 5, 17}, {1, 4, 3, 17}, {3, 3, 2, 2, 1, 1}},     // same
    {{3, 5, 9, 33}, {3, 5, 9, 33}, {3, 5, 1, 1, 1, 2}},     // same, stride 1, overlapping
    {{2, 4, 11, 5}, {2, 2, 4, 5}, {2, 2, 3, 3, 0, 0}},      // gaps between windows
    {{1, 112, 112, 24}, {1, 56, 56, 24}, {3, 3, 2, 2, 0, 0}},  // padded below and right only
};
using WindowKernel = void (*)(const Executor&, const Pool2dWindow&, const ConstBlockedMap&, const BlockedMap&) noexcept;

Nhwc<float> run_windows(WindowKernel kernel, const PoolCase& c, const Nhwc<float>& x, int threads) {
    support::ThreadedExecutor pool(threads);
    const BlockedBuffer input(x);
    BlockedBuffer output(c.output[0], {c.output[1], c.output[2], c.output[3]}, Halo{1, 0, 2, 1});
    kernel(pool.executor(), c.window, input.map(), output.map());
    CHECK(output.ragged_lanes_are_zero());
    CHECK(output.halo_is_untouched());
    return output.nhwc();
}

}  // namespace

TEST_CASE("window pooling gives the reference's bits on every instruction set and thread count",
          "[kernels][pool2d][REQ-KERN-310]") {
    support::CounterRandom random(4);
    for (const PoolCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random);
        Nhwc<float> greatest(c.output), mean(c.output);
        reference::pool2d_max<float>(c.window, x.view(), greatest.view());
        reference::pool2d_average<float>(c.window, x.view(), mean.view());
        for (const KernelTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.input[3], threads);
                CHECK(support::same_bits(run_windows(table->pool2d.max, c, x, threads), greatest));
                CHECK(support::same_bits(run_windows(table->pool2d.average, c, x, threads), mean));
            }
        }
    }
}

TEST_CASE("average pooling divides by the taps inside the input and stays within its error bound",
          "[kernels][pool2d][REQ-KERN-310]") {
    support::CounterRandom random(5);
    // Two by two, padded above and left: the corner has one tap, the edges two.
    const PoolCase corner{{1, 2, 2, 1}, {1, 2, 2, 1}, {2, 2, 2, 2, 1, 1}};
    Nhwc<float> ones({1, 2, 2, 1}, 1.0f);
    ones.values[0] = 5.0f;
    const Nhwc<float> corner_mean = run_windows(best_table().pool2d.average, corner, ones, 1);
    CHECK(corner_mean.values == std::vector<float>{5.0f, 1.0f, 1.0f, 1.0f});

    for (const PoolCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random);
        const Nhwc<double> wide = x.as<double>();
        Nhwc<double> exact(c.output), magnitude(c.output);
        Nhwc<double> absolute = wide;
        for (double& value : absolute.values) value = std::fabs(value);
        reference::pool2d_average<double>(c.window, wide.view(), exact.view());
        reference::pool2d_average<double>(c.window, absolute.view(), magnitude.view());
        const Nhwc<float> mean = run_windows(best_table().pool2d.average, c, x, 1);
        // A chain of k additions and a division: (k + 1) roundings of 2^-24 of mean |x|.
        const double factor = static_cast<double>(c.window.height * c.window.width + 1) * std::ldexp(1.0, -24);
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(mean.values[i]) - exact.values[i]) <= factor * magnitude.values[i]);
        }
    }
}

TEST_CASE("global pooling gives the reference's bits on every instruction set and thread count",
          "[kernels][pool2d][REQ-KERN-311]") {
    support::CounterRandom random(6);
    for (const Shape& shape : {Shape{2, 7, 7, 48}, Shape{1, 1, 1, 3}, Shape{3, 13, 5, 17}, Shape{1, 64, 31, 40}}) {
        const Nhwc<float> x = support::random_nhwc(shape, random);
        const Shape out{shape[0], 1, 1, shape[3]};
        Nhwc<float> greatest(out), mean(out);
        reference::pool2d_global_max<float>(x.view(), greatest.view());
        reference::pool2d_global_average<float>(x.view(), mean.view());
        Nhwc<double> exact(out);
        const Nhwc<double> wide = x.as<double>();
        reference::pool2d_global_average<double>(wide.view(), exact.view());
        for (const KernelTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), shape[1], threads);
                support::ThreadedExecutor pool(threads);
                const BlockedBuffer input(x, Halo{1, 1, 1, 1});
                BlockedBuffer most(shape[0], {1, 1, shape[3]}), average(shape[0], {1, 1, shape[3]});
                table->pool2d.global_max(pool.executor(), input.map(), most.map());
                table->pool2d.global_average(pool.executor(), input.map(), average.map());
                CHECK(most.ragged_lanes_are_zero());
                CHECK(average.ragged_lanes_are_zero());
                CHECK(support::same_bits(most.nhwc(), greatest));
                CHECK(support::same_bits(average.nhwc(), mean));
            }
        }
        // W additions in a row, ceil(log2 H) in the tree, one division; |x| <= 1.
        const double roundings = static_cast<double>(shape[2]) + std::ceil(std::log2(shape[1])) + 1.0;
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            CHECK(std::fabs(static_cast<double>(mean.values[i]) - exact.values[i]) <= roundings * std::ldexp(1.0, -24));
        }
    }
}

TEST_CASE("NaN and infinity pass through pooling wherever they stand", "[kernels][pool2d][REQ-KERN-312]") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const PoolCase c{{1, 2, 2, 18}, {1, 1, 1, 18}, {2, 2, 2, 2, 0, 0}};
    for (const KernelTable* table : support::all_tables()) {
        for (std::int64_t tap = 0; tap < 4; ++tap) {
            CAPTURE(to_string(table->isa), tap);
            Nhwc<float> x(c.input, 1.0f);
            x.view()(0, tap / 2, tap % 2, 3) = nan;
            x.view()(0, tap / 2, tap % 2, 17) = nan;
            x.view()(0, tap / 2, tap % 2, 5) = -infinity;
            for (const bool is_global : {false, true}) {
                BlockedBuffer in(x), most(1, {1, 1, 18}), mean(1, {1, 1, 18});
                if (is_global) {
                    table->pool2d.global_max(serial_executor(), in.map(), most.map());
                    table->pool2d.global_average(serial_executor(), in.map(), mean.map());
                } else {
                    table->pool2d.max(serial_executor(), c.window, in.map(), most.map());
                    table->pool2d.average(serial_executor(), c.window, in.map(), mean.map());
                }
                for (const std::size_t channel : {std::size_t{3}, std::size_t{17}}) {
                    CHECK(std::isnan(most.nhwc().values[channel]));
                    CHECK(std::isnan(mean.nhwc().values[channel]));
                }
                CHECK(most.nhwc().values[5] == 1.0f);
                CHECK(mean.nhwc().values[5] == -infinity);
                CHECK(most.nhwc().values[4] == 1.0f);
            }
        }
    }
}
