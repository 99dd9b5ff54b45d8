// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Maximum or mean of each channel over the whole map.
#pragma once

#include "provenn/layers/common.hpp"
#include "provenn/layers/pool2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// [H, W, C] to [C], or to [1, 1, C] where `keep_axes`.
struct GlobalPool2d {
    static constexpr const char* kType = "global_pool2d";
    PoolKind kind = PoolKind::average;
    bool keep_axes = false;

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("kind", self.kind);
        visitor("keep_axes", self.keep_axes);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 3));
        const std::int64_t channels = inputs[0].last();
        return keep_axes ? Shape{1, 1, channels} : Shape{channels};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
