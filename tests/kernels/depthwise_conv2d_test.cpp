// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Depthwise convolution against its reference: bits, error bound, NaN.
#include "provenn/kernels/depthwise_conv2d.hpp"

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

const EpilogueCase kNone{}, kAll{true, true, true, Clamp::relu_clipped}, kNorm{false, true, false, Clamp::relu};

const ConvolutionCase kCases[] = {
    {"same", {2, 9, 29, 32}, {2, 9, 29, 32}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, true},
    {"stride two", {1, 12, 30, 19}, {1, 6, 15, 19}, {3, 3, 2, 2, 1, 1, 0, 0, 1}, kNorm, true},
    {"stride three", {1, 10, 22, 5}, {1, 4, 8, 5}, {3, 2, 3, 3, 1, 1, 1, 0, 1}, kNone, true},
    {"dilated", {1, 9, 13, 33}, {1, 5, 7, 33}, {3, 3, 1, 1, 2, 3, 0, 0, 1}, kNone, true},
    {"oblong", {3, 4, 7, 16}, {3, 4, 7, 16}, {1, 5, 1, 1, 1, 1, 0, 2, 1}, kAll, true},
    {"seven wide", {1, 7, 7, 48}, {1, 7, 7, 48}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kNorm, true},
    {"multiplier two", {2, 5, 6, 17}, {2, 5, 6, 34}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, true},
    {"multiplier three", {1, 6, 7, 11}, {1, 3, 4, 33}, {3, 3, 2, 2, 1, 1, 1, 1, 1}, kNone, true},
    {"one channel to twenty", {1, 4, 9, 1}, {1, 4, 9, 20}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kNorm, true},
};

}  // namespace

TEST_CASE("depthwise convolution gives the reference's bits on every instruction set and thread count",
          "[kernels][depthwise_conv2d][REQ-KERN-353]") {
    std::uint64_t seed = 400;
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

TEST_CASE("depthwise convolution stays within its error bound", "[kernels][depthwise_conv2d][REQ-KERN-351]") {
    for (ConvolutionCase c : kCases) {
        CAPTURE(c.name);
        c.epilogue = kNone;
        const auto values = support::make_values(c, 500);
        CHECK(support::within_error_bound(c, values,
                                          support::run_convolution(best_table(), serial_executor(), c, values).y));
    }
}

TEST_CASE("a NaN stays in its own channel of a depthwise convolution", "[kernels][depthwise_conv2d][REQ-KERN-312]") {
    for (const std::int64_t multiplier : {1, 2}) {
        const ConvolutionCase c{"", {1, 5, 5, 5}, {1, 5, 5, 5 * multiplier}, {3, 3, 1, 1, 1, 1, 1, 1, 1}, kAll, true};
        auto values = support::make_values(c, 29);
        values.x.view()(0, 2, 2, 4) = std::numeric_limits<float>::quiet_NaN();
        for (const KernelTable* table : support::all_tables()) {
            CAPTURE(to_string(table->isa), multiplier);
            const auto result = support::run_convolution(*table, serial_executor(), c, values);
            CHECK(result.is_clean);
            for (std::int64_t k = 0; k < 5 * multiplier; ++k) {
                CHECK(std::isnan(result.y.view()(0, 1, 1, k)) == (k / multiplier == 4));
                CHECK(!std::isnan(result.y.view()(0, 0, 0, k)));
            }
        }
    }
}
