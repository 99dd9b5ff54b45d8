// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Optimizers with the formulas of Keras 3: one update of one parameter, element by element.
//
// g is the gradient (+ 2 l2 p with L2 decay), a the learning rate times the group's multiplier, t the step from 1.
// Decoupled decay comes first: p = p - p * weight_decay * a. Then
//   sgd       p = p - a g;  with momentum u: m = u m - a g, p = p + m; Nesterov: p = p + u m - a g
//   adam      m = m + (g - m)(1 - b1), v = v + (g^2 - v)(1 - b2),
//             p = p - m a sqrt(1 - b2^t) / (1 - b1^t) / (sqrt(v) + eps)
//   rmsprop   v = r v + (1 - r) g^2, d = v + eps; centred: h = r h + (1 - r) g, d = v - h^2 + eps;
//             with momentum: m = u m + a g / sqrt(d), p = p - m; else p = p - a g / sqrt(d)
// AdamW is adam with weight_decay. Factors are computed in double and rounded once; sums of products are fused.
// Only parameters that are passed are touched: a frozen tensor is never passed.
#pragma once

#include <cstdint>

#include "provenn/core/double_math.hpp"
#include "provenn/core/executor.hpp"
#include "provenn/core/fma.hpp"
#include "provenn/core/result.hpp"
#include "provenn/kernels/tasks.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

enum class OptimizerKind : std::uint8_t { sgd = 0, adam = 1, rmsprop = 2 };

struct OptimizerConfig {
    OptimizerKind kind = OptimizerKind::adam;
    double momentum = 0.0;      ///< sgd and rmsprop, in [0, 1]
    bool nesterov = false;      ///< sgd
    double beta1 = 0.9;         ///< adam, in [0, 1)
    double beta2 = 0.999;       ///< adam, in [0, 1)
    double rho = 0.9;           ///< rmsprop, in [0, 1]
    bool centered = false;      ///< rmsprop
    double epsilon = 1e-7;      ///< adam and rmsprop
    double weight_decay = 0.0;  ///< decoupled, a fraction of the learning rate
    double l2 = 0.0;            ///< factor of the penalty l2 * sum p^2
};

/// @errors invalid_argument.
[[nodiscard]] inline Status check(const OptimizerConfig& config) {
    const auto within = [](double value, double most) { return value >= 0.0 && value <= most; };
    if (!within(config.momentum, 1.0) || !within(config.rho, 1.0)) {
        return make_error(ErrorCode::invalid_argument, "optimizer: expected momentum and rho in [0, 1]");
    }
    if (!within(config.beta1, 1.0) || !within(config.beta2, 1.0) || config.beta1 >= 1.0 || config.beta2 >= 1.0) {
        return make_error(ErrorCode::invalid_argument, "optimizer: expected beta1 and beta2 in [0, 1)");
    }
    if (!within(config.epsilon, 1.0) || !within(config.weight_decay, 1e6) || !within(config.l2, 1e6)) {
        return make_error(ErrorCode::invalid_argument, "optimizer: epsilon, weight_decay, l2: expected 0 or more");
    }
    if (config.nesterov && !(config.momentum > 0.0)) {
        return make_error(ErrorCode::invalid_argument, "optimizer: Nesterov's form needs a momentum");
    }
    return {};
}

/// Tensors that the optimizer keeps for each trained parameter, by name; at most three. All start at zero.
struct MomentNames {
    const char* names[3] = {};
    std::size_t count = 0;
};
[[nodiscard]] inline MomentNames moment_names(const OptimizerConfig& config) {
    switch (config.kind) {
        case OptimizerKind::sgd: return config.momentum > 0.0 ? MomentNames{{"momentum"}, 1} : MomentNames{};
        case OptimizerKind::adam: return {{"momentum", "velocity"}, 2};
        case OptimizerKind::rmsprop:
            if (config.centered && config.momentum > 0.0) return {{"velocity", "average_gradient", "momentum"}, 3};
            if (config.centered) return {{"velocity", "average_gradient"}, 2};
            if (config.momentum > 0.0) return {{"velocity", "momentum"}, 2};
            return {{"velocity"}, 1};
    }
    return {};
}

/// One parameter's update. All arrays have `count` elements and do not overlap.
template <class T>
struct ParameterUpdate {
    T* value = nullptr;
    const T* gradient = nullptr;
    T* moments[3] = {};           ///< in the order of moment_names
    std::int64_t count = 0;
    std::int64_t step = 1;        ///< the number of this update, from 1
    double learning_rate = 1e-3;  ///< times the group's multiplier
    bool decays = true;           ///< whether weight_decay and l2 apply: kernels, usually not biases and norms
};

