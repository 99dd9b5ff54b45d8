// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of depthwise convolution: references against dual numbers, kernels against references bit for bit.
#include "provenn/kernels/depthwise_conv2d_backward.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/depthwise_conv2d.hpp"
#include "provenn/kernels/reference/depthwise_conv2d_backward.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

struct DepthwiseCase {
    Shape input, output;
    Conv2dGeometry geometry;
    [[nodiscard]] Shape weights() const {
        return {geometry.kernel_h, geometry.kernel_w, input[3], output[3] / input[3]};
    }
};
MapExtent extent_of(const Shape& shape) { return {shape[1], shape[2], shape[3]}; }

// {kernel, stride, dilation, pad top and left}, heights before widths.
const DepthwiseCase kCases[] = {
    {{2, 5, 15, 32}, {2, 5, 15, 32}, {3, 3, 1, 1, 1, 1, 1, 1}},   // same
    {{3, 8, 9, 19}, {3, 4, 5, 19}, {3, 3, 2, 2, 1, 1, 0, 1}},     // stride 2, padded unevenly
    {{1, 10, 12, 5}, {1, 3, 4, 5}, {2, 2, 3, 3, 1, 1, 0, 0}},     // kernel smaller than its stride
    {{1, 9, 13, 33}, {1, 5, 7, 33}, {3, 3, 1, 1, 2, 3, 0, 0}},    // dilation
    {{1, 12, 9, 16}, {1, 6, 9, 16}, {3, 5, 2, 1, 3, 1, 3, 2}},    // dilation 3 with stride 2
    {{2, 40, 9, 4}, {2, 40, 9, 4}, {1, 3, 1, 1, 1, 1, 0, 1}},     // several chunks
    {{2, 6, 5, 10}, {2, 3, 3, 20}, {3, 3, 2, 2, 1, 1, 1, 1}},     // multiplier 2
    {{1, 5, 6, 7}, {1, 5, 6, 21}, {3, 2, 1, 1, 1, 1, 1, 0}},      // multiplier 3
};

Nhwc<float> data_gradient(const TrainingTable& table, const Executor& executor, const DepthwiseCase& c,
                          const Nhwc<float>& w, const Nhwc<float>& dy) {
    const BlockedBuffer gradient(dy, gradient_halo(c.geometry, extent_of(c.input), extent_of(c.output)));
    BlockedBuffer dx(c.input[0], extent_of(c.input), Halo{0, 1, 2, 1});
    std::vector<float> packed(static_cast<std::size_t>(depthwise_packed_size(c.geometry, c.output[3])));
    pack_depthwise_weights(c.geometry, c.output[3], w.values.data(), packed.data());
    DepthwiseDataGradient arguments;
    arguments.output_gradient = gradient.map();
    arguments.input_gradient = dx.map();
    arguments.weights = packed.data();
    arguments.geometry = c.geometry;
    arguments.multiplier = c.output[3] / c.input[3];
    table.depthwise_conv2d_backward.data(arguments, executor);
    CHECK(dx.ragged_lanes_are_zero());
    CHECK(dx.halo_is_untouched());
    return dx.nhwc();
}

void weight_gradient(const TrainingTable& table, const Executor& executor, const DepthwiseCase& c, const Nhwc<float>& x,
                     const Nhwc<float>& dy, Nhwc<float>& dw, Nhwc<float>& db) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    const BlockedBuffer input(x, input_halo(c.geometry, extent_of(c.input), extent_of(c.output))), gradient(dy);
    // One element more than needed shows a write beyond the end.
    dw.values.assign(static_cast<std::size_t>(dw.shape.element_count()) + 1, kNan);
    db.values.assign(static_cast<std::size_t>(db.shape.element_count()) + 1, kNan);
    DepthwiseWeightGradient arguments;
    arguments.input = input.map();
    arguments.output_gradient = gradient.map();
    arguments.weight_gradient = dw.values.data();
    arguments.bias_gradient = db.values.data();
    arguments.geometry = c.geometry;
    arguments.multiplier = c.output[3] / c.input[3];
    std::vector<float> scratch(static_cast<std::size_t>(depthwise_gradient_scratch_size(arguments)) + 1, kNan);
    arguments.scratch = scratch.data();
    table.depthwise_conv2d_backward.weights(arguments, executor);
    CHECK(std::isnan(dw.values.back()));
    CHECK(std::isnan(db.values.back()));
    CHECK(std::isnan(scratch.back()));
    dw.values.pop_back();
    db.values.pop_back();
}

}  // namespace

