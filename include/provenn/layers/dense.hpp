// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fully connected layer.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y[..., k] = activation(bias[k] + sum over c of x[..., c] * kernel[c, k]), on the last axis.
/// Input [C] (or [L, C], [H, W, C]), output the same with K for C; kernel [C, K], bias [K].
struct Dense {
    static constexpr const char* kType = "dense";
    std::int64_t units = 1;
    bool use_bias = true;
    ActivationConfig activation{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("units", self.units);
        visitor("use_bias", self.use_bias);
        visitor("activation", self.activation);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        PROVENN_TRY(expect_at_least("units", units, 1));
        if (inputs[0].rank() < 1 || inputs[0].rank() > 3) {
            return make_error(ErrorCode::shape_mismatch, "expected an input of rank 1 to 3, found ", inputs[0]);
        }
        Shape shape = inputs[0];
        shape.set(shape.rank() - 1, units);
        return shape;
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const std::int64_t channels = inputs[0].last();
        ParameterSpecs specs;
        specs.add({"kernel", {channels, units}, ParameterRole::kernel, Initializer::glorot_uniform, channels, units});
        if (use_bias) specs.add({"bias", {units}, ParameterRole::bias, Initializer::zeros});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape> inputs, const Shape& output) const {
        return output.element_count() * inputs[0].last();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
