// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/batch_norm_backward.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/batch_norm_backward.hpp"

#include <limits>
#include <vector>

#include "provenn/kernels/reference/batch_norm_backward.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"
#include "support/dual.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Dual;
using support::Nhwc;

namespace {

/// The forward reference of any scalar; statistics are thrown away.
template <class T>
Nhwc<T> forward(const Nhwc<T>& x, const Nhwc<T>& gamma, const Nhwc<T>& beta) {
    const Shape channels{x.shape[3]};
    Nhwc<T> y(x.shape), mean(channels), variance(channels), inverse(channels);
    reference::batch_norm<T>(x.view(), 1e-3f, {gamma.view(), beta.view(), mean.view(), variance.view(), inverse.view()},
                             y.view());
    return y;
}

struct Gradients {
    Nhwc<float> dx;
    std::vector<float> gamma, beta;
};

}  // namespace

TEST_CASE("the references' batch norm gradients are the derivatives of the forward references",
          "[kernels][batch_norm_backward][REQ-KERN-334]") {
    support::CounterRandom random(15);
    const Shape shape{3, 4, 2, 3}, channels{3};
    const Nhwc<double> x = support::random_nhwc(shape, random).as<double>();
    const Nhwc<double> dy = support::random_nhwc(shape, random).as<double>();
    const Nhwc<double> gamma = support::random_nhwc(channels, random).as<double>();
    const Nhwc<double> beta = support::random_nhwc(channels, random).as<double>();
    Nhwc<double> y(shape), mean(channels), variance(channels), inverse(channels);
    reference::batch_norm<double>(x.view(), 1e-3f,
                                  {gamma.view(), beta.view(), mean.view(), variance.view(), inverse.view()}, y.view());
    Nhwc<double> dx(shape), dgamma(channels), dbeta(channels);
    reference::batch_norm_backward<double>(gamma.view(), {x.view(), dy.view(), mean.view(), inverse.view(), dx.view(),
                                                          dgamma.view(), dbeta.view()});
    const auto by_x = support::gradient_by_duals(x, dy, [&](const Nhwc<Dual>& at) {
        return forward<Dual>(at, gamma.as<Dual>(), beta.as<Dual>());
    });
    const auto by_gamma = support::gradient_by_duals(gamma, dy, [&](const Nhwc<Dual>& at) {
        return forward<Dual>(x.as<Dual>(), at, beta.as<Dual>());
    });
    const auto by_beta = support::gradient_by_duals(beta, dy, [&](const Nhwc<Dual>& at) {
        return forward<Dual>(x.as<Dual>(), gamma.as<Dual>(), at);
    });
    CHECK(support::greatest_difference(dx.values, by_x.values) <= 1e-10);
    CHECK(support::greatest_difference(dgamma.values, by_gamma.values) <= 1e-10);
    CHECK(support::greatest_difference(dbeta.values, by_beta.values) <= 1e-10);

    // Frozen statistics: y = (x - mean) * inverse * gamma + beta with mean and inverse constant.
    Nhwc<double> scale(channels);
    for (std::size_t c = 0; c < 3; ++c) scale.values[c] = gamma.values[c] * inverse.values[c];
    reference::batch_norm_frozen_backward<double>(scale.view(), {x.view(), dy.view(), mean.view(), inverse.view(),
                                                                 dx.view(), dgamma.view(), dbeta.view()});
    const auto frozen = [&](const Nhwc<Dual>& at, const Nhwc<Dual>& g, const Nhwc<Dual>& b) {
        Nhwc<Dual> out(shape);
        for (std::size_t i = 0; i < out.values.size(); ++i) {
            const std::size_t c = i % 3;
            out.values[i] = (at.values[i] - Dual(mean.values[c])) * Dual(inverse.values[c]) * g.values[c] + b.values[c];
        }
        return out;
    };
    const auto frozen_x = support::gradient_by_duals(
        x, dy, [&](const Nhwc<Dual>& at) { return frozen(at, gamma.as<Dual>(), beta.as<Dual>()); });
    const auto frozen_gamma = support::gradient_by_duals(
        gamma, dy, [&](const Nhwc<Dual>& at) { return frozen(x.as<Dual>(), at, beta.as<Dual>()); });
    const auto frozen_beta = support::gradient_by_duals(
        beta, dy, [&](const Nhwc<Dual>& at) { return frozen(x.as<Dual>(), gamma.as<Dual>(), at); });
    CHECK(support::greatest_difference(dx.values, frozen_x.values) <= 1e-10);
    CHECK(support::greatest_difference(dgamma.values, frozen_gamma.values) <= 1e-10);
    CHECK(support::greatest_difference(dbeta.values, frozen_beta.values) <= 1e-10);
}

