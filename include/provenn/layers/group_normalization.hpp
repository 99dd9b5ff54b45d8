// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Group normalisation: groups of channels over all pixels of a sample. One channel a group is instance normalisation.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, with mean and biased variance over height, width and the
/// channels of a group, for each sample, in training and inference alike. Parameters gamma and beta, each [C].
struct GroupNormalization {
    static constexpr const char* kType = "group_normalization";
    std::int64_t groups = 32;  ///< a divisor of C; -1: as many as channels
    float epsilon = 1e-3f;
    bool center = true;  ///< has beta
    bool scale = true;   ///< has gamma

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("groups", self.groups);
        visitor("epsilon", self.epsilon);
        visitor("center", self.center);
        visitor("scale", self.scale);
    }

    /// @requires output_shape() succeeds.
    [[nodiscard]] std::int64_t groups_of(std::int64_t channels) const { return groups == -1 ? channels : groups; }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_normalisable(inputs, epsilon));
        if (groups != -1) PROVENN_TRY(expect_at_least("groups", groups, 1));
        const std::int64_t channels = inputs[0].last(), count = groups_of(channels);
        if (channels % count != 0) {
            return make_error(ErrorCode::shape_mismatch, "expected groups that divide the channels, found ", count,
                              " groups and an input of ", inputs[0]);
        }
        return inputs[0];
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape> inputs) const {
        return scale_and_shift(inputs[0].last(), scale, center);
    }
    /// Two passes for the statistics and one operation on each element.
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape& output) const {
        return 3 * output.element_count();
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
