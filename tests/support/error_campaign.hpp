// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forward kernels on random shapes against plain loops in double: how much of its stated error bound each of them uses.
#pragma once

#include "provenn/kernels/batch_norm.hpp"
#include "provenn/kernels/softmax.hpp"
#include "support/error_bounds.hpp"

namespace support {

inline Nhwc<float> draw_map(CounterRandom& random, const Shape& shape) {
    Nhwc<float> x = random_nhwc(shape, random);
    respread(static_cast<Spread>(random.next_integer(0, 2)), x.values, random);
    return x;
}

/// Maximum (exact) and average over windows.
template <bool IsMax>
void check_pool(CounterRandom& random, ErrorCount& count) {
    using namespace provenn::kernels;
    Pool2dWindow at{random.next_integer(1, 7),
                    random.next_integer(1, 7),
                    random.next_integer(1, 4),
                    random.next_integer(1, 4),
                    0,
                    0};
    at.pad_top = random.next_integer(0, at.height - 1), at.pad_left = random.next_integer(0, at.width - 1);
    const std::int64_t n = random.next_integer(1, 2), p = draw_extent(random, 9), q = draw_extent(random, 17);
    // The last window may reach beyond the input, but must meet it.
    const auto extent = [&](std::int64_t positions, std::int64_t stride, std::int64_t size, std::int64_t pad) {
        return std::max<std::int64_t>(1, (positions - 1) * stride - pad + random.next_integer(1, size));
    };
    const std::int64_t channels = draw_extent(random, 49);
    const Nhwc<float> x = draw_map(random, {n, extent(p, at.stride_height, at.height, at.pad_top),
                                            extent(q, at.stride_width, at.width, at.pad_left), channels});
    const BlockedBuffer input(x);
    BlockedBuffer output(n, {p, q, channels});
    const auto kernel = IsMax ? best_table().pool2d.max : best_table().pool2d.average;
    kernel(provenn::serial_executor(), at, input.map(), output.map());
    const Nhwc<float> y = output.nhwc();
    ++count.shapes;
    const std::string shape = describe("[%lld, %lld, %lld, %lld], window %lldx%lld, stride %lldx%lld", n, x.shape[1],
                                       x.shape[2], channels, at.height, at.width, at.stride_height, at.stride_width);
    for (std::int64_t i = 0; i < y.shape.element_count(); ++i) {
        const std::int64_t c = i % channels, column = i / channels % q, row = i / channels / q % p;
        double sum = 0.0, size = 0.0, greatest = -1e300, taps = 0.0;
        for (std::int64_t r = 0; r < at.height; ++r)
            for (std::int64_t s = 0; s < at.width; ++s) {
                const std::int64_t h = row * at.stride_height - at.pad_top + r;
                const std::int64_t w = column * at.stride_width - at.pad_left + s;
                if (h < 0 || h >= x.shape[1] || w < 0 || w >= x.shape[2]) continue;
                const auto value = static_cast<double>(x.view()(i / (channels * q * p), h, w, c));
                sum += value, size += std::abs(value), greatest = std::max(greatest, value), taps += 1.0;
            }
        count.add(static_cast<double>(y.values[static_cast<std::size_t>(i)]), IsMax ? greatest : sum / taps,
                  IsMax ? 0.0 : (taps + 1.0) * kUnit * size / taps, shape);
    }
}

inline void check_global_average(CounterRandom& random, ErrorCount& count) {
    const std::int64_t n = random.next_integer(1, 3), h = draw_extent(random, 65), w = draw_extent(random, 65);
    const std::int64_t channels = std::min(draw_extent(random, 65), 1 + 60000 / (n * h * w));
    const Nhwc<float> x = draw_map(random, {n, h, w, channels});
    const BlockedBuffer input(x);
    BlockedBuffer output(n, {1, 1, channels});
    provenn::kernels::best_table().pool2d.global_average(provenn::serial_executor(), input.map(), output.map());
    const Nhwc<float> y = output.nhwc();
    ++count.shapes;
    const auto pixels = static_cast<double>(h * w);
    const double roundings = static_cast<double>(w) + std::ceil(std::log2(static_cast<double>(h))) + 1.0;
    for (std::int64_t i = 0; i < n * channels; ++i) {
        double sum = 0.0, size = 0.0;
        for (std::int64_t pixel = 0; pixel < h * w; ++pixel) {
            const auto at = static_cast<std::size_t>((i / channels * h * w + pixel) * channels + i % channels);
            sum += static_cast<double>(x.values[at]), size += std::abs(static_cast<double>(x.values[at]));
        }
        count.add(static_cast<double>(y.values[static_cast<std::size_t>(i)]), sum / pixels,
                  roundings * kUnit * size / pixels, describe("[%lld, %lld, %lld, %lld]", n, h, w, channels));
    }
}

/// Training's batch norm: mean, variance and output. The output's bound follows from those of mean and variance.
inline void check_batch_norm(CounterRandom& random, ErrorCount& count) {
    using namespace provenn::kernels;
    const std::int64_t n = random.next_integer(1, 9), h = draw_extent(random, 33), w = draw_extent(random, 65);
    const std::int64_t channels = std::min(draw_extent(random, 49), 1 + 40000 / (n * h * w));
    const MapExtent extent{h, w, channels};
    const float centre = static_cast<float>(random.next_integer(0, 2) * 50);
    const Nhwc<float> x = random_nhwc({n, h, w, channels}, random, centre - 1.0f, centre + 1.0f);
    const std::vector<float> gamma = random.floats(channels), beta = random.floats(channels);
    std::vector<float> mean(gamma.size()), variance(gamma.size()), inverse(gamma.size());
    std::vector<float> scratch(static_cast<std::size_t>(batch_norm_scratch_size(n, extent)));
    const BlockedBuffer input(x);
    BlockedBuffer output(n, extent);
    BatchNormForward a;
    a.input = input.map(), a.output = output.map(), a.gamma = gamma.data(), a.beta = beta.data();
    a.mean = mean.data(), a.variance = variance.data(), a.inverse = inverse.data(), a.scratch = scratch.data();
    best_training_table().batch_norm.forward(provenn::serial_executor(), a);
    const Nhwc<float> y = output.nhwc();
    ++count.shapes;
    const std::string shape = describe("[%lld, %lld, %lld, %lld]", n, h, w, channels);
    const auto chain = static_cast<double>(std::min(n * h, batch_norm_chunk_rows(w)) * w);
    const double tree = std::ceil(std::log2(static_cast<double>(batch_norm_chunks(n, extent))));
    const double roundings = chain + tree + 1.0, pixels = static_cast<double>(n * h * w);
    const auto epsilon = static_cast<double>(a.epsilon);
    for (std::size_t c = 0; c < gamma.size(); ++c) {
        double sum = 0.0, size = 0.0, squares = 0.0;
        const auto at = [&](std::int64_t i) {
            return static_cast<double>(x.values[static_cast<std::size_t>(i * channels) + c]);
        };
        for (std::int64_t i = 0; i < n * h * w; ++i) sum += at(i), size += std::abs(at(i));
        const double exact_mean = sum / pixels, mean_bound = roundings * kUnit * size / pixels;
        for (std::int64_t i = 0; i < n * h * w; ++i) squares += (at(i) - exact_mean) * (at(i) - exact_mean);
        const double exact_variance = squares / pixels;
        // The mean's error enters squared; a deviation has a rounding, which its square doubles, besides the chain's.
        const double variance_bound =
            gamma_of(roundings + 3.0) * (exact_variance + mean_bound * mean_bound) + mean_bound * mean_bound;
        count.add(static_cast<double>(mean[c]), exact_mean, mean_bound, shape);
        count.add(static_cast<double>(variance[c]), exact_variance, variance_bound, shape);
        const double least = std::max(0.0, exact_variance - variance_bound) + epsilon;
        const double scale = static_cast<double>(gamma[c]) / std::sqrt(exact_variance + epsilon);
        const double most_scale = std::abs(static_cast<double>(gamma[c])) / std::sqrt(least) * (1.0 + kUnit);
        const double scale_bound = most_scale * (variance_bound / (2.0 * least) + kUnit);
        for (std::int64_t i = 0; i < n * h * w; ++i) {
            const double deviation = at(i) - exact_mean;
            const double deviation_bound = mean_bound * (1.0 + kUnit) + kUnit * std::abs(deviation);
            const auto found = static_cast<double>(y.values[static_cast<std::size_t>(i * channels) + c]);
            count.add(found, deviation * scale + static_cast<double>(beta[c]),
                      most_scale * deviation_bound + std::abs(deviation) * scale_bound + kUnit * std::abs(found),
                      shape);
        }
    }
}

/// Softmax, log-softmax and, by its definition over the sorted channels, sparsemax.
inline void check_softmax(CounterRandom& random, ErrorCount& count) {
    using namespace provenn::kernels;
    const auto kind = static_cast<Activation>(static_cast<int>(Activation::softmax) + random.next_integer(0, 2));
    const std::int64_t pixels = random.next_integer(1, 20), channels = draw_extent(random, 300);
    const float reach = random.next_integer(0, 1) == 0 ? 1.0f : 40.0f;
    const Nhwc<float> x = random_nhwc({1, 1, pixels, channels}, random, -reach, reach);
    const BlockedBuffer input(x);
    BlockedBuffer output(1, {1, pixels, channels});
    best_table().softmax.forward(provenn::serial_executor(), kind, input.map(), output.map());
    const Nhwc<float> y = output.nhwc();
    ++count.shapes;
    const std::string shape = std::string(to_string(kind)) + describe(" of %lld channels", channels);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        const auto first = x.values.begin() + pixel * channels;
        std::vector<double> sorted(first, first + channels);
        std::sort(sorted.rbegin(), sorted.rend());
        double sum = 0.0, above = 0.0, tau = 0.0, support = 0.0;
        for (const double value : sorted) {
            sum += std::exp(value - sorted[0]);
            above += value, support += 1.0;
            if (1.0 + support * value > above) tau = (above - 1.0) / support;
        }
        for (std::int64_t c = 0; c < channels; ++c) {
            const double below = static_cast<double>(first[c]) - sorted[0];
            const double exact = kind == Activation::softmax       ? std::exp(below) / sum
                                 : kind == Activation::log_softmax ? below - std::log(sum)
                                                                   : std::max(0.0, static_cast<double>(first[c]) - tau);
            const double bound = (static_cast<double>(channels) / 16.0 + 10.0) * kUnit;
            count.add(static_cast<double>(y.values[static_cast<std::size_t>(pixel * channels + c)]), exact,
                      bound * std::max({1.0, std::abs(exact), -below}), shape);
        }
    }
}

