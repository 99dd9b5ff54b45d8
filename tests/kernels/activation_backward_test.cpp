// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of activations: exact derivatives of the references, and one set of bits on every instruction set.
#include "provenn/kernels/activation_backward.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/activation_backward.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual_math.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {
std::vector<ActivationConfig> all_examples() {
    std::vector<ActivationConfig> configs;
    for (int kind = 0; kind < kActivationCount; ++kind) {
        if (!is_elementwise(static_cast<Activation>(kind))) continue;
        ActivationConfig config{static_cast<Activation>(kind), 0.75f, 2.0f, 0.5f, 3.5f, true};
        configs.push_back(config);
    }
    return configs;
}
}  // namespace

TEST_CASE("activation slopes are the derivatives of the references", "[kernels][activation_backward][REQ-KERN-324]") {
    support::CounterRandom random(1);
    for (const ActivationConfig& config : all_examples()) {
        for (int i = 0; i < 300; ++i) {
            const double x = static_cast<double>(random.next(-8.0f, 8.0f));
            const double slope = reference::activate(config, Dual(x, 1.0)).slope;
            CAPTURE(to_string(config.kind), x, slope);
            CHECK(std::abs(reference::activation_slope(config, x) - slope) <= 1e-10 * std::max(1.0, std::abs(slope)));
            const double found = static_cast<double>(reference::activation_slope(config, static_cast<float>(x)));
            CHECK(std::abs(found - slope) <= 1e-6 * std::max(1.0, std::abs(slope)));
        }
    }
}

TEST_CASE("activation gradients give the reference's bits on every instruction set and thread count",
          "[kernels][activation_backward][REQ-KERN-324]") {
    support::CounterRandom random(2);
    const Shape shape{2, 23, 31, 17};
    Nhwc<float> x = support::random_nhwc(shape, random, -8.0f, 8.0f);
    Nhwc<float> dy = support::random_nhwc(shape, random);
    x.values[0] = dy.values[1] = std::numeric_limits<float>::quiet_NaN();
    x.values[2] = 0.0f;
    x.values[3] = -0.0f;
    const BlockedBuffer input(x), gradient(dy);
    for (const ActivationConfig& config : all_examples()) {
        Nhwc<float> expected(shape), output(shape);
        for (std::size_t i = 0; i < x.values.size(); ++i) {
            expected.values[i] = mul_rounded(dy.values[i], reference::activation_slope(config, x.values[i]));
            output.values[i] = reference::activate(config, x.values[i]);
        }
        CHECK((std::isnan(expected.values[0]) && std::isnan(expected.values[1])));
        for (const TrainingTable* table : support::all_tables()) {
            CAPTURE(to_string(table->isa), to_string(config.kind));
            for (const int threads : {1, 2, 7}) {
                support::ThreadedExecutor pool(threads);
                BlockedBuffer dx(2, {23, 31, 17}, Halo{0, 1, 1, 0});
                table->activation_backward.backward(pool.executor(), config, input.map(), gradient.map(), dx.map());
                CHECK(support::same_bits(dx.nhwc(), expected));
                CHECK(dx.ragged_lanes_are_zero());
                CHECK(dx.halo_is_untouched());
            }
            BlockedBuffer in_place(dy);
            const BlockedBuffer y(output);
            const auto source = slope_from_output(config) ? y.map() : input.map();
            table->activation_backward.backward(serial_executor(), config, source, in_place.map(), in_place.map());
            CHECK(support::same_bits(in_place.nhwc(), expected));
        }
    }
}

