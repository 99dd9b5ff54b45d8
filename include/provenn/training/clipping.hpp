// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Clipping of gradients: by value, by the norm of each tensor, or by the norm of all.
#pragma once

#include <cstdint>
#include <vector>

#include "provenn/core/double_math.hpp"
#include "provenn/core/tensor.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

enum class ClipKind : std::uint8_t {
    none = 0,
    value = 1,        ///< each element into [-limit, limit]; Keras' clipvalue
    norm = 2,         ///< each tensor to a Euclidean norm of at most `limit`; Keras' clipnorm
    global_norm = 3,  ///< all tensors together; Keras' global_clipnorm
};

struct ClipConfig {
    ClipKind kind = ClipKind::none;
    float limit = 1.0f;
};

/// Sum of squares. The square of a float is exact in double, so that no contraction can change the sum; one chain in
/// the order of storage.
[[nodiscard]] inline double sum_of_squares(Span<const float> values) {
    double sum = 0.0;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum;
}

namespace clipping {
inline void scale_to_norm(Span<float> values, double norm, float limit) {
    if (!(norm > static_cast<double>(limit))) return;
    const auto factor = static_cast<float>(static_cast<double>(limit) / norm);
    for (float& value : values) value *= factor;
}
}  // namespace clipping

/// Clips the gradients in place. NaN stays NaN. @param gradients in the model's order. @requires limit > 0.
inline void clip_gradients(const ClipConfig& config, const std::vector<Span<float>>& gradients) {
    switch (config.kind) {
        case ClipKind::none: return;
        case ClipKind::value:
            for (const Span<float>& gradient : gradients) {
                for (float& value : gradient) {
                    value = value > config.limit ? config.limit : value < -config.limit ? -config.limit : value;
                }
            }
            return;
        case ClipKind::norm:
            for (const Span<float>& gradient : gradients) {
                clipping::scale_to_norm(gradient, math::sqrt(sum_of_squares(gradient)), config.limit);
            }
            return;
        case ClipKind::global_norm: {
            double squares = 0.0;
            for (const Span<float>& gradient : gradients) squares += sum_of_squares(gradient);
            const double norm = math::sqrt(squares);
            for (const Span<float>& gradient : gradients) clipping::scale_to_norm(gradient, norm, config.limit);
            return;
        }
    }
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