/// A kernel of the campaign and its part of a thousand shapes.
struct CampaignKernel {
    const char *name, *bound;
    int share;
    void (*check)(CounterRandom&, ErrorCount&);
};
inline constexpr CampaignKernel kCampaign[] = {
    {"convolution", "gamma_k sum \\|x\\|\\|w\\| + u \\|y\\|", 250, check_convolution<Products::plain>},
    {"convolution, groups", "the same", 100, check_convolution<Products::grouped>},
    {"depthwise convolution", "the same", 150, check_convolution<Products::depthwise>},
    {"dense layer", "the same", 60, check_dense},
    {"matrix product", "the same", 60, check_gemm},
    {"Winograd F(2x2, 3x3)", "1 gamma_k sum \\|x\\|\\|w\\| + u \\|y\\|", 80,
     check_winograd<provenn::kernels::WinogradTile::f2x2>},
    {"Winograd F(4x4, 3x3)", "6 gamma_k sum \\|x\\|\\|w\\| + u \\|y\\|", 80,
     check_winograd<provenn::kernels::WinogradTile::f4x4>},
    {"maximum pooling", "0", 40, check_pool<true>},
    {"average pooling", "(taps + 1) u mean \\|x\\|", 60, check_pool<false>},
    {"global average pooling", "(W + log2 H + 1) u mean \\|x\\|", 40, check_global_average},
    {"batch norm of a batch", "see kernels/batch_norm.hpp", 40, check_batch_norm},
    {"softmax, log-softmax, sparsemax", "(C/16 + 10) u max(1, \\|y\\|, \\|x - max x\\|)", 40, check_softmax},
};

}  // namespace support
