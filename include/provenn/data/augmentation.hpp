// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Augmentation: random flips, turns, shifts, zooms, brightness, contrast and noise, the same bytes by seed.
//
// It works on the image after crop and resize and before the input contract's scaling: on pixels in the source's units,
// whose range the contract states. Results are clipped to that range, so the network is never trained on an image that
// its own contract would refuse. Each step draws from a stream of its own, keyed by (seed, step, epoch, sample): adding
// a step changes no other, and neither threads nor batches nor the order of reading change anything.
#pragma once

#include <cstdint>
#include <utility>

#include "provenn/core/fma.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/core/tensor.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What stands outside the image where a geometric step looks there.
enum class BorderMode : std::uint8_t {
    reflect = 0,  ///< d c b a | a b c d | d c b a
    nearest = 1,  ///< a a a a | a b c d | d d d d
    constant = 2, ///< border_value
};

/// Each amount is the half width of a uniform distribution around "no change"; 0 switches the step off.
struct AugmentationConfig {
    bool flip_horizontal = false;  ///< left and right exchanged with probability 1/2
    bool flip_vertical = false;
    double rotation_rad = 0;   ///< turned by [-r, r] about the centre
    double shift_height = 0;   ///< moved by [-s, s] times the height
    double shift_width = 0;
    double zoom = 0;           ///< enlarged by a factor in [1 - z, 1 + z]; z < 1
    double brightness = 0;     ///< [-b, b] times the range of values added
    double contrast = 0;       ///< distance from the image's mean times a factor in [1 - c, 1 + c]; c <= 1
    double noise = 0;          ///< standard deviation of normal noise, as a share of the range of values
    BorderMode border = BorderMode::reflect;
    float border_value = 0;    ///< in the source's units

    [[nodiscard]] bool is_geometric() const {
        return rotation_rad != 0 || shift_height != 0 || shift_width != 0 || zoom != 0;
    }
    [[nodiscard]] bool is_active() const {
        return flip_horizontal || flip_vertical || is_geometric() || brightness != 0 || contrast != 0 || noise != 0;
    }
};

/// Which sample in which epoch, and the range of its values.
struct AugmentationKey {
    std::uint64_t seed = 0;
    std::uint32_t epoch = 0;
    std::uint64_t sample = 0;  ///< position in the whole dataset
    float lowest = 0, highest = 255;
};

/// @errors invalid_argument, naming the field.
[[nodiscard]] inline Status check_augmentation(const AugmentationConfig& config) {
    const auto is_within = [](double value, double most) { return value >= 0 && value <= most; };
    const std::pair<const char*, bool> checks[] = {
        {"rotation_rad: expected 0 to pi", is_within(config.rotation_rad, math::kPi)},
        {"shift_height: expected 0 to 1", is_within(config.shift_height, 1)},
        {"shift_width: expected 0 to 1", is_within(config.shift_width, 1)},
        {"zoom: expected 0 to 0.9", is_within(config.zoom, 0.9)},
        {"brightness: expected 0 to 1", is_within(config.brightness, 1)},
        {"contrast: expected 0 to 1", is_within(config.contrast, 1)},
        {"noise: expected 0 to 1", is_within(config.noise, 1)},
        {"border_value: expected a finite number", config.border_value - config.border_value == 0.0f},
    };
    for (const auto& [text, holds] : checks) {
        if (!holds) return make_error(ErrorCode::invalid_argument, "augmentation: ", text);
    }
    return {};
}

