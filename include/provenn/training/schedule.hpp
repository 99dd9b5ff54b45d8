// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The learning rate of each step: constant, in steps, cosine, with warm-up; and lowered when a number stops improving.
//
// With s counted from the end of the warm-up (step - warmup_steps), base the learning rate:
//   warm-up   warmup_from + (base - warmup_from) * step / warmup_steps, for step < warmup_steps
//   constant  base
//   step      base * factor^floor(s / interval)                     (Keras' ExponentialDecay, staircase)
//   cosine    base * ((1 - final_fraction) (1 + cos(pi s / interval)) / 2 + final_fraction), s at most interval
//                                                                    (Keras' CosineDecay)
// Plateau multiplies what these give. All in double, with the library's own cosine.
#pragma once

#include <cstdint>
#include <limits>

#include "provenn/core/double_math.hpp"
#include "provenn/core/result.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

enum class ScheduleKind : std::uint8_t { constant = 0, step = 1, cosine = 2 };

/// Keras' ReduceLROnPlateau.
struct PlateauConfig {
    bool is_on = false;
    bool greater_is_better = false;
    double factor = 0.1;       ///< in (0, 1)
    std::int64_t patience = 10;  ///< epochs without improvement before the rate falls
    std::int64_t cooldown = 0;   ///< epochs after a fall that do not count
    double least_improvement = 1e-4;
    double least_rate = 0.0;   ///< the rate is not lowered below this
};

struct ScheduleConfig {
    ScheduleKind kind = ScheduleKind::constant;
    double learning_rate = 1e-3;
    std::int64_t interval = 1;    ///< steps; step: between falls; cosine: until the end
    double factor = 0.1;          ///< step
    double final_fraction = 0.0;  ///< cosine
    std::int64_t warmup_steps = 0;
    double warmup_from = 0.0;     ///< learning rate of the first step of the warm-up
    PlateauConfig plateau;
};

/// @errors invalid_argument.
[[nodiscard]] inline Status check(const ScheduleConfig& config) {
    const auto is_number = [](double value) { return value >= 0.0 && value <= 1e6; };
    if (!is_number(config.learning_rate) || !is_number(config.warmup_from) || config.warmup_steps < 0) {
        return make_error(ErrorCode::invalid_argument, "schedule: expected rates and warm-up of at least 0");
    }
    if (config.interval < 1 || !is_number(config.factor) || !is_number(config.final_fraction)) {
        return make_error(ErrorCode::invalid_argument, "schedule: expected interval >= 1, factor, final fraction >= 0");
    }
    const PlateauConfig& plateau = config.plateau;
    if (plateau.is_on && !(plateau.factor > 0.0 && plateau.factor < 1.0 && plateau.patience >= 0 &&
                           plateau.cooldown >= 0 && is_number(plateau.least_rate))) {
        return make_error(ErrorCode::invalid_argument, "plateau: expected factor in (0, 1), patience, cooldown >= 0");
    }
    return {};
}

/// The learning rate of step number `step` (from 0, over all epochs), before plateau.
/// @requires check(config). @req REQ-TRAIN-020
[[nodiscard]] inline double scheduled_rate(const ScheduleConfig& config, std::int64_t step) {
    if (step < config.warmup_steps) {
        const double done = static_cast<double>(step) / static_cast<double>(config.warmup_steps);
        return mul_rounded(config.learning_rate - config.warmup_from, done) + config.warmup_from;
    }
    const std::int64_t after = step - config.warmup_steps;
    switch (config.kind) {
        case ScheduleKind::constant: break;
        case ScheduleKind::step:
            return mul_rounded(config.learning_rate, math::power(config.factor, after / config.interval));
        case ScheduleKind::cosine: {
            const std::int64_t reached = after < config.interval ? after : config.interval;
            const double done = static_cast<double>(reached) / static_cast<double>(config.interval);
            const double wave = mul_rounded(0.5, 1.0 + math::cos(mul_rounded(math::kPi, done)));
            const double left = mul_rounded(1.0 - config.final_fraction, wave) + config.final_fraction;
            return mul_rounded(config.learning_rate, left);
        }
    }
    return config.learning_rate;
}

/// What plateau remembers between epochs. Public: a checkpoint stores it.
struct PlateauState {
    double scale = 1.0;  ///< multiplies the scheduled rate
    double best = std::numeric_limits<double>::quiet_NaN();
    std::int64_t waited = 0, cooling = 0;

    /// Takes in the watched number of an epoch that ended; `rate` is what scheduled_rate gave last. NaN never improves.
    void observe(const PlateauConfig& config, double value, double rate) {
        if (!config.is_on) return;
        if (cooling > 0) {
            --cooling;
            waited = 0;
        }
        const double gain = config.greater_is_better ? value - best : best - value;
        if (value == value && (best != best || gain > config.least_improvement)) {
            best = value;
            waited = 0;
            return;
        }
        if (cooling > 0 || ++waited < config.patience) return;
        const double current = mul_rounded(rate, scale);
        if (!(current > config.least_rate)) return;
        const double lowered = mul_rounded(current, config.factor);
        scale = lowered > config.least_rate ? mul_rounded(scale, config.factor) : config.least_rate / rate;
        cooling = config.cooldown;
        waited = 0;
    }
};

/// The learning rate of a step. @requires check(config).
[[nodiscard]] inline double learning_rate(const ScheduleConfig& config, const PlateauState& plateau,
                                          std::int64_t step) {
    return mul_rounded(scheduled_rate(config, step), plateau.scale);
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
