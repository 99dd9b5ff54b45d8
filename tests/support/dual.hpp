// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Dual numbers: exact derivatives of the references, against which backward kernels are checked.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "support/blocked.hpp"

namespace support {

/// value + slope * epsilon with epsilon^2 = 0.
struct Dual {
    double value = 0.0, slope = 0.0;
    Dual() = default;
    Dual(double v, double s = 0.0) : value(v), slope(s) {}  // NOLINT(google-explicit-constructor)
    explicit Dual(std::int64_t v) : value(static_cast<double>(v)) {}
    explicit Dual(int v) : value(v) {}
    explicit Dual(float v) : value(static_cast<double>(v)) {}

    friend Dual operator+(Dual a, Dual b) { return {a.value + b.value, a.slope + b.slope}; }
    friend Dual operator-(Dual a, Dual b) { return {a.value - b.value, a.slope - b.slope}; }
    friend Dual operator-(Dual a) { return {-a.value, -a.slope}; }
    friend Dual operator*(Dual a, Dual b) { return {a.value * b.value, a.value * b.slope + a.slope * b.value}; }
    friend Dual operator/(Dual a, Dual b) {
        return {a.value / b.value, (a.slope - a.value / b.value * b.slope) / b.value};
    }
    friend Dual fma(Dual a, Dual b, Dual c) { return a * b + c; }
    friend Dual mul_rounded(Dual a, Dual b) { return a * b; }
    friend Dual sqrt(Dual a) { return {std::sqrt(a.value), a.slope / (2.0 * std::sqrt(a.value))}; }
    friend bool operator<(Dual a, Dual b) { return a.value < b.value; }
    friend bool operator>(Dual a, Dual b) { return a.value > b.value; }
    friend bool operator==(Dual a, Dual b) { return a.value == b.value; }
    friend bool operator!=(Dual a, Dual b) { return a.value != b.value; }
};

/// d(sum of y * weight)/dx for each element of x, where `forward` maps arrays of duals; x is small.
template <class Forward>
[[nodiscard]] Nhwc<double> gradient_by_duals(const Nhwc<double>& x, const Nhwc<double>& weight,
                                             const Forward& forward) {
    Nhwc<double> gradient(x.shape);
    Nhwc<Dual> input = x.as<Dual>();
    for (std::size_t i = 0; i < x.values.size(); ++i) {
        input.values[i].slope = 1.0;
        const Nhwc<Dual> output = forward(input);
        for (std::size_t k = 0; k < output.values.size(); ++k) {
            gradient.values[i] += output.values[k].slope * weight.values[k];
        }
        input.values[i].slope = 0.0;
    }
    return gradient;
}

/// Greatest difference of two arrays, relative to the greatest magnitude (1 at least). NaN where either holds one.
inline double greatest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double difference = 0.0, scale = 1.0;
    if (a.size() != b.size()) return std::nan("");
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!(std::fabs(a[i] - b[i]) <= difference)) difference = std::fabs(a[i] - b[i]);
        if (std::isnan(difference)) return difference;
        if (std::fabs(b[i]) > scale) scale = std::fabs(b[i]);
    }
    return difference / scale;
}

}  // namespace support
