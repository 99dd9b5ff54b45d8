// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that prepare inputs inside the network: rescaling and normalization.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y = fma(x, scale, offset).
struct Rescaling {
    static constexpr const char* kType = "rescaling";
    float scale = 1.0f;
    float offset = 0.0f;

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("scale", self.scale);
        visitor("offset", self.offset);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

/// y = (x - mean) / max(sqrt(variance), epsilon), as fma(x, s, t) like batch normalisation.
/// Parameters mean [C], variance [C], never trained.
struct Normalization {
    static constexpr const char* kType = "normalization";
    static constexpr float kEpsilon = 1e-7f;  ///< Keras' backend epsilon

    template <class Self, class Visitor>
    static void visit_fields(Self&, Visitor&) {}

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        const Shape per_channel{inputs[0].last()};
        ParameterSpecs specs;
        specs.add({"mean", per_channel, ParameterRole::statistic, Initializer::zeros});
        specs.add({"variance", per_channel, ParameterRole::statistic, Initializer::ones});
        return specs;
    }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return output.element_count();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
