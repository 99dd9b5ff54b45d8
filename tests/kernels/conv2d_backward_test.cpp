// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of convolution: references against dual numbers, kernels against references bit for bit.
#include "provenn/kernels/conv2d_backward.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/conv2d.hpp"
#include "provenn/kernels/reference/conv2d_backward.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

struct ConvCase {
    Shape input, output;
    Conv2dGeometry geometry;
    [[nodiscard]] Shape weights() const {
        return {geometry.kernel_h, geometry.kernel_w, input[3] / geometry.groups, output[3]};
    }
};
MapExtent extent_of(const Shape& shape) { return {shape[1], shape[2], shape[3]}; }

// {kernel, stride, dilation, pad top and left, groups}, heights before widths.
const ConvCase kCases[] = {
    {{2, 5, 7, 16}, {2, 5, 7, 32}, {3, 3, 1, 1, 1, 1, 1, 1, 1}},       // same
    {{1, 9, 6, 17}, {1, 4, 5, 35}, {2, 2, 2, 1, 1, 1, 0, 0, 1}},       // valid, strides differ, a row unseen
    {{3, 8, 8, 3}, {3, 4, 4, 33}, {3, 3, 2, 2, 1, 1, 0, 0, 1}},        // same, stride 2: padded below and right
    {{2, 7, 10, 20}, {2, 3, 4, 8}, {1, 1, 3, 3, 1, 1, 0, 0, 1}},       // kernel smaller than its stride
    {{1, 11, 9, 5}, {1, 6, 5, 16}, {3, 2, 2, 2, 2, 3, 2, 1, 1}},       // dilation 2 and 3 with stride 2
    {{1, 10, 10, 14}, {1, 4, 4, 31}, {5, 3, 3, 3, 1, 1, 2, 1, 1}},     // stride 3, more taps than stride
    {{2, 6, 5, 64}, {2, 6, 5, 32}, {3, 3, 1, 1, 1, 1, 1, 1, 2}},       // groups that fill blocks
    {{2, 6, 5, 12}, {2, 3, 3, 18}, {3, 3, 2, 2, 1, 1, 1, 1, 3}},       // groups that do not
    {{3, 1, 1, 40}, {3, 1, 1, 10}, {1, 1, 1, 1, 1, 1, 0, 0, 1}},       // dense
    {{1, 40, 9, 4}, {1, 40, 9, 6}, {3, 3, 1, 1, 1, 1, 1, 1, 1}},       // two chunks in a sample
    {{3, 3, 300, 8}, {3, 3, 300, 7}, {1, 5, 1, 1, 1, 1, 0, 2, 1}},     // rows longer than a chunk; nine chunks
    {{1, 8, 8, 16}, {1, 10, 10, 16}, {3, 3, 1, 1, 1, 1, 2, 2, 1}},     // more padding than 'same'
    {{1, 6, 6, 150}, {1, 4, 4, 130}, {3, 3, 1, 1, 1, 1, 0, 0, 1}},     // several blocks and panels with tails
};

struct References {
    Nhwc<float> dx, dw, db;
};
References references_of(const ConvCase& c, const Nhwc<float>& x, const Nhwc<float>& w, const Nhwc<float>& dy) {
    References r{Nhwc<float>(c.input), Nhwc<float>(c.weights()), Nhwc<float>(Shape{c.output[3]})};
    reference::conv2d_transpose<float>(c.geometry, dy.view(), w.view(), {}, r.dx.view());
    reference::conv2d_weight_gradient<float>(c.geometry, x.view(), dy.view(), r.dw.view());
    reference::conv2d_bias_gradient<float>(dy.view(), r.db.view());
    return r;
}

