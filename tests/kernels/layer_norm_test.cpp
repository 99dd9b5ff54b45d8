// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/layer_norm.hpp promises, forwards and backwards, on every instruction set of this machine.

#include "provenn/kernels/layer_norm.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "provenn/kernels/reference/layer_norm.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

constexpr float kEpsilon = 1e-3f;
const Shape kShapes[] = {{1, 1, 1, 1}, {2, 5, 7, 3}, {3, 7, 7, 33}, {1, 40, 30, 17}, {9, 1, 1, 40}, {2, 3, 300, 16}};

template <class T>
Nhwc<T> by_reference(const Nhwc<T>& x, const Nhwc<T>& gamma, const Nhwc<T>& beta) {
    Nhwc<T> y(x.shape);
    const std::int64_t channels = x.shape[3];
    for (std::size_t at = 0; at < x.values.size(); at += static_cast<std::size_t>(channels)) {
        reference::layer_norm(&x.values[at], gamma.values.data(), beta.values.data(), channels, kEpsilon,
                              &y.values[at]);
    }
    return y;
}

/// A vector in whole blocks, zeros behind it.
std::vector<float> padded(const Nhwc<float>& values) {
    std::vector<float> lanes = values.values;
    lanes.resize(static_cast<std::size_t>(channel_blocks(values.shape[0]) * kChannelBlock), 0.0f);
    return lanes;
}

template <class T>
struct Gradients {
    explicit Gradients(const Shape& shape) : dx(shape), gamma({shape[3]}), beta({shape[3]}) {}
    Nhwc<T> dx, gamma, beta;
};
template <class T>
Gradients<T> gradients_by_reference(const Nhwc<T>& x, const Nhwc<T>& dy, const Nhwc<T>& gamma) {
    Gradients<T> to(x.shape);
    reference::layer_norm_backward<T>(
        {x.view(), dy.view(), gamma.view(), to.dx.view(), to.gamma.view(), to.beta.view()}, kEpsilon);
    return to;
}

}  // namespace

TEST_CASE("layer norm gives the reference's bits on every instruction set and thread count",
          "[kernels][layer_norm][REQ-KERN-370]") {
    support::CounterRandom random(31);
    for (const Shape& shape : kShapes) {
        Nhwc<float> x = support::random_nhwc(shape, random, -2.0f, 3.0f);
        const Nhwc<float> gamma = support::random_nhwc({shape[3]}, random),
                          beta = support::random_nhwc({shape[3]}, random);
        x.values[0] = 1e30f;  // the squares overflow
        const Nhwc<float> expected = by_reference(x, gamma, beta);
        const std::vector<float> gamma_lanes = padded(gamma), beta_lanes = padded(beta);
        const BlockedBuffer input(x, Halo{1, 1, 1, 1});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), shape[1], shape[3], threads);
                support::ThreadedExecutor pool(threads);
                BlockedBuffer output(shape[0], {shape[1], shape[2], shape[3]}, Halo{0, 2, 1, 0});
                table->layer_norm.forward(pool.executor(),
                                          {input.map(), output.map(), gamma_lanes.data(), beta_lanes.data(), kEpsilon});
                CHECK(support::same_bits(output.nhwc(), expected));
                CHECK((output.ragged_lanes_are_zero() && output.halo_is_untouched()));
            }
            BlockedBuffer in_place(x);
            table->layer_norm.forward(
                serial_executor(), {in_place.map(), in_place.map(), gamma_lanes.data(), beta_lanes.data(), kEpsilon});
            CHECK(support::same_bits(in_place.nhwc(), expected));
        }
    }
}

TEST_CASE("layer norm is within its error bound of the textbook formula in double, also far from zero",
          "[kernels][layer_norm][REQ-KERN-370]") {
    support::CounterRandom random(32);
    for (const Shape& shape : kShapes) {
        for (const double centre : {0.0, 100.0}) {
            const Nhwc<float> x = support::random_nhwc(shape, random, static_cast<float>(centre) - 0.5f,
                                                       static_cast<float>(centre) + 0.5f);
            const Nhwc<float> ones({shape[3]}, 1.0f), zeros({shape[3]}, 0.0f);
            const Nhwc<float> y = by_reference(x, ones, zeros);
            const auto channels = static_cast<std::size_t>(shape[3]);
            const double count = static_cast<double>(channels);
            for (std::size_t at = 0; at < x.values.size(); at += channels) {
                double mean = 0.0, variance = 0.0, magnitude = 0.0;
                for (std::size_t c = 0; c < channels; ++c) mean += static_cast<double>(x.values[at + c]) / count;
                for (std::size_t c = 0; c < channels; ++c) {
                    variance += std::pow(static_cast<double>(x.values[at + c]) - mean, 2.0) / count;
                    magnitude += std::fabs(static_cast<double>(x.values[at + c])) / count;
                }
                const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(kEpsilon));
                // Of the mean: C / 16 additions in a lane, four of the tree, a division. Of what follows: as many in
                // the variance, whose root halves them, and five of its own; the mean's error enters there squared.
                const double roundings = (count / 16.0 + 5.0) * 0x1p-24, of_mean = roundings * magnitude;
                for (std::size_t c = 0; c < channels; ++c) {
                    const double expected = (static_cast<double>(x.values[at + c]) - mean) * inverse;
                    const double relative = roundings + 5 * 0x1p-24 + of_mean * of_mean * inverse * inverse;
                    const double bound = of_mean * inverse + relative * std::fabs(expected) + 1e-12;
                    CHECK(std::fabs(static_cast<double>(y.values[at + c]) - expected) <= bound);
                }
            }
        }
    }
}

