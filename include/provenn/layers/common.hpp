// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What all layers share: extents, padding, and the description of a parameter.
#pragma once

#include <cstdint>

#include "provenn/core/array.hpp"
#include "provenn/core/shape.hpp"
#include "provenn/kernels/activation_kind.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

using kernels::Activation;
using kernels::ActivationConfig;

/// A pair of sizes along height and width, in elements.
struct Extent2 {
    std::int64_t height = 1, width = 1;
    friend bool operator==(const Extent2& a, const Extent2& b) { return a.height == b.height && a.width == b.width; }
};

/// Amounts of padding or cropping on the four sides, in elements.
struct Border2 {
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;
    friend bool operator==(const Border2& a, const Border2& b) {
        return a.top == b.top && a.bottom == b.bottom && a.left == b.left && a.right == b.right;
    }
};

/// How a window meets the edge. `same` is Keras': ceil(in / stride) outputs, the odd element of padding below and
/// right. `causal`, for windows of one row, has all of it on the left: no output sees what comes after it.
enum class Padding : std::uint8_t { valid = 0, same = 1, causal = 2 };

/// What a parameter is for: decides initialisation, weight decay, and whether an optimizer may touch it.
enum class ParameterRole : std::uint8_t { kernel = 0, bias = 1, scale = 2, shift = 3, statistic = 4 };

/// Keras' initialisers that the layers use by default.
enum class Initializer : std::uint8_t { zeros = 0, ones = 1, glorot_uniform = 2, he_normal = 3, quarter = 4 };

/// A parameter that a layer needs.
struct ParameterSpec {
    const char* name = "";  ///< as Keras names it: kernel, bias, gamma ...
    Shape shape;
    ParameterRole role = ParameterRole::kernel;
    Initializer initializer = Initializer::zeros;
    std::int64_t fan_in = 1, fan_out = 1;  ///< connections into and out of one unit, for the initialiser
};

/// At most six parameters, in Keras' order.
class ParameterSpecs {
  public:
    void add(const ParameterSpec& spec) {
        PROVENN_REQUIRE(count_ < kCapacity);
        specs_[count_++] = spec;
    }
    [[nodiscard]] Span<const ParameterSpec> span() const { return {specs_, count_}; }

  private:
    static constexpr std::size_t kCapacity = 6;
    ParameterSpec specs_[kCapacity];
    std::size_t count_ = 0;
};

/// Height, width and channels of one sample: [H, W, C], or [L, C] as 1 x L, or [C] as 1 x 1.
struct Spatial {
    std::int64_t height = 1, width = 1, channels = 1;
};
[[nodiscard]] inline Spatial spatial_of(const Shape& sample) {
    Spatial spatial;
    const int rank = sample.rank();
    if (rank >= 1) spatial.channels = sample[rank - 1];
    if (rank >= 2) spatial.width = sample[rank - 2];
    if (rank >= 3) spatial.height = sample[rank - 3];
    return spatial;
}

/// Exactly one input of the given rank without its batch axis, all extents positive.
/// @errors shape_mismatch.
[[nodiscard]] inline Status expect_one_input(Span<const Shape> inputs, int rank) {
    if (inputs.size() != 1) {
        return make_error(ErrorCode::shape_mismatch, "expected 1 input, found ", inputs.size());
    }
    const Shape& shape = inputs[0];
    if (rank > 0 && shape.rank() != rank) {
        return make_error(ErrorCode::shape_mismatch, "expected an input of rank ", rank, " (without the batch), found ",
                          shape);
    }
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (shape[axis] < 1) {
            return make_error(ErrorCode::shape_mismatch, "expected extents of at least 1, found ", shape);
        }
    }
    return {};
}

