// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Transposed convolution with bias and epilogue: the kernel against the reference bit for bit, the reference against
// the definition. As a data gradient it is tested in conv2d_backward_test.cpp.
#include "provenn/kernels/conv2d_transpose.hpp"

#include <cmath>
#include <limits>

#include "provenn/kernels/reference/conv2d_transpose.hpp"
#include "provenn/kernels/reference/epilogue.hpp"
#include "support/blocked.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace provenn::kernels;
using support::BlockedBuffer;
using support::Nhwc;

namespace {

struct TransposeCase {
    Shape input, output;
    Conv2dGeometry geometry;  // from the output's map to the input's
    [[nodiscard]] Shape weights() const {
        return {geometry.kernel_h, geometry.kernel_w, output[3] / geometry.groups, input[3]};
    }
};
MapExtent extent_of(const Shape& shape) { return {shape[1], shape[2], shape[3]}; }

// {kernel, stride, dilation, pad top and left, groups}, heights before widths.
const TransposeCase kCases[] = {
    {{2, 4, 5, 18}, {2, 8, 10, 20}, {2, 2, 2, 2, 1, 1, 0, 0, 1}},    // U-Net's: kernel as wide as the stride
    {{1, 5, 4, 33}, {1, 10, 12, 17}, {3, 4, 2, 3, 1, 1, 0, 0, 1}},   // same, strides differ
    {{2, 3, 4, 5}, {2, 9, 13, 7}, {1, 2, 3, 4, 1, 1, 0, 0, 1}},      // pixels that no tap meets
    {{1, 6, 5, 16}, {1, 10, 11, 3}, {3, 3, 1, 1, 2, 3, 0, 0, 1}},    // dilated, valid
    {{1, 4, 4, 12}, {1, 12, 12, 40}, {5, 5, 3, 3, 1, 1, 1, 1, 1}},   // more taps than stride
    {{2, 3, 3, 32}, {2, 6, 6, 64}, {3, 3, 2, 2, 1, 1, 0, 0, 2}},     // groups that fill blocks
    {{1, 3, 3, 6}, {1, 5, 5, 9}, {3, 3, 2, 2, 1, 1, 1, 1, 3}},       // groups that do not
};

struct Values {
    Nhwc<float> x, w, bias, scale, shift, addend;
};
Values values_of(const TransposeCase& c, support::CounterRandom& random) {
    const Shape channels{c.output[3]};
    return {support::random_nhwc(c.input, random),  support::random_nhwc(c.weights(), random),
            support::random_nhwc(channels, random), support::random_nhwc(channels, random),
            support::random_nhwc(channels, random), support::random_nhwc(c.output, random)};
}

std::vector<float> lanes(const Nhwc<float>& values, std::int64_t channels) {
    std::vector<float> padded(static_cast<std::size_t>(channel_blocks(channels) * kChannelBlock));
    pad_lanes(values.values.data(), channels, padded.data());
    return padded;
}

Nhwc<float> by_kernel(const KernelTable& table, const Executor& executor, const TransposeCase& c, const Values& v) {
    const BlockedBuffer x(v.x, gradient_halo(c.geometry, extent_of(c.output), extent_of(c.input))), addend(v.addend);
    BlockedBuffer y(c.output[0], extent_of(c.output), Halo{1, 0, 2, 1});
    const std::int64_t channels = c.output[3];
    const PanelShape panels = transpose_panel_shape(c.geometry, channels, c.input[3]);
    std::vector<float> packed(static_cast<std::size_t>(packed_size(panels)));
    pack_transpose_weights(panels, v.w.values.data(), packed.data());
    std::vector<Conv2dTap> taps(static_cast<std::size_t>(c.geometry.taps()));
    transpose_taps(c.geometry, {taps.data(), taps.size()});
    const std::vector<float> bias = lanes(v.bias, channels), scale = lanes(v.scale, channels);
    const std::vector<float> shift = lanes(v.shift, channels);
    Conv2dTransposeArguments arguments;
    arguments.input = x.map();
    arguments.output = y.map();
    arguments.geometry = c.geometry;
    arguments.weights = packed.data();
    arguments.bias = bias.data();
    arguments.taps = {taps.data(), taps.size()};
    arguments.epilogue.scale = scale.data();
    arguments.epilogue.shift = shift.data();
    arguments.epilogue.addend = addend.map();
    arguments.epilogue.clamp = Clamp::relu;
    table.conv2d_transpose.run(arguments, executor);
    CHECK(y.ragged_lanes_are_zero());
    CHECK(y.halo_is_untouched());
    return y.nhwc();
}

Nhwc<float> by_reference(const TransposeCase& c, const Values& v) {
    Nhwc<float> y(c.output);
    reference::conv2d_transpose<float>(c.geometry, v.x.view(), v.w.view(), v.bias.view(), y.view());
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        const std::size_t k = i % static_cast<std::size_t>(c.output[3]);
        const float sum = provenn::fma(y.values[i], v.scale.values[k], v.shift.values[k]) + v.addend.values[i];
        y.values[i] = sum < 0.0f ? 0.0f : sum;
    }
    return y;
}

}  // namespace

