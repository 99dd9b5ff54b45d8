// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resampling of images: the filters of Pillow, TensorFlow and Keras, reproduced in fixed arithmetic.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/fma.hpp"
#include "provenn/core/tensor.hpp"
#include "provenn/inference/image_view.hpp"
#include "provenn/model/input_contract.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace resample {

/// For each output position the run of source positions that it sums, with weights.
struct FilterTaps {
    std::int64_t taps_per_output = 0;
    Array<std::int64_t> first, count;  ///< for each output
    Array<double> weight;              ///< taps_per_output for each output, padded
};

/// Truncation towards zero of a small non-negative or slightly negative position.
inline std::int64_t truncated(double value) { return static_cast<std::int64_t>(value); }

inline double triangle(double x) {
    x = x < 0 ? -x : x;
    return x < 1.0 ? 1.0 - x : 0.0;
}

/// Keys' cubic with a = -0.5, in the order of operations of Pillow.
inline double cubic(double x) {
    constexpr double kA = -0.5;
    x = x < 0 ? -x : x;
    if (x < 1.0) {
        const double inner = mul_rounded(kA + 2.0, x) - (kA + 3.0);
        return mul_rounded(mul_rounded(inner, x), x) + 1.0;
    }
    if (x < 2.0) {
        const double square = mul_rounded(x - 5.0, x) + 8.0;
        return mul_rounded(mul_rounded(square, x) - 4.0, kA);
    }
    return 0.0;
}

/// Taps of a filter that is widened when shrinking, as Pillow's precompute_coeffs.
/// @source Pillow, src/libImaging/Resample.c (method; no code taken)
inline Result<FilterTaps> widened_taps(std::int64_t input, std::int64_t output, double (*filter)(double),
                                       double filter_support) {
    const double scale = static_cast<double>(input) / static_cast<double>(output);
    const double filter_scale = scale < 1.0 ? 1.0 : scale;
    const double support = mul_rounded(filter_support, filter_scale);
    FilterTaps taps;
    taps.taps_per_output = (truncated(support) + 1) * 2 + 1;
    PROVENN_TRY(taps.first.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.count.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.weight.resize(static_cast<std::size_t>(output * taps.taps_per_output)));
    for (std::int64_t i = 0; i < output; ++i) {
        const double center = mul_rounded(static_cast<double>(i) + 0.5, scale);
        std::int64_t first = truncated(center - support + 0.5);
        if (first < 0) first = 0;
        std::int64_t end = truncated(center + support + 0.5);
        if (end > input) end = input;
        double total = 0.0;
        double* weight = taps.weight.data() + i * taps.taps_per_output;
        for (std::int64_t t = 0; t < end - first; ++t) {
            const double distance = static_cast<double>(t + first) - center + 0.5;
            weight[t] = filter(mul_rounded(distance, 1.0 / filter_scale));
            total += weight[t];
        }
        for (std::int64_t t = 0; t < end - first && total != 0.0; ++t) weight[t] /= total;
        taps.first[static_cast<std::size_t>(i)] = first;
        taps.count[static_cast<std::size_t>(i)] = end - first;
    }
    return taps;
}

/// Taps of two-point interpolation at half-pixel centres without widening, as tf.image.resize and Keras' Resizing.
inline Result<FilterTaps> two_point_taps(std::int64_t input, std::int64_t output) {
    FilterTaps taps;
    taps.taps_per_output = 2;
    PROVENN_TRY(taps.first.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.count.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.weight.resize(static_cast<std::size_t>(output * 2)));
    const float scale = static_cast<float>(input) / static_cast<float>(output);
    for (std::int64_t i = 0; i < output; ++i) {
        // Two roundings, as TensorFlow's kernel has them: its lerp weights depend on it in the last bits.
        const float position = mul_rounded(static_cast<float>(i) + 0.5f, scale) - 0.5f;
        const float clamped = position < 0.0f ? 0.0f : position;
        const auto lower = static_cast<std::int64_t>(clamped);
        const auto at = static_cast<std::size_t>(i);
        const bool is_last = lower + 1 >= input;
        const double share = is_last ? 0.0 : static_cast<double>(clamped - static_cast<float>(lower));
        taps.first[at] = lower < input ? lower : input - 1;
        taps.count[at] = is_last ? 1 : 2;
        taps.weight[at * 2] = 1.0 - share;
        taps.weight[at * 2 + 1] = share;
    }
    return taps;
}

