// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Element types and kernel orders of Keras files, brought to float and [R, S, C, K].
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "provenn/core/tensor.hpp"
#include "provenn/files/hierarchical_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Order of the axes of convolution kernels in a file.
enum class KernelOrder : std::uint8_t {
    automatic = 0,   ///< what the shapes show
    tensorflow = 1,  ///< [R, S, C, K]
    theano = 2,      ///< [K, C, R, S]
};
/// Whether kernels are stored for true convolution, turned by 180 degrees against the cross-correlation computed here.
enum class KernelRotation : std::uint8_t { automatic = 0, none = 1, half_turn = 2 };

namespace io {

/// IEEE binary16 to float, exactly.
inline float half_to_float(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000u) << 16;
    const std::uint32_t exponent = (half >> 10) & 31u, mantissa = half & 1023u;
    float value = 0.0f;
    if (exponent == 0) {  // subnormal: mantissa * 2^-24, exact
        value = static_cast<float>(mantissa) * 0x1p-24f;
        return sign != 0 ? -value : value;
    }
    const std::uint32_t bits =
        sign | (exponent == 31 ? 0x7f800000u : (exponent + 112u) << 23) | (mantissa << 13);
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline float element_at(const std::uint8_t* bytes, std::size_t index, ElementType type) {
    const auto size = static_cast<std::size_t>(element_bytes(type));
    std::uint64_t bits = 0;
    for (std::size_t i = size; i-- > 0;) bits = (bits << 8) | bytes[index * size + i];
    if (type == ElementType::f16) return half_to_float(static_cast<std::uint16_t>(bits));
    if (type == ElementType::f32) {
        const auto word = static_cast<std::uint32_t>(bits);
        float value = 0.0f;
        std::memcpy(&value, &word, sizeof value);
        return value;
    }
    double value = 0.0;
    std::memcpy(&value, &bits, sizeof value);
    return static_cast<float>(value);
}

/// The dataset as floats in the order of the file.
/// @errors unsupported (integers), what the file's reader refuses.
inline Result<Tensor<float>> read_floats(HierarchicalFile& file, const std::string& path, const DatasetInfo& info) {
    if (info.type != ElementType::f32 && info.type != ElementType::f64 && info.type != ElementType::f16) {
        return make_error(ErrorCode::unsupported, file.name(), ": ", path, ": expected floats, found ",
                          to_string(info.type));
    }
    PROVENN_ASSIGN(const auto bytes, file.read(path));
    PROVENN_ASSIGN(auto tensor, Tensor<float>::zeros(info.shape));
    for (std::size_t i = 0; i < tensor.span().size(); ++i) tensor.data()[i] = element_at(bytes.data(), i, info.type);
    return tensor;
}

/// Index [a, b, ...] of an element, for messages.
inline Shape index_of(std::size_t element, const Shape& shape) {
    Shape index = shape;
    auto rest = static_cast<std::int64_t>(element);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
        index.set(axis, rest % shape[axis]);
        rest /= shape[axis];
    }
    return index;
}

/// [K, C, R, S] as it would stand in [R, S, C, K].
inline Shape theano_shape(const Shape& kernel) { return {kernel[3], kernel[2], kernel[0], kernel[1]}; }

/// [K, C, R, S] to [R, S, C, K].
inline Result<Tensor<float>> from_theano_order(const Tensor<float>& stored) {
    const Shape& from = stored.shape();
    const Shape to{from[2], from[3], from[1], from[0]};
    PROVENN_ASSIGN(auto kernel, Tensor<float>::zeros(to));
    const float* read = stored.data();
    for (std::int64_t k = 0; k < to[3]; ++k) {
        for (std::int64_t c = 0; c < to[2]; ++c) {
            for (std::int64_t tap = 0; tap < to[0] * to[1]; ++tap)
                kernel.data()[(tap * to[2] + c) * to[3] + k] = *read++;
        }
    }
    return kernel;
}

/// Turns every kernel of [R, S, C, K] by 180 degrees, in place.
inline void rotate_half_turn(Tensor<float>& kernel) {
    const std::int64_t taps = kernel.shape()[0] * kernel.shape()[1];
    const std::int64_t block = kernel.shape()[2] * kernel.shape()[3];
    for (std::int64_t tap = 0; tap < taps / 2; ++tap) {
        float* front = kernel.data() + tap * block;
        float* back = kernel.data() + (taps - 1 - tap) * block;
        for (std::int64_t i = 0; i < block; ++i) std::swap(front[i], back[i]);
    }
}

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
