// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/pool2d_backward.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/pool2d_backward.hpp"

#include <limits>

#include "provenn/kernels/reference/pool2d_backward.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

struct PoolCase {
    Shape input, output;
    Pool2dWindow window;
};
const PoolCase kCases[] = {{{2, 6, 8, 16}, {2, 3, 4, 16}, {2, 2, 2, 2, 0, 0}},
                           {{1, 7, 5, 17}, {1, 4, 3, 17}, {3, 3, 2, 2, 1, 1}},
                           {{3, 5, 9, 33}, {3, 5, 9, 33}, {3, 5, 1, 1, 1, 2}},
                           {{2, 4, 11, 5}, {2, 2, 4, 5}, {2, 2, 3, 3, 0, 0}}};

}  // namespace

TEST_CASE("the references' pooling gradients are the derivatives of the forward references",
          "[kernels][pool2d_backward][REQ-KERN-313]") {
    support::CounterRandom random(7);
    const PoolCase small{{2, 5, 4, 2}, {2, 3, 2, 2}, {3, 3, 2, 2, 1, 0}};
    const Nhwc<double> x = support::random_nhwc(small.input, random).as<double>();
    const Nhwc<double> dy = support::random_nhwc(small.output, random).as<double>();
    const Nhwc<double> dy_global = support::random_nhwc({2, 1, 1, 2}, random).as<double>();
    Nhwc<double> dx(small.input);
    const auto check = [&](const Nhwc<double>& weight, auto&& forward) {
        const Nhwc<double> expected = support::gradient_by_duals(x, weight, [&](const Nhwc<Dual>& input) {
            Nhwc<Dual> output(weight.shape);
            forward(input.view(), output.view());
            return output;
        });
        CHECK(support::greatest_difference(dx.values, expected.values) <= 1e-10);
    };
    reference::pool2d_max_backward<double>(small.window, x.view(), dy.view(), dx.view());
    check(dy, [&](auto in, auto out) { reference::pool2d_max<Dual>(small.window, in, out); });
    reference::pool2d_average_backward<double>(small.window, dy.view(), dx.view());
    check(dy, [&](auto in, auto out) { reference::pool2d_average<Dual>(small.window, in, out); });
    reference::pool2d_global_max_backward<double>(x.view(), dy_global.view(), dx.view());
    check(dy_global, [&](auto in, auto out) { reference::pool2d_global_max<Dual>(in, out); });
    reference::pool2d_global_average_backward<double>(dy_global.view(), dx.view());
    check(dy_global, [&](auto in, auto out) { reference::pool2d_global_average<Dual>(in, out); });
}

TEST_CASE("pooling gradients give the reference's bits on every instruction set and thread count",
          "[kernels][pool2d_backward][REQ-KERN-313]") {
    support::CounterRandom random(8);
    for (const PoolCase& c : kCases) {
        Nhwc<float> x = support::random_nhwc(c.input, random);
        for (float& value : x.values) value = static_cast<float>(static_cast<int>(value * 4.0f));  // ties are common
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        const Nhwc<float> dy_global = support::random_nhwc({c.input[0], 1, 1, c.input[3]}, random);
        Nhwc<float> dx_max(c.input), dx_average(c.input), dx_most(c.input), dx_mean(c.input);
        reference::pool2d_max_backward<float>(c.window, x.view(), dy.view(), dx_max.view());
        reference::pool2d_average_backward<float>(c.window, dy.view(), dx_average.view());
        reference::pool2d_global_max_backward<float>(x.view(), dy_global.view(), dx_most.view());
        reference::pool2d_global_average_backward<float>(dy_global.view(), dx_mean.view());
        const BlockedBuffer input(x), gradient(dy), global_gradient(dy_global);
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.input[3], threads);
                support::ThreadedExecutor pool(threads);
                const auto check = [&](const Nhwc<float>& expected, auto&& kernel) {
                    BlockedBuffer dx(c.input[0], {c.input[1], c.input[2], c.input[3]}, Halo{1, 2, 0, 1});
                    kernel(dx.map());
                    CHECK(dx.ragged_lanes_are_zero());
                    CHECK(dx.halo_is_untouched());
                    CHECK(support::same_bits(dx.nhwc(), expected));
                };
                const Pool2dBackwardKernels& kernels = table->pool2d_backward;
                check(dx_max, [&](const BlockedMap& dx) {
                    kernels.max(pool.executor(), c.window, input.map(), gradient.map(), dx);
                });
                check(dx_average, [&](const BlockedMap& dx) {
                    kernels.average(pool.executor(), c.window, gradient.map(), dx);
                });
                check(dx_most, [&](const BlockedMap& dx) {
                    kernels.global_max(pool.executor(), input.map(), global_gradient.map(), dx);
                });
                check(dx_mean, [&](const BlockedMap& dx) {
                    kernels.global_average(pool.executor(), global_gradient.map(), dx);
                });
            }
        }
    }
}

TEST_CASE("the gradient of a maximum goes to the first of equals, and to the first NaN",
          "[kernels][pool2d_backward][REQ-KERN-314]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Nhwc<float> x({1, 2, 2, 3});
    x.values = {1, 4, 1, /**/ 5, 4, nan, /**/ 5, 4, 7, /**/ 2, 4, nan};
    const Nhwc<float> dy({1, 1, 1, 3}, 1.5f);
    const BlockedBuffer input(x), gradient(dy);
    for (const TrainingTable* table : support::all_tables()) {
        BlockedBuffer dx(1, {2, 2, 3});
        table->pool2d_backward.max(serial_executor(), Pool2dWindow{}, input.map(), gradient.map(), dx.map());
        CHECK(dx.nhwc().values ==
              std::vector<float>{0, 1.5f, 0, /**/ 1.5f, 0, 1.5f, /**/ 0, 0, 0, /**/ 0, 0, 0});
    }
}
