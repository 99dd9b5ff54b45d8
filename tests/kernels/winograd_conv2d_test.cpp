// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/winograd_conv2d.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/winograd_conv2d.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/winograd_conv2d.hpp"
#include "support/catch.hpp"
#include "support/winograd.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::ConvolutionCase;
using support::Nhwc;
using support::plain_3x3;
using support::run_winograd;

namespace {

constexpr WinogradTile kTiles[] = {WinogradTile::f2x2, WinogradTile::f4x4};

template <class T>
Nhwc<T> reference_winograd(WinogradTile tile, const ConvolutionCase& c, const support::ConvolutionValues<T>& v) {
    Nhwc<T> y(c.output);
    const View<const T> none;
    reference::winograd_conv2d<T>(tile, c.geometry.pad_top, c.geometry.pad_left, v.x.view(),
                                  v.weights.template as<float>().view(), c.epilogue.has_bias ? v.bias.view() : none,
                                  y.view());
    reference::epilogue<T>(c.epilogue.has_scale ? v.scale.view() : none, c.epilogue.has_scale ? v.shift.view() : none,
                           c.epilogue.has_addend ? v.addend.view() : none, c.epilogue.clamp, T(0), T(6), y.view());
    return y;
}

const ConvolutionCase kCases[] = {
    plain_3x3("one tile", {1, 4, 4, 16}, 16, 1, {}),
    plain_3x3("less than a tile", {2, 1, 3, 5}, 7, 1, {true, true, true, Clamp::relu_clipped}),
    plain_3x3("ragged everywhere", {2, 7, 9, 19}, 37, 1, {true, true, true, Clamp::relu}),
    plain_3x3("without padding", {1, 9, 12, 33}, 16, 0, {false, true, false, Clamp::none}),
    plain_3x3("wide padding", {1, 5, 6, 20}, 48, 2, {true, false, true, Clamp::none}),
    plain_3x3("many tiles", {3, 33, 30, 16}, 20, 1, {true, false, false, Clamp::relu}),
};

}  // namespace

TEST_CASE("Winograd convolution gives the reference's bits on every instruction set and thread count",
          "[kernels][winograd_conv2d][REQ-KERN-356]") {
    std::uint64_t seed = 400;
    for (const ConvolutionCase& c : kCases) {
        const auto values = support::make_values(c, ++seed);
        for (const WinogradTile tile : kTiles) {
            const Nhwc<float> expected = reference_winograd(tile, c, values);
            for (const KernelTable* table : support::all_tables()) {
                for (const int threads : {1, 2, 7}) {
                    CAPTURE(c.name, winograd_side(tile), to_string(table->isa), threads);
                    support::ThreadedExecutor pool(threads);
                    const auto result = run_winograd(*table, pool.executor(), tile, c, values);
                    CHECK(result.is_clean);
                    CHECK(support::same_bits(result.y, expected));
                }
            }
        }
    }
}

TEST_CASE(
    "Winograd products in several passes, tasks and blocks of the chain give the bits of one sample after the other",
    "[kernels][winograd_conv2d][REQ-KERN-356]") {
    // More tiles than a pass holds; more channels than a block of the chain.
    for (const ConvolutionCase& together :
         {plain_3x3("passes", {3, 28, 28, 512}, 16, 1, {}), plain_3x3("long chain", {2, 6, 6, 5200}, 33, 1, {})}) {
        ConvolutionCase alone = together;
        alone.input.set(0, 1), alone.output.set(0, 1);
        const auto values = support::make_values(together, 71);
        const auto size = [](const Shape& shape) { return static_cast<std::size_t>(shape.element_count()); };
        const Nhwc<float> all =
            run_winograd(best_table(), serial_executor(), WinogradTile::f4x4, together, values).y;
        for (std::size_t n = 0; n < static_cast<std::size_t>(together.input[0]); ++n) {
            auto one = values;
            one.x = Nhwc<float>(alone.input), one.addend = Nhwc<float>(alone.output);
            for (std::size_t i = 0; i < size(alone.input); ++i)
                one.x.values[i] = values.x.values[n * size(alone.input) + i];
            for (const KernelTable* table : support::all_tables()) {
                if (table->isa == Isa::emulated) continue;
                CAPTURE(together.name, n, to_string(table->isa));
                const Nhwc<float> y = run_winograd(*table, serial_executor(), WinogradTile::f4x4, alone, one).y;
                const auto first = all.values.begin() + static_cast<std::ptrdiff_t>(n * size(alone.output));
                CHECK(support::same_bits(
                    y.values, std::vector<float>(first, first + static_cast<std::ptrdiff_t>(size(alone.output)))));
            }
        }
    }
}

