// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What train and finetune share: the options of training, the run itself, and its record beside the package.
#pragma once

#include <string>
#include <vector>

#include "engine.hpp"
#include "open_data.hpp"
#include "open_model.hpp"
#include "provenn/training/history.hpp"
#include "provenn/transfer/freeze_proof.hpp"

namespace program {

struct TrainingOptions {
    std::string out, augment = "none", optimizer = "adam", threshold_for, positive, checkpoint;
    std::int64_t epochs = 10, batch = 32, seed = 1, patience = 0, views = 0;
    double learning_rate = 1e-3, weight_decay = 0.0;
    double bn_momentum = -1.0;  ///< below 0: as the model says
    bool class_weights = false, resume = false;
};

/// Adds --out, --epochs, --lr, --batch, --seed, --class-weights, --augment, --optimizer and their kin.
void add_training_options(Command& command, TrainingOptions& options);

/// Checks the files that a run will write, before it opens anything. @errors those of check_output and of --augment.
[[nodiscard]] Status check_outputs(Context& context, const TrainingOptions& options,
                                   const std::vector<std::string>& inputs);

/// Where a model came from, for the record.
struct JobOrigin {
    std::string command, model;  ///< finetune and the file, or train and the architecture
    Json source;                 ///< what is known of it
    Json data_options, model_options;  ///< as given: how the data were opened; how the network was made
};

/// Trains what is not frozen, saves the package, reports on the test images, and writes the run record beside it.
/// @ensures exit code `no` where a frozen tensor changed. The package bears its name only once the record is written;
///   until then, and where that fails, it is called OUT.unfinished. @errors those of data, training and saving.
[[nodiscard]] Result<ExitCode> run_training(Context& context, const Machine& machine, Model model, OpenedDataset& data,
                                            const TrainingOptions& options, const JobOrigin& origin);

/// That --resume names a checkpoint, and that none is written over without it. @errors invalid_argument (usage).
[[nodiscard]] Status check_checkpoint(Context& context, const TrainingOptions& options);

/// What training needs of the unit that knows the trainer.
struct TrainedHistory {
    std::vector<training::EpochRecord> epochs;
    FreezeProof proof;
    std::int64_t cached_samples = 0;
    bool stopped_early = false;
};
[[nodiscard]] Result<TrainedHistory> train_model(Context& context, const Machine& machine, Model& model,
                                                 const Dataset& dataset, const TrainingOptions& options);

}  // namespace program
