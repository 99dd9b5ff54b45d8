// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels/group_norm.hpp promises, forwards and backwards, on every instruction set of this machine.

#include "provenn/kernels/group_norm.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "provenn/kernels/reference/group_norm.hpp"
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
struct GroupCase {
    Shape shape;
    std::int64_t groups;
};
// One group, one channel a group, groups that share a block, groups over several blocks, many chunks, one pixel.
const GroupCase kCases[] = {{{1, 1, 1, 1}, 1},  {{2, 5, 7, 6}, 3},    {{3, 7, 7, 33}, 33}, {{1, 40, 30, 34}, 2},
                            {{9, 1, 1, 40}, 4}, {{2, 3, 300, 16}, 1}, {{2, 4, 5, 72}, 2}};

template <class T>
struct Forward {
    Forward(const Shape& shape) : y(shape), mean({shape[0], shape[3]}), inverse({shape[0], shape[3]}) {}
    Nhwc<T> y, mean, inverse;
};
template <class T>
Forward<T> by_reference(const Nhwc<T>& x, std::int64_t groups, const Nhwc<T>& gamma, const Nhwc<T>& beta) {
    Forward<T> to(x.shape);
    reference::group_norm<T>(x.view(), groups, kEpsilon, {gamma.view(), beta.view(), to.mean.view(), to.inverse.view()},
                             to.y.view());
    return to;
}

template <class T>
struct Gradients {
    explicit Gradients(const Shape& shape) : dx(shape), gamma({shape[3]}), beta({shape[3]}) {}
    Nhwc<T> dx, gamma, beta;
};
template <class T>
Gradients<T> gradients_by_reference(const Nhwc<T>& x, std::int64_t groups, const Nhwc<T>& dy, const Nhwc<T>& gamma,
                                    const Forward<T>& of) {
    Gradients<T> to(x.shape);
    reference::group_norm_backward<T>(groups, {x.view(), dy.view(), gamma.view(), of.mean.view(), of.inverse.view(),
                                               to.dx.view(), to.gamma.view(), to.beta.view()});
    return to;
}

std::vector<float> poisoned(std::int64_t size) {
    return std::vector<float>(static_cast<std::size_t>(size), std::numeric_limits<float>::quiet_NaN());
}

/// Runs the kernel; `statistics` receives mean and inverse.
void run_forward(const TrainingTable& table, const Executor& executor, const ConstBlockedMap& input,
                 const BlockedMap& output, std::int64_t groups, const Nhwc<float>& gamma, const Nhwc<float>& beta,
                 std::vector<float> (&statistics)[2]) {
    std::vector<float> scratch = poisoned(group_norm_scratch_size(input.samples, input.extent));
    for (auto& array : statistics) array = poisoned(group_norm_statistics_size(input.samples, input.extent));
    table.group_norm.forward(executor, {input, output, gamma.values.data(), beta.values.data(), groups, kEpsilon,
                                        statistics[0].data(), statistics[1].data(), scratch.data()});
}

}  // namespace

TEST_CASE("group norm gives the reference's bits on every instruction set and thread count",
          "[kernels][group_norm][REQ-KERN-372]") {
    support::CounterRandom random(41);
    for (const GroupCase& c : kCases) {
        Nhwc<float> x = support::random_nhwc(c.shape, random, -2.0f, 3.0f);
        const Nhwc<float> gamma = support::random_nhwc({c.shape[3]}, random),
                          beta = support::random_nhwc({c.shape[3]}, random);
        x.values[0] = 1e30f;  // the squares overflow
        const Forward<float> expected = by_reference(x, c.groups, gamma, beta);
        const BlockedBuffer input(x, Halo{1, 1, 1, 1});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.shape[1], c.shape[3], c.groups, threads);
                support::ThreadedExecutor pool(threads);
                std::vector<float> statistics[2];
                BlockedBuffer output(c.shape[0], {c.shape[1], c.shape[2], c.shape[3]}, Halo{0, 2, 1, 0});
                run_forward(*table, pool.executor(), input.map(), output.map(), c.groups, gamma, beta, statistics);
                CHECK(support::same_bits(output.nhwc(), expected.y));
                CHECK((output.ragged_lanes_are_zero() && output.halo_is_untouched()));
                BlockedBuffer in_place(x);
                run_forward(*table, pool.executor(), in_place.map(), in_place.map(), c.groups, gamma, beta, statistics);
                CHECK(support::same_bits(in_place.nhwc(), expected.y));
            }
        }
    }
}

