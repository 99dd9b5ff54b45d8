// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/batch_norm.hpp promises, on every instruction set of this machine, against the reference.

#include "provenn/kernels/batch_norm.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "provenn/kernels/reference/batch_norm.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

const Shape kShapes[] = {{2, 5, 7, 3}, {3, 7, 7, 33}, {1, 1, 1, 16}, {1, 40, 30, 17}, {4, 3, 300, 20}, {9, 1, 1, 40}};

struct ForwardResult {
    Nhwc<float> y;
    std::vector<float> mean, variance, inverse;
};

ForwardResult run_reference(const Nhwc<float>& x, const Nhwc<float>& gamma, const Nhwc<float>& beta, float epsilon) {
    const Shape channels{x.shape[3]};
    Nhwc<float> y(x.shape), mean(channels), variance(channels), inverse(channels);
    reference::batch_norm<float>(x.view(), epsilon,
                                 {gamma.view(), beta.view(), mean.view(), variance.view(), inverse.view()}, y.view());
    return {y, mean.values, variance.values, inverse.values};
}

ForwardResult run_kernel(const TrainingTable& table, int threads, const Nhwc<float>& x, const float* gamma,
                         const float* beta, float epsilon) {
    support::ThreadedExecutor pool(threads);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto count = static_cast<std::size_t>(x.shape[3]);
    const MapExtent extent{x.shape[1], x.shape[2], x.shape[3]};
    const BlockedBuffer input(x, Halo{1, 1, 1, 1});
    BlockedBuffer output(x.shape[0], extent, Halo{0, 2, 1, 0});
    ForwardResult result;
    result.mean = result.variance = result.inverse = std::vector<float>(count, nan);
    std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(x.shape[0], extent)), nan);
    BatchNormForward arguments;
    arguments.input = input.map();
    arguments.output = output.map();
    arguments.gamma = gamma;
    arguments.beta = beta;
    arguments.epsilon = epsilon;
    arguments.mean = result.mean.data();
    arguments.variance = result.variance.data();
    arguments.inverse = result.inverse.data();
    arguments.scratch = scratch.data();
    table.batch_norm.forward(pool.executor(), arguments);
    CHECK(output.ragged_lanes_are_zero());
    CHECK(output.halo_is_untouched());
    result.y = output.nhwc();
    return result;
}

}  // namespace

TEST_CASE("batch norm in training gives the reference's bits on every instruction set and thread count",
          "[kernels][batch_norm][REQ-KERN-330]") {
    support::CounterRandom random(13);
    for (const Shape& shape : kShapes) {
        const Nhwc<float> x = support::random_nhwc(shape, random, -2.0f, 3.0f);
        const Nhwc<float> gamma = support::random_nhwc({shape[3]}, random),
                          beta = support::random_nhwc({shape[3]}, random);
        const ForwardResult expected = run_reference(x, gamma, beta, 1e-3f);
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), shape[0], shape[1], shape[3], threads);
                const ForwardResult got =
                    run_kernel(*table, threads, x, gamma.values.data(), beta.values.data(), 1e-3f);
                CHECK(support::same_bits(got.y, expected.y));
                CHECK(support::same_bits(got.mean, expected.mean));
                CHECK(support::same_bits(got.variance, expected.variance));
                CHECK(support::same_bits(got.inverse, expected.inverse));
            }
        }
    }
    const Nhwc<float> x = support::random_nhwc({2, 3, 3, 18}, random);
    const Nhwc<float> ones({18}, 1.0f), zeros({18}, 0.0f);
    const ForwardResult plain = run_kernel(best_training_table(), 1, x, nullptr, nullptr, 1e-5f);
    CHECK(support::same_bits(plain.y, run_reference(x, ones, zeros, 1e-5f).y));
}