namespace augmentation {

/// Numbers of the steps: part of what a recorded seed means.
enum class Step : std::uint32_t {
    flip_horizontal = 1, flip_vertical = 2, rotation = 3, shift = 4, zoom = 5, brightness = 6, contrast = 7, noise = 8,
};

inline RandomStream stream_of(const AugmentationKey& key, Step step) {
    return RandomStream(
        {key.seed, RandomPurpose::augmentation, static_cast<std::uint32_t>(step), key.epoch, key.sample});
}

/// Uniform in [-amount, amount).
inline double around_zero(RandomStream& random, double amount) {
    return mul_rounded(2.0 * amount, random.uniform_double() - 0.5);
}

inline float clipped(double value, const AugmentationKey& key) {
    const auto rounded = static_cast<float>(value);
    if (!(rounded > key.lowest)) return key.lowest;
    return rounded < key.highest ? rounded : key.highest;
}

inline void flip(Tensor<float>& image, bool horizontal, bool vertical) {
    const std::int64_t height = image.shape()[0], width = image.shape()[1], channels = image.shape()[2];
    float* pixels = image.data();
    const auto exchange = [&](std::int64_t a, std::int64_t b) {
        for (std::int64_t c = 0; c < channels; ++c) std::swap(pixels[a * channels + c], pixels[b * channels + c]);
    };
    for (std::int64_t row = 0; horizontal && row < height; ++row) {
        for (std::int64_t column = 0; column < width / 2; ++column) {
            exchange(row * width + column, row * width + width - 1 - column);
        }
    }
    for (std::int64_t row = 0; vertical && row < height / 2; ++row) {
        for (std::int64_t column = 0; column < width; ++column) {
            exchange(row * width + column, (height - 1 - row) * width + column);
        }
    }
}

/// Index inside [0, size) that stands for any index, or -1 for the border's value.
inline std::int64_t inside(std::int64_t index, std::int64_t size, BorderMode mode) {
    if (index >= 0 && index < size) return index;
    if (mode == BorderMode::constant) return -1;
    if (mode == BorderMode::nearest) return index < 0 ? 0 : size - 1;
    std::int64_t within = index % (2 * size);
    if (within < 0) within += 2 * size;
    return within < size ? within : 2 * size - 1 - within;
}

/// source = matrix * (target - centre) + centre - offset, in pixels, for rows and columns.
struct Affine {
    double row_by_row = 1, row_by_column = 0, column_by_row = 0, column_by_column = 1;
    double row_offset = 0, column_offset = 0;
};

inline Affine draw(const AugmentationConfig& config, const AugmentationKey& key, std::int64_t height,
                   std::int64_t width) {
    RandomStream rotation = stream_of(key, Step::rotation), shift = stream_of(key, Step::shift),
                 zoom = stream_of(key, Step::zoom);
    const double angle_rad = around_zero(rotation, config.rotation_rad);
    const double shrink = 1.0 / (1.0 + around_zero(zoom, config.zoom));
    Affine affine;
    affine.row_by_row = affine.column_by_column = mul_rounded(math::cos(angle_rad), shrink);
    affine.column_by_row = mul_rounded(math::sin(angle_rad), shrink);
    affine.row_by_column = -affine.column_by_row;
    affine.row_offset = around_zero(shift, mul_rounded(config.shift_height, static_cast<double>(height)));
    affine.column_offset = around_zero(shift, mul_rounded(config.shift_width, static_cast<double>(width)));
    return affine;
}

/// Largest whole number not above a position of moderate size.
inline std::int64_t floor_of(double value) {
    const auto truncated = static_cast<std::int64_t>(value);
    return static_cast<double>(truncated) > value ? truncated - 1 : truncated;
}

/// Bilinear sampling of the image at (row, column), all channels.
inline void sample_at(const Tensor<float>& image, double row, double column, const AugmentationConfig& config,
                      float* target) {
    const std::int64_t height = image.shape()[0], width = image.shape()[1], channels = image.shape()[2];
    const std::int64_t top = floor_of(row), left = floor_of(column);
    const auto down = static_cast<float>(row - static_cast<double>(top));
    const auto right = static_cast<float>(column - static_cast<double>(left));
    const float* corners[4];
    for (int i = 0; i < 4; ++i) {
        const std::int64_t r = inside(top + i / 2, height, config.border);
        const std::int64_t c = inside(left + i % 2, width, config.border);
        corners[i] = r < 0 || c < 0 ? nullptr : image.data() + (r * width + c) * channels;
    }
    for (std::int64_t c = 0; c < channels; ++c) {
        float value[4];
        for (int i = 0; i < 4; ++i) value[i] = corners[i] == nullptr ? config.border_value : corners[i][c];
        const float above = fma(right, value[1] - value[0], value[0]);
        const float below = fma(right, value[3] - value[2], value[2]);
        target[c] = fma(down, below - above, above);
    }
}

inline Result<Tensor<float>> move(const Tensor<float>& image, const AugmentationConfig& config, const Affine& affine) {
    PROVENN_ASSIGN(auto moved, Tensor<float>::zeros(image.shape()));
    const std::int64_t height = image.shape()[0], width = image.shape()[1], channels = image.shape()[2];
    const double center_row = 0.5 * static_cast<double>(height - 1),
                 center_column = 0.5 * static_cast<double>(width - 1);
    float* target = moved.data();
    for (std::int64_t r = 0; r < height; ++r) {
        const double from_center = static_cast<double>(r) - center_row;
        const double row_part = mul_rounded(affine.row_by_row, from_center) + (center_row - affine.row_offset);
        const double column_part =
            mul_rounded(affine.column_by_row, from_center) + (center_column - affine.column_offset);
        for (std::int64_t c = 0; c < width; ++c, target += channels) {
            const double across = static_cast<double>(c) - center_column;
            sample_at(image, mul_rounded(affine.row_by_column, across) + row_part,
                      mul_rounded(affine.column_by_column, across) + column_part, config, target);
        }
    }
    return moved;
}

/// Contrast about the mean, brightness and noise in one pass, in double, rounded once.
inline void recolor(Tensor<float>& image, const AugmentationConfig& config, const AugmentationKey& key) {
    RandomStream brightness = stream_of(key, Step::brightness), contrast = stream_of(key, Step::contrast),
                 noise = stream_of(key, Step::noise);
    const double range = static_cast<double>(key.highest) - static_cast<double>(key.lowest);
    const double added = mul_rounded(around_zero(brightness, config.brightness), range);
    const double factor = 1.0 + around_zero(contrast, config.contrast);
    const double deviation = mul_rounded(config.noise, range);
    double mean = 0;
    for (const float value : image.span()) mean += static_cast<double>(value);
    mean /= static_cast<double>(image.element_count());
    for (float& value : image.span()) {
        double changed = mean + mul_rounded(static_cast<double>(value) - mean, factor) + added;
        if (config.noise != 0) changed += mul_rounded(deviation, noise.normal());
        value = clipped(changed, key);
    }
}

}  // namespace augmentation