TEST_CASE("group norm is within its error bound of the textbook formula in double, also far from zero",
          "[kernels][group_norm][REQ-KERN-372]") {
    support::CounterRandom random(42);
    for (const GroupCase& c : kCases) {
        for (const float centre : {0.0f, 100.0f}) {
            const Nhwc<float> x = support::random_nhwc(c.shape, random, centre - 0.5f, centre + 0.5f);
            const Nhwc<float> ones({c.shape[3]}, 1.0f), zeros({c.shape[3]}, 0.0f);
            const Nhwc<float> y = by_reference(x, c.groups, ones, zeros).y;
            const std::int64_t size = c.shape[3] / c.groups, pixels = c.shape[1] * c.shape[2];
            const double count = static_cast<double>(pixels * size);
            for (std::int64_t n = 0; n < c.shape[0]; ++n) {
                for (std::int64_t first = 0; first < c.shape[3]; first += size) {
                    const auto each = [&](const auto& body) {
                        for (std::int64_t i = 0; i < pixels * size; ++i) {
                            const std::int64_t pixel = n * pixels + i / size;
                            body(static_cast<std::size_t>(pixel * c.shape[3] + first + i % size));
                        }
                    };
                    double mean = 0.0, variance = 0.0, magnitude = 0.0;
                    each([&](std::size_t i) { mean += static_cast<double>(x.values[i]) / count; });
                    each([&](std::size_t i) {
                        variance += std::pow(static_cast<double>(x.values[i]) - mean, 2.0) / count;
                        magnitude += std::fabs(static_cast<double>(x.values[i])) / count;
                    });
                    const double inverse = 1.0 / std::sqrt(variance + static_cast<double>(kEpsilon));
                    // Chunks of at most max(256, W) pixels, a tree of at most four levels, and the channels.
                    const double roundings = (300.0 + 4.0 + static_cast<double>(size) / 16.0 + 5.0) * 0x1p-24;
                    const double of_mean = roundings * magnitude;
                    const double relative = roundings + 5 * 0x1p-24 + of_mean * of_mean * inverse * inverse;
                    each([&](std::size_t i) {
                        const double expected = (static_cast<double>(x.values[i]) - mean) * inverse;
                        const double bound = of_mean * inverse + relative * std::fabs(expected) + 1e-12;
                        CHECK(std::fabs(static_cast<double>(y.values[i]) - expected) <= bound);
                    });
                }
            }
        }
    }
}

TEST_CASE("a NaN or infinity fills its group of its sample in group norm and no other",
          "[kernels][group_norm][REQ-KERN-372]") {
    const Nhwc<float> ones({18}, 1.0f), zeros({18}, 0.0f);
    for (const TrainingTable* table : support::all_tables()) {
        support::CounterRandom random(43);
        Nhwc<float> x = support::random_nhwc({2, 2, 2, 18}, random);
        x.view()(0, 0, 1, 17) = std::numeric_limits<float>::quiet_NaN();
        x.view()(1, 1, 0, 3) = -std::numeric_limits<float>::infinity();
        const BlockedBuffer input(x);
        BlockedBuffer output(2, {2, 2, 18});
        std::vector<float> statistics[2];
        run_forward(*table, serial_executor(), input.map(), output.map(), 3, ones, zeros, statistics);
        CHECK(output.ragged_lanes_are_zero());
        const Nhwc<float> y = output.nhwc();
        for (std::size_t i = 0; i < y.values.size(); ++i) {
            CHECK(std::isnan(y.values[i]) == (i < 72 ? i % 18 >= 12 : i % 18 < 6));
        }
    }
}

