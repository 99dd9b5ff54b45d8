// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Activations: Keras' recorded values, error bounds, NaN, one set of bits on every instruction set and thread count.
#include "provenn/kernels/activation.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include "provenn/kernels/reference/activation.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

/// Parameters of every kind that make each of its branches count.
ActivationConfig example(Activation kind) {
    ActivationConfig config;
    config.kind = kind;
    config.alpha = kind == Activation::elu || kind == Activation::celu ? 1.5f : 0.25f;
    if (kind == Activation::hard_shrink || kind == Activation::soft_shrink) config.alpha = 0.5f;
    config.beta = kind == Activation::squareplus ? 4.0f : 0.25f;
    config.threshold = 0.5f;
    config.upper = 3.5f;
    config.has_upper = true;
    return config;
}
std::vector<ActivationConfig> all_examples() {
    std::vector<ActivationConfig> configs;
    for (int kind = 0; kind < kActivationCount; ++kind) {
        if (is_elementwise(static_cast<Activation>(kind))) configs.push_back(example(static_cast<Activation>(kind)));
    }
    configs.push_back(example(Activation::relu_general));
    configs.back().has_upper = false;
    return configs;
}

/// Rows of tests/oracle/activations.bin by name.
std::map<std::string, std::vector<double>> recorded() {
    const char* names[] = {"points", "linear", "relu", "relu6", "relu_general", "relu_threshold", "leaky_relu", "elu",
                           "selu", "celu", "sigmoid", "hard_sigmoid", "hard_sigmoid_k2", "tanh", "softplus", "softsign",
                           "exponential", "swish", "hard_swish", "gelu", "gelu_tanh", "mish", "log_sigmoid",
                           "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink", "threshold", "squareplus",
                           "sparse_plus", "sparse_sigmoid"};
    std::ifstream file(support::source_file("tests/oracle/activations.bin"), std::ios::binary);
    std::map<std::string, std::vector<double>> rows;
    for (const char* name : names) {
        std::vector<double> row(130);
        file.read(reinterpret_cast<char*>(row.data()), 130 * 8);
        rows[name] = row;
    }
    REQUIRE(file.good());
    return rows;
}

}  // namespace

TEST_CASE("activations have the values that Keras computes in float64", "[kernels][activation][REQ-KERN-323]") {
    const auto rows = recorded();
    std::map<std::string, ActivationConfig> configs;
    for (const ActivationConfig& config : all_examples()) configs.emplace(to_string(config.kind), config);
    configs["relu6"] = {Activation::relu_general, 0.0f, 0.0f, 0.0f, 6.0f, true};
    configs["relu_threshold"] = {Activation::relu_general, 0.125f, 0.0f, -0.5f, 0.0f, false};
    REQUIRE(configs.size() + 1 == rows.size());
    const std::vector<double>& points = rows.at("points");
    for (const auto& [name, config] : configs) {
        for (std::size_t i = 0; i < points.size(); ++i) {
            const double expected = rows.at(name)[i];
            CAPTURE(name, points[i], expected);
            // TensorFlow rounds the constants of GELU to float32 even when it computes in float64.
            const double bound = name.substr(0, 4) == "gelu" ? 2e-8 : 2e-14;
            const double scale = std::max(1.0, std::abs(expected));
            CHECK(std::abs(reference::activate(config, points[i]) - expected) <= bound * scale);
            // Float: a few roundings of the value and of the argument.
            const double found = static_cast<double>(reference::activate(config, static_cast<float>(points[i])));
            CHECK(std::abs(found - expected) <= 4e-7 * std::max({1.0, std::abs(expected), std::abs(points[i])}));
        }
    }
}