TEST_CASE("batch norm gradients give the reference's bits on every instruction set and thread count",
          "[kernels][batch_norm_backward][REQ-KERN-334]") {
    support::CounterRandom random(16);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const Shape& shape : {Shape{2, 5, 7, 3}, Shape{3, 7, 7, 33}, Shape{1, 40, 30, 17}, Shape{9, 1, 1, 40}}) {
        const Shape channels{shape[3]};
        const MapExtent extent{shape[1], shape[2], shape[3]};
        const Nhwc<float> x = support::random_nhwc(shape, random), dy = support::random_nhwc(shape, random);
        const Nhwc<float> gamma = support::random_nhwc(channels, random), mean = support::random_nhwc(channels, random);
        const Nhwc<float> inverse = support::random_nhwc(channels, random, 0.5f, 2.0f);
        Nhwc<float> dx(shape), dx_frozen(shape), dgamma(channels), dbeta(channels);
        reference::batch_norm_backward<float>(
            gamma.view(), {x.view(), dy.view(), mean.view(), inverse.view(), dx.view(), dgamma.view(), dbeta.view()});
        reference::batch_norm_frozen_backward<float>(gamma.view(), {x.view(), dy.view(), mean.view(), inverse.view(),
                                                                    dx_frozen.view(), dgamma.view(), dbeta.view()});
        const BlockedBuffer input(x), gradient(dy, Halo{1, 1, 1, 1});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                for (const bool is_frozen : {false, true}) {
                    CAPTURE(to_string(table->isa), shape[1], shape[3], threads, is_frozen);
                    support::ThreadedExecutor pool(threads);
                    std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(shape[0], extent)),
                                               nan);
                    std::vector<float> got_gamma(gamma.values.size(), nan), got_beta(gamma.values.size(), nan);
                    BlockedBuffer got(shape[0], extent, Halo{1, 0, 0, 2});
                    if (is_frozen) {
                        table->batch_norm_backward.frozen(
                            pool.executor(), {input.map(), gradient.map(), got.map(), gamma.values.data(),
                                              mean.values.data(), inverse.values.data(), got_gamma.data(),
                                              got_beta.data(), scratch.data()});
                    } else {
                        table->batch_norm_backward.training(
                            pool.executor(), {input.map(), gradient.map(), got.map(), gamma.values.data(),
                                              mean.values.data(), inverse.values.data(), got_gamma.data(),
                                              got_beta.data(), scratch.data()});
                    }
                    CHECK(got.ragged_lanes_are_zero());
                    CHECK(got.halo_is_untouched());
                    CHECK(support::same_bits(got.nhwc(), is_frozen ? dx_frozen : dx));
                    CHECK(support::same_bits(got_gamma, dgamma.values));
                    CHECK(support::same_bits(got_beta, dbeta.values));
                }
            }
        }
    }
}

TEST_CASE("gradients of batch norm that are not wanted are not computed",
          "[kernels][batch_norm_backward][REQ-KERN-335]") {
    support::CounterRandom random(17);
    const Nhwc<float> x = support::random_nhwc({2, 3, 4, 18}, random), dy = support::random_nhwc({2, 3, 4, 18}, random);
    const std::vector<float> ones(18, 1.0f), mean(18, 0.25f);
    const BlockedBuffer input(x), gradient(dy);
    const MapExtent extent{3, 4, 18};
    std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(2, extent)));
    const BatchNormBackwardKernels& kernels = best_training_table().batch_norm_backward;

    // Wholly frozen: neither input, statistics nor scratch are touched.
    BlockedBuffer dx(2, extent);
    kernels.frozen(serial_executor(),
                   {{}, gradient.map(), dx.map(), ones.data(), nullptr, nullptr, nullptr, nullptr, nullptr});
    CHECK(support::same_bits(dx.nhwc(), dy));

    // The first layer needs no gradient of its input; a layer without gamma counts it as one.
    std::vector<float> dgamma(18), dbeta(18);
    kernels.training(serial_executor(), {input.map(), gradient.map(), {}, nullptr, mean.data(), ones.data(),
                                         dgamma.data(), dbeta.data(), scratch.data()});
    BlockedBuffer with_ones(2, extent), without_gamma(2, extent);
    std::vector<float> dgamma_again(18);
    kernels.training(serial_executor(), {input.map(), gradient.map(), with_ones.map(), ones.data(), mean.data(),
                                         ones.data(), dgamma_again.data(), nullptr, scratch.data()});
    kernels.training(serial_executor(), {input.map(), gradient.map(), without_gamma.map(), nullptr, mean.data(),
                                         ones.data(), nullptr, nullptr, scratch.data()});
    CHECK(support::same_bits(dgamma, dgamma_again));
    CHECK(support::same_bits(with_ones.nhwc(), without_gamma.nhwc()));
}