TEST_CASE("the references' group norm gradients are the derivatives of the forward references",
          "[kernels][group_norm][REQ-KERN-373]") {
    support::CounterRandom random(44);
    for (const std::int64_t groups : {1, 2, 6}) {
        const Shape shape{3, 3, 2, 6}, channels{6};
        const Nhwc<double> x = support::random_nhwc(shape, random).as<double>();
        const Nhwc<double> dy = support::random_nhwc(shape, random).as<double>();
        const Nhwc<double> gamma = support::random_nhwc(channels, random).as<double>();
        const Nhwc<double> beta = support::random_nhwc(channels, random).as<double>();
        const auto of = by_reference(x, groups, gamma, beta);
        const Gradients<double> got = gradients_by_reference(x, groups, dy, gamma, of);
        const auto by_x = support::gradient_by_duals(
            x, dy, [&](const Nhwc<Dual>& at) { return by_reference(at, groups, gamma.as<Dual>(), beta.as<Dual>()).y; });
        const auto by_gamma = support::gradient_by_duals(
            gamma, dy, [&](const Nhwc<Dual>& at) { return by_reference(x.as<Dual>(), groups, at, beta.as<Dual>()).y; });
        const auto by_beta = support::gradient_by_duals(
            beta, dy, [&](const Nhwc<Dual>& at) { return by_reference(x.as<Dual>(), groups, gamma.as<Dual>(), at).y; });
        CAPTURE(groups);
        CHECK(support::greatest_difference(got.dx.values, by_x.values) <= 1e-10);
        CHECK(support::greatest_difference(got.gamma.values, by_gamma.values) <= 1e-10);
        CHECK(support::greatest_difference(got.beta.values, by_beta.values) <= 1e-10);
    }
}

TEST_CASE(
    "group norm gradients give the reference's bits on every instruction set and thread count, and only those "
    "that are wanted",
    "[kernels][group_norm][REQ-KERN-373]") {
    support::CounterRandom random(45);
    for (const GroupCase& c : kCases) {
        const MapExtent extent{c.shape[1], c.shape[2], c.shape[3]};
        const Nhwc<float> x = support::random_nhwc(c.shape, random), dy = support::random_nhwc(c.shape, random);
        const Nhwc<float> gamma = support::random_nhwc({c.shape[3]}, random), beta({c.shape[3]}, 0.0f);
        const auto of = by_reference(x, c.groups, gamma, beta);
        const Gradients<float> expected = gradients_by_reference(x, c.groups, dy, gamma, of);
        const BlockedBuffer input(x), gradient(dy, Halo{1, 1, 1, 1});
        for (const TrainingTable* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.shape[1], c.shape[3], c.groups, threads);
                support::ThreadedExecutor pool(threads);
                std::vector<float> statistics[2];
                BlockedBuffer dx(c.shape[0], extent, Halo{1, 0, 0, 2}), only_dx(c.shape[0], extent);
                run_forward(*table, pool.executor(), input.map(), only_dx.map(), c.groups, gamma, beta, statistics);
                std::vector<float> scratch = poisoned(group_norm_scratch_size(c.shape[0], extent));
                std::vector<float> dgamma = poisoned(c.shape[3]), dbeta = dgamma, alone = dgamma;
                GroupNormBackward to{
                    input.map(),          gradient.map(),       dx.map(),      gamma.values.data(), c.groups,
                    statistics[0].data(), statistics[1].data(), dgamma.data(), dbeta.data(),        scratch.data()};
                table->group_norm_backward.backward(pool.executor(), to);
                CHECK(support::same_bits(dx.nhwc(), expected.dx));
                CHECK((dx.ragged_lanes_are_zero() && dx.halo_is_untouched()));
                CHECK(support::same_bits(dgamma, expected.gamma.values));
                CHECK(support::same_bits(dbeta, expected.beta.values));
                to.gamma_gradient = to.beta_gradient = nullptr;
                to.input_gradient = only_dx.map();
                table->group_norm_backward.backward(pool.executor(), to);
                CHECK(support::same_bits(only_dx.nhwc(), expected.dx));
                to.input_gradient = {};
                to.gamma_gradient = alone.data();
                table->group_norm_backward.backward(pool.executor(), to);
                CHECK(support::same_bits(alone, expected.gamma.values));
            }
        }
    }
}
