// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/conv2d.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/conv2d.hpp"

#include <cmath>
#include <limits>

#include "support/catch.hpp"
#include "support/convolution.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::ConvolutionCase;
using support::EpilogueCase;
using support::Nhwc;

namespace {

const EpilogueCase kNone{}, kNoBias{false, false, false, Clamp::none}, kRelu{true, false, false, Clamp::relu},
    kAll{true, true, true, Clamp::relu_clipped}, kNorm{false, true, false, Clamp::relu}, kSum{true, false, true, {}};

// kernel, stride, dilation, pad_top, pad_left, groups
const ConvolutionCase kCases[] = {
    {"1x1", {2, 5, 7, 16}, {2, 5, 7, 32}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kNone, false},
    {"ragged", {1, 4, 5, 19}, {1, 4, 5, 37}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kRelu, false},
    {"first layer", {1, 15, 13, 3}, {1, 8, 7, 24}, {7, 7, 2, 2, 1, 1, 3, 3, 1}, kNorm, false},
    {"same", {3, 6, 5, 33}, {3, 6, 5, 17}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, false},
    {"asymmetric", {2, 8, 6, 16}, {2, 4, 3, 48}, {3, 3, 2, 2, 1, 1, 0, 0, 1}, kSum, false},
    {"dilated", {1, 9, 11, 20}, {1, 5, 7, 16}, {3, 3, 1, 1, 2, 2, 0, 0, 1}, kNoBias, false},
    {"oblong", {1, 7, 9, 5}, {1, 3, 9, 40}, {2, 5, 2, 1, 3, 1, 1, 2, 1}, kAll, false},
    {"one pixel less", {1, 1, 13, 16}, {1, 1, 13, 32}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kNone, false},
    {"one pixel more", {1, 1, 15, 16}, {1, 1, 15, 32}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kNone, false},
    {"dense", {3, 1, 1, 70}, {3, 1, 1, 10}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kNone, false},
    {"chain in blocks", {2, 2, 3, 1300}, {2, 2, 3, 33}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, false},
    {"groups of whole blocks", {2, 4, 5, 64}, {2, 4, 5, 96}, {3, 3, 1, 1, 1, 1, 1, 1, 2}, kAll, false},
    {"narrow groups", {1, 5, 6, 12}, {1, 5, 6, 24}, {3, 3, 1, 1, 1, 1, 1, 1, 3}, kAll, false},
    {"groups across blocks", {2, 3, 4, 54}, {2, 3, 4, 60}, {2, 2, 1, 1, 1, 1, 0, 1, 3}, kRelu, false},
    {"whole inputs, ragged filters", {1, 3, 4, 32}, {1, 3, 4, 20}, {1, 1, 1, 1, 1, 1, 0, 0, 2}, kNone, false},
    {"one channel a group", {1, 4, 4, 18}, {1, 4, 4, 18}, {3, 3, 1, 1, 1, 1, 1, 1, 18}, kSum, false},
};

}  // namespace

TEST_CASE("convolution gives the reference's bits on every instruction set and thread count",
          "[kernels][conv2d][REQ-KERN-350]") {
    std::uint64_t seed = 100;
    for (const ConvolutionCase& c : kCases) {
        const auto values = support::make_values(c, ++seed);
        const Nhwc<float> expected = support::reference_convolution(c, values);
        for (const KernelTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(c.name, to_string(table->isa), threads);
                support::ThreadedExecutor pool(threads);
                const auto result = support::run_convolution(*table, pool.executor(), c, values);
                CHECK(result.is_clean);
                CHECK(support::same_bits(result.y, expected));
            }
        }
    }
}

