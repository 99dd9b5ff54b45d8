// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TrainConfig: everything that decides a training run, beside the model and the data.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "provenn/core/executor.hpp"
#include "provenn/kernels/isa.hpp"
#include "provenn/kernels/table.hpp"
#include "provenn/model/model.hpp"
#include "provenn/training/clipping.hpp"
#include "provenn/training/early_stopping.hpp"
#include "provenn/training/history.hpp"
#include "provenn/training/loss.hpp"
#include "provenn/training/optimizer.hpp"
#include "provenn/training/schedule.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// The learning rate of layers whose name matches is multiplied; the last match counts.
struct RateGroup {
    std::string pattern;  ///< `*` and `?`, as in glob_match
    float multiplier = 1.0f;
};

/// Where a run stands, for a progress bar. Times in seconds.
struct Progress {
    std::int64_t epoch = 0, epochs = 0;  ///< from 1
    std::int64_t step = 0, steps = 0;    ///< finished ones of this epoch
    std::int64_t samples = 0;            ///< of this epoch
    double loss = 0.0;                   ///< mean over the epoch's samples so far
    double accuracy = kNotMeasured;
    double learning_rate = 0.0;
    double epoch_seconds = 0.0, epoch_seconds_left = 0.0;
    bool epoch_ended = false;
    ValidationScore validation;          ///< once the epoch has ended
};

/// Validation through inference: the tested network is the one that is shipped.
using Evaluator = std::function<Result<ValidationScore>(const Model& model)>;

/// Which parameters weight decay and L2 touch.
enum class DecayScope : std::uint8_t { kernels = 0, all = 1 };

struct TrainConfig {
    LossConfig loss;
    std::vector<float> class_weights;  ///< one factor for each class, or none
    OptimizerConfig optimizer;
    DecayScope decay_scope = DecayScope::kernels;  ///< all: biases, scales and shifts too, as Keras' AdamW
    ScheduleConfig schedule;                       ///< plateau watches what `stopping` monitors
    std::int64_t epochs = 10;
    /// Of data and starting model, on one line: a run goes on from a checkpoint with the same one only.
    std::string identity;
    std::int64_t batch = 32;
    std::uint64_t seed = 0;
    ClipConfig clip;
    std::vector<RateGroup> rate_groups;
    EarlyStoppingConfig stopping;

    // What follows changes no bit of the weights.
    const kernels::KernelTable* kernels = nullptr;  ///< null: the fastest that the processor has
    Executor executor = serial_executor();
    Evaluator evaluate;                             ///< asked after each epoch; empty: no validation
    std::function<bool(const Progress&)> on_progress;  ///< after each step and epoch; false cancels
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