Nhwc<float> data_gradient(const TrainingTable& table, const Executor& executor, const ConvCase& c, const Nhwc<float>& w,
                          const Nhwc<float>& dy) {
    const BlockedBuffer gradient(dy, gradient_halo(c.geometry, extent_of(c.input), extent_of(c.output)));
    BlockedBuffer dx(c.input[0], extent_of(c.input), Halo{1, 2, 0, 1});
    const PanelShape panels = transpose_panel_shape(c.geometry, c.input[3], c.output[3]);
    std::vector<float> packed(static_cast<std::size_t>(packed_size(panels)));
    pack_transpose_weights(panels, w.values.data(), packed.data());
    std::vector<Conv2dTap> taps(static_cast<std::size_t>(c.geometry.taps()));
    transpose_taps(c.geometry, {taps.data(), taps.size()});
    Conv2dTransposeArguments arguments;
    arguments.input = gradient.map();
    arguments.output = dx.map();
    arguments.weights = packed.data();
    arguments.geometry = c.geometry;
    arguments.taps = {taps.data(), taps.size()};
    table.conv2d_transpose.run(arguments, executor);
    CHECK(dx.ragged_lanes_are_zero());
    CHECK(dx.halo_is_untouched());
    return dx.nhwc();
}

// `is_dense`: the samples are the pixels of one sample.
void weight_gradient(const TrainingTable& table, const Executor& executor, const ConvCase& c, const Nhwc<float>& x,
                     const Nhwc<float>& dy, Nhwc<float>& dw, Nhwc<float>& db, bool is_dense = false) {
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    const BlockedBuffer input(x, input_halo(c.geometry, extent_of(c.input), extent_of(c.output))), gradient(dy);
    // One element more than needed shows a write beyond the end.
    dw.values.assign(static_cast<std::size_t>(dw.shape.element_count()) + 1, kNan);
    db.values.assign(static_cast<std::size_t>(db.shape.element_count()) + 1, kNan);
    Conv2dWeightGradient arguments;
    arguments.input = is_dense ? samples_as_rows(input.map()) : input.map();
    arguments.output_gradient = is_dense ? samples_as_rows(gradient.map()) : gradient.map();
    arguments.weight_gradient = dw.values.data();
    arguments.bias_gradient = db.values.data();
    arguments.geometry = c.geometry;
    std::vector<float> scratch(static_cast<std::size_t>(conv2d_gradient_scratch_size(arguments)) + 1, kNan);
    arguments.scratch = scratch.data();
    table.conv2d_backward.weights(arguments, executor);
    CHECK(std::isnan(dw.values.back()));
    CHECK(std::isnan(db.values.back()));
    CHECK(std::isnan(scratch.back()));
    dw.values.pop_back();
    db.values.pop_back();
}

}  // namespace

TEST_CASE("the references' convolution gradients are the derivatives of the forward reference",
          "[kernels][conv2d_backward][REQ-KERN-401]") {
    support::CounterRandom random(401);
    const ConvCase cases[] = {{{2, 5, 4, 3}, {2, 3, 2, 2}, {3, 3, 2, 2, 1, 1, 1, 0, 1}},
                              {{1, 6, 5, 4}, {1, 3, 5, 6}, {2, 3, 2, 1, 2, 1, 1, 1, 2}},
                              {{3, 1, 1, 18}, {3, 1, 1, 17}, {1, 1, 1, 1, 1, 1, 0, 0, 1}},
                              {{2, 20, 14, 1}, {2, 20, 14, 1}, {1, 2, 1, 1, 1, 1, 0, 1, 1}}};
    for (const ConvCase& c : cases) {
        CAPTURE(c.input[1], c.input[3]);
        const Nhwc<double> x = support::random_nhwc(c.input, random).as<double>();
        const Nhwc<double> w = support::random_nhwc(c.weights(), random).as<double>();
        const Nhwc<double> b = support::random_nhwc({c.output[3]}, random).as<double>();
        const Nhwc<double> dy = support::random_nhwc(c.output, random).as<double>();
        const auto forward = [&](const Nhwc<Dual>& in, const Nhwc<Dual>& weights, const Nhwc<Dual>& bias) {
            Nhwc<Dual> out(c.output);
            reference::conv2d<Dual>(c.geometry, in.view(), weights.view(), bias.view(), out.view());
            return out;
        };
        const Nhwc<Dual> x_dual = x.as<Dual>(), w_dual = w.as<Dual>(), b_dual = b.as<Dual>();
        Nhwc<double> dx(c.input), dw(c.weights()), db(Shape{c.output[3]});
        reference::conv2d_transpose<double>(c.geometry, dy.view(), w.view(), {}, dx.view());
        reference::conv2d_weight_gradient<double>(c.geometry, x.view(), dy.view(), dw.view());
        reference::conv2d_bias_gradient<double>(dy.view(), db.view());
        const auto by_x = support::gradient_by_duals(x, dy, [&](const auto& v) { return forward(v, w_dual, b_dual); });
        const auto by_w = support::gradient_by_duals(w, dy, [&](const auto& v) { return forward(x_dual, v, b_dual); });
        const auto by_b = support::gradient_by_duals(b, dy, [&](const auto& v) { return forward(x_dual, w_dual, v); });
        CHECK(support::greatest_difference(dx.values, by_x.values) <= 1e-10);
        CHECK(support::greatest_difference(dw.values, by_w.values) <= 1e-10);
        CHECK(support::greatest_difference(db.values, by_b.values) <= 1e-10);
    }
}

