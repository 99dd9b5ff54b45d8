// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Convolutions on public arrays, by kernel or by reference: packing, halos and taps as a caller must do them.
#pragma once

#include <cstdint>
#include <vector>

#include "provenn/kernels/reference/conv2d.hpp"
#include "provenn/kernels/reference/depthwise_conv2d.hpp"
#include "provenn/kernels/reference/epilogue.hpp"
#include "support/blocked.hpp"

namespace support {

using provenn::Shape;
using provenn::View;
using provenn::kernels::Clamp;
using provenn::kernels::Conv2dGeometry;

/// Which parts of an epilogue are present; their values come from the case's seed.
struct EpilogueCase {
    bool has_bias = true, has_scale = false, has_addend = false;
    Clamp clamp = Clamp::none;
};

/// One convolution: weights [R, S, C/G, K], or [R, S, C, M] when `depthwise`.
struct ConvolutionCase {
    const char* name = "";
    Shape input, output;
    Conv2dGeometry geometry;
    EpilogueCase epilogue;
    bool depthwise = false;
};

/// The values of a case as public arrays of T.
template <class T>
struct ConvolutionValues {
    Nhwc<T> x, weights, bias, scale, shift, addend;
};

inline ConvolutionValues<float> make_values(const ConvolutionCase& c, std::uint64_t seed) {
    CounterRandom random(seed);
    const Conv2dGeometry& at = c.geometry;
    const Shape weights = c.depthwise ? Shape{at.kernel_h, at.kernel_w, c.input[3], c.output[3] / c.input[3]}
                                      : Shape{at.kernel_h, at.kernel_w, c.input[3] / at.groups, c.output[3]};
    const Shape filters{c.output[3]};
    return {random_nhwc(c.input, random),          random_nhwc(weights, random), random_nhwc(filters, random),
            random_nhwc(filters, random, 0.5f, 2), random_nhwc(filters, random), random_nhwc(c.output, random)};
}

/// The reference, product and epilogue one after the other.
template <class T>
Nhwc<T> reference_convolution(const ConvolutionCase& c, const ConvolutionValues<T>& v) {
    namespace reference = provenn::kernels::reference;
    Nhwc<T> y(c.output);
    const View<const T> none;
    const View<const T> bias = c.epilogue.has_bias ? v.bias.view() : none;
    if (c.depthwise) {
        reference::depthwise_conv2d<T>(c.geometry, v.x.view(), v.weights.view(), bias, y.view());
    } else {
        reference::conv2d<T>(c.geometry, v.x.view(), v.weights.view(), bias, y.view());
    }
    reference::epilogue<T>(c.epilogue.has_scale ? v.scale.view() : none, c.epilogue.has_scale ? v.shift.view() : none,
                           c.epilogue.has_addend ? v.addend.view() : none, c.epilogue.clamp, T(0), T(6), y.view());
    return y;
}

inline std::vector<float> padded(const Nhwc<float>& values) {
    const std::int64_t count = values.shape[0];
    std::vector<float> lanes(static_cast<std::size_t>(provenn::kernels::channel_blocks(count) * 16));
    provenn::kernels::pad_lanes(values.values.data(), count, lanes.data());
    return lanes;
}

/// What a kernel made of a case, and whether it kept to the interior and left +0 in the ragged lanes.
struct KernelResult {
    Nhwc<float> y;
    bool is_clean = false;
};

enum class InputLayout { blocked, dense };

/// The kernel of `table`. Input and addend have halos of their own; the output starts as NaN, its halo must stay so.
inline KernelResult run_convolution(const provenn::kernels::KernelTable& table, const provenn::Executor& executor,
                                    const ConvolutionCase& c, const ConvolutionValues<float>& v,
                                    InputLayout input_layout = InputLayout::blocked) {
    using namespace provenn::kernels;
    const MapExtent in{c.input[1], c.input[2], c.input[3]}, out{c.output[1], c.output[2], c.output[3]};
    Halo halo = input_halo(c.geometry, in, out);
    ++halo.bottom;
    const BlockedBuffer addend(v.addend, Halo{0, 0, 1, 2});
    BlockedBuffer input(c.input[0], in, halo, input_layout == InputLayout::dense ? in.channels : kChannelBlock);
    table.layout.to_blocked(executor, v.x.view(), input.map());
    clear_halo(input.layout(), input.map());
    BlockedBuffer output(c.output[0], out, Halo{1, 0, 2, 1});
    const std::vector<float> bias = padded(v.bias), scale = padded(v.scale), shift = padded(v.shift);
    Epilogue epilogue;
    if (c.epilogue.has_scale) epilogue.scale = scale.data(), epilogue.shift = shift.data();
    if (c.epilogue.has_addend) epilogue.addend = addend.map();
    epilogue.clamp = c.epilogue.clamp;
    const float* start = c.epilogue.has_bias ? bias.data() : nullptr;
    if (c.depthwise) {
        std::vector<float> packed(static_cast<std::size_t>(depthwise_packed_size(c.geometry, out.channels)));
        pack_depthwise_weights(c.geometry, out.channels, v.weights.values.data(), packed.data());
        DepthwiseConv2dArguments a;
        a.input = input.map(), a.output = output.map(), a.geometry = c.geometry;
        a.multiplier = out.channels / in.channels, a.weights = packed.data(), a.bias = start, a.epilogue = epilogue;
        table.depthwise_conv2d.run(a, executor);
    } else {
        Conv2dArguments a;
        a.panels = panel_shape(c.geometry, in.channels, out.channels);
        std::vector<float> packed(static_cast<std::size_t>(packed_size(a.panels)));
        std::vector<Conv2dTap> taps(static_cast<std::size_t>(c.geometry.taps()));
        pack_weights(a.panels, v.weights.values.data(), packed.data());
        forward_taps(c.geometry, {taps.data(), taps.size()});
        a.input = input.map(), a.output = output.map(), a.weights = packed.data(), a.bias = start;
        a.taps = {taps.data(), taps.size()}, a.positions = forward_positions(c.geometry, out), a.epilogue = epilogue;
        table.conv2d.run(a, executor);
    }
    return {output.nhwc(), output.ragged_lanes_are_zero() && output.halo_is_untouched()};
}

/// Whether every value lies within gamma_k * (|bias| + sum |x||w|) of the reference in double, k the chain's length.
inline bool within_error_bound(const ConvolutionCase& c, const ConvolutionValues<float>& v, const Nhwc<float>& y) {
    const auto magnitude = [](const Nhwc<float>& a) {
        Nhwc<double> wide = a.as<double>();
        for (double& value : wide.values) value = value < 0 ? -value : value;
        return wide;
    };
    ConvolutionValues<double> exact, absolute;
    exact.x = v.x.as<double>(), exact.weights = v.weights.as<double>(), exact.bias = v.bias.as<double>();
    absolute.x = magnitude(v.x), absolute.weights = magnitude(v.weights), absolute.bias = magnitude(v.bias);
    const Nhwc<double> center = reference_convolution(c, exact), size = reference_convolution(c, absolute);
    const auto terms = static_cast<double>(c.geometry.taps() * (c.depthwise ? 1 : v.weights.shape[2]));
    const double g = terms * 0x1p-24;
    for (std::size_t i = 0; i < y.values.size(); ++i) {
        const double error = static_cast<double>(y.values[i]) - center.values[i];
        if (!((error < 0 ? -error : error) <= g / (1 - g) * size.values[i])) return false;
    }
    return true;
}

}  // namespace support
