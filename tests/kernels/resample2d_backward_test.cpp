// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/resample2d_backward.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/resample2d_backward.hpp"

#include "provenn/kernels/reference/resample2d.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

TEST_CASE("the references' resampling gradients are the derivatives of the forward references",
          "[kernels][resample2d_backward][REQ-KERN-342]") {
    support::CounterRandom random(19);
    for (const Shape& out : {Shape{2, 6, 8, 2}, Shape{2, 2, 3, 2}, Shape{2, 7, 1, 2}}) {
        const Shape in{2, 3, 4, 2};
        const Nhwc<double> x = support::random_nhwc(in, random).as<double>();
        const Nhwc<double> dy = support::random_nhwc(out, random).as<double>();
        Nhwc<double> dx(in);
        reference::resample2d_nearest_backward<double>(dy.view(), dx.view());
        const auto nearest = support::gradient_by_duals(x, dy, [&](const Nhwc<Dual>& at) {
            Nhwc<Dual> y(out);
            reference::resample2d_nearest<Dual>(at.view(), y.view());
            return y;
        });
        CHECK(support::greatest_difference(dx.values, nearest.values) <= 1e-10);
        reference::resample2d_bilinear_backward<double>(dy.view(), dx.view());
        const auto bilinear = support::gradient_by_duals(x, dy, [&](const Nhwc<Dual>& at) {
            Nhwc<Dual> y(out);
            reference::resample2d_bilinear<Dual>(at.view(), y.view());
            return y;
        });
        CHECK(support::greatest_difference(dx.values, bilinear.values) <= 1e-10);
        reference::resample2d_bicubic_backward<double>(dy.view(), dx.view());
        const auto bicubic = support::gradient_by_duals(x, dy, [&](const Nhwc<Dual>& at) {
            Nhwc<Dual> y(out);
            reference::resample2d_bicubic<Dual>(at.view(), y.view());
            return y;
        });
        CHECK(support::greatest_difference(dx.values, bicubic.values) <= 1e-10);
    }
}

TEST_CASE("resampling gradients give the reference's bits on every instruction set and thread count",
          "[kernels][resample2d_backward][REQ-KERN-342]") {
    support::CounterRandom random(20);
    struct SizeCase { Shape input, output; };
    const SizeCase cases[] = {{{2, 3, 5, 17}, {2, 6, 15, 17}},
                              {{1, 7, 4, 3}, {1, 5, 9, 3}},
                              {{3, 1, 1, 16}, {3, 4, 3, 16}},
                              {{2, 9, 8, 33}, {2, 1, 1, 33}},
                              {{1, 15, 14, 40}, {1, 30, 28, 40}}};
    for (const SizeCase& c : cases) {
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        Nhwc<float> nearest(c.input), bilinear(c.input), bicubic(c.input);
        reference::resample2d_nearest_backward<float>(dy.view(), nearest.view());
        reference::resample2d_bilinear_backward<float>(dy.view(), bilinear.view());
        reference::resample2d_bicubic_backward<float>(dy.view(), bicubic.view());
        const BlockedBuffer gradient(dy, Halo{0, 1, 1, 0});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.output[1], threads);
                support::ThreadedExecutor pool(threads);
                BlockedBuffer by_nearest(c.input[0], {c.input[1], c.input[2], c.input[3]}, Halo{1, 1, 0, 2});
                BlockedBuffer by_bilinear(c.input[0], {c.input[1], c.input[2], c.input[3]}, Halo{1, 1, 0, 2});
                BlockedBuffer by_bicubic(c.input[0], {c.input[1], c.input[2], c.input[3]}, Halo{1, 1, 0, 2});
                table->resample2d_backward.nearest(pool.executor(), gradient.map(), by_nearest.map());
                table->resample2d_backward.bilinear(pool.executor(), gradient.map(), by_bilinear.map());
                table->resample2d_backward.bicubic(pool.executor(), gradient.map(), by_bicubic.map());
                for (const BlockedBuffer* dx : {&by_nearest, &by_bilinear, &by_bicubic}) {
                    CHECK(dx->ragged_lanes_are_zero());
                    CHECK(dx->halo_is_untouched());
                }
                CHECK(support::same_bits(by_nearest.nhwc(), nearest));
                CHECK(support::same_bits(by_bilinear.nhwc(), bilinear));
                CHECK(support::same_bits(by_bicubic.nhwc(), bicubic));
            }
        }
    }
}