TEST_CASE("batch norm with an activation has the bits of both passes apart, on every instruction set",
          "[kernels][batch_norm_backward][REQ-KERN-339]") {
    support::CounterRandom random(18);
    const Shape shape{3, 7, 40, 33}, channels{33};
    const MapExtent extent{7, 40, 33};
    Nhwc<float> x = support::random_nhwc(shape, random);
    const Nhwc<float> dy = support::random_nhwc(shape, random);
    const Nhwc<float> gamma = support::random_nhwc(channels, random), beta = support::random_nhwc(channels, random);
    x.values[5] = std::numeric_limits<float>::quiet_NaN();  // makes one channel NaN
    ActivationConfig clipped{Activation::relu_general}, open{Activation::relu_general};
    clipped.upper = 0.5f;
    clipped.has_upper = true;
    const BlockedBuffer input(x), gradient(dy, Halo{1, 1, 1, 1});
    for (const TrainingTable* table : support::all_tables()) {
        for (const ActivationConfig& activation : {ActivationConfig{Activation::relu}, clipped, open}) {
            for (const int threads : {1, 3}) {
                CAPTURE(to_string(table->isa), static_cast<int>(activation.kind), activation.has_upper, threads);
                support::ThreadedExecutor pool(threads);
                std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(3, extent)));
                std::vector<float> mean(33), variance(33), inverse(33), scale(33);
                BlockedBuffer normalised(3, extent), y(3, extent), joined(3, extent, Halo{0, 1, 2, 0});
                BatchNormForward forward{input.map(), normalised.map(), gamma.values.data(), beta.values.data(), 1e-3f,
                                         mean.data(), variance.data(), inverse.data(), scratch.data()};
                table->batch_norm.forward(pool.executor(), forward);
                table->activation.forward(pool.executor(), activation, normalised.map(), y.map());
                forward.output = joined.map();
                forward.scale = scale.data();
                forward.activation = activation;
                table->batch_norm.forward(pool.executor(), forward);
                CHECK(support::same_bits(joined.nhwc(), y.nhwc()));
                CHECK(joined.ragged_lanes_are_zero());

                std::vector<float> dgamma(33), dbeta(33), joined_dgamma(33), joined_dbeta(33);
                BlockedBuffer dz(3, extent), dx(3, extent), joined_dx(3, extent);
                table->activation_backward.backward(pool.executor(), activation, normalised.map(), gradient.map(),
                                                    dz.map());
                BatchNormBackward backward{input.map(),         dz.map(),     dx.map(),
                                           gamma.values.data(), mean.data(),  inverse.data(),
                                           dgamma.data(),       dbeta.data(), scratch.data()};
                table->batch_norm_backward.training(pool.executor(), backward);
                backward.output_gradient = gradient.map();
                backward.input_gradient = joined_dx.map();
                backward.gamma_gradient = joined_dgamma.data();
                backward.beta_gradient = joined_dbeta.data();
                backward.activation = activation;
                backward.scale = scale.data();
                backward.beta = beta.values.data();
                table->batch_norm_backward.training(pool.executor(), backward);
                CHECK(support::same_bits(joined_dx.nhwc(), dx.nhwc()));
                CHECK(support::same_bits(joined_dgamma, dgamma));
                CHECK(support::same_bits(joined_dbeta, dbeta));
            }
        }
    }
}
