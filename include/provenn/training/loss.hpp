// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Losses and their gradients with respect to the network's output, as Keras defines them.
//
// Of one sample with outputs x and targets y over K outputs:
//   categorical cross-entropy   -sum y' log p with y' = (1 - s) y + s / K for label smoothing s; p = softmax(x) of
//                               logits, else p = clip(x / sum x, 1e-7, 1 - 1e-7)
//   binary cross-entropy        mean of max(x, 0) - x y' + log(1 + e^-|x|) with y' = (1 - s) y + s / 2; of
//                               probabilities mean of -(y' log p + (1 - y') log(1 - p)), p = clip(x, 1e-7, 1 - 1e-7)
//   mean squared error          mean of (x - y)^2
// Loss of a batch: sum of weight * loss over the samples / N, as Keras' sum_over_batch_size (not / sum of weights).
// Where a probability is clipped its gradient is 0, as TensorFlow's clip_by_value has it.
// Order: chains over a sample's outputs; samples joined by the fixed pairwise tree; e^x and ln are the library's own.
#pragma once

#include <cstdint>

#include "provenn/core/fma.hpp"
#include "provenn/core/fp_environment.hpp"
#include "provenn/core/result.hpp"
#include "provenn/core/view.hpp"
#include "provenn/kernels/math.hpp"
#include "provenn/kernels/reference/pairwise_tree.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

enum class LossKind : std::uint8_t { categorical_cross_entropy = 0, binary_cross_entropy = 1, mean_squared_error = 2 };

/// What the loss is given. Mean squared error takes outputs as they are.
enum class LossInput : std::uint8_t { logits = 0, probabilities = 1 };

struct LossConfig {
    LossKind kind = LossKind::categorical_cross_entropy;
    double label_smoothing = 0.0;  ///< in [0, 1)
};

/// One batch. T is float, or double in tests against oracles.
template <class T>
struct LossBatch {
    View<const T> outputs;        ///< [N, K]
    View<const T> targets;        ///< [N, K]; one-hot or soft for cross-entropy
    Span<const T> sample_weights; ///< N factors (class weights among them); empty: ones
};

namespace losses {

/// Keras' epsilon: probabilities stay within [epsilon, 1 - epsilon].
template <class T>
inline constexpr T kEpsilon = static_cast<T>(1e-7);
template <class T>
[[nodiscard]] T clip(T p) {
    const T least = kEpsilon<T>, most = T(1) - kEpsilon<T>;
    return p < least ? least : p > most ? most : p;
}
template <class T>
[[nodiscard]] bool is_clipped(T p) {
    return p < kEpsilon<T> || p > T(1) - kEpsilon<T>;
}

/// One sample: `scale` multiplies the gradient; `gradient` is null where none is wanted.
template <class T>
struct Sample {
    const T *x, *y;
    std::int64_t size;
    T smoothing;
    T scale;
    T* gradient;
    /// Target of output k after smoothing towards `rest`.
    [[nodiscard]] T target(std::int64_t k, T rest) const {
        return smoothing == T(0) ? y[k] : fma(y[k], T(1) - smoothing, mul_rounded(smoothing, rest));
    }
};

template <class T>
T categorical_from_logits(const Sample<T>& at) {
    const T rest = T(1) / static_cast<T>(at.size);
    T greatest = at.x[0];
    for (std::int64_t k = 1; k < at.size; ++k) greatest = at.x[k] > greatest || at.x[k] != at.x[k] ? at.x[k] : greatest;
    T sum = T(0), total = T(0), loss = T(0);
    for (std::int64_t k = 0; k < at.size; ++k) sum = sum + math::exp(at.x[k] - greatest);
    const T log_sum = math::log(sum);
    for (std::int64_t k = 0; k < at.size; ++k) {
        const T target = at.target(k, rest);
        total = total + target;
        if (target != T(0)) loss = fma(target, log_sum - (at.x[k] - greatest), loss);
    }
    for (std::int64_t k = 0; at.gradient != nullptr && k < at.size; ++k) {
        const T p = math::exp(at.x[k] - greatest) / sum;
        at.gradient[k] = mul_rounded(fma(total, p, -at.target(k, rest)), at.scale);
    }
    return loss;
}

template <class T>
T categorical_from_probabilities(const Sample<T>& at) {
    const T rest = T(1) / static_cast<T>(at.size);
    T sum = T(0), loss = T(0), passed = T(0);  // passed: sum of target over outputs that are not clipped
    for (std::int64_t k = 0; k < at.size; ++k) sum = sum + at.x[k];
    for (std::int64_t k = 0; k < at.size; ++k) {
        const T p = at.x[k] / sum, target = at.target(k, rest);
        loss = fma(target, -math::log(clip(p)), loss);
        if (!is_clipped(p)) passed = passed + target;
    }
    // d/dx_j of -sum y log(x / S) is (sum y - y_j / p_j) / S.
    for (std::int64_t k = 0; at.gradient != nullptr && k < at.size; ++k) {
        const T p = at.x[k] / sum;
        const T share = is_clipped(p) ? T(0) : at.target(k, rest) / p;
        at.gradient[k] = mul_rounded((passed - share) / sum, at.scale);
    }
    return loss;
}

template <class T>
T binary_from_logits(const Sample<T>& at) {
    const T half = static_cast<T>(0.5), count = static_cast<T>(at.size);
    T loss = T(0);
    for (std::int64_t k = 0; k < at.size; ++k) {
        const T x = at.x[k], target = at.target(k, half);
        const T magnitude = x < T(0) ? -x : x;
        const T positive = x < T(0) ? T(0) : x;
        loss = loss + fma(-x, target, positive + math::log1p(math::exp(-magnitude)));
        if (at.gradient != nullptr) at.gradient[k] = mul_rounded((math::sigmoid(x) - target) / count, at.scale);
    }
    return loss / count;
}

template <class T>
T binary_from_probabilities(const Sample<T>& at) {
    const T half = static_cast<T>(0.5), count = static_cast<T>(at.size);
    T loss = T(0);
    for (std::int64_t k = 0; k < at.size; ++k) {
        const T p = clip(at.x[k]), target = at.target(k, half);
        loss = loss - fma(target, math::log(p), mul_rounded(T(1) - target, math::log(T(1) - p)));
        if (at.gradient == nullptr) continue;
        const T slope = is_clipped(at.x[k]) ? T(0) : (T(1) - target) / (T(1) - p) - target / p;
        at.gradient[k] = mul_rounded(slope / count, at.scale);
    }
    return loss / count;
}

template <class T>
T squared_error(const Sample<T>& at) {
    const T count = static_cast<T>(at.size);
    T loss = T(0);
    for (std::int64_t k = 0; k < at.size; ++k) {
        const T difference = at.x[k] - at.y[k];
        loss = fma(difference, difference, loss);
        if (at.gradient != nullptr) at.gradient[k] = mul_rounded((difference + difference) / count, at.scale);
    }
    return loss / count;
}

template <class T>
T sample_loss(LossKind kind, LossInput input, const Sample<T>& at) {
    const bool logits = input == LossInput::logits;
    switch (kind) {
        case LossKind::categorical_cross_entropy:
            return logits ? categorical_from_logits(at) : categorical_from_probabilities(at);
        case LossKind::binary_cross_entropy: return logits ? binary_from_logits(at) : binary_from_probabilities(at);
        case LossKind::mean_squared_error: return squared_error(at);
    }
    return T(0);
}

}  // namespace losses

