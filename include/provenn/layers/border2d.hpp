// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Zero padding and cropping of height and width.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// [H, W, C] with rows and columns of zeros added on each side.
struct ZeroPadding2d {
    static constexpr const char* kType = "zero_padding2d";
    Border2 border{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("border", self.border);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        for (const std::int64_t amount : {border.top, border.bottom, border.left, border.right}) {
            PROVENN_TRY(expect_at_least("padding", amount, 0));
        }
        return Shape{inputs[0][0] + border.top + border.bottom, inputs[0][1] + border.left + border.right,
                     inputs[0].last()};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

/// [H, W, C] with rows and columns taken away on each side.
struct Cropping2d {
    static constexpr const char* kType = "cropping2d";
    Border2 border{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("border", self.border);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        for (const std::int64_t amount : {border.top, border.bottom, border.left, border.right}) {
            PROVENN_TRY(expect_at_least("cropping", amount, 0));
        }
        const Shape shape{inputs[0][0] - border.top - border.bottom, inputs[0][1] - border.left - border.right,
                          inputs[0].last()};
        if (shape[0] < 1 || shape[1] < 1) {
            return make_error(ErrorCode::shape_mismatch, "cropping leaves nothing of ", inputs[0]);
        }
        return shape;
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
