// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layer normalisation: each pixel over its channels.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, with mean and biased variance over the channels of each
/// pixel, in training and inference alike. Parameters gamma and beta, each [C].
struct LayerNormalization {
    static constexpr const char* kType = "layer_normalization";
    float epsilon = 1e-3f;
    bool center = true;  ///< has beta
    bool scale = true;   ///< has gamma

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("epsilon", self.epsilon);
        visitor("center", self.center);
        visitor("scale", self.scale);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_normalisable(inputs, epsilon));
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        return scale_and_shift(inputs[0].last(), scale, center);
    }
    /// Two passes for the statistics and two operations on each element.
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return 4 * output.element_count();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