TEST_CASE("a dense input gives the bits of a blocked one", "[kernels][conv2d][REQ-KERN-350]") {
    const ConvolutionCase cases[] = {
        {"image", {2, 30, 31, 3}, {2, 15, 16, 40}, {7, 7, 2, 2, 1, 1, 3, 3, 1}, kNorm, false},
        {"grey", {1, 9, 40, 1}, {1, 9, 40, 16}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, false},
        {"two channels", {3, 8, 9, 2}, {3, 4, 5, 33}, {3, 5, 1, 1, 2, 2, 0, 2, 1}, kSum, false},
        {"four channels", {1, 7, 33, 4}, {1, 7, 33, 20}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kNoBias, false},
        {"taps in two blocks of the chain",
         {1, 20, 34, 3},
         {1, 4, 18, 17},
         {17, 17, 1, 1, 1, 1, 0, 0, 1},
         kRelu,
         false}};
    std::uint64_t seed = 900;
    for (const ConvolutionCase& c : cases) {
        const auto values = support::make_values(c, ++seed);
        const Nhwc<float> expected = support::reference_convolution(c, values);
        for (const KernelTable* table : support::all_tables()) {
            for (const auto layout : {support::InputLayout::blocked, support::InputLayout::dense}) {
                CAPTURE(c.name, to_string(table->isa), static_cast<int>(layout));
                support::ThreadedExecutor pool(3);
                const auto result = support::run_convolution(*table, pool.executor(), c, values, layout);
                CHECK(result.is_clean);
                CHECK(support::same_bits(result.y, expected));
            }
        }
    }
}

TEST_CASE("convolutions of random shapes give the reference's bits", "[kernels][conv2d][REQ-KERN-350]") {
    support::CounterRandom random(7);
    for (std::uint64_t i = 0; i < 40; ++i) {
        ConvolutionCase c;
        Conv2dGeometry& at = c.geometry;
        at = {random.next_integer(1, 4), random.next_integer(1, 4), random.next_integer(1, 3),
              random.next_integer(1, 3), random.next_integer(1, 2), random.next_integer(1, 3), 0, 0, 1};
        at.pad_top = random.next_integer(0, at.kernel_h), at.pad_left = random.next_integer(0, at.kernel_w);
        const std::int64_t n = random.next_integer(1, 3), p = random.next_integer(1, 9), q = random.next_integer(1, 16);
        if (i % 4 == 3) at.groups = random.next_integer(2, 4);
        const auto extent = [&](std::int64_t positions, std::int64_t stride, std::int64_t reach, std::int64_t pad) {
            const std::int64_t needed = (positions - 1) * stride + reach + 1 - pad - random.next_integer(0, 1);
            return needed < 1 ? 1 : needed;
        };
        c.input = {n, extent(p, at.stride_h, (at.kernel_h - 1) * at.dilation_h, at.pad_top),
                   extent(q, at.stride_w, (at.kernel_w - 1) * at.dilation_w, at.pad_left),
                   at.groups * random.next_integer(1, 40 / at.groups)};
        c.output = {n, p, q, at.groups * random.next_integer(1, 50 / at.groups)};
        c.epilogue = {i % 2 == 0, i % 3 == 0, i % 5 < 2, static_cast<Clamp>(i % 3)};
        const auto values = support::make_values(c, 200 + i);
        const Nhwc<float> expected = support::reference_convolution(c, values);
        for (const KernelTable* table : support::all_tables()) {
            CAPTURE(i, to_string(table->isa), c.input[3], c.output[3], at.groups);
            const auto result = support::run_convolution(*table, serial_executor(), c, values);
            CHECK(result.is_clean);
            CHECK(support::same_bits(result.y, expected));
        }
    }
}

TEST_CASE("convolution stays within its error bound", "[kernels][conv2d][REQ-KERN-351]") {
    for (ConvolutionCase c : kCases) {
        CAPTURE(c.name);
        c.epilogue = kNone;
        const auto values = support::make_values(c, 300);
        CHECK(support::within_error_bound(c, values,
                                          support::run_convolution(best_table(), serial_executor(), c, values).y));
    }
}

