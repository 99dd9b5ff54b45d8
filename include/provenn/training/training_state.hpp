// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TrainingState: everything a run remembers between two steps, beside the model's own tensors.
#pragma once

#include <cstdint>
#include <vector>

#include "provenn/core/tensor.hpp"
#include "provenn/training/early_stopping.hpp"
#include "provenn/training/history.hpp"
#include "provenn/training/schedule.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Sums over the samples of the epoch that is under way.
struct EpochSums {
    double loss = 0.0;
    std::int64_t correct = 0;
    std::int64_t samples = 0;
    double seconds = 0.0;
};

/// A run between two steps. With the model, the data and the same settings it determines every later bit, because
/// random numbers are counted from seed, epoch and sample, and never from what was drawn before.
struct TrainingState {
    std::int64_t epoch = 0;        ///< finished epochs
    std::int64_t step = 0;         ///< finished steps of the epoch under way
    std::int64_t total_steps = 0;  ///< of all epochs
    bool stopped_early = false;
    EpochSums sums;
    EarlyStopping stopping;
    std::vector<EpochRecord> history;
    double learning_rate = 0.0;    ///< of the last step
    PlateauState plateau;
    std::vector<Tensor<float>> moments;  ///< of the optimizer: those of each trained parameter, one after the other
    std::vector<Tensor<float>> best;     ///< for each parameter of the model; empty tensors where nothing can change
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