TEST_CASE("PReLU's gradients are the derivatives of its reference, with one set of bits",
          "[kernels][activation_backward][REQ-KERN-325]") {
    support::CounterRandom random(3);
    const Shape shape{3, 4, 5, 19};
    const Nhwc<float> x = support::random_nhwc(shape, random), dy = support::random_nhwc(shape, random);
    for (const Shape& slopes : {Shape{1, 1, 19}, Shape{4, 1, 19}, Shape{1, 5, 19}, Shape{4, 5, 19}}) {
        const Nhwc<float> alpha = support::random_nhwc({1, slopes[0], slopes[1], 19}, random);
        Nhwc<float> expected(shape), dalpha(slopes);
        Nhwc<double> exact(slopes), summed(slopes);
        std::vector<float> terms(12);
        std::vector<double> terms_double(12);
        for (std::int64_t n = 0; n < 3; ++n)
            for (std::int64_t h = 0; h < 4; ++h)
                for (std::int64_t w = 0; w < 5; ++w)
                    for (std::int64_t c = 0; c < 19; ++c) {
                        const std::int64_t row = slopes[0] == 1 ? 0 : h, column = slopes[1] == 1 ? 0 : w;
                        const float value = x.view()(n, h, w, c), slope = alpha.view()(0, row, column, c);
                        const float weight = dy.view()(n, h, w, c);
                        expected.view()(n, h, w, c) = reference::prelu_backward(value, slope, weight);
                        const Dual by_x = reference::prelu(Dual(static_cast<double>(value), 1.0), Dual(slope));
                        CHECK(static_cast<double>(expected.view()(n, h, w, c)) ==
                              Approx(by_x.slope * static_cast<double>(weight)));
                        const Dual by_alpha = reference::prelu(Dual(value), Dual(static_cast<double>(slope), 1.0));
                        exact.view()(row, column, c) += by_alpha.slope * static_cast<double>(weight);
                    }
        reference::prelu_alpha_backward<float>(x.view(), dy.view(), terms.data(), dalpha.view());
        const auto x_double = x.as<double>(), dy_double = dy.as<double>();
        reference::prelu_alpha_backward<double>(x_double.view(), dy_double.view(), terms_double.data(), summed.view());
        CHECK(support::greatest_difference(summed.values, exact.values) <= 1e-10);
        const BlockedBuffer input(x), gradient(dy), slope(alpha);
        for (const TrainingTable* table : support::all_tables()) {
            BlockedBuffer dx(3, {4, 5, 19}), slope_gradient(1, {slopes[0], slopes[1], 19});
            support::ThreadedExecutor pool(2);
            table->activation_backward.prelu_alpha(pool.executor(), input.map(), gradient.map(), slope_gradient.map());
            table->activation_backward.prelu(pool.executor(), input.map(), slope.map(), gradient.map(), dx.map());
            CHECK(support::same_bits(dx.nhwc(), expected));
            CHECK(support::same_bits(slope_gradient.nhwc().values, dalpha.values));
            CHECK((dx.ragged_lanes_are_zero() && slope_gradient.ragged_lanes_are_zero()));
        }
    }
}

TEST_CASE("GLU's gradients are the derivatives of its reference, with one set of bits",
          "[kernels][activation_backward][REQ-KERN-326]") {
    support::CounterRandom random(4);
    for (const std::int64_t half : {1, 8, 16, 19, 35}) {
        const auto size = static_cast<std::size_t>(half);
        const Nhwc<float> x = support::random_nhwc({2, 2, 3, 2 * half}, random, -4.0f, 4.0f);
        const Nhwc<float> dy = support::random_nhwc({2, 2, 3, half}, random);
        Nhwc<float> expected(x.shape);
        for (std::size_t pixel = 0; pixel < 12; ++pixel)
            for (std::size_t c = 0; c < size; ++c) {
                const std::size_t at = pixel * 2 * size + c;
                const float value = x.values[at], gate = x.values[at + size], weight = dy.values[pixel * size + c];
                expected.values[at] = reference::glu_value_backward(gate, weight);
                expected.values[at + size] = reference::glu_gate_backward(value, gate, weight);
                const Dual by_gate = reference::glu(Dual(value), Dual(static_cast<double>(gate), 1.0));
                const double exact = by_gate.slope * static_cast<double>(weight);
                CHECK(std::abs(static_cast<double>(expected.values[at + size]) - exact) <= 1e-6);
                CHECK(std::abs(reference::glu_gate_backward(static_cast<double>(value), static_cast<double>(gate),
                                                            static_cast<double>(weight)) - exact) <= 1e-10);
            }
        const BlockedBuffer input(x), gradient(dy);
        for (const TrainingTable* table : support::all_tables()) {
            BlockedBuffer dx(2, {2, 3, 2 * half});
            table->activation_backward.glu(serial_executor(), input.map(), gradient.map(), dx.map());
            CHECK(support::same_bits(dx.nhwc(), expected));
            CHECK(dx.ragged_lanes_are_zero());
        }
    }
}