TEST_CASE("activations give the reference's bits on every instruction set and thread count",
          "[kernels][activation][REQ-KERN-323]") {
    support::CounterRandom random(1);
    for (const Shape& shape : {Shape{2, 3, 5, 17}, Shape{1, 40, 33, 16}, Shape{3, 1, 1, 5}}) {
        Nhwc<float> x = support::random_nhwc(shape, random, -12.0f, 12.0f);
        const float specials[] = {0.0f, -0.0f, 0.5f, -0.5f, 3.5f, 1.0f, -1.0f, 1e-40f, 100.0f, -100.0f, 3e38f, -3e38f,
                                  std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                                  std::numeric_limits<float>::quiet_NaN()};
        for (std::size_t i = 0; i < std::size(specials); ++i) x.values[i] = specials[i];
        const BlockedBuffer input(x);
        for (const ActivationConfig& config : all_examples()) {
            Nhwc<float> expected(shape);
            for (std::size_t i = 0; i < x.values.size(); ++i) {
                expected.values[i] = reference::activate(config, x.values[i]);
                if (std::isnan(x.values[i])) REQUIRE(std::isnan(expected.values[i]));
            }
            for (const TrainingTable* table : support::all_tables()) {
                for (const int threads : {1, 2, 7}) {
                    CAPTURE(to_string(table->isa), to_string(config.kind), shape[3], threads);
                    support::ThreadedExecutor pool(threads);
                    BlockedBuffer y(shape[0], {shape[1], shape[2], shape[3]}, Halo{1, 0, 2, 1});
                    table->activation.forward(pool.executor(), config, input.map(), y.map());
                    CHECK(support::same_bits(y.nhwc(), expected));
                    CHECK(y.ragged_lanes_are_zero());
                    CHECK(y.halo_is_untouched());
                }
                BlockedBuffer in_place(x);
                table->activation.forward(serial_executor(), config, in_place.map(), in_place.map());
                CHECK(support::same_bits(in_place.nhwc(), expected));
            }
        }
    }
}

TEST_CASE("PReLU shares slopes along the axes where alpha has extent 1", "[kernels][activation][REQ-KERN-325]") {
    support::CounterRandom random(2);
    const Shape shape{2, 4, 5, 19};
    const Nhwc<float> x = support::random_nhwc(shape, random);
    for (const Shape& slopes : {Shape{1, 1, 1, 19}, Shape{1, 4, 1, 19}, Shape{1, 1, 5, 19}, Shape{1, 4, 5, 19}}) {
        const Nhwc<float> alpha = support::random_nhwc(slopes, random);
        Nhwc<float> expected(shape);
        for (std::int64_t n = 0; n < 2; ++n)
            for (std::int64_t h = 0; h < 4; ++h)
                for (std::int64_t w = 0; w < 5; ++w)
                    for (std::int64_t c = 0; c < 19; ++c) {
                        expected.view()(n, h, w, c) = reference::prelu(
                            x.view()(n, h, w, c), alpha.view()(0, slopes[1] == 1 ? 0 : h, slopes[2] == 1 ? 0 : w, c));
                    }
        const BlockedBuffer input(x), slope(alpha);
        for (const TrainingTable* table : support::all_tables()) {
            BlockedBuffer y(2, {4, 5, 19});
            table->activation.prelu(serial_executor(), input.map(), slope.map(), y.map());
            CHECK(support::same_bits(y.nhwc(), expected));
            CHECK(y.ragged_lanes_are_zero());
        }
    }
}

TEST_CASE("GLU gates the first half of the channels by the second", "[kernels][activation][REQ-KERN-326]") {
    support::CounterRandom random(3);
    for (const std::int64_t half : {1, 8, 16, 19, 35}) {
        const Nhwc<float> x = support::random_nhwc({2, 3, 4, 2 * half}, random, -4.0f, 4.0f);
        Nhwc<float> expected({2, 3, 4, half});
        for (std::int64_t pixel = 0; pixel < 24; ++pixel)
            for (std::int64_t c = 0; c < half; ++c) {
                const auto at = static_cast<std::size_t>(pixel * 2 * half + c);
                expected.values[static_cast<std::size_t>(pixel * half + c)] =
                    reference::glu(x.values[at], x.values[at + static_cast<std::size_t>(half)]);
            }
        const BlockedBuffer input(x);
        for (const TrainingTable* table : support::all_tables()) {
            support::ThreadedExecutor pool(2);
            BlockedBuffer y(2, {3, 4, half});
            table->activation.glu(pool.executor(), input.map(), y.map());
            CHECK(support::same_bits(y.nhwc(), expected));
            CHECK(y.ragged_lanes_are_zero());
        }
    }
}
