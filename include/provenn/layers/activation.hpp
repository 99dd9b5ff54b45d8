// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// An activation function as a layer of its own.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y = activation(x), element by element, or over the channels for softmax and its kin.
struct ActivationLayer {
    static constexpr const char* kType = "activation";
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("activation", self.activation);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        Shape shape = inputs[0];
        if (activation.kind == Activation::glu) {
            if (shape.last() % 2 != 0) {
                return make_error(ErrorCode::shape_mismatch, "glu needs an even number of channels, found ", shape);
            }
            shape.set(shape.rank() - 1, shape.last() / 2);
        }
        return shape;
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