TEST_CASE("the references' depthwise gradients are the derivatives of the forward reference",
          "[kernels][depthwise_conv2d_backward][REQ-KERN-411]") {
    support::CounterRandom random(411);
    const DepthwiseCase cases[] = {{{2, 5, 4, 3}, {2, 3, 2, 3}, {3, 3, 2, 2, 1, 1, 1, 0}},
                                   {{1, 6, 5, 2}, {1, 3, 5, 6}, {2, 3, 2, 1, 2, 1, 1, 1}}};
    for (const DepthwiseCase& c : cases) {
        const Nhwc<double> x = support::random_nhwc(c.input, random).as<double>();
        const Nhwc<double> w = support::random_nhwc(c.weights(), random).as<double>();
        const Nhwc<double> dy = support::random_nhwc(c.output, random).as<double>();
        const auto forward = [&](const Nhwc<Dual>& in, const Nhwc<Dual>& weights) {
            Nhwc<Dual> out(c.output);
            reference::depthwise_conv2d<Dual>(c.geometry, in.view(), weights.view(), View<const Dual>(), out.view());
            return out;
        };
        const Nhwc<Dual> x_dual = x.as<Dual>(), w_dual = w.as<Dual>();
        Nhwc<double> dx(c.input), dw(c.weights());
        reference::depthwise_data_gradient<double>(c.geometry, dy.view(), w.view(), dx.view());
        reference::depthwise_weight_gradient<double>(c.geometry, x.view(), dy.view(), dw.view());
        const auto by_x = support::gradient_by_duals(x, dy, [&](const auto& v) { return forward(v, w_dual); });
        const auto by_w = support::gradient_by_duals(w, dy, [&](const auto& v) { return forward(x_dual, v); });
        CHECK(support::greatest_difference(dx.values, by_x.values) <= 1e-10);
        CHECK(support::greatest_difference(dw.values, by_w.values) <= 1e-10);
    }
}

TEST_CASE("depthwise gradients give the reference's bits on every instruction set and thread count",
          "[kernels][depthwise_conv2d_backward][REQ-KERN-412]") {
    support::CounterRandom random(412);
    for (const DepthwiseCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random), w = support::random_nhwc(c.weights(), random);
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        Nhwc<float> dx(c.input), dw(c.weights()), db(Shape{c.output[3]});
        reference::depthwise_data_gradient<float>(c.geometry, dy.view(), w.view(), dx.view());
        reference::depthwise_weight_gradient<float>(c.geometry, x.view(), dy.view(), dw.view());
        reference::conv2d_bias_gradient<float>(dy.view(), db.view());
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.input[3], c.output[3], threads);
                support::ThreadedExecutor pool(threads);
                CHECK(support::same_bits(data_gradient(*table, pool.executor(), c, w, dy), dx));
                Nhwc<float> weights(c.weights()), bias(Shape{c.output[3]});
                weight_gradient(*table, pool.executor(), c, x, dy, weights, bias);
                CHECK(support::same_bits(weights, dw));
                CHECK(support::same_bits(bias, db));
            }
        }
    }
}

TEST_CASE("depthwise gradients stay within their error bounds", "[kernels][depthwise_conv2d_backward][REQ-KERN-413]") {
    support::CounterRandom random(413);
    const auto absolute = [](Nhwc<double> values) {
        for (double& value : values.values) value = std::fabs(value);
        return values;
    };
    for (const DepthwiseCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random), w = support::random_nhwc(c.weights(), random);
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        const Nhwc<double> x_abs = absolute(x.as<double>()), w_abs = absolute(w.as<double>());
        const Nhwc<double> x64 = x.as<double>(), w64 = w.as<double>(), dy64 = dy.as<double>(), dy_abs = absolute(dy64);
        Nhwc<double> dx(c.input), dx_abs(c.input), dw(c.weights()), dw_abs(c.weights());
        reference::depthwise_data_gradient<double>(c.geometry, dy64.view(), w64.view(), dx.view());
        reference::depthwise_data_gradient<double>(c.geometry, dy_abs.view(), w_abs.view(), dx_abs.view());
        reference::depthwise_weight_gradient<double>(c.geometry, x64.view(), dy64.view(), dw.view());
        reference::depthwise_weight_gradient<double>(c.geometry, x_abs.view(), dy_abs.view(), dw_abs.view());
        const TrainingTable& table = *support::all_tables().back();
        Nhwc<float> weights(c.weights()), bias(Shape{c.output[3]});
        weight_gradient(table, serial_executor(), c, x, dy, weights, bias);
        const Nhwc<float> data = data_gradient(table, serial_executor(), c, w, dy);
        const double unit = std::ldexp(1.0, -24) * 1.001;  // n u / (1 - n u) for the n at hand
        const auto data_terms = static_cast<double>(c.geometry.taps() * (c.output[3] / c.input[3]) + 1);
        const auto weight_terms = static_cast<double>(256 + c.output[2] + 1 + 8);
        for (std::size_t i = 0; i < dx.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(data.values[i]) - dx.values[i]) <=
                    data_terms * unit * dx_abs.values[i]);
        }
        for (std::size_t i = 0; i < dw.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(weights.values[i]) - dw.values[i]) <=
                    weight_terms * unit * dw_abs.values[i]);
        }
    }
}