TEST_CASE("convolution gradients give the reference's bits on every instruction set and thread count",
          "[kernels][conv2d_backward][REQ-KERN-402]") {
    support::CounterRandom random(402);
    for (const ConvCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random), w = support::random_nhwc(c.weights(), random);
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        const References expected = references_of(c, x, w, dy);
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.input[3], c.output[3], threads);
                support::ThreadedExecutor pool(threads);
                CHECK(support::same_bits(data_gradient(*table, pool.executor(), c, w, dy), expected.dx));
                Nhwc<float> dw(c.weights()), db(Shape{c.output[3]});
                weight_gradient(*table, pool.executor(), c, x, dy, dw, db);
                CHECK(support::same_bits(dw, expected.dw));
                CHECK(support::same_bits(db, expected.db));
            }
        }
    }
}

TEST_CASE("the data gradient of a sample does not depend on its batch", "[kernels][conv2d_backward][REQ-KERN-403]") {
    support::CounterRandom random(403);
    const ConvCase three{{3, 8, 7, 20}, {3, 4, 4, 36}, {3, 3, 2, 2, 1, 1, 1, 1, 1}};
    ConvCase one = three;
    one.input = {1, 8, 7, 20};
    one.output = {1, 4, 4, 36};
    const Nhwc<float> w = support::random_nhwc(three.weights(), random);
    const Nhwc<float> dy = support::random_nhwc(three.output, random);
    for (const TrainingTable* table : support::all_tables()) {
        const Nhwc<float> together = data_gradient(*table, serial_executor(), three, w, dy);
        for (std::ptrdiff_t n = 0; n < 3; ++n) {
            Nhwc<float> single(one.output), part(one.input);
            const auto size = static_cast<std::ptrdiff_t>(single.values.size());
            const auto wide = static_cast<std::ptrdiff_t>(part.values.size());
            single.values.assign(dy.values.begin() + n * size, dy.values.begin() + (n + 1) * size);
            part.values.assign(together.values.begin() + n * wide, together.values.begin() + (n + 1) * wide);
            CHECK(support::same_bits(data_gradient(*table, serial_executor(), one, w, single), part));
        }
    }
}

TEST_CASE("the gradients of a dense layer take its samples as pixels", "[kernels][conv2d_backward][REQ-KERN-404]") {
    support::CounterRandom random(404);
    const ConvCase dense{{600, 1, 1, 37}, {600, 1, 1, 19}, {}}, rows{{1, 600, 1, 37}, {1, 600, 1, 19}, {}};
    const Nhwc<float> x = support::random_nhwc(dense.input, random), dy = support::random_nhwc(dense.output, random);
    Nhwc<float> x_rows = x, dy_rows = dy;
    x_rows.shape = rows.input;
    dy_rows.shape = rows.output;
    const References expected = references_of(rows, x_rows, Nhwc<float>(rows.weights()), dy_rows);
    for (const TrainingTable* table : support::all_tables()) {
        Nhwc<float> dw(dense.weights()), db(Shape{dense.output[3]});
        weight_gradient(*table, serial_executor(), dense, x, dy, dw, db, true);
        CHECK(support::same_bits(dw, expected.dw));
        CHECK(support::same_bits(db, expected.db));
    }
    // Against the textbook: dw = x^T dy within the stated bound.
    for (std::int64_t c = 0; c < 37; ++c) {
        for (std::int64_t k = 0; k < 19; ++k) {
            double sum = 0.0, magnitude = 0.0;
            for (std::int64_t n = 0; n < 600; ++n) {
                const double term =
                    static_cast<double>(x.view()(n, 0, 0, c)) * static_cast<double>(dy.view()(n, 0, 0, k));
                sum += term;
                magnitude += std::fabs(term);
            }
            const double bound = (256 + 1 + 1 + 2) * std::ldexp(1.0, -24) * 1.001 * magnitude;
            CHECK(std::fabs(static_cast<double>(expected.dw.view()(0, 0, c, k)) - sum) <= bound);
        }
    }
}