TEST_CASE("a NaN or infinity fills its pixel in layer norm and no other", "[kernels][layer_norm][REQ-KERN-370]") {
    const std::vector<float> gamma(32, 1.0f), beta(32, 0.0f);
    for (const TrainingTable* table : support::all_tables()) {
        support::CounterRandom random(33);
        Nhwc<float> x = support::random_nhwc({1, 2, 2, 18}, random);
        x.view()(0, 0, 1, 17) = std::numeric_limits<float>::quiet_NaN();
        x.view()(0, 1, 0, 3) = -std::numeric_limits<float>::infinity();
        const BlockedBuffer input(x);
        BlockedBuffer output(1, {2, 2, 18});
        table->layer_norm.forward(serial_executor(), {input.map(), output.map(), gamma.data(), beta.data(), kEpsilon});
        CHECK(output.ragged_lanes_are_zero());
        const Nhwc<float> y = output.nhwc();
        for (std::size_t i = 0; i < y.values.size(); ++i) {
            CHECK(std::isnan(y.values[i]) == (i / 18 == 1 || i / 18 == 2));
        }
    }
}

TEST_CASE("the references' layer norm gradients are the derivatives of the forward references",
          "[kernels][layer_norm][REQ-KERN-371]") {
    support::CounterRandom random(34);
    for (const std::int64_t channels : {2, 16, 19}) {
        const Shape shape{2, 3, 2, channels};
        const Nhwc<double> x = support::random_nhwc(shape, random).as<double>();
        const Nhwc<double> dy = support::random_nhwc(shape, random).as<double>();
        const Nhwc<double> gamma = support::random_nhwc({channels}, random).as<double>();
        const Nhwc<double> beta = support::random_nhwc({channels}, random).as<double>();
        const Gradients<double> got = gradients_by_reference(x, dy, gamma);
        const auto by_x = support::gradient_by_duals(
            x, dy, [&](const Nhwc<Dual>& at) { return by_reference(at, gamma.as<Dual>(), beta.as<Dual>()); });
        const auto by_gamma = support::gradient_by_duals(
            gamma, dy, [&](const Nhwc<Dual>& at) { return by_reference(x.as<Dual>(), at, beta.as<Dual>()); });
        const auto by_beta = support::gradient_by_duals(
            beta, dy, [&](const Nhwc<Dual>& at) { return by_reference(x.as<Dual>(), gamma.as<Dual>(), at); });
        CAPTURE(channels);
        CHECK(support::greatest_difference(got.dx.values, by_x.values) <= 1e-10);
        CHECK(support::greatest_difference(got.gamma.values, by_gamma.values) <= 1e-10);
        CHECK(support::greatest_difference(got.beta.values, by_beta.values) <= 1e-10);
    }
}

TEST_CASE(
    "layer norm gradients give the reference's bits on every instruction set and thread count, and only those "
    "that are wanted",
    "[kernels][layer_norm][REQ-KERN-371]") {
    support::CounterRandom random(35);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const Shape& shape : kShapes) {
        const MapExtent extent{shape[1], shape[2], shape[3]};
        const Nhwc<float> x = support::random_nhwc(shape, random), dy = support::random_nhwc(shape, random);
        const Nhwc<float> gamma = support::random_nhwc({shape[3]}, random);
        const Gradients<float> expected = gradients_by_reference(x, dy, gamma);
        const std::vector<float> gamma_lanes = padded(gamma);
        const BlockedBuffer input(x), gradient(dy, Halo{1, 1, 1, 1});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), shape[1], shape[3], threads);
                support::ThreadedExecutor pool(threads);
                std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(shape[0], extent)), nan);
                std::vector<float> dgamma(gamma.values.size(), nan), dbeta(gamma.values.size(), nan);
                BlockedBuffer dx(shape[0], extent, Halo{1, 0, 0, 2});
                table->layer_norm_backward.backward(
                    pool.executor(), {input.map(), gradient.map(), dx.map(), gamma_lanes.data(), kEpsilon,
                                      dgamma.data(), dbeta.data(), scratch.data()});
                CHECK(support::same_bits(dx.nhwc(), expected.dx));
                CHECK((dx.ragged_lanes_are_zero() && dx.halo_is_untouched()));
                CHECK(support::same_bits(dgamma, expected.gamma.values));
                CHECK(support::same_bits(dbeta, expected.beta.values));
                std::vector<float> alone(gamma.values.size(), nan);
                table->layer_norm_backward.backward(pool.executor(), {input.map(),
                                                                      gradient.map(),
                                                                      {},
                                                                      gamma_lanes.data(),
                                                                      kEpsilon,
                                                                      alone.data(),
                                                                      nullptr,
                                                                      scratch.data()});
                CHECK(support::same_bits(alone, expected.gamma.values));
                BlockedBuffer only_dx(shape[0], extent);
                table->layer_norm_backward.backward(
                    pool.executor(), {input.map(), gradient.map(), only_dx.map(), gamma_lanes.data(), kEpsilon, nullptr,
                                      nullptr, nullptr});
                CHECK(support::same_bits(only_dx.nhwc(), expected.dx));
            }
        }
    }
}
