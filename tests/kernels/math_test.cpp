// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of float: error in ulp over all floats, edges, and the same bits on every instruction set.
#include "provenn/kernels/math.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using kernels::MathFunction;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// The C library's value in double, whose error is far below a float's ulp.
double oracle(MathFunction function, double x) {
    switch (function) {
        case MathFunction::exp: return std::exp(x);
        case MathFunction::expm1: return std::expm1(x);
        case MathFunction::log: return std::log(x);
        case MathFunction::log1p: return std::log1p(x);
        case MathFunction::tanh: return std::tanh(x);
        case MathFunction::sigmoid: return 1.0 / (1.0 + std::exp(-x));
        case MathFunction::softplus: return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x));
        case MathFunction::erf: return std::erf(x);
    }
    return 0.0;
}
float scalar(MathFunction function, float x) {
    switch (function) {
        case MathFunction::exp: return math::exp(x);
        case MathFunction::expm1: return math::expm1(x);
        case MathFunction::log: return math::log(x);
        case MathFunction::log1p: return math::log1p(x);
        case MathFunction::tanh: return math::tanh(x);
        case MathFunction::sigmoid: return math::sigmoid(x);
        case MathFunction::softplus: return math::softplus(x);
        case MathFunction::erf: return math::erf(x);
    }
    return 0.0f;
}

/// |y - exact| in units of the last place of the float nearest to exact; huge where class or sign differ.
double error_ulp(float y, double exact) {
    const float nearest = static_cast<float>(exact);
    if (std::isnan(exact)) return std::isnan(y) ? 0.0 : 1e9;
    if (std::isnan(y) || std::signbit(y) != std::signbit(exact)) return 1e9;
    if (std::isinf(nearest) || std::isinf(y)) return y == nearest ? 0.0 : 1e9;
    int exponent = 0;
    (void)std::frexp(exact, &exponent);
    return std::abs(static_cast<double>(y) - exact) / std::ldexp(1.0, (exponent < -125 ? -125 : exponent) - 24);
}

/// Distance of the tested bit patterns. PROVENN_MATH_STRIDE=1 tests all 2^32 floats (tests/kernels/math_sweep.sh).
std::uint64_t stride() {
    const char* chosen = std::getenv("PROVENN_MATH_STRIDE");
    return chosen != nullptr ? std::stoull(chosen) : 4093;
}

}  // namespace

TEST_CASE("float functions keep their error bounds over all floats, with one set of bits",
          "[kernels][math][REQ-KERN-321][REQ-KERN-322]") {
    constexpr double kBounds[kernels::kMathFunctionCount] = {1.5, 2.0, 1.5, 1.5, 2.0, 2.5, 2.0, 2.0};
    constexpr std::size_t kBatch = 1021;  // not a multiple of the lanes
    const auto tables = support::all_tables();
    for (int f = 0; f < kernels::kMathFunctionCount; ++f) {
        const auto function = static_cast<MathFunction>(f);
        double worst = 0.0;
        float worst_at = 0.0f;
        bool equal_bits = true;
        std::uint64_t next = 0;
        std::vector<float> x(kBatch), expected(kBatch), y(kBatch);
        while (next < (std::uint64_t{1} << 32)) {
            for (float& value : x) {
                const auto bits = static_cast<std::uint32_t>(next < 0xffffffffu ? next : 0xffffffffu);
                std::memcpy(&value, &bits, sizeof value);
                next += stride();
            }
            for (std::size_t i = 0; i < kBatch; ++i) {
                expected[i] = scalar(function, x[i]);
                const double error = error_ulp(expected[i], oracle(function, static_cast<double>(x[i])));
                if (error > worst) {
                    worst = error;
                    worst_at = x[i];
                }
            }
            for (const kernels::TrainingTable* table : tables) {
                table->math.map(function, x.data(), y.data(), static_cast<std::int64_t>(kBatch));
                equal_bits = equal_bits && support::same_bits(y, expected);
            }
        }
        CAPTURE(f, worst_at);
        CHECK(worst <= kBounds[f]);
        CHECK(equal_bits);
    }
}

TEST_CASE("float functions are right at their edges", "[kernels][math][REQ-KERN-321]") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float specials[] = {0.0f, -0.0f, 0x1p-149f, -0x1p-149f, 0x1p-126f, 1.0f, -1.0f, -1.0000001f, -0.99999994f,
                              88.722839f, 88.72284f, -87.33655f, -103.97208f, -103.97209f, 3.4028235e38f,
                              -3.4028235e38f, 0.625f, 0.925f, 0.34657359f, 0.70710677f, 0.70710683f, 1.4142135f,
                              kInfinity, -kInfinity, nan};
    for (int f = 0; f < kernels::kMathFunctionCount; ++f) {
        for (const float x : specials) {
            CAPTURE(f, x);
            const auto function = static_cast<MathFunction>(f);
            CHECK(error_ulp(scalar(function, x), oracle(function, static_cast<double>(x))) <= 2.5);
        }
    }
    CHECK((math::exp(-kInfinity) == 0.0f && math::log(0.0f) == -kInfinity && math::tanh(kInfinity) == 1.0f));
    CHECK((std::signbit(math::expm1(-0.0f)) && std::signbit(math::tanh(-0.0f)) && std::signbit(math::erf(-0.0f))));
}

TEST_CASE("sine, cosine and power of float are the rounded double ones", "[kernels][math][REQ-KERN-321]") {
    support::CounterRandom random(3);
    double worst = 0.0;
    for (int i = 0; i < 100000; ++i) {
        // Quotients: a compiler that contracts products and sums could give each use of x another last bit.
        const auto draw = [&](std::int64_t least, std::int64_t most) {
            return static_cast<float>(random.next_integer(least * 1024, most * 1024)) / 1024.0f;
        };
        const float x = draw(-1000, 1000);
        worst = std::max(worst, error_ulp(math::sin(x), std::sin(static_cast<double>(x))));
        worst = std::max(worst, error_ulp(math::cos(x), std::cos(static_cast<double>(x))));
        const float base = draw(0, 10), exponent = draw(-5, 5);
        if (base > 0.0f) {
            const double exact = std::pow(static_cast<double>(base), static_cast<double>(exponent));
            worst = std::max(worst, error_ulp(math::pow(base, exponent), exact));
        }
    }
    CHECK(worst <= 0.51);
}
