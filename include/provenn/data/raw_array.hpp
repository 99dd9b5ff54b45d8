// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// RawArray: an array as a file holds it (element type, byte order, element order), and its conversion to a tensor.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "provenn/core/tensor.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Element types of NPY and IDX files. `b1` is a truth value in a byte: 0 or 1.
enum class RawType : std::uint8_t { b1, i1, u1, i2, u2, i4, u4, i8, f4, f8 };

[[nodiscard]] inline std::int64_t size_bytes(RawType type) {
    switch (type) {
        case RawType::b1:
        case RawType::i1:
        case RawType::u1: return 1;
        case RawType::i2:
        case RawType::u2: return 2;
        case RawType::i4:
        case RawType::u4:
        case RawType::f4: return 4;
        case RawType::i8:
        case RawType::f8: return 8;
    }
    return 0;
}

[[nodiscard]] inline const char* to_string(RawType type) {
    static constexpr const char* kNames[] = {"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "f4", "f8"};
    return kNames[static_cast<std::size_t>(type)];
}

/// A validated array inside borrowed bytes: `bytes` has exactly the elements of `shape`.
struct RawArray {
    std::string name;  ///< what errors call it
    RawType type = RawType::u1;
    Shape shape;
    bool big_endian = false;
    bool first_axis_fastest = false;  ///< Fortran order
    Bytes bytes;
};

/// Whether a conversion may change values.
enum class Rounding {
    refuse,   ///< a value that the target type cannot hold exactly is an error
    nearest,  ///< floats are rounded to the nearest; integers must fit all the same
};

namespace raw {
template <class Source>
Source load(const std::uint8_t* at, bool big_endian) {
    std::uint8_t bytes[sizeof(Source)];
    const bool swap = big_endian == (std::endian::native == std::endian::little);
    for (std::size_t i = 0; i < sizeof(Source); ++i) bytes[swap ? sizeof(Source) - 1 - i : i] = at[i];
    Source value;
    std::memcpy(&value, bytes, sizeof(Source));
    return value;
}

/// True if the conversion is allowed. Every value of an integer type up to 32 bits, and of float, is exact in double.
template <class Target, class Source>
bool convert(Source value, Rounding rounding, Target& target) {
    if constexpr (std::is_same_v<Target, Source>) {
        target = value;
        return true;
    } else if constexpr (std::is_floating_point_v<Target>) {
        target = static_cast<Target>(value);
        if (rounding == Rounding::nearest) return true;
        if constexpr (std::is_floating_point_v<Source>) {
            return static_cast<Source>(target) == value || value != value;  // NaN stays NaN
        } else {
            // Float to integer is only defined inside the range: 2^63 itself is not representable.
            return static_cast<double>(target) < 9223372036854775808.0 &&
                   static_cast<std::int64_t>(target) == static_cast<std::int64_t>(value);
        }
    } else if constexpr (std::is_floating_point_v<Source>) {
        const auto wide = static_cast<double>(value);
        const double low = static_cast<double>(std::numeric_limits<Target>::min());
        const double above = static_cast<double>(std::numeric_limits<Target>::max() / 2 + 1) * 2.0;
        if (!(wide >= low && wide < above)) return false;
        target = static_cast<Target>(wide);
        return static_cast<double>(target) == wide;  // a fraction is never cut off
    } else {
        const auto wide = static_cast<std::int64_t>(value);
        if (wide < static_cast<std::int64_t>(std::numeric_limits<Target>::min()) ||
            wide > static_cast<std::int64_t>(std::numeric_limits<Target>::max())) {
            return false;
        }
        target = static_cast<Target>(wide);
        return true;
    }
}

/// Offset, in elements, of the element at the row-major position `index` when the first axis is fastest.
inline std::int64_t first_axis_fastest_offset(const Shape& shape, std::int64_t index) {
    std::int64_t offset = 0;
    std::int64_t extents_before = 1;
    for (int axis = 0; axis < shape.rank(); ++axis) extents_before *= shape[axis];
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        extents_before /= shape[axis];
        offset += index % shape[axis] * extents_before;
        index /= shape[axis];
    }
    return offset;
}

template <class Target, class Source>
Result<Tensor<Target>> to_tensor_from(const RawArray& array, Rounding rounding) {
    PROVENN_ASSIGN(Tensor<Target> tensor, Tensor<Target>::zeros(array.shape));
    for (std::int64_t index = 0; index < tensor.element_count(); ++index) {
        const std::int64_t offset =
            array.first_axis_fastest ? first_axis_fastest_offset(array.shape, index) : index;
        const std::uint8_t* at = array.bytes.data() + static_cast<std::size_t>(offset) * sizeof(Source);
        if (!convert(load<Source>(at, array.big_endian), rounding, tensor.data()[index])) {
            return make_error(ErrorCode::invalid_argument, array.name, ": element ", index, " of type ",
                              to_string(array.type), " has no exact value of type ", to_string(data_type_of<Target>()));
        }
    }
    return tensor;
}
}  // namespace raw

/// A tensor of the array's values, slowest axis first.
/// @errors invalid_argument (a value does not fit; its index), out_of_memory
template <class T>
Result<Tensor<T>> to_tensor(const RawArray& array, Rounding rounding = Rounding::refuse) {
    switch (array.type) {
        case RawType::b1:
        case RawType::u1: return raw::to_tensor_from<T, std::uint8_t>(array, rounding);
        case RawType::i1: return raw::to_tensor_from<T, std::int8_t>(array, rounding);
        case RawType::i2: return raw::to_tensor_from<T, std::int16_t>(array, rounding);
        case RawType::u2: return raw::to_tensor_from<T, std::uint16_t>(array, rounding);
        case RawType::i4: return raw::to_tensor_from<T, std::int32_t>(array, rounding);
        case RawType::u4: return raw::to_tensor_from<T, std::uint32_t>(array, rounding);
        case RawType::i8: return raw::to_tensor_from<T, std::int64_t>(array, rounding);
        case RawType::f4: return raw::to_tensor_from<T, float>(array, rounding);
        case RawType::f8: return raw::to_tensor_from<T, double>(array, rounding);
    }
    return make_error(ErrorCode::unsupported, array.name, ": element type");
}

}  // namespace PROVENN_ABI
}  // namespace provenn
