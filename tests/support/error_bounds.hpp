// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Products on random shapes against plain loops in double: how much of their stated error bounds they use.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "support/winograd.hpp"

namespace support {

/// What was found of one kernel: the largest error as a share of its bound, and where.
struct ErrorCount {
    std::int64_t shapes = 0, outputs = 0, exceeded = 0;
    double worst = 0.0;
    std::string worst_shape;

    /// One output. NaN, or any error where the bound is 0, exceeds.
    void add(double found, double exact, double bound, const std::string& shape) {
        const double error = std::abs(found - exact);
        ++outputs;
        if (!(error <= bound)) ++exceeded;
        const double share = error == 0.0 ? 0.0 : error / bound;
        if (!(share <= worst)) worst = share, worst_shape = shape;
    }
};

inline constexpr double kUnit = 0x1p-24;
inline double gamma_of(double terms) { return terms * kUnit / (1.0 - terms * kUnit); }

template <class... Numbers>
std::string describe(const char* format, Numbers... numbers) {
    char text[160];
    std::snprintf(text, sizeof text, format, static_cast<long long>(numbers)...);
    return text;
}

/// Extents around the sizes of tiles and blocks as often as any others.
inline std::int64_t draw_extent(CounterRandom& random, std::int64_t most) {
    constexpr std::int64_t kEdges[] = {1, 7, 8, 9, 13, 14, 15, 16, 17, 27, 28, 29, 31, 32, 33, 47, 48, 49, 63, 64, 65};
    const std::int64_t edge = kEdges[random.next_integer(0, 20)];
    return edge <= most && random.next_integer(0, 1) == 1 ? edge : random.next_integer(1, most);
}

/// Signed, not negative (as behind a ReLU), or over 24 powers of two.
enum class Spread { even, positive, wide };
inline void respread(Spread spread, std::vector<float>& values, CounterRandom& random) {
    for (float& value : values) {
        if (spread == Spread::positive) value = std::abs(value);
        if (spread == Spread::wide) value = std::ldexp(value, static_cast<int>(random.next_integer(-12, 12)));
    }
}

/// Sum of x w and of |x||w|, by loops that share nothing with the library's references. Products are exact in double.
struct ExactProducts {
    std::vector<double> sum, size;
};
inline ExactProducts exact_products(const ConvolutionCase& c, const ConvolutionValues<float>& v) {
    const Conv2dGeometry& at = c.geometry;
    const std::int64_t h_in = c.input[1], w_in = c.input[2], channels = c.input[3], filters = c.output[3];
    const std::int64_t groups = c.depthwise ? channels : at.groups;
    const std::int64_t of_group = channels / groups, made = filters / groups;
    ExactProducts exact;
    exact.sum.resize(static_cast<std::size_t>(c.output.element_count()));
    exact.size.resize(exact.sum.size());
    for (std::int64_t pixel = 0; pixel < c.output[0] * c.output[1] * c.output[2]; ++pixel) {
        const std::int64_t n = pixel / (c.output[1] * c.output[2]), p = pixel / c.output[2] % c.output[1];
        for (std::int64_t tap = 0; tap < at.taps(); ++tap) {
            const std::int64_t h = p * at.stride_h + tap / at.kernel_w * at.dilation_h - at.pad_top;
            const std::int64_t w = pixel % c.output[2] * at.stride_w + tap % at.kernel_w * at.dilation_w - at.pad_left;
            if (h < 0 || h >= h_in || w < 0 || w >= w_in) continue;
            for (std::int64_t channel = 0; channel < channels; ++channel) {
                const std::int64_t first = channel / of_group * made;
                const auto x = static_cast<double>(
                    v.x.values[static_cast<std::size_t>(((n * h_in + h) * w_in + w) * channels + channel)]);
                // Depthwise weights [R, S, C, M] are rows of C * M filters, one row a tap.
                const std::int64_t row = c.depthwise ? tap : tap * of_group + channel % of_group;
                const float* weights = v.weights.values.data() + row * filters + first;
                double* sum = exact.sum.data() + pixel * filters + first;
                double* size = exact.size.data() + pixel * filters + first;
                for (std::int64_t k = 0; k < made; ++k) {
                    const double product = x * static_cast<double>(weights[k]);
                    sum[k] += product;
                    size[k] += std::abs(product);
                }
            }
        }
    }
    return exact;
}

/// Products within factor * gamma_terms * sum |x||w|, and the bias' own rounding.
inline void count_products(const ConvolutionCase& c, const ConvolutionValues<float>& v, const Nhwc<float>& y,
                           double terms, double factor, ErrorCount& count) {
    const ExactProducts exact = exact_products(c, v);
    const Conv2dGeometry& at = c.geometry;
    const std::string shape =
        describe("[%lld, %lld, %lld, %lld] -> [%lld, %lld, %lld], %lldx%lld", c.input[0], c.input[1], c.input[2],
                 c.input[3], c.output[1], c.output[2], c.output[3], at.kernel_h, at.kernel_w) +
        describe(", stride %lldx%lld, dilation %lldx%lld, pad %lldx%lld, groups %lld", at.stride_h, at.stride_w,
                 at.dilation_h, at.dilation_w, at.pad_top, at.pad_left, at.groups);
    ++count.shapes;
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        const auto found = static_cast<double>(y.values[i]);
        const double bias = static_cast<double>(v.bias.values[i % v.bias.values.size()]);
        count.add(found, exact.sum[i] + bias, factor * gamma_of(terms) * exact.size[i] + kUnit * std::abs(found),
                  shape);
    }
}

