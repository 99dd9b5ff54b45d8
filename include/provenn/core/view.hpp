// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Strided, non-owning views of u8, u16, f32 and f64 arrays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "provenn/core/array.hpp"
#include "provenn/core/shape.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Type of an element. The numbers are part of the file format.
enum class DataType : std::uint8_t { f32 = 1, f64 = 2, u8 = 3, u16 = 4, i32 = 5, i64 = 6 };

[[nodiscard]] inline std::int64_t size_bytes(DataType type) {
    switch (type) {
        case DataType::f32: return 4;
        case DataType::f64: return 8;
        case DataType::u8: return 1;
        case DataType::u16: return 2;
        case DataType::i32: return 4;
        case DataType::i64: return 8;
    }
    return 0;
}

[[nodiscard]] inline const char* to_string(DataType type) {
    switch (type) {
        case DataType::f32: return "f32";
        case DataType::f64: return "f64";
        case DataType::u8: return "u8";
        case DataType::u16: return "u16";
        case DataType::i32: return "i32";
        case DataType::i64: return "i64";
    }
    return "?";
}

template <class T>
[[nodiscard]] constexpr DataType data_type_of() {
    using Plain = std::remove_cv_t<T>;
    if constexpr (std::is_same_v<Plain, float>) return DataType::f32;
    if constexpr (std::is_same_v<Plain, double>) return DataType::f64;
    if constexpr (std::is_same_v<Plain, std::uint8_t>) return DataType::u8;
    if constexpr (std::is_same_v<Plain, std::uint16_t>) return DataType::u16;
    if constexpr (std::is_same_v<Plain, std::int32_t>) return DataType::i32;
    if constexpr (std::is_same_v<Plain, std::int64_t>) return DataType::i64;
}

/// A borrowed array of `T` (const or not) with a stride for each axis, in elements.
template <class T>
class View {
  public:
    View() = default;
    /// Contiguous: the last axis varies fastest.
    View(T* data, const Shape& shape) : data_(data), shape_(shape) {
        std::int64_t stride = 1;
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            strides_[axis] = stride;
            stride *= shape[axis];
        }
    }
    View(T* data, const Shape& shape, Span<const std::int64_t> strides) : data_(data), shape_(shape) {
        PROVENN_REQUIRE(strides.size() == static_cast<std::size_t>(shape.rank()));
        for (int axis = 0; axis < shape.rank(); ++axis) strides_[axis] = strides[static_cast<std::size_t>(axis)];
    }
    /// A view of T converts to a view of const T.
    template <class U, std::enable_if_t<std::is_convertible_v<U (*)[], T (*)[]>, int> = 0>
    View(const View<U>& other) : data_(other.data()), shape_(other.shape()) {  // NOLINT(google-explicit-constructor)
        for (int axis = 0; axis < shape_.rank(); ++axis) strides_[axis] = other.stride(axis);
    }

    [[nodiscard]] T* data() const { return data_; }
    [[nodiscard]] const Shape& shape() const { return shape_; }
    [[nodiscard]] std::int64_t stride(int axis) const {
        PROVENN_REQUIRE(axis >= 0 && axis < shape_.rank());
        return strides_[axis];
    }
    [[nodiscard]] std::int64_t element_count() const { return shape_.element_count(); }

    [[nodiscard]] bool is_contiguous() const {
        std::int64_t stride = 1;
        for (int axis = shape_.rank() - 1; axis >= 0; --axis) {
            if (shape_[axis] != 1 && strides_[axis] != stride) return false;
            stride *= shape_[axis];
        }
        return true;
    }

    /// Element at the given indices, one for each axis. @requires each index is within its extent.
    template <class... Indices>
    T& operator()(Indices... indices) const {
        static_assert(sizeof...(Indices) > 0);
        PROVENN_REQUIRE(static_cast<int>(sizeof...(Indices)) == shape_.rank());
        const std::int64_t at[] = {static_cast<std::int64_t>(indices)...};
        std::int64_t offset = 0;
        for (int axis = 0; axis < shape_.rank(); ++axis) {
            PROVENN_REQUIRE(at[axis] >= 0 && at[axis] < shape_[axis]);
            offset += at[axis] * strides_[axis];
        }
        return data_[offset];
    }

    /// All elements of a contiguous view. @requires is_contiguous().
    [[nodiscard]] Span<T> span() const {
        PROVENN_REQUIRE(is_contiguous());
        return {data_, static_cast<std::size_t>(element_count())};
    }

  private:
    T* data_ = nullptr;
    Shape shape_;
    std::int64_t strides_[Shape::kMaxRank] = {};
};

}  // namespace PROVENN_ABI
}  // namespace provenn
