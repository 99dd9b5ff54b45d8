// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What kernels are told of a layer: extents of a sample as maps, and where windows lie.
#pragma once

#include "provenn/kernels/conv2d.hpp"
#include "provenn/layers/layer.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Extents of one sample as kernels see them.
[[nodiscard]] inline kernels::MapExtent map_extent(const Shape& sample) {
    const layers::Spatial spatial = layers::spatial_of(sample);
    return {spatial.height, spatial.width, spatial.channels};
}

/// The kernels' description of a layer's window over one sample.
template <class WindowedLayer>
[[nodiscard]] Result<kernels::Conv2dGeometry> geometry_of(const WindowedLayer& layer, const Shape& sample) {
    PROVENN_ASSIGN(const layers::Window2 window, layer.window(sample));
    kernels::Conv2dGeometry geometry;
    geometry.kernel_h = layer.kernel.height;
    geometry.kernel_w = layer.kernel.width;
    geometry.stride_h = layer.stride.height;
    geometry.stride_w = layer.stride.width;
    geometry.dilation_h = layer.dilation.height;
    geometry.dilation_w = layer.dilation.width;
    geometry.pad_top = window.rows.pad_before;
    geometry.pad_left = window.columns.pad_before;
    return geometry;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
