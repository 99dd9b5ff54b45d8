// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that act in training only: dropout and noise.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

enum class DropoutKind : std::uint8_t { elements = 0, channels = 1, gaussian_factor = 2, gaussian_noise = 3 };

/// Training: `elements` and `channels` set each with probability `rate` to 0 and scale the rest by 1 / (1 - rate);
/// `gaussian_factor` multiplies by 1 + N(0, rate / (1 - rate)); `gaussian_noise` adds N(0, rate^2). Inference:
/// identity.
struct Dropout {
    static constexpr const char* kType = "dropout";
    DropoutKind kind = DropoutKind::elements;
    float rate = 0.5f;  ///< in [0, 1); the standard deviation for gaussian_noise

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("kind", self.kind);
        visitor("rate", self.rate);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        const bool in_range = rate >= 0.0f && (rate < 1.0f || kind == DropoutKind::gaussian_noise);
        if (!in_range) return make_error(ErrorCode::invalid_argument, "rate: expected a value in [0, 1)");
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
