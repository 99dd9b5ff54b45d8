// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Layers that only rename or reorder axes: flatten, reshape, permute.
#pragma once

#include "provenn/layers/common.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace layers {

/// [...] to one axis, in the order of storage.
struct Flatten {
    static constexpr const char* kType = "flatten";

    template <class Self, class Visitor>
    static void visit_fields(Self&, Visitor&) {}

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        return Shape{inputs[0].element_count()};
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

/// The same elements, in the order of storage, under another shape of rank 1 to 3; one extent may be -1.
struct Reshape {
    static constexpr const char* kType = "reshape";
    Shape target{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("target", self.target);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        PROVENN_TRY(expect_one_input(inputs, 0));
        Shape shape = target;
        if (shape.rank() < 1 || shape.rank() > 3) {
            return make_error(ErrorCode::invalid_argument, "expected a target of rank 1 to 3, found ", target);
        }
        Shape known;
        int open_axis = -1;
        for (int axis = 0; axis < shape.rank(); ++axis) {
            if (shape[axis] == -1 && open_axis < 0) {
                open_axis = axis;
            } else {
                PROVENN_TRY(expect_at_least("extent", shape[axis], 1));
                known.push_back(shape[axis]);
            }
        }
        const std::int64_t count = inputs[0].element_count();
        // Three extents of 2^31 would overflow: validity comes before the product.
        if (open_axis >= 0 && known.is_valid() && count % known.element_count() == 0) {
            shape.set(open_axis, count / known.element_count());
        }
        if (!shape.is_valid() || shape.element_count() != count) {
            return make_error(ErrorCode::shape_mismatch, "cannot reshape ", inputs[0], " to ", target);
        }
        return shape;
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

/// Axes of the sample in another order: output axis i is input axis `order[i]`, counted from 0.
struct Permute {
    static constexpr const char* kType = "permute";
    Shape order{};

    template <class Self, class Visitor>
    static void visit_fields(Self& self, Visitor& visitor) {
        visitor("order", self.order);
    }

    [[nodiscard]] Result<Shape> output_shape(Span<const Shape> inputs) const {
        if (order.rank() < 1) return make_error(ErrorCode::invalid_argument, "expected the order of at least one axis");
        PROVENN_TRY(expect_one_input(inputs, order.rank()));
        Shape shape = inputs[0];
        bool seen[Shape::kMaxRank] = {};
        for (int axis = 0; axis < order.rank(); ++axis) {
            const std::int64_t from = order[axis];
            if (from < 0 || from >= order.rank() || seen[from]) {
                return make_error(ErrorCode::invalid_argument, "expected a permutation of the axes, found ", order);
            }
            seen[from] = true;
            shape.set(axis, inputs[0][static_cast<int>(from)]);
        }
        return shape;
    }
    [[nodiscard]] ParameterSpecs parameters(Span<const Shape>) const { return {}; }
    [[nodiscard]] std::int64_t multiply_adds(Span<const Shape>, const Shape&) const { return 0; }
};

}  // namespace layers
}  // namespace PROVENN_ABI
}  // namespace provenn