/// Whether the settings make sense. @errors invalid_argument.
[[nodiscard]] inline Status check(const LossConfig& config) {
    if (config.label_smoothing >= 0.0 && config.label_smoothing < 1.0) return {};
    return make_error(ErrorCode::invalid_argument, "label smoothing: expected a number in [0, 1)");
}

/// The loss of a batch, and its gradient with respect to the outputs.
/// @param gradient [N, K], written; data null: not wanted. @param per_sample N unweighted losses; empty: not wanted.
/// @errors shape_mismatch, empty_data, invalid_argument; outputs are untouched.
/// @numerics see above; the same bits everywhere. NaN passes. @threads runs in the caller.
/// @req REQ-TRAIN-001
template <class T>
Result<T> evaluate_loss(const LossConfig& config, LossInput input, const LossBatch<T>& batch,
                        const View<T>& gradient = {}, Span<T> per_sample = {}) {
    PROVENN_TRY(check(config));
    const Shape& shape = batch.outputs.shape();
    if (shape.rank() != 2 || batch.targets.shape() != shape ||
        (gradient.data() != nullptr && gradient.shape() != shape)) {
        return make_error(ErrorCode::shape_mismatch, "loss: expected outputs, targets, gradient [N, K], found ", shape,
                          ", ", batch.targets.shape(), " and ", gradient.shape());
    }
    if (shape.element_count() == 0) return make_error(ErrorCode::empty_data, "loss: a batch without outputs");
    const auto samples = static_cast<std::size_t>(shape[0]);
    if ((!batch.sample_weights.empty() && batch.sample_weights.size() != samples) ||
        (!per_sample.empty() && per_sample.size() != samples)) {
        return make_error(ErrorCode::shape_mismatch, "loss: expected ", samples, " weights and losses, found ",
                          batch.sample_weights.size(), " and ", per_sample.size());
    }
    if (!batch.outputs.is_contiguous() || !batch.targets.is_contiguous() || !gradient.is_contiguous()) {
        return make_error(ErrorCode::unsupported, "loss: expected contiguous arrays");
    }
    const FpEnvironmentScope environment;
    const T count = static_cast<T>(shape[0]);
    const T sum = kernels::reference::pairwise_sum<T>(0, shape[0], [&](std::int64_t n) {
        const auto i = static_cast<std::size_t>(n);
        const T weight = batch.sample_weights.empty() ? T(1) : batch.sample_weights.data()[i];
        T* slopes = gradient.data() == nullptr ? nullptr : gradient.data() + n * shape[1];
        const T loss = losses::sample_loss<T>(
            config.kind, input,
            {batch.outputs.data() + n * shape[1], batch.targets.data() + n * shape[1], shape[1],
             static_cast<T>(config.label_smoothing), weight / count, slopes});
        if (!per_sample.empty()) per_sample.data()[i] = loss;
        return mul_rounded(loss, weight);
    });
    return sum / count;
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