TEST_CASE("convolution gradients stay within their error bounds", "[kernels][conv2d_backward][REQ-KERN-405]") {
    support::CounterRandom random(405);
    const auto absolute = [](Nhwc<double> values) {
        for (double& value : values.values) value = std::fabs(value);
        return values;
    };
    for (const ConvCase& c : kCases) {
        const Nhwc<float> x = support::random_nhwc(c.input, random), w = support::random_nhwc(c.weights(), random);
        const Nhwc<float> dy = support::random_nhwc(c.output, random);
        const References found = references_of(c, x, w, dy);
        const Nhwc<double> x64 = x.as<double>(), w64 = w.as<double>(), dy64 = dy.as<double>();
        const Nhwc<double> x_abs = absolute(x64), w_abs = absolute(w64), dy_abs = absolute(dy64);
        Nhwc<double> dx(c.input), dx_abs(c.input), dw(c.weights()), dw_abs(c.weights());
        reference::conv2d_transpose<double>(c.geometry, dy64.view(), w64.view(), {}, dx.view());
        reference::conv2d_transpose<double>(c.geometry, dy_abs.view(), w_abs.view(), {}, dx_abs.view());
        reference::conv2d_weight_gradient<double>(c.geometry, x64.view(), dy64.view(), dw.view());
        reference::conv2d_weight_gradient<double>(c.geometry, x_abs.view(), dy_abs.view(), dw_abs.view());
        const double unit = std::ldexp(1.0, -24) * 1.001;  // n u / (1 - n u) for the n at hand
        const auto data_terms = static_cast<double>(c.geometry.taps() * (c.output[3] / c.geometry.groups) + 1);
        const auto weight_terms = static_cast<double>(256 + c.output[2] + 1 + 8);
        for (std::size_t i = 0; i < dx.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(found.dx.values[i]) - dx.values[i]) <=
                    data_terms * unit * dx_abs.values[i]);
        }
        for (std::size_t i = 0; i < dw.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(found.dw.values[i]) - dw.values[i]) <=
                    weight_terms * unit * dw_abs.values[i]);
        }
    }
}

TEST_CASE("NaN and infinity in a gradient reach what they touched", "[kernels][conv2d_backward][REQ-KERN-406]") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const ConvCase c{{1, 4, 4, 17}, {1, 4, 4, 18}, {1, 1, 1, 1, 1, 1, 0, 0, 1}};
    for (const TrainingTable* table : support::all_tables()) {
        Nhwc<float> x(c.input, 1.0f), w(c.weights(), 1.0f), dy(c.output, 1.0f);
        dy.view()(0, 1, 2, 17) = nan;
        dy.view()(0, 3, 3, 0) = infinity;
        const Nhwc<float> dx = data_gradient(*table, serial_executor(), c, w, dy);
        Nhwc<float> dw(c.weights()), db(Shape{c.output[3]});
        weight_gradient(*table, serial_executor(), c, x, dy, dw, db);
        CHECK(std::isnan(dx.view()(0, 1, 2, 16)));
        CHECK(dx.view()(0, 3, 3, 16) == infinity);
        CHECK(dx.view()(0, 0, 0, 16) == 18.0f);
        CHECK(std::isnan(dw.view()(0, 0, 16, 17)));
        CHECK(std::isnan(db.view()(17)));
        CHECK(dw.view()(0, 0, 16, 0) == infinity);
        CHECK(db.view()(0) == infinity);
        CHECK(dw.view()(0, 0, 16, 1) == 16.0f);
    }
}
