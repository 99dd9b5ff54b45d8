// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor: an owned, contiguous array aligned to 64 bytes.
#pragma once

#include <utility>

#include "provenn/core/view.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// An owned contiguous array, slowest axis first. Move-only; `clone()` copies the elements.
template <class T>
class Tensor {
  public:
    Tensor() = default;

    /// All elements are zero.
    /// @errors limit_exceeded for an invalid shape, out_of_memory.
    static Result<Tensor> zeros(const Shape& shape) {
        if (!shape.is_valid()) return make_error(ErrorCode::limit_exceeded, "shape ", shape, " is not storable");
        Tensor tensor;
        tensor.shape_ = shape;
        PROVENN_TRY(tensor.elements_.resize(static_cast<std::size_t>(shape.element_count())));
        return tensor;
    }

    /// A contiguous copy of any view.
    static Result<Tensor> copy_of(const View<const T>& view) {
        PROVENN_ASSIGN(Tensor tensor, zeros(view.shape()));
        std::int64_t index[Shape::kMaxRank] = {};
        const int rank = view.shape().rank();
        for (T& element : tensor.elements_) {
            std::int64_t offset = 0;
            for (int axis = 0; axis < rank; ++axis) offset += index[axis] * view.stride(axis);
            element = view.data()[offset];
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == view.shape()[axis]; --axis) index[axis] = 0;
        }
        return tensor;
    }

    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::int64_t element_count() const { return static_cast<std::int64_t>(elements_.size()); }
    [[nodiscard]] T* data() { return elements_.data(); }
    [[nodiscard]] const T* data() const { return elements_.data(); }
    [[nodiscard]] Span<T> span() { return elements_.span(); }
    [[nodiscard]] Span<const T> span() const { return elements_.span(); }
    [[nodiscard]] View<T> view() { return View<T>(data(), shape_); }
    [[nodiscard]] View<const T> view() const { return View<const T>(data(), shape_); }
    operator View<T>() { return view(); }              // NOLINT(google-explicit-constructor)
    operator View<const T>() const { return view(); }  // NOLINT(google-explicit-constructor)
    [[nodiscard]] Bytes bytes() const {
        return {reinterpret_cast<const std::uint8_t*>(data()), elements_.size() * sizeof(T)};
    }

    /// The same elements under another shape of equal element count.
    Status reshape(const Shape& shape) {
        if (!shape.is_valid() || shape.element_count() != element_count()) {
            return make_error(ErrorCode::shape_mismatch, "cannot reshape ", shape_, " to ", shape);
        }
        shape_ = shape;
        return {};
    }

    Result<Tensor> clone() const {
        PROVENN_ASSIGN(auto elements, elements_.clone());
        Tensor copy;
        copy.shape_ = shape_;
        copy.elements_ = std::move(elements);
        return copy;
    }

  private:
    Shape shape_;
    Array<T> elements_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