/// Taps of the mean over the source interval that an output pixel covers.
inline Result<FilterTaps> area_taps(std::int64_t input, std::int64_t output) {
    FilterTaps taps;
    taps.taps_per_output = input / output + 2;
    PROVENN_TRY(taps.first.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.count.resize(static_cast<std::size_t>(output)));
    PROVENN_TRY(taps.weight.resize(static_cast<std::size_t>(output * taps.taps_per_output)));
    for (std::int64_t i = 0; i < output; ++i) {
        // The interval [i * input, (i + 1) * input) in units of 1 / output pixels: exact in integers.
        const std::int64_t begin = i * input, end = (i + 1) * input;
        const std::int64_t first = begin / output, last = (end - 1) / output;
        const auto at = static_cast<std::size_t>(i);
        taps.first[at] = first;
        taps.count[at] = last - first + 1;
        for (std::int64_t t = first; t <= last; ++t) {
            const std::int64_t from = t * output > begin ? t * output : begin;
            const std::int64_t to = (t + 1) * output < end ? (t + 1) * output : end;
            taps.weight[at * static_cast<std::size_t>(taps.taps_per_output) + static_cast<std::size_t>(t - first)] =
                static_cast<double>(to - from) / static_cast<double>(input);
        }
    }
    return taps;
}

/// Weighted sum in double, rounded once to float.
struct FloatSum {
    static float sum(const float* source, std::int64_t step, const double* weight, std::int64_t count) {
        double total = 0.0;
        for (std::int64_t t = 0; t < count; ++t) total = fma(static_cast<double>(source[t * step]), weight[t], total);
        return static_cast<float>(total);
    }
};

/// Weights in units of 2^-22, rounded half away from zero: those of Pillow for 8-bit images. Whole numbers in double.
inline constexpr int kFixedPointBits = 22;
inline void round_to_fixed_point(FilterTaps& taps) {
    for (double& weight : taps.weight) {
        const double scaled = mul_rounded(weight, static_cast<double>(1 << kFixedPointBits));
        weight = static_cast<double>(static_cast<std::int64_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5));
    }
}

/// Weighted sum of 8-bit pixels with fixed-point weights, clipped to a byte: what Pillow computes for 8-bit images.
struct FixedPointSum {
    static float sum(const float* source, std::int64_t step, const double* weight, std::int64_t count) {
        std::int64_t total = std::int64_t{1} << (kFixedPointBits - 1);
        for (std::int64_t t = 0; t < count; ++t) {
            total += static_cast<std::int64_t>(weight[t]) * static_cast<std::int64_t>(source[t * step]);
        }
        total = total < 0 ? 0 : total >> kFixedPointBits;
        return static_cast<float>(total > 255 ? 255 : total);
    }
};

/// Applies taps along one axis of [H, W, C]; `axis` 0 is height, 1 is width.
template <class Sum>
Result<Tensor<float>> apply(const Tensor<float>& image, int axis, const FilterTaps& taps) {
    Shape shape = image.shape();
    const auto outputs = static_cast<std::int64_t>(taps.first.size());
    shape.set(axis, outputs);
    PROVENN_ASSIGN(auto result, Tensor<float>::zeros(shape));
    const std::int64_t channels = image.shape()[2];
    const std::int64_t inner = axis == 0 ? image.shape()[1] * channels : channels;  // elements between two taps
    const std::int64_t outer = axis == 0 ? 1 : image.shape()[0];
    for (std::int64_t o = 0; o < outer; ++o) {
        const float* source = image.data() + o * image.shape()[axis] * inner;
        float* target = result.data() + o * outputs * inner;
        for (std::int64_t i = 0; i < outputs; ++i) {
            const auto at = static_cast<std::size_t>(i);
            for (std::int64_t k = 0; k < inner; ++k) {
                target[i * inner + k] = Sum::sum(source + taps.first[at] * inner + k, inner,
                                                 taps.weight.data() + i * taps.taps_per_output, taps.count[at]);
            }
        }
    }
    return result;
}

/// Width first, then height, skipping an axis whose size stays, as Pillow does (up to release 12).
template <class Sum>
Result<Tensor<float>> separable(Tensor<float> image, const FilterTaps& rows, const FilterTaps& columns,
                                bool resize_rows, bool resize_columns) {
    if (resize_columns) {
        PROVENN_ASSIGN(image, apply<Sum>(image, 1, columns));
    }
    if (resize_rows) {
        PROVENN_ASSIGN(image, apply<Sum>(image, 0, rows));
    }
    return image;
}

