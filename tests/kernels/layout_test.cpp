// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/layout.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/layout.hpp"

#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

const Shape kShapes[] = {{1, 1, 1, 1}, {2, 3, 5, 3}, {3, 4, 7, 16}, {1, 5, 2, 17}, {2, 2, 3, 47}, {2, 40, 33, 32}};

}  // namespace

TEST_CASE("arrays become blocked maps and back, bit for bit", "[kernels][layout][REQ-KERN-301]") {
    support::CounterRandom random(1);
    for (const KernelTable* table : support::all_tables()) {
        for (const Shape& shape : kShapes) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), shape[1], shape[2], shape[3], threads);
                support::ThreadedExecutor pool(threads);
                Nhwc<float> source = support::random_nhwc(shape, random);
                source.values[0] = -0.0f;
                BlockedBuffer blocked(shape[0], {shape[1], shape[2], shape[3]}, Halo{1, 2, 3, 1});
                table->layout.to_blocked(pool.executor(), source.view(), blocked.map());
                CHECK(blocked.ragged_lanes_are_zero());
                CHECK(blocked.halo_is_untouched());
                CHECK(support::same_bits(blocked.nhwc(), source));
                Nhwc<float> back(shape, 7.0f);
                table->layout.from_blocked(pool.executor(), blocked.map(), back.view());
                CHECK(support::same_bits(back, source));
            }
        }
    }
}

TEST_CASE("ranks 2 and 3 and strided arrays are converted", "[kernels][layout][REQ-KERN-301]") {
    support::CounterRandom random(2);
    for (const KernelTable* table : support::all_tables()) {
        const Nhwc<float> features = support::random_nhwc({3, 21}, random);
        BlockedBuffer vector(3, {1, 1, 21});
        table->layout.to_blocked(serial_executor(), features.view(), vector.map());
        CHECK(support::same_bits(vector.nhwc().values, features.values));

        const Nhwc<float> sequence = support::random_nhwc({2, 5, 19}, random);
        BlockedBuffer line(2, {1, 5, 19});
        table->layout.to_blocked(serial_executor(), sequence.view(), line.map());
        CHECK(support::same_bits(line.nhwc().values, sequence.values));
        Nhwc<float> back(sequence.shape);
        table->layout.from_blocked(serial_executor(), line.map(), back.view());
        CHECK(support::same_bits(back, sequence));

        // A dense map has the order of the source, whatever the source's strides.
        const Nhwc<float> image = support::random_nhwc({2, 3, 4, 5}, random);
        const std::int64_t image_strides[] = {60, 1, 3, 12};
        const View<const float> turned(image.values.data(), {2, 3, 4, 5}, image_strides);
        BlockedBuffer dense(2, {3, 4, 5}, Halo{1, 0, 2, 1}, 5);
        for (const auto& source : {image.view(), turned}) {
            table->layout.to_blocked(serial_executor(), source, dense.map());
            for (std::int64_t n = 0; n < 2; ++n)
                for (std::int64_t h = 0; h < 3; ++h)
                    for (std::int64_t i = 0; i < 20; ++i) {
                        const BlockedMap at = dense.map();
                        CHECK(at.data[n * at.sample_stride + h * at.row_stride + i] == source(n, h, i / 5, i % 5));
                    }
        }

        // Planes first (NCHW storage), seen as NHWC through strides.
        const Nhwc<float> planes = support::random_nhwc({2, 18, 4, 3}, random);
        const std::int64_t strides[] = {18 * 12, 3, 1, 12};
        const View<const float> view(planes.values.data(), {2, 4, 3, 18}, strides);
        BlockedBuffer blocked(2, {4, 3, 18});
        table->layout.to_blocked(serial_executor(), view, blocked.map());
        Nhwc<float> planes_back(planes.shape);
        table->layout.from_blocked(serial_executor(), blocked.map(),
                                   View<float>(planes_back.values.data(), {2, 4, 3, 18}, strides));
        CHECK(support::same_bits(planes_back, planes));
        CHECK(blocked.nhwc().view()(1, 2, 1, 17) == planes.view()(1, 17, 2, 1));
    }
}

TEST_CASE("reshape and flatten keep the order of storage", "[kernels][layout][REQ-KERN-302]") {
    struct Case { Shape from, to; };
    const Case cases[] = {{{2, 3, 5, 7}, {2, 1, 1, 105}},    {{2, 1, 1, 105}, {2, 3, 5, 7}},
                          {{1, 4, 4, 32}, {1, 1, 1, 512}},   {{3, 6, 4, 20}, {3, 4, 3, 40}},
                          {{2, 2, 9, 16}, {2, 3, 3, 32}},    {{1, 64, 48, 16}, {1, 48, 128, 8}},
                          {{2, 5, 3, 33}, {2, 1, 33, 15}}};
    support::CounterRandom random(3);
    for (const KernelTable* table : support::all_tables()) {
        for (const Case& c : cases) {
            for (const int threads : {1, 7}) {
                CAPTURE(to_string(table->isa), c.from[3], c.to[3], threads);
                support::ThreadedExecutor pool(threads);
                const Nhwc<float> source = support::random_nhwc(c.from, random);
                const BlockedBuffer from(source, Halo{1, 1, 1, 1});
                BlockedBuffer to(c.to[0], {c.to[1], c.to[2], c.to[3]}, Halo{0, 1, 2, 0});
                table->layout.reshape(pool.executor(), from.map(), to.map());
                CHECK(to.ragged_lanes_are_zero());
                CHECK(to.halo_is_untouched());
                CHECK(support::same_bits(to.nhwc().values, source.values));
            }
        }
    }
}