inline ConvolutionValues<float> draw_values(const ConvolutionCase& c, CounterRandom& random, int spreads) {
    ConvolutionValues<float> v = make_values(c, random.next_bits());
    const auto spread = static_cast<Spread>(random.next_integer(0, spreads - 1));
    respread(spread, v.x.values, random);
    respread(spread, v.weights.values, random);
    return v;
}

enum class Products { plain, grouped, depthwise };

/// Kernels up to 5 x 5, strides and dilations up to 3, paddings up to the kernel's reach.
inline ConvolutionCase draw_convolution(Products kind, CounterRandom& random) {
    constexpr std::int64_t kMostMultiplyAdds = 200000;
    for (;;) {
        ConvolutionCase c;
        Conv2dGeometry& at = c.geometry;
        at = {random.next_integer(1, 5),
              random.next_integer(1, 5),
              random.next_integer(1, 3),
              random.next_integer(1, 3),
              random.next_integer(1, 3),
              random.next_integer(1, 3),
              0,
              0,
              1};
        const std::int64_t reach_h = (at.kernel_h - 1) * at.dilation_h, reach_w = (at.kernel_w - 1) * at.dilation_w;
        at.pad_top = random.next_integer(0, reach_h), at.pad_left = random.next_integer(0, reach_w);
        const std::int64_t n = random.next_integer(1, 3), p = draw_extent(random, 17), q = draw_extent(random, 31);
        std::int64_t channels = draw_extent(random, 65), filters = draw_extent(random, 65);
        if (random.next_integer(0, 15) == 0) channels *= random.next_integer(2, 20);
        c.depthwise = kind == Products::depthwise;
        if (c.depthwise) filters = channels * (random.next_integer(0, 3) == 0 ? random.next_integer(2, 4) : 1);
        if (kind == Products::grouped) {
            at.groups = random.next_integer(2, 6);
            channels = (channels + at.groups - 1) / at.groups * at.groups;
            filters = (filters + at.groups - 1) / at.groups * at.groups;
        }
        const auto extent = [&](std::int64_t positions, std::int64_t stride, std::int64_t reach, std::int64_t pad) {
            return std::max<std::int64_t>(1,
                                          (positions - 1) * stride + reach + 1 - pad - random.next_integer(0, reach));
        };
        c.input = {n, extent(p, at.stride_h, reach_h, at.pad_top), extent(q, at.stride_w, reach_w, at.pad_left),
                   channels};
        c.output = {n, p, q, filters};
        const std::int64_t terms = c.depthwise ? 1 : channels / at.groups;
        if (n * p * q * filters * at.taps() * terms <= kMostMultiplyAdds && c.input.element_count() <= 100000) return c;
    }
}

