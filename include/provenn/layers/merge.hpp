// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that join several inputs: add, subtract, multiply, average, maximum, minimum, concatenate.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

enum class MergeKind : std::uint8_t {
    add = 0, subtract = 1, multiply = 2, average = 3, maximum = 4, minimum = 5, concatenate = 6
};

/// Element by element over inputs of one shape (an input of [1, 1, C] is spread over height and width), or end to end
/// along `axis` for concatenate.
struct Merge {
    static constexpr const char* kType = "merge";
    MergeKind kind = MergeKind::add;
    std::int64_t axis = -1;  ///< concatenate: counted from the back of the sample's shape, -1 is channels

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("kind", self.kind);
        visitor("axis", self.axis);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        if (inputs.size() < 2 || (kind == MergeKind::subtract && inputs.size() != 2)) {
            return make_error(ErrorCode::shape_mismatch, "expected ",
                              kind == MergeKind::subtract ? "exactly" : "at least", " 2 inputs, found ", inputs.size());
        }
        return kind == MergeKind::concatenate ? joined(inputs) : spread(inputs);
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }

  private:
    [[nodiscard]] static Result<Shape> spread(Span<const Shape> inputs) {
        Shape shape = inputs[0];
        for (const Shape& input : inputs) {
            if (input.rank() != shape.rank()) return mismatch(shape, input);
            for (int at = 0; at < shape.rank(); ++at) {
                if (input[at] == shape[at] || input[at] == 1) continue;
                if (shape[at] != 1 || at == shape.rank() - 1) return mismatch(shape, input);
                shape.set(at, input[at]);
            }
        }
        for (const Shape& input : inputs) {
            const bool is_whole = input == shape;
            const bool is_per_channel = input.last() == shape.last() && input.element_count() == shape.last();
            if (!is_whole && !is_per_channel) return mismatch(shape, input);
        }
        return shape;
    }
    [[nodiscard]] Result<Shape> joined(Span<const Shape> inputs) const {
        Shape shape = inputs[0];
        if (axis >= 0 || axis < -shape.rank()) {
            return make_error(ErrorCode::invalid_argument, "concatenate: axis ", axis, " does not exist in ", shape);
        }
        const auto at = static_cast<int>(shape.rank() + axis);
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            if (inputs[i].rank() != shape.rank()) return mismatch(shape, inputs[i]);
            for (int other = 0; other < shape.rank(); ++other) {
                if (other != at && inputs[i][other] != shape[other]) return mismatch(shape, inputs[i]);
            }
            shape.set(at, shape[at] + inputs[i][at]);
        }
        return shape;
    }
    [[nodiscard]] static Error mismatch(const Shape& a, const Shape& b) {
        return make_error(ErrorCode::shape_mismatch, "inputs of shapes ", a, " and ", b, " cannot be joined");
    }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
