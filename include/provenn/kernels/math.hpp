// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementary functions of float: kernels over runs of floats, and scalar forms with the same bits.
//
// formula     e^x, e^x - 1, ln x, ln(1 + x), tanh x, 1/(1 + e^-x), ln(1 + e^x), erf x
// error       at most 2 ulp of the exact value (sigmoid 2.5) over all floats, subnormal ones among them
// edges       +-0, Inf and NaN as in C99 Annex F (e^-Inf = +0, ln 0 = -Inf, ln(-1) = NaN ...); NaN gives NaN
// order       argument reduction, a polynomial in fma, exact scaling; no table, no libm, no estimate: the same bits on
//             every instruction set. The scalar forms are the same text read with one lane (kernels/body/one_lane.inl).
// precision   double forms are in core/double_math.hpp, under the same names
#pragma once

#include "provenn/core/double_math.hpp"
#include "provenn/core/fp_environment.hpp"
#include "provenn/kernels/vec16.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace kernels {

enum class MathFunction : std::uint8_t { exp, expm1, log, log1p, tanh, sigmoid, softplus, erf };
inline constexpr int kMathFunctionCount = 8;

struct MathKernels {
    /// y[i] = function(x[i]) for `count` floats; y may be x. @numerics see above. @threads runs in the caller.
    void (*map)(MathFunction function, const float* x, float* y, std::int64_t count) noexcept = nullptr;
};

namespace one_lane {
inline float fma_lane(float a, float b, float c) { return provenn::fma(a, b, c); }
#include "provenn/kernels/body/one_lane.inl"
#include "provenn/kernels/body/words.inl"
#include "provenn/kernels/body/math.inl"
}  // namespace one_lane

}  // namespace kernels

namespace math {

/// Scalar forms: the bits of one lane of the kernels.
/// @requires the floating-point environment of FpEnvironmentScope.
/// @req REQ-KERN-321
[[nodiscard]] inline float exp(float x) { return kernels::one_lane::exp({x}).v; }
[[nodiscard]] inline float expm1(float x) { return kernels::one_lane::expm1({x}).v; }
[[nodiscard]] inline float log(float x) { return kernels::one_lane::log({x}).v; }
[[nodiscard]] inline float log1p(float x) { return kernels::one_lane::log1p({x}).v; }
[[nodiscard]] inline float tanh(float x) { return kernels::one_lane::tanh({x}).v; }
[[nodiscard]] inline float sigmoid(float x) { return kernels::one_lane::sigmoid({x}).v; }
[[nodiscard]] inline float softplus(float x) { return kernels::one_lane::softplus({x}).v; }
[[nodiscard]] inline float erf(float x) { return kernels::one_lane::erf({x}).v; }
[[nodiscard]] inline float sqrt(float x) { return std::sqrt(x); }

/// Rounded from double, hence within 0.51 ulp; NaN for |x| > 2^20 radians.
[[nodiscard]] inline float sin(float x) { return static_cast<float>(sin(static_cast<double>(x))); }
[[nodiscard]] inline float cos(float x) { return static_cast<float>(cos(static_cast<double>(x))); }
/// Rounded from double; NaN for x < 0.
[[nodiscard]] inline float pow(float x, float y) {
    return static_cast<float>(pow(static_cast<double>(x), static_cast<double>(y)));
}

/// ln(1 + e^x) without overflow. @numerics within 1e-15 relative.
[[nodiscard]] inline double softplus(double x) { return (x > 0.0 ? x : 0.0) + log1p(exp(x > 0.0 ? -x : x)); }

}  // namespace math
}  // namespace PROVENN_ABI
}  // namespace provenn