TEST_CASE("a sample's bits do not depend on the samples beside it", "[kernels][conv2d][REQ-KERN-352]") {
    ConvolutionCase together{"", {3, 5, 5, 20}, {3, 5, 5, 18}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kRelu, false};
    ConvolutionCase alone = together;
    alone.input = {1, 5, 5, 20}, alone.output = {1, 5, 5, 18};
    const auto values = support::make_values(together, 17);
    for (const KernelTable* table : support::all_tables()) {
        const Nhwc<float> all = support::run_convolution(*table, serial_executor(), together, values).y;
        for (std::size_t n = 0; n < 3; ++n) {
            auto one = values;
            one.x = Nhwc<float>(alone.input), one.addend = Nhwc<float>(alone.output);
            for (std::size_t i = 0; i < 500; ++i) one.x.values[i] = values.x.values[n * 500 + i];
            const Nhwc<float> y = support::run_convolution(*table, serial_executor(), alone, one).y;
            const auto first = all.values.begin() + static_cast<std::ptrdiff_t>(n * 450);
            CHECK(support::same_bits(y.values, std::vector<float>(first, first + 450)));
        }
    }
}

TEST_CASE("NaN and infinity pass through products, batch norm and clamps, and not into ragged lanes",
          "[kernels][conv2d][REQ-KERN-312]") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    ConvolutionCase c{"", {1, 3, 3, 4}, {1, 3, 3, 5}, {1, 1, 1, 1, 1, 1, 0, 0, 1}, kAll, false};
    for (const bool is_grouped : {false, true}) {
        c.input = {1, 3, 3, is_grouped ? 8 : 4}, c.output = {1, 3, 3, is_grouped ? 10 : 5};
        c.geometry.groups = is_grouped ? 2 : 1;
        auto values = support::make_values(c, 23);
        values.x.view()(0, 1, 1, 2) = nan;
        values.x.view()(0, 2, 0, 1) = infinity;
        values.weights.view()(0, 0, 1, 3) = 0.0f;
        const Nhwc<float> expected = support::reference_convolution(c, values);
        for (const KernelTable* table : support::all_tables()) {
            CAPTURE(to_string(table->isa));
            const auto result = support::run_convolution(*table, serial_executor(), c, values);
            CHECK(result.is_clean);
            CHECK(support::same_bits(result.y, expected));
            for (std::int64_t k = 0; k < 5; ++k) CHECK(std::isnan(result.y.view()(0, 1, 1, k)));
            CHECK(std::isnan(result.y.view()(0, 2, 0, 3)));
        }
    }
}

TEST_CASE("a chain of negative zeros ends as +0, with and without padding, blocks and groups",
          "[kernels][conv2d][REQ-KERN-350]") {
    const ConvolutionCase cases[] = {
        {"same", {1, 4, 5, 16}, {1, 4, 5, 20}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kNone, false},
        {"narrow groups", {1, 4, 5, 6}, {1, 4, 5, 6}, {3, 3, 1, 1, 1, 1, 1, 1, 2}, kNone, false},
        {"depthwise", {1, 4, 16, 20}, {1, 4, 16, 20}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kNone, true},
        {"depthwise, multiplier", {1, 4, 5, 6}, {1, 4, 5, 12}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kNone, true},
    };
    for (const ConvolutionCase& c : cases) {
        auto values = support::make_values(c, 31);
        // Products that round to -0: the only way in which a chain from +0 comes to -0.
        for (float& x : values.x.values) x = 1e-30f;
        for (float& w : values.weights.values) w = -1e-30f;
        for (float& b : values.bias.values) b = -0.0f;
        for (const KernelTable* table : support::all_tables()) {
            CAPTURE(c.name, to_string(table->isa));
            const auto result = support::run_convolution(*table, serial_executor(), c, values);
            CHECK(support::same_bits(result.y, Nhwc<float>(c.output, 0.0f)));
        }
    }
}