/// Source position of each output under nearest-neighbour. Pillow adds the scale up step by step, and so its positions
/// drift from i * scale; TensorFlow multiplies in float.
inline Result<Array<std::int64_t>> nearest_sources(std::int64_t input, std::int64_t output, bool as_pillow) {
    PROVENN_ASSIGN(auto sources, Array<std::int64_t>::make(static_cast<std::size_t>(output)));
    const double step = static_cast<double>(input) / static_cast<double>(output);
    const float scale = static_cast<float>(input) / static_cast<float>(output);
    double drifting = mul_rounded(step, 0.5);
    for (std::int64_t i = 0; i < output; ++i) {
        const double position =
            as_pillow ? drifting : static_cast<double>(mul_rounded(static_cast<float>(i) + 0.5f, scale));
        const std::int64_t source = truncated(position);
        sources[static_cast<std::size_t>(i)] = source < input ? source : input - 1;
        drifting += step;
    }
    return sources;
}

inline Result<Tensor<float>> nearest(const ImageView& image, std::int64_t height, std::int64_t width, bool as_pillow) {
    PROVENN_ASSIGN(const auto rows, nearest_sources(image.height(), height, as_pillow));
    PROVENN_ASSIGN(const auto columns, nearest_sources(image.width(), width, as_pillow));
    PROVENN_ASSIGN(auto result, Tensor<float>::zeros({height, width, image.channels()}));
    float* target = result.data();
    for (const std::int64_t row : rows) {
        for (const std::int64_t column : columns) {
            for (std::int64_t c = 0; c < image.channels(); ++c) *target++ = image.at(row, column, c);
        }
    }
    return result;
}

/// All pixels as float.
inline Result<Tensor<float>> as_float(const ImageView& image) {
    PROVENN_ASSIGN(auto result, Tensor<float>::zeros({image.height(), image.width(), image.channels()}));
    float* target = result.data();
    for (std::int64_t row = 0; row < image.height(); ++row) {
        for (std::int64_t column = 0; column < image.width(); ++column) {
            for (std::int64_t c = 0; c < image.channels(); ++c) *target++ = image.at(row, column, c);
        }
    }
    return result;
}

inline Result<FilterTaps> taps_for(ResizeMethod method, std::int64_t input, std::int64_t output) {
    switch (method) {
        case ResizeMethod::pil_bilinear: return widened_taps(input, output, triangle, 1.0);
        case ResizeMethod::pil_bicubic: return widened_taps(input, output, cubic, 2.0);
        case ResizeMethod::area: return area_taps(input, output);
        default: return two_point_taps(input, output);
    }
}

}  // namespace resample

/// The image at `height` x `width` pixels, as float [height, width, C] in the source's units.
/// @param method ResizeMethod::none requires that the size is already right.
/// @requires height and width are positive.
/// @errors input_refused for an image without pixels or a size that `none` does not accept, limit_exceeded,
///   out_of_memory.
/// @numerics pil_* on 8-bit images: the bytes of Pillow up to 12 (from 13 on it resizes rows first where that is
///   cheaper and rounds otherwise; alpha is a channel like the others, where Pillow premultiplies). nearest:
///   TensorFlow's pixels. bilinear: within 1.3e-4 of TensorFlow's for 8-bit pixels. area: within 2e-3.
/// @source Pillow, src/libImaging/{Resample,Geometry}.c; TensorFlow, core/kernels/image (methods; no code taken)
/// @req REQ-PREP-001
[[nodiscard]] inline Result<Tensor<float>> resize_image(const ImageView& image, std::int64_t height, std::int64_t width,
                                                        ResizeMethod method) {
    PROVENN_REQUIRE(height > 0 && width > 0);
    if (image.height() < 1 || image.width() < 1) return make_error(ErrorCode::input_refused, "the image has no pixels");
    const bool same_rows = image.height() == height, same_columns = image.width() == width;
    if (method == ResizeMethod::none && !(same_rows && same_columns)) {
        return make_error(ErrorCode::input_refused, "expected ", height, " x ", width, " pixels, found ",
                          image.height(), " x ", image.width(), " and no resize method");
    }
    if (same_rows && same_columns) return resample::as_float(image);
    if (method == ResizeMethod::nearest || method == ResizeMethod::pil_nearest) {
        return resample::nearest(image, height, width, method == ResizeMethod::pil_nearest);
    }
    PROVENN_ASSIGN(auto source, resample::as_float(image));
    PROVENN_ASSIGN(auto rows, resample::taps_for(method, image.height(), height));
    PROVENN_ASSIGN(auto columns, resample::taps_for(method, image.width(), width));
    const bool is_pillow = method == ResizeMethod::pil_bilinear || method == ResizeMethod::pil_bicubic;
    if (is_pillow && image.type() == DataType::u8) {
        resample::round_to_fixed_point(rows);
        resample::round_to_fixed_point(columns);
        return resample::separable<resample::FixedPointSum>(std::move(source), rows, columns, !same_rows,
                                                            !same_columns);
    }
    return resample::separable<resample::FloatSum>(std::move(source), rows, columns, !same_rows, !same_columns);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