TEST_CASE("transposed convolution gives the reference's bits on every instruction set and thread count",
          "[kernels][conv2d_transpose][REQ-KERN-360]") {
    support::CounterRandom random(360);
    for (const TransposeCase& c : kCases) {
        const Values v = values_of(c, random);
        const Nhwc<float> expected = by_reference(c, v);
        for (const auto* table : support::all_tables()) {
            for (const int threads : {1, 2, 7}) {
                CAPTURE(to_string(table->isa), c.input[1], c.input[3], c.output[3], threads);
                support::ThreadedExecutor pool(threads);
                CHECK(support::same_bits(by_kernel(*table, pool.executor(), c, v), expected));
            }
        }
    }
}

TEST_CASE("the transposed reference scatters each input over its window, and stays within the error bound",
          "[kernels][conv2d_transpose][REQ-KERN-361]") {
    support::CounterRandom random(361);
    for (const TransposeCase& c : kCases) {
        const Values v = values_of(c, random);
        const Conv2dGeometry& at = c.geometry;
        const std::int64_t channels = c.output[3] / at.groups, filters = c.input[3] / at.groups;
        // The definition the other way round: each input adds itself, weighted, to the outputs of its window.
        Nhwc<double> exact(c.output), size(c.output), found(c.output);
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            exact.values[i] = static_cast<double>(v.bias.values[i % static_cast<std::size_t>(c.output[3])]);
            size.values[i] = std::fabs(exact.values[i]);
        }
        for (std::int64_t n = 0; n < c.input[0]; ++n)
            for (std::int64_t p = 0; p < c.input[1]; ++p)
                for (std::int64_t q = 0; q < c.input[2]; ++q)
                    for (std::int64_t r = 0; r < at.kernel_h; ++r)
                        for (std::int64_t s = 0; s < at.kernel_w; ++s) {
                            const std::int64_t h = p * at.stride_h + r * at.dilation_h - at.pad_top;
                            const std::int64_t w = q * at.stride_w + s * at.dilation_w - at.pad_left;
                            if (h < 0 || h >= c.output[1] || w < 0 || w >= c.output[2]) continue;
                            for (std::int64_t k = 0; k < c.input[3]; ++k)
                                for (std::int64_t i = 0; i < channels; ++i) {
                                    const double term = static_cast<double>(v.x.view()(n, p, q, k)) *
                                                        static_cast<double>(v.w.view()(r, s, i, k));
                                    exact.view()(n, h, w, k / filters * channels + i) += term;
                                    size.view()(n, h, w, k / filters * channels + i) += std::fabs(term);
                                }
                        }
        reference::conv2d_transpose<double>(at, v.x.as<double>().view(), v.w.as<double>().view(),
                                            v.bias.as<double>().view(), found.view());
        Nhwc<float> single(c.output);
        reference::conv2d_transpose<float>(at, v.x.view(), v.w.view(), v.bias.view(), single.view());
        // The chain's terms and the bias, each rounded once: (n + 1) * 2^-24, and 1/1000 for the higher powers.
        const double unit = static_cast<double>(at.taps() * filters + 1) * std::ldexp(1.001, -24);
        for (std::size_t i = 0; i < exact.values.size(); ++i) {
            REQUIRE(std::fabs(found.values[i] - exact.values[i]) <= 1e-12);
            REQUIRE(std::fabs(static_cast<double>(single.values[i]) - exact.values[i]) <= unit * size.values[i]);
        }
    }
}

TEST_CASE("a transposed convolution passes NaN and infinity on to the windows they meet, and no further",
          "[kernels][conv2d_transpose][REQ-KERN-361]") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
    const TransposeCase c{{1, 3, 3, 17}, {1, 6, 6, 18}, {2, 2, 2, 2, 1, 1, 0, 0, 1}};
    support::CounterRandom random(1);
    Values v = values_of(c, random);
    for (float& value : v.w.values) value = 1.0f;
    for (float& value : v.x.values) value = 1.0f;
    for (float& value : v.scale.values) value = 1.0f;
    v.x.view()(0, 1, 1, 16) = nan;
    v.x.view()(0, 2, 2, 0) = infinity;
    for (const auto* table : support::all_tables()) {
        const Nhwc<float> y = by_kernel(*table, serial_executor(), c, v);
        for (std::int64_t h = 0; h < 6; ++h) {
            for (std::int64_t w = 0; w < 6; ++w) {
                CAPTURE(h, w);
                const float value = y.view()(0, h, w, 17);
                CHECK(std::isnan(value) == (h / 2 == 1 && w / 2 == 1));
                CHECK((value == infinity) == (h / 2 == 2 && w / 2 == 2));
            }
        }
    }
}
