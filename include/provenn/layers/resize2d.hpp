// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Up-sampling by whole factors and resizing to a given size.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

enum class Interpolation : std::uint8_t { nearest = 0, bilinear = 1, bicubic = 2 };

/// [H, W, C] to [H*factor, W*factor, C]; half-pixel centres, as Keras.
struct UpSampling2d {
    static constexpr const char* kType = "up_sampling2d";
    Extent2 factor{2, 2};
    Interpolation interpolation = Interpolation::nearest;

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("factor", self.factor);
        visitor("interpolation", self.interpolation);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_TRY(expect_at_least("factor height", factor.height, 1));
        PROVENN_TRY(expect_at_least("factor width", factor.width, 1));
        return Shape{inputs[0][0] * factor.height, inputs[0][1] * factor.width, inputs[0].last()};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

/// [H, W, C] to [height, width, C]; half-pixel centres, no antialiasing, as Keras' Resizing layer.
struct Resizing {
    static constexpr const char* kType = "resizing";
    Extent2 size{};
    Interpolation interpolation = Interpolation::bilinear;

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("size", self.size);
        visitor("interpolation", self.interpolation);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_TRY(expect_at_least("height", size.height, 1));
        PROVENN_TRY(expect_at_least("width", size.width, 1));
        return Shape{size.height, size.width, inputs[0].last()};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