/// One input of rank 1 to 3, as normalisations take it, and their epsilon. @errors shape_mismatch, invalid_argument.
[[nodiscard]] inline Status expect_normalisable(Span<const Shape> inputs, float epsilon) {
    PROVENN_TRY(expect_one_input(inputs, 0));
    if (inputs[0].rank() < 1 || inputs[0].rank() > 3) {
        return make_error(ErrorCode::shape_mismatch, "expected an input of rank 1 to 3, found ", inputs[0]);
    }
    if (!(epsilon >= 0.0f)) return make_error(ErrorCode::invalid_argument, "epsilon must not be negative");
    return {};
}
/// gamma and beta of a normalisation, each [C].
[[nodiscard]] inline ParameterSpecs scale_and_shift(std::int64_t channels, bool scale, bool center) {
    ParameterSpecs specs;
    if (scale) specs.add({"gamma", {channels}, ParameterRole::scale, Initializer::ones});
    if (center) specs.add({"beta", {channels}, ParameterRole::shift, Initializer::zeros});
    return specs;
}

/// A number the caller chose lies in [least, most]. @errors invalid_argument.
[[nodiscard]] inline Status expect_between(const char* what, std::int64_t value, std::int64_t least,
                                           std::int64_t most) {
    if (value < least || value > most) {
        return make_error(ErrorCode::invalid_argument, what, ": expected ", least, " to ", most, ", found ", value);
    }
    return {};
}
/// As above, with the upper limit that every size has.
[[nodiscard]] inline Status expect_at_least(const char* what, std::int64_t value, std::int64_t least) {
    return expect_between(what, value, least, std::int64_t{1} << 31);
}

/// Output extent and leading padding of a window along one axis.
struct WindowAxis {
    std::int64_t output = 0, pad_before = 0, pad_after = 0;
};

/// `size` is the undilated window. `output` is 0 or less where the window does not fit.
[[nodiscard]] inline WindowAxis window_axis(std::int64_t input, std::int64_t size, std::int64_t stride,
                                            std::int64_t dilation, Padding padding) {
    const std::int64_t reach = (size - 1) * dilation + 1;
    WindowAxis axis;
    if (padding == Padding::valid) {
        axis.output = input < reach ? 0 : (input - reach) / stride + 1;
        return axis;
    }
    axis.output = (input + stride - 1) / stride;
    if (padding == Padding::causal) {
        axis.pad_before = reach - 1;
        return axis;
    }
    const std::int64_t needed = (axis.output - 1) * stride + reach - input;
    const std::int64_t total = needed > 0 ? needed : 0;
    axis.pad_before = total / 2;
    axis.pad_after = total - axis.pad_before;
    return axis;
}

/// Upper limits of windows: far above any network's, low enough that no product of extents overflows.
inline constexpr std::int64_t kMostWindow = 4096, kMostStep = 65536;

/// @errors invalid_argument.
[[nodiscard]] inline Status expect_window(Extent2 size, Extent2 stride, Extent2 dilation) {
    for (const std::int64_t extent : {size.height, size.width}) {
        PROVENN_TRY(expect_between("window", extent, 1, kMostWindow));
    }
    for (const std::int64_t step : {stride.height, stride.width, dilation.height, dilation.width}) {
        PROVENN_TRY(expect_between("stride and dilation", step, 1, kMostStep));
    }
    return {};
}

/// Output extents of a window over [H, W, C], with the leading padding.
struct Window2 {
    WindowAxis rows, columns;
};
/// @errors shape_mismatch where the window is larger than the input, invalid_argument.
[[nodiscard]] inline Result<Window2> window2(const Shape& sample, Extent2 size, Extent2 stride, Extent2 dilation,
                                             Padding padding) {
    PROVENN_TRY(expect_window(size, stride, dilation));
    if (padding == Padding::causal && size.height != 1) {
        return make_error(ErrorCode::invalid_argument, "causal padding: expected a window of one row, found ",
                          size.height);
    }
    const Spatial in = spatial_of(sample);
    Window2 window;
    window.rows = window_axis(in.height, size.height, stride.height, dilation.height, padding);
    window.columns = window_axis(in.width, size.width, stride.width, dilation.width, padding);
    if (window.rows.output < 1 || window.columns.output < 1) {
        return make_error(ErrorCode::shape_mismatch, "a window of ", Shape{size.height, size.width}, " with dilation ",
                          Shape{dilation.height, dilation.width}, " does not fit into ", sample);
    }
    return window;
}

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
