// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Softmax and its kin: recorded values, error bound, NaN, gradients by dual numbers, one set of bits everywhere.
#include "provenn/kernels/softmax.hpp"

#include <cmath>
#include <fstream>
#include <limits>

#include "provenn/kernels/reference/softmax.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual_math.hpp"
#include "support/shared_data.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

constexpr Activation kKinds[] = {Activation::softmax, Activation::log_softmax, Activation::sparsemax};

Nhwc<float> by_reference(Activation kind, const Nhwc<float>& x) {
    Nhwc<float> y(x.shape);
    const std::int64_t channels = x.shape[3];
    for (std::size_t at = 0; at < x.values.size(); at += static_cast<std::size_t>(channels)) {
        reference::softmax(kind, &x.values[at], channels, &y.values[at]);
    }
    return y;
}

/// Row of tests/oracle/activations.bin.
std::vector<double> recorded_row(int row) {
    std::ifstream file(support::source_file("tests/oracle/activations.bin"), std::ios::binary);
    file.seekg(row * 130 * 8);
    std::vector<double> values(130);
    file.read(reinterpret_cast<char*>(values.data()), 130 * 8);
    REQUIRE(file.good());
    return values;
}

}  // namespace

TEST_CASE("softmax and log_softmax have Keras' values in float64, sparsemax those of its paper",
          "[kernels][softmax][REQ-KERN-327]") {
    const std::vector<double> points = recorded_row(0);
    for (int k = 0; k < 3; ++k) {
        const Activation kind = kKinds[k];
        const std::vector<double> expected = recorded_row(31 + k);
        for (std::size_t pixel = 0; pixel < 6; ++pixel) {
            double x[20], y[20], sum = 0.0;
            float x_float[20], y_float[20];
            for (std::size_t c = 0; c < 20; ++c) {
                x[c] = points[c * 6 + pixel] / (kind == Activation::sparsemax ? 4.0 : 1.0);
                x_float[c] = static_cast<float>(x[c]);
            }
            reference::softmax(kind, x, 20, y);
            reference::softmax(kind, x_float, 20, y_float);
            for (std::size_t c = 0; c < 20; ++c) {
                CAPTURE(to_string(kind), pixel, c);
                const double value = expected[pixel * 20 + c];
                CHECK(std::abs(y[c] - value) <= 1e-13 * std::max(1.0, std::abs(value)));
                const double error = std::abs(static_cast<double>(y_float[c]) - value);
                CHECK(error <= 12 * 0x1p-24 * std::max(12.0, std::abs(value)));
                sum += kind == Activation::log_softmax ? std::exp(y[c]) : y[c];
            }
            CHECK(sum == Approx(1.0));
        }
    }
}

TEST_CASE("softmax and its kin give the reference's bits on every instruction set and thread count",
          "[kernels][softmax][REQ-KERN-327]") {
    support::CounterRandom random(1);
    for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{3, 1, 1, 10}, Shape{2, 3, 5, 33}, Shape{2, 37, 31, 16}}) {
        Nhwc<float> x = support::random_nhwc(shape, random, -5.0f, 5.0f);
        Nhwc<float> dy = support::random_nhwc(shape, random);
        x.values[x.values.size() - 1] = 200.0f;
        if (shape[1] == 37) {
            x.values[3] = std::numeric_limits<float>::quiet_NaN();
            x.values[20] = std::numeric_limits<float>::infinity();
            x.values[37] = -std::numeric_limits<float>::infinity();
            for (std::size_t c = 48; c < 64; ++c) x.values[c] = -std::numeric_limits<float>::infinity();
        }
        for (const Activation kind : kKinds) {
            const Nhwc<float> expected = by_reference(kind, x);
            if (shape[1] == 37) {
                CHECK((std::isnan(expected.values[0]) && std::isnan(expected.values[16])));
                CHECK((!std::isnan(expected.values[32]) && std::isnan(expected.values[48])));
            }
            Nhwc<float> gradient(shape);
            for (std::size_t at = 0; at < x.values.size(); at += static_cast<std::size_t>(shape[3])) {
                reference::softmax_backward(kind, &expected.values[at], &dy.values[at], shape[3], &gradient.values[at]);
            }
            const BlockedBuffer input(x), output(expected), output_gradient(dy);
            for (const TrainingTable* table : support::all_tables()) {
                for (const int threads : {1, 2, 7}) {
                    CAPTURE(to_string(table->isa), to_string(kind), shape[3], threads);
                    support::ThreadedExecutor pool(threads);
                    BlockedBuffer y(shape[0], {shape[1], shape[2], shape[3]}, Halo{1, 0, 2, 1});
                    table->softmax.forward(pool.executor(), kind, input.map(), y.map());
                    CHECK(support::same_bits(y.nhwc(), expected));
                    CHECK((y.ragged_lanes_are_zero() && y.halo_is_untouched()));
                    BlockedBuffer dx(shape[0], {shape[1], shape[2], shape[3]}, Halo{0, 1, 0, 1});
                    table->softmax_backward.backward(pool.executor(), kind, output.map(), output_gradient.map(),
                                                     dx.map());
                    CHECK(support::same_bits(dx.nhwc(), gradient));
                    CHECK((dx.ragged_lanes_are_zero() && dx.halo_is_untouched()));
                }
                BlockedBuffer in_place(x);
                table->softmax.forward(serial_executor(), kind, in_place.map(), in_place.map());
                CHECK(support::same_bits(in_place.nhwc(), expected));
            }
        }
    }
}

TEST_CASE("the gradients of softmax and its kin are the derivatives of the references",
          "[kernels][softmax][REQ-KERN-327]") {
    support::CounterRandom random(2);
    for (const Activation kind : kKinds) {
        for (const std::int64_t channels : {1, 5, 16, 23}) {
            const Nhwc<double> x = support::random_nhwc({channels}, random).as<double>();
            const Nhwc<double> dy = support::random_nhwc({channels}, random).as<double>();
            Nhwc<double> y(x.shape), dx(x.shape);
            reference::softmax(kind, x.values.data(), channels, y.values.data());
            reference::softmax_backward(kind, y.values.data(), dy.values.data(), channels, dx.values.data());
            const Nhwc<double> expected = support::gradient_by_duals(x, dy, [&](const Nhwc<Dual>& input) {
                Nhwc<Dual> output(input.shape);
                reference::softmax(kind, input.values.data(), channels, output.values.data());
                return output;
            });
            CAPTURE(to_string(kind), channels);
            CHECK(support::greatest_difference(dx.values, expected.values) <= 1e-10);
        }
    }
}
