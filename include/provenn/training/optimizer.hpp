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
#include "provenn/core/fma.hpp"
#include "provenn/core/result.hpp"
#include "provenn/kernels/reference/parameter_update.hpp"

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

/// The update's factors, rounded once.
template <class T>
[[nodiscard]] kernels::UpdateFactors<T> factors_of(const OptimizerConfig& config, const ParameterUpdate<T>& at) {
    kernels::UpdateFactors<T> f;
    f.rule = static_cast<kernels::UpdateRule>(config.kind);
    f.nesterov = config.nesterov;
    f.centered = config.centered;
    f.has_momentum = config.momentum > 0.0;
    f.decays = at.decays && config.weight_decay != 0.0;
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

/// The update as kernels take it, in place.
/// @requires check(config) holds; the moments of moment_names(config) are there, and no others.
template <class T>
[[nodiscard]] kernels::ParameterUpdateArguments<T> update_arguments(const OptimizerConfig& config,
                                                                    const ParameterUpdate<T>& update) {
    const std::size_t needed = moment_names(config).count;
    PROVENN_REQUIRE(update.count == 0 || (update.value != nullptr && update.gradient != nullptr && update.step >= 1));
    kernels::ParameterUpdateArguments<T> arguments;
    arguments.factors = factors_of(config, update);
    arguments.gradient = update.gradient;
    arguments.value = arguments.new_value = update.value;
    for (std::size_t i = 0; i < 3; ++i) {
        PROVENN_REQUIRE(i < needed ? update.count == 0 || update.moments[i] != nullptr : update.moments[i] == nullptr);
        arguments.moments[i] = arguments.new_moments[i] = update.moments[i];
    }
    arguments.count = update.count;
    return arguments;
}

/// Updates one parameter and its moments by the reference; WeightUpdate takes the kernel.
/// @requires check(config) holds; the moments of moment_names(config) are there.
/// @numerics the same bits everywhere, T float; double is for tests. @threads runs in the caller.
/// @req REQ-TRAIN-010
template <class T>
void update_parameter(const OptimizerConfig& config, const ParameterUpdate<T>& update) {
    kernels::reference::parameter_update(update_arguments(config, update), 0, update.count);
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
