// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Leaky rectifier with a learned slope for each channel or element.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y = x >= 0 ? x : alpha * x. alpha has the sample's shape, with 1 for the axes that share a slope.
struct PRelu {
    static constexpr const char* kType = "prelu";
    bool share_rows = true;     ///< one slope for all rows
    bool share_columns = true;  ///< one slope for all columns

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("share_rows", self.share_rows);
        visitor("share_columns", self.share_columns);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        Shape shape = inputs[0];
        if (shape.rank() == 3 && share_rows) shape.set(0, 1);
        if (shape.rank() >= 2 && share_columns) shape.set(shape.rank() - 2, 1);
        ParameterSpecs specs;
        specs.add({"alpha", shape, ParameterRole::scale, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return output.element_count();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
