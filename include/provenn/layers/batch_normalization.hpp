// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Batch normalisation over the channel axis.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// Inference: y = fma(x, s, t) with s = gamma / sqrt(moving_variance + epsilon) and t = beta - moving_mean * s.
/// Training: the batch's mean and variance instead, and the moving statistics follow with `momentum`; a frozen layer
/// always uses, and never changes, its stored statistics. Parameters gamma, beta, moving_mean, moving_variance, each
/// [C].
struct BatchNormalization {
    static constexpr const char* kType = "batch_normalization";
    float momentum = 0.99f;
    float epsilon = 1e-3f;
    bool center = true;  ///< has beta
    bool scale = true;   ///< has gamma
    bool unbiased_variance = false;  ///< the moving variance is Bessel-corrected, as fused Keras 2 layers store it

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("momentum", self.momentum);
        visitor("epsilon", self.epsilon);
        visitor("center", self.center);
        visitor("scale", self.scale);
        visitor("unbiased_variance", self.unbiased_variance);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_normalisable(inputs, epsilon));
        if (!(momentum >= 0.0f && momentum <= 1.0f)) {
            return make_error(ErrorCode::invalid_argument, "momentum must be in [0, 1]");
        }
        return inputs[0];
    }

    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const Shape per_channel{inputs[0].last()};
        ParameterSpecs specs = scale_and_shift(inputs[0].last(), scale, center);
        specs.add({"moving_mean", per_channel, ParameterRole::statistic, Initializer::zeros});
        specs.add({"moving_variance", per_channel, ParameterRole::statistic, Initializer::ones});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return output.element_count();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