TEST_CASE("Winograd convolution is the convolution, and stays within its stated error",
          "[kernels][winograd_conv2d][REQ-KERN-357]") {
    support::CounterRandom random(9);
    double worst[5] = {};
    for (std::uint64_t i = 0; i < 60; ++i) {
        ConvolutionCase c = plain_3x3("", {random.next_integer(1, 2), random.next_integer(2, 14),
                                         random.next_integer(2, 14), random.next_integer(16, 96)},
                                    random.next_integer(1, 40), 1, {});
        const auto values = support::make_values(c, 500 + i);
        support::ConvolutionValues<double> exact, absolute;
        exact.x = values.x.as<double>(), exact.weights = values.weights.as<double>();
        exact.bias = values.bias.as<double>();
        absolute = exact;
        for (auto* array : {&absolute.x, &absolute.weights, &absolute.bias})
            for (double& value : array->values) value = std::abs(value);
        const Nhwc<double> center = support::reference_convolution(c, exact);
        const Nhwc<double> size = support::reference_convolution(c, absolute);
        for (const WinogradTile tile : kTiles) {
            const Nhwc<float> y = run_winograd(best_table(), serial_executor(), tile, c, values).y;
            const double g = static_cast<double>(c.input[3] * 9) * 0x1p-24;
            for (std::size_t j = 0; j < y.values.size(); ++j) {
                const double error = std::abs(static_cast<double>(y.values[j]) - center.values[j]);
                const double ratio = error / (g / (1 - g) * size.values[j]);
                if (ratio > worst[winograd_side(tile)]) worst[winograd_side(tile)] = ratio;
            }
        }
    }
    for (const WinogradTile tile : kTiles) {
        INFO("largest share of the direct chain's bound: " << worst[winograd_side(tile)]);
        CHECK(worst[winograd_side(tile)] < winograd_error_factor(tile));
        CHECK(worst[winograd_side(tile)] > 0.0);
    }
}

TEST_CASE("a NaN reaches the tiles that read it and no others", "[kernels][winograd_conv2d][REQ-KERN-312]") {
    const ConvolutionCase c = plain_3x3("", {1, 12, 12, 4}, 5, 1, {});
    auto values = support::make_values(c, 23);
    values.x.view()(0, 5, 5, 2) = std::numeric_limits<float>::quiet_NaN();
    for (const KernelTable* table : support::all_tables()) {
        CAPTURE(to_string(table->isa));
        const auto result = run_winograd(*table, serial_executor(), WinogradTile::f4x4, c, values);
        CHECK(result.is_clean);
        for (std::int64_t k = 0; k < 5; ++k) {
            CHECK(std::isnan(result.y.view()(0, 5, 5, k)));
            CHECK(!std::isnan(result.y.view()(0, 0, 0, k)));
            CHECK(!std::isnan(result.y.view()(0, 9, 9, k)));
        }
    }
}

TEST_CASE("sums of negative zeros and a bias of -0 end as +0", "[kernels][winograd_conv2d][REQ-KERN-356]") {
    const ConvolutionCase c = plain_3x3("", {1, 5, 6, 16}, 20, 1, {});
    auto values = support::make_values(c, 31);
    for (float& x : values.x.values) x = -0.0f;
    for (float& b : values.bias.values) b = -0.0f;
    for (const WinogradTile tile : kTiles) {
        for (const KernelTable* table : support::all_tables()) {
            CAPTURE(winograd_side(tile), to_string(table->isa));
            CHECK(support::same_bits(run_winograd(*table, serial_executor(), tile, c, values).y,
                                     Nhwc<float>(c.output, 0.0f)));
        }
    }
}

TEST_CASE("which tile a convolution takes depends on its shape alone", "[kernels][winograd_conv2d][REQ-KERN-358]") {
    const Conv2dGeometry plain{3, 3, 1, 1, 1, 1, 1, 1, 1};
    const MapExtent map{28, 28, 64}, narrow{14, 40, 64}, small{7, 7, 512};
    CHECK(winograd_tile_for(plain, map, map) == WinogradTile::f4x4);
    CHECK(winograd_tile_for(plain, narrow, narrow) == WinogradTile::f2x2);
    CHECK(winograd_tile_for(plain, small, small) == WinogradTile::none);
    CHECK(winograd_tile_for(plain, {28, 28, 3}, map) == WinogradTile::none);
    for (const Conv2dGeometry& other :
         {Conv2dGeometry{3, 3, 2, 1, 1, 1, 1, 1, 1}, Conv2dGeometry{3, 3, 1, 1, 1, 2, 1, 1, 1},
          Conv2dGeometry{5, 3, 1, 1, 1, 1, 1, 1, 1}, Conv2dGeometry{3, 3, 1, 1, 1, 1, 1, 1, 2}}) {
        CHECK(winograd_tile_for(other, map, map) == WinogradTile::none);
    }
}
