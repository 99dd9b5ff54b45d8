// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maximum and average pooling over windows.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

enum class PoolKind : std::uint8_t { max = 0, average = 1 };

/// Maximum or mean of each window of [H, W, C]. Elements outside the input count for neither.
struct Pool2d {
    static constexpr const char* kType = "pool2d";
    PoolKind kind = PoolKind::max;
    Extent2 window{2, 2};
    Extent2 stride{2, 2};
    Padding padding = Padding::valid;

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("kind", self.kind);
        visitor("window", self.window);
        visitor("stride", self.stride);
        visitor("padding", self.padding);
    }

    [[nodiscard]] Result<Window2> place(const Shape& sample) const {
        return window2(sample, window, stride, Extent2{}, padding);
    }
    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        PROVENN_ASSIGN(const Window2 at, place(inputs[0]));
        return Shape{at.rows.output, at.columns.output, inputs[0].last()};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
