// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Watching one measured number from epoch to epoch: when to stop, and which weights were the best.
#pragma once

#include <cmath>
#include <cstdint>

#include "provenn/training/history.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// The number that decides which epoch is the best.
enum class Monitor : std::uint8_t { validation_loss = 0, validation_accuracy = 1, validation_auc = 2, loss = 3 };

struct EarlyStoppingConfig {
    Monitor monitor = Monitor::validation_loss;
    std::int64_t patience = 0;      ///< epochs without improvement after which training stops; 0: never
    double least_improvement = 0.0; ///< what counts as better
    bool keep_best_weights = false; ///< the model ends with the weights of its best epoch
};

[[nodiscard]] inline bool greater_is_better(Monitor monitor) {
    return monitor == Monitor::validation_accuracy || monitor == Monitor::validation_auc;
}
[[nodiscard]] inline double monitored(Monitor monitor, const EpochRecord& record) {
    switch (monitor) {
        case Monitor::validation_loss: return record.validation.loss;
        case Monitor::validation_accuracy: return record.validation.accuracy;
        case Monitor::validation_auc: return record.validation.auc;
        case Monitor::loss: return record.loss;
    }
    return kNotMeasured;
}

/// What is remembered between epochs. Public: a checkpoint stores it.
struct EarlyStopping {
    double best = kNotMeasured;
    std::int64_t best_epoch = 0;  ///< from 1; 0 before the first
    std::int64_t waited = 0;

    /// Takes an epoch in; returns whether it is the best so far. A number that is missing or NaN is never better.
    bool improves(const EarlyStoppingConfig& config, const EpochRecord& record) {
        const double value = monitored(config.monitor, record);
        const double gain = greater_is_better(config.monitor) ? value - best : best - value;
        const bool better = !std::isnan(value) && (std::isnan(best) || gain > config.least_improvement);
        if (better) {
            best = value;
            best_epoch = record.epoch;
        }
        waited = better ? 0 : waited + 1;
        return better;
    }
    [[nodiscard]] bool should_stop(const EarlyStoppingConfig& config) const {
        return config.patience > 0 && waited >= config.patience;
    }
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
