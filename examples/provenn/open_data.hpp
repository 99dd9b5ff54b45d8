// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data sets from the command line: where they are, who the patients are, how they are split.
#pragma once

#include <string>

#include "command_line.hpp"
#include "provenn/data/augmentation.hpp"
#include "provenn/data/open_dataset.hpp"

namespace program {

/// Options of commands that read labelled images.
struct DataOptions {
    std::string path, table, patient_pattern, classes;
    std::string leaks = "refuse";
    double validation = 0.15, test = 0.15;
    std::int64_t split_seed = 1;
    bool resplit = false;
};

/// Adds DATA, --table, --patient-pattern, --classes, --leaks, --validation, --test, --split-seed and --resplit.
void add_data_options(Command& command, DataOptions& options);

/// @errors those of open_dataset; usage where neither or both of DATA and --table are given.
[[nodiscard]] Result<OpenedDataset> open_data(Context& context, const DataOptions& options);

/// Sizes, classes and how samples were kept apart, for people and for programs.
[[nodiscard]] std::string data_text(const OpenedDataset& data);
[[nodiscard]] Json data_json(const OpenedDataset& data);

/// "flip,rotate=15,noise=0.02". @errors invalid_argument lists what there is.
[[nodiscard]] Result<AugmentationConfig> parse_augmentation(const std::string& text);

}  // namespace program
