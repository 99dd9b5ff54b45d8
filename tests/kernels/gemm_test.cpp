// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The matrix product against its reference: bits, error bound, NaN, row strides.
#include "provenn/kernels/gemm.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/gemm.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::Nhwc;

namespace {

struct Matrices {
    Nhwc<float> a, b, bias;
};
Matrices random_matrices(const Shape& mkn, std::uint64_t seed) {
    support::CounterRandom random(seed);
    return {random_nhwc({mkn[0], mkn[1]}, random), random_nhwc({mkn[1], mkn[2]}, random),
            random_nhwc({mkn[2]}, random)};
}

/// The product by kernel, from and into rows that are wider than the matrices; the surplus of c must stay NaN.
Nhwc<float> run_gemm(const TrainingTable& table, const Executor& executor, const Matrices& v, bool has_bias) {
    const std::int64_t m = v.a.shape[0], k = v.a.shape[1], n = v.b.shape[1], wide_k = k + 3, wide_n = n + 5;
    const float nan = std::numeric_limits<float>::quiet_NaN();
    Nhwc<float> a({m, wide_k}, nan), c({m, wide_n}, nan), result({m, n});
    for (std::int64_t i = 0; i < m * k; ++i) a.view()(i / k, i % k) = v.a.view()(i / k, i % k);
    std::vector<float> packed(static_cast<std::size_t>(gemm_packed_size(k, n)));
    std::vector<float> bias(static_cast<std::size_t>(channel_blocks(n) * 16));
    pack_gemm(k, n, v.b.values.data(), n, packed.data());
    pad_lanes(v.bias.values.data(), n, bias.data());
    table.gemm.run({m, k, n, a.values.data(), wide_k, packed.data(), has_bias ? bias.data() : nullptr,
                    c.values.data(), wide_n},
                   executor);
    for (std::int64_t i = 0; i < m; ++i) {
        for (std::int64_t j = 0; j < wide_n; ++j) {
            if (j < n) result.view()(i, j) = c.view()(i, j);
            if (j >= n) CHECK(std::isnan(c.view()(i, j)));
        }
    }
    return result;
}

// M, K, N
const Shape kShapes[] = {{1, 1, 1},   {1, 100, 10},  {3, 17, 16},  {14, 64, 32},   {15, 33, 33},
                         {13, 5, 47}, {57, 2600, 31}, {2, 2600, 48}, {120, 31, 5}};

}  // namespace

TEST_CASE("the matrix product gives the reference's bits on every instruction set and thread count",
          "[kernels][gemm][REQ-KERN-354]") {
    for (const Shape& shape : kShapes) {
        const Matrices v = random_matrices(shape, 600);
        for (const bool has_bias : {false, true}) {
            Nhwc<float> expected({shape[0], shape[2]});
            const View<const float> bias = has_bias ? View<const float>(v.bias.view()) : View<const float>();
            reference::gemm<float>(v.a.view(), v.b.view(), bias, expected.view());
            for (const TrainingTable* table : support::all_tables()) {
                for (const int threads : {1, 2, 7}) {
                    CAPTURE(shape[0], shape[1], shape[2], to_string(table->isa), threads, has_bias);
                    support::ThreadedExecutor pool(threads);
                    CHECK(support::same_bits(run_gemm(*table, pool.executor(), v, has_bias), expected));
                }
            }
        }
    }
}

TEST_CASE("the matrix product stays within its error bound and keeps NaN", "[kernels][gemm][REQ-KERN-351]") {
    for (const Shape& shape : kShapes) {
        Matrices v = random_matrices(shape, 601);
        Nhwc<double> exact({shape[0], shape[2]}), size({shape[0], shape[2]});
        const auto magnitude = [](const Nhwc<float>& values) {
            Nhwc<double> wide = values.as<double>();
            for (double& value : wide.values) value = std::fabs(value);
            return wide;
        };
        const Nhwc<double> a = v.a.as<double>(), b = v.b.as<double>(), bias = v.bias.as<double>();
        reference::gemm<double>(a.view(), b.view(), bias.view(), exact.view());
        const Nhwc<double> abs_a = magnitude(v.a), abs_b = magnitude(v.b), abs_bias = magnitude(v.bias);
        reference::gemm<double>(abs_a.view(), abs_b.view(), abs_bias.view(), size.view());
        const Nhwc<float> c = run_gemm(best_training_table(), serial_executor(), v, true);
        const double g = static_cast<double>(shape[1]) * 0x1p-24;
        for (std::size_t i = 0; i < c.values.size(); ++i) {
            REQUIRE(std::fabs(static_cast<double>(c.values[i]) - exact.values[i]) <=
                    (g / (1 - g) + 0x1p-24) * size.values[i]);
        }
        v.a.values[0] = std::numeric_limits<float>::quiet_NaN();
        const Nhwc<float> spoiled = run_gemm(best_training_table(), serial_executor(), v, true);
        for (std::int64_t n = 0; n < shape[2]; ++n) CHECK(std::isnan(spoiled.view()(0, n)));
        if (shape[0] > 1) CHECK(!std::isnan(spoiled.view()(1, 0)));
    }
}