namespace optimizers {

/// The update's factors, rounded once.
template <class T>
struct Factors {
    ParameterUpdate<T> at;
    OptimizerConfig config;
    bool decays_weights, has_l2;
    T rate, decay, two_l2, momentum, first, second, epsilon;
};
template <class T>
[[nodiscard]] Factors<T> factors_of(const OptimizerConfig& config, const ParameterUpdate<T>& at) {
    Factors<T> f{};
    f.at = at;
    f.config = config;
    f.decays_weights = at.decays && config.weight_decay != 0.0;
    f.has_l2 = at.decays && config.l2 != 0.0;
    f.decay = static_cast<T>(mul_rounded(config.weight_decay, at.learning_rate));
    f.two_l2 = static_cast<T>(config.l2 + config.l2);
    f.momentum = static_cast<T>(config.momentum);
    f.epsilon = static_cast<T>(config.epsilon);
    double rate = at.learning_rate;
    if (config.kind == OptimizerKind::adam) {
        const double left1 = 1.0 - math::power(config.beta1, at.step), left2 = 1.0 - math::power(config.beta2, at.step);
        rate = mul_rounded(rate, math::sqrt(left2)) / left1;
        f.first = static_cast<T>(1.0 - config.beta1);
        f.second = static_cast<T>(1.0 - config.beta2);
    } else {
        f.first = static_cast<T>(config.rho);
        f.second = static_cast<T>(1.0 - config.rho);
    }
    f.rate = static_cast<T>(rate);
    return f;
}

/// The gradient with L2 decay, after decoupled decay has changed the value.
template <class T>
[[nodiscard]] T decayed(const Factors<T>& f, std::int64_t i) {
    T& value = f.at.value[i];
    const T gradient = f.has_l2 ? fma(f.two_l2, value, f.at.gradient[i]) : f.at.gradient[i];
    if (f.decays_weights) value = fma(-f.decay, value, value);
    return gradient;
}

template <class T>
void sgd(const Factors<T>& f, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t i = begin; i < end; ++i) {
        const T gradient = decayed(f, i);
        T& value = f.at.value[i];
        if (f.at.moments[0] == nullptr) {
            value = fma(-f.rate, gradient, value);
            continue;
        }
        T& momentum = f.at.moments[0][i];
        momentum = fma(momentum, f.momentum, -mul_rounded(f.rate, gradient));
        value = value + (f.config.nesterov ? fma(momentum, f.momentum, -mul_rounded(f.rate, gradient)) : momentum);
    }
}

template <class T>
void adam(const Factors<T>& f, std::int64_t begin, std::int64_t end) noexcept {
    for (std::int64_t i = begin; i < end; ++i) {
        const T gradient = decayed(f, i);
        T &momentum = f.at.moments[0][i], &velocity = f.at.moments[1][i];
        momentum = fma(gradient - momentum, f.first, momentum);
        velocity = fma(mul_rounded(gradient, gradient) - velocity, f.second, velocity);
        f.at.value[i] = f.at.value[i] - mul_rounded(momentum, f.rate) / (std::sqrt(velocity) + f.epsilon);
    }
}

template <class T>
void rmsprop(const Factors<T>& f, std::int64_t begin, std::int64_t end) noexcept {
    T* average = f.config.centered ? f.at.moments[1] : nullptr;
    T* momentum = f.config.momentum > 0.0 ? f.at.moments[f.config.centered ? 2 : 1] : nullptr;
    for (std::int64_t i = begin; i < end; ++i) {
        const T gradient = decayed(f, i);
        T& velocity = f.at.moments[0][i];
        velocity = fma(f.first, velocity, mul_rounded(f.second, mul_rounded(gradient, gradient)));
        T square = velocity;
        if (average != nullptr) {
            average[i] = fma(f.first, average[i], mul_rounded(f.second, gradient));
            square = fma(-average[i], average[i], velocity);
        }
        T change = mul_rounded(f.rate, gradient) / std::sqrt(square + f.epsilon);
        if (momentum != nullptr) change = momentum[i] = fma(f.momentum, momentum[i], change);
        f.at.value[i] = f.at.value[i] - change;
    }
}

}  // namespace optimizers

/// Updates one parameter and its moments.
/// @requires check(config) holds; the moments of moment_names(config) are there.
/// @numerics the same bits everywhere, T float; double is for tests. @threads tasks are runs of elements.
/// @req REQ-TRAIN-010
template <class T>
void update_parameter(const OptimizerConfig& config, const ParameterUpdate<T>& update, const Executor& executor) {
    const optimizers::Factors<T> factors = optimizers::factors_of(config, update);
    const MomentNames needed = moment_names(config);
    PROVENN_REQUIRE(update.count == 0 || (update.value != nullptr && update.gradient != nullptr && update.step >= 1));
    for (std::size_t i = 0; i < needed.count; ++i) PROVENN_REQUIRE(update.count == 0 || update.moments[i] != nullptr);
    for (std::size_t i = needed.count; i < 3; ++i) PROVENN_REQUIRE(update.moments[i] == nullptr);
    switch (config.kind) {
        case OptimizerKind::sgd:
            return kernels::run_ranges(executor, update.count, 1, factors, &optimizers::sgd<T>);
        case OptimizerKind::adam:
            return kernels::run_ranges(executor, update.count, 1, factors, &optimizers::adam<T>);
        case OptimizerKind::rmsprop:
            return kernels::run_ranges(executor, update.count, 1, factors, &optimizers::rmsprop<T>);
    }
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