/// Changes an image [H, W, C] by the steps in the order of the config: flips, then rotation, zoom and shift in one
/// bilinear sampling, then contrast, brightness and noise in one pass, clipped to [key.lowest, key.highest].
/// @requires check_augmentation(config) is good; the image has rank 3, is not empty and holds no NaN.
/// @errors out_of_memory; the image may be flipped then.
/// @numerics the same config, key and image give the same bits everywhere.
/// @threads any, each with its own image.
/// @req REQ-DATA-009
[[nodiscard]] inline Status augment(Tensor<float>& image, const AugmentationConfig& config,
                                    const AugmentationKey& key) {
    PROVENN_REQUIRE(image.shape().rank() == 3 && image.element_count() > 0);
    using augmentation::Step;
    const auto tossed = [&](Step step) { return augmentation::stream_of(key, step).next_u32() >> 31 == 1; };
    augmentation::flip(image, config.flip_horizontal && tossed(Step::flip_horizontal),
                       config.flip_vertical && tossed(Step::flip_vertical));
    if (config.is_geometric()) {
        const auto affine = augmentation::draw(config, key, image.shape()[0], image.shape()[1]);
        PROVENN_ASSIGN(image, augmentation::move(image, config, affine));
    }
    if (config.brightness != 0 || config.contrast != 0 || config.noise != 0) augmentation::recolor(image, config, key);
    return {};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
