// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The settings that decide a run's bits, as lines of text: for the run record, and to see that a resumed run is the
// same.
#pragma once

#include <string>
#include <string_view>

#include "provenn/training/batch_source.hpp"
#include "provenn/training/train_config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

namespace settings {
class Lines {
  public:
    void add(const std::string& key, double value) { text_ += key + " = " + history::exact(value, "nan") + "\n"; }
    void add(const std::string& key, const std::string& value) { text_ += key + " = " + value + "\n"; }
    void add(const std::string& key, std::int64_t value) { text_ += key + " = " + std::to_string(value) + "\n"; }
    template <class Enum>
    void add_choice(const std::string& key, Enum value) { add(key, static_cast<std::int64_t>(value)); }
    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    std::string text_;
};
}  // namespace settings

/// One `key = value` a line. Not in it: the number of epochs (a run may be prolonged), threads, instruction set.
/// Choices are written as the numbers of their enumerations.
[[nodiscard]] inline std::string settings_text(const TrainConfig& config, const BatchSource& source) {
    settings::Lines lines;
    lines.add("data.samples", source.size());
    lines.add("data.classes", source.classes());
    if (!config.identity.empty()) lines.add("identity", config.identity);
    lines.add("batch", config.batch);
    lines.add("seed", static_cast<std::int64_t>(config.seed));
    lines.add_choice("loss.kind", config.loss.kind);
    lines.add("loss.label_smoothing", config.loss.label_smoothing);
    for (std::size_t i = 0; i < config.class_weights.size(); ++i) {
        lines.add("class_weight." + std::to_string(i), static_cast<double>(config.class_weights[i]));
    }
    const OptimizerConfig& optimizer = config.optimizer;
    lines.add_choice("optimizer.kind", optimizer.kind);
    lines.add("optimizer.momentum", optimizer.momentum);
    lines.add_choice("optimizer.nesterov", optimizer.nesterov);
    lines.add("optimizer.beta1", optimizer.beta1);
    lines.add("optimizer.beta2", optimizer.beta2);
    lines.add("optimizer.rho", optimizer.rho);
    lines.add_choice("optimizer.centered", optimizer.centered);
    lines.add("optimizer.epsilon", optimizer.epsilon);
    lines.add("optimizer.weight_decay", optimizer.weight_decay);
    lines.add("optimizer.l2", optimizer.l2);
    lines.add_choice("decay_scope", config.decay_scope);
    const ScheduleConfig& schedule = config.schedule;
    lines.add_choice("schedule.kind", schedule.kind);
    lines.add("schedule.learning_rate", schedule.learning_rate);
    lines.add("schedule.interval", schedule.interval);
    lines.add("schedule.factor", schedule.factor);
    lines.add("schedule.final_fraction", schedule.final_fraction);
    lines.add("schedule.warmup_steps", schedule.warmup_steps);
    lines.add("schedule.warmup_from", schedule.warmup_from);
    const PlateauConfig& plateau = schedule.plateau;
    lines.add_choice("plateau.is_on", plateau.is_on);
    lines.add("plateau.factor", plateau.factor);
    lines.add("plateau.patience", plateau.patience);
    lines.add("plateau.cooldown", plateau.cooldown);
    lines.add("plateau.least_improvement", plateau.least_improvement);
    lines.add("plateau.least_rate", plateau.least_rate);
    lines.add_choice("clip.kind", config.clip.kind);
    lines.add("clip.limit", static_cast<double>(config.clip.limit));
    lines.add_choice("stopping.monitor", config.stopping.monitor);
    lines.add("stopping.patience", config.stopping.patience);
    lines.add("stopping.least_improvement", config.stopping.least_improvement);
    lines.add_choice("stopping.keep_best_weights", config.stopping.keep_best_weights);
    for (const RateGroup& group : config.rate_groups) {
        lines.add("rate_group." + group.pattern, static_cast<double>(group.multiplier));
    }
    return lines.take();
}

/// The first line in which two texts differ, as "expected ..., found ..."; empty where they agree.
[[nodiscard]] inline std::string settings_difference(std::string_view expected, std::string_view found) {
    while (!expected.empty() || !found.empty()) {
        const auto take_line = [](std::string_view& text) {
            const std::size_t end = text.find('\n');
            const std::string_view line = text.substr(0, end);
            text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
            return line;
        };
        const std::string_view a = take_line(expected), b = take_line(found);
        if (a != b) return "expected '" + std::string(a) + "', found '" + std::string(b) + "'";
    }
    return {};
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
