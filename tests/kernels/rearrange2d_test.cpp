// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/rearrange2d.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/rearrange2d.hpp"

#include <utility>
#include <vector>

#include "provenn/kernels/reference/rearrange2d.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

MapExtent extent_of(const Shape& shape) { return {shape[1], shape[2], shape[3]}; }

/// Runs `kernel(table, executor, output map)` on every instruction set with 1, 2 and 7 threads into poisoned maps.
template <class Kernel>
void check_everywhere(const Nhwc<float>& expected, const Kernel& kernel) {
    for (const KernelTable* table : support::all_tables()) {
        for (const int threads : {1, 2, 7}) {
            CAPTURE(to_string(table->isa), threads);
            support::ThreadedExecutor pool(threads);
            BlockedBuffer output(expected.shape[0], extent_of(expected.shape), Halo{2, 1, 1, 3});
            kernel(table->rearrange2d, pool.executor(), output.map());
            CHECK(output.ragged_lanes_are_zero());
            CHECK(output.halo_is_untouched());
            CHECK(support::same_bits(output.nhwc(), expected));
        }
    }
}

}  // namespace

TEST_CASE("zero padding and cropping undo each other", "[kernels][rearrange2d][REQ-KERN-320]") {
    support::CounterRandom random(9);
    for (const Halo& border : {Halo{1, 2, 3, 0}, Halo{0, 1, 0, 1}, Halo{0, 0, 0, 0}}) {
        for (const std::int64_t channels : {3, 16, 35}) {
            const Nhwc<float> x = support::random_nhwc({2, 9, 6, channels}, random);
            Nhwc<float> padded({2, 9 + border.top + border.bottom, 6 + border.left + border.right, channels});
            reference::pad<float>(border.top, border.left, x.view(), padded.view());
            const BlockedBuffer small(x), large(padded, Halo{1, 1, 1, 1});
            check_everywhere(padded, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
                kernels.pad(on, border, small.map(), out);
            });
            check_everywhere(x, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
                kernels.crop(on, border, large.map(), out);
            });
        }
    }
}

TEST_CASE("concatenate joins along any axis and split undoes it, for any channel counts",
          "[kernels][rearrange2d][REQ-KERN-321]") {
    support::CounterRandom random(10);
    struct Case { MapAxis axis; Shape parts[3]; };
    const Case cases[] = {{MapAxis::channels, {{2, 5, 4, 3}, {2, 5, 4, 30}, {2, 5, 4, 7}}},
                          {MapAxis::channels, {{1, 40, 30, 16}, {1, 40, 30, 32}, {1, 40, 30, 5}}},
                          {MapAxis::channels, {{3, 1, 1, 1}, {3, 1, 1, 1}, {3, 1, 1, 47}}},
                          {MapAxis::height, {{2, 1, 4, 17}, {2, 5, 4, 17}, {2, 2, 4, 17}}},
                          {MapAxis::width, {{2, 3, 1, 20}, {2, 3, 6, 20}, {2, 3, 2, 20}}}};
    for (const Case& c : cases) {
        std::vector<Nhwc<float>> parts;
        Shape joined = c.parts[0];
        joined.set(1 + static_cast<int>(c.axis), 0);
        for (const Shape& part : c.parts) {
            parts.push_back(support::random_nhwc(part, random));
            const int axis = 1 + static_cast<int>(c.axis);
            joined.set(axis, joined[axis] + part[axis]);
        }
        Nhwc<float> whole(joined);
        std::int64_t offset = 0;
        std::vector<BlockedBuffer> buffers;
        for (const Nhwc<float>& part : parts) {
            reference::copy_box<float>({{}, point_along(c.axis, offset), extent_of(part.shape)}, part.view(),
                                       whole.view());
            offset += extent_along(extent_of(part.shape), c.axis);
            buffers.emplace_back(part, Halo{1, 0, 0, 1});
        }
        const ConstBlockedMap inputs[] = {std::as_const(buffers[0]).map(), std::as_const(buffers[1]).map(),
                                          std::as_const(buffers[2]).map()};
        check_everywhere(whole, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
            kernels.concatenate(on, c.axis, Span<const ConstBlockedMap>(inputs), out);
        });
        const BlockedBuffer joined_map(whole);
        for (std::size_t wanted = 0; wanted < 3; ++wanted) {
            check_everywhere(parts[wanted],
                             [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
                                 BlockedMap outputs[3];
                                 for (std::size_t i = 0; i < 3; ++i) outputs[i].extent = extent_of(parts[i].shape);
                                 outputs[wanted] = out;
                                 kernels.split(on, c.axis, joined_map.map(), Span<BlockedMap>(outputs));
                             });
        }
    }
}

TEST_CASE("a slice of channels is copied out, and its gradient is embedded in zeros",
          "[kernels][rearrange2d][REQ-KERN-322]") {
    support::CounterRandom random(11);
    for (const std::int64_t first : {0, 3, 16, 20}) {
        for (const std::int64_t count : {1, 14, 17}) {
            CAPTURE(first, count);
            const Nhwc<float> x = support::random_nhwc({2, 3, 5, 40}, random);
            Nhwc<float> slice({2, 3, 5, count}), embedded({2, 3, 5, 40});
            const MapBox out_of{{0, 0, first}, {}, {3, 5, count}}, into{{}, {0, 0, first}, {3, 5, count}};
            reference::copy_box<float>(out_of, x.view(), slice.view());
            reference::copy_box<float>(into, slice.view(), embedded.view());
            const BlockedBuffer whole(x), part(slice);
            check_everywhere(slice, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
                kernels.copy_box(on, out_of, whole.map(), out);
            });
            check_everywhere(embedded, [&](const Rearrange2dKernels& kernels, const Executor& on,
                                           const BlockedMap& out) { kernels.embed(on, into, part.map(), out); });
        }
    }
}

TEST_CASE("permute puts each axis where the order says, and the inverse order puts it back",
          "[kernels][rearrange2d][REQ-KERN-323]") {
    support::CounterRandom random(12);
    const AxisOrder orders[] = {{{0, 1, 2}}, {{0, 2, 1}}, {{1, 0, 2}}, {{1, 2, 0}}, {{2, 0, 1}}, {{2, 1, 0}}};
    for (const AxisOrder& order : orders) {
        const Nhwc<float> x = support::random_nhwc({2, 5, 18, 21}, random);
        Nhwc<float> turned({2, x.shape[1 + order.axis[0]], x.shape[1 + order.axis[1]], x.shape[1 + order.axis[2]]});
        reference::permute<float>(order, x.view(), turned.view());
        const BlockedBuffer from(x), to(turned);
        check_everywhere(turned, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
            kernels.permute(on, order, from.map(), out);
        });
        check_everywhere(x, [&](const Rearrange2dKernels& kernels, const Executor& on, const BlockedMap& out) {
            kernels.permute(on, inverse_order(order), to.map(), out);
        });
    }
}
