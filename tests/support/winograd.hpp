// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Winograd convolutions on public arrays: packing, halos and scratch as a caller must do them.
#pragma once

#include <limits>
#include <vector>

#include "support/convolution.hpp"

namespace support {

/// A 3 x 3 convolution of stride 1, padded by `pad` on all sides.
inline ConvolutionCase plain_3x3(const char* name, const Shape& input, std::int64_t filters, std::int64_t pad,
                                 EpilogueCase epilogue) {
    const Shape output{input[0], input[1] + 2 * pad - 2, input[2] + 2 * pad - 2, filters};
    return {name, input, output, {3, 3, 1, 1, 1, 1, pad, pad, 1}, epilogue, false};
}

/// The kernel of `table`; output and scratch start as NaN.
inline KernelResult run_winograd(const provenn::kernels::KernelTable& table, const provenn::Executor& executor,
                                 provenn::kernels::WinogradTile tile, const ConvolutionCase& c,
                                 const ConvolutionValues<float>& v) {
    using namespace provenn::kernels;
    const MapExtent in{c.input[1], c.input[2], c.input[3]}, out{c.output[1], c.output[2], c.output[3]};
    const BlockedBuffer input(v.x, input_halo(c.geometry, in, out)), addend(v.addend, Halo{0, 0, 1, 2});
    BlockedBuffer output(c.output[0], out, Halo{1, 0, 2, 1});
    const std::vector<float> bias = padded(v.bias), scale = padded(v.scale), shift = padded(v.shift);
    const auto size = [](std::int64_t count) { return static_cast<std::size_t>(count); };
    std::vector<float> panels(size(winograd_packed_size(tile, in.channels, out.channels)));
    std::vector<float> scratch(size(winograd_scratch_size(tile, c.output[0], in, out)),
                               std::numeric_limits<float>::quiet_NaN());
    pack_winograd_weights(tile, in.channels, out.channels,
                          {v.weights.values.data(), in.channels * out.channels, out.channels, 1, 0}, panels.data());
    WinogradConv2dArguments a;
    a.input = input.map(), a.output = output.map(), a.tile = tile, a.weights = panels.data();
    a.pad_top = c.geometry.pad_top, a.pad_left = c.geometry.pad_left;
    a.bias = c.epilogue.has_bias ? bias.data() : nullptr, a.scratch = scratch.data();
    if (c.epilogue.has_scale) a.epilogue.scale = scale.data(), a.epilogue.shift = shift.data();
    if (c.epilogue.has_addend) a.epilogue.addend = addend.map();
    a.epilogue.clamp = c.epilogue.clamp;
    table.winograd_conv2d.run(a, executor);
    return {output.nhwc(), output.ragged_lanes_are_zero() && output.halo_is_untouched()};
}

}  // namespace support