template <Products Kind>
void check_convolution(CounterRandom& random, ErrorCount& count) {
    const ConvolutionCase c = draw_convolution(Kind, random);
    const auto values = draw_values(c, random, 3);
    const KernelResult result = run_convolution(provenn::kernels::best_table(), provenn::serial_executor(), c, values);
    const std::int64_t terms = c.geometry.taps() * (c.depthwise ? 1 : c.input[3] / c.geometry.groups);
    count_products(c, values, result.y, static_cast<double>(terms), 1.0, count);
}

/// Dense layers: convolutions of one tap on maps of one pixel, with chains up to 2,600 terms.
inline void check_dense(CounterRandom& random, ErrorCount& count) {
    ConvolutionCase c;
    const std::int64_t samples = draw_extent(random, 33), terms = random.next_integer(1, 2600);
    const std::int64_t filters = std::min(draw_extent(random, 65), 1 + 200000 / (samples * terms));
    c.input = {samples, 1, 1, terms}, c.output = {samples, 1, 1, filters};
    const auto values = draw_values(c, random, 3);
    const KernelResult result = run_convolution(provenn::kernels::best_table(), provenn::serial_executor(), c, values);
    count_products(c, values, result.y, static_cast<double>(terms), 1.0, count);
}

/// The matrix product: the same sums as a dense layer's, from row-major matrices.
inline void check_gemm(CounterRandom& random, ErrorCount& count) {
    using namespace provenn::kernels;
    ConvolutionCase c;
    const std::int64_t rows = draw_extent(random, 65), terms = random.next_integer(1, 2600);
    const std::int64_t columns = std::min(draw_extent(random, 65), 1 + 200000 / (rows * terms));
    c.input = {rows, 1, 1, terms}, c.output = {rows, 1, 1, columns};
    const auto values = draw_values(c, random, 3);
    std::vector<float> packed(static_cast<std::size_t>(gemm_packed_size(terms, columns)));
    pack_gemm(terms, columns, values.weights.values.data(), columns, packed.data());
    const std::vector<float> bias = padded(values.bias);
    Nhwc<float> y(c.output, std::nanf(""));
    best_training_table().gemm.run(
        {rows, terms, columns, values.x.values.data(), terms, packed.data(), bias.data(), y.values.data(), columns},
        provenn::serial_executor());
    count_products(c, values, y, static_cast<double>(terms), 1.0, count);
}

template <provenn::kernels::WinogradTile Tile>
void check_winograd(CounterRandom& random, ErrorCount& count) {
    const std::int64_t samples = random.next_integer(1, 2), h = draw_extent(random, 31), w = draw_extent(random, 31);
    const std::int64_t pad = random.next_integer(h < 3 || w < 3 ? 1 : 0, 2);
    // From 16 channels on, as plans use it; the stated factor is for these, see kernels/winograd_conv2d.hpp.
    const std::int64_t most = std::max<std::int64_t>(17, 30000 / (samples * h * w));
    const std::int64_t channels = std::max<std::int64_t>(16, std::min(draw_extent(random, 97), most));
    const std::int64_t filters = std::min(draw_extent(random, 65), 1 + most / channels);
    const ConvolutionCase c = plain_3x3("", {samples, h, w, channels}, filters, pad, {});
    // Nor `wide`: numbers of one size.
    const auto values = draw_values(c, random, 2);
    const KernelResult result =
        run_winograd(provenn::kernels::best_table(), provenn::serial_executor(), Tile, c, values);
    count_products(c, values, result.y, static_cast<double>(9 * channels), winograd_error_factor(Tile), count);
}

}  // namespace support