TEST_CASE("the batch's statistics are within their error bound, also far from zero",
          "[kernels][batch_norm][REQ-KERN-331]") {
    support::CounterRandom random(14);
    for (const Shape& shape : kShapes) {
        for (const float centre : {0.0f, 100.0f}) {
            const Nhwc<float> x = support::random_nhwc(shape, random, centre - 0.5f, centre + 0.5f);
            const Nhwc<float> ones({shape[3]}, 1.0f), zeros({shape[3]}, 0.0f);
            const ForwardResult got = run_kernel(best_training_table(), 1, x, nullptr, nullptr, 1e-3f);
            // Means by plain loops in double. Chain of at most max(256, W) pixels, a tree of at most 8 levels, a
            // division.
            const std::int64_t pixels = shape[0] * shape[1] * shape[2];
            const double roundings = static_cast<double>(std::max<std::int64_t>(256, shape[2])) + 9.0;
            for (std::int64_t c = 0; c < shape[3]; ++c) {
                double sum = 0.0, magnitude = 0.0, squares = 0.0;
                for (std::int64_t i = c; i < x.shape.element_count(); i += shape[3]) {
                    sum += static_cast<double>(x.values[static_cast<std::size_t>(i)]);
                    magnitude += std::fabs(static_cast<double>(x.values[static_cast<std::size_t>(i)]));
                }
                const double mean = sum / static_cast<double>(pixels), unit = std::ldexp(1.0, -24);
                for (std::int64_t i = c; i < x.shape.element_count(); i += shape[3]) {
                    squares += std::pow(static_cast<double>(x.values[static_cast<std::size_t>(i)]) - mean, 2.0);
                }
                const double variance = squares / static_cast<double>(pixels);
                const double mean_bound = roundings * unit * magnitude / static_cast<double>(pixels);
                const auto at = static_cast<std::size_t>(c);
                CHECK(std::fabs(static_cast<double>(got.mean[at]) - mean) <= mean_bound);
                // The error of the mean enters squared; each deviation carries at most two roundings of its own.
                const double variance_bound = (roundings + 4.0) * unit * (variance + mean_bound * mean_bound) +
                                              mean_bound * mean_bound;
                CHECK(std::fabs(static_cast<double>(got.variance[at]) - variance) <= variance_bound);
            }
        }
    }
}

TEST_CASE("a NaN reaches the statistics and outputs of its channel and no other",
          "[kernels][batch_norm][REQ-KERN-332]") {
    for (const TrainingTable* table : support::all_tables()) {
        Nhwc<float> x({2, 3, 3, 18}, 1.0f);
        x.view()(1, 2, 0, 17) = std::numeric_limits<float>::quiet_NaN();
        const ForwardResult got = run_kernel(*table, 1, x, nullptr, nullptr, 1e-3f);
        CHECK(std::isnan(got.mean[17]));
        CHECK(std::isnan(got.variance[17]));
        CHECK(std::isnan(got.y.view()(0, 0, 0, 17)));
        for (std::size_t c = 0; c < 17; ++c) CHECK(got.mean[c] == 1.0f);
        CHECK(got.y.view()(1, 2, 0, 16) == 0.0f);
    }
}

TEST_CASE("moving statistics follow the batch with the momentum, the variance corrected on request",
          "[kernels][batch_norm][REQ-KERN-333]") {
    const std::vector<float> mean{2.0f, -4.0f}, variance{8.0f, 1.0f};
    const auto follow = [&](bool is_unbiased, std::int64_t pixels) {
        std::vector<float> moving{1.0f, 0.0f, 4.0f, 1.0f};
        update_moving_statistics({0.75f, is_unbiased, pixels}, {mean.data(), 2}, {variance.data(), 2},
                                 {moving.data(), 2}, {moving.data() + 2, 2});
        return moving;
    };
    CHECK(follow(false, 5) == std::vector<float>{1.25f, -1.0f, 5.0f, 1.0f});
    CHECK(follow(true, 5) == std::vector<float>{1.25f, -1.0f, 5.5f, 1.0625f});  // variance * 5/4
    CHECK(follow(true, 1) == follow(false, 1));
}
