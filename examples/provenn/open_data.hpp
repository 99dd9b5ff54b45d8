// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Data sets from the command line: where they are, who the patients are, how they are split.
#pragma once

#include <string>

#include "command_line.hpp"
#include "provenn/data/alpha.hpp"
#include "provenn/data/augmentation.hpp"
#include "provenn/data/open_dataset.hpp"

namespace program {

/// Options of commands that read labelled images.
struct DataOptions {
    std::string path, table, patient_pattern, classes;
    std::string leaks = "refuse", alpha = "refuse";
    double validation = 0.15, test = 0.15;
    std::int64_t split_seed = 1;
    bool resplit = false;
};

/// Adds DATA, --table, --patient-pattern, --classes, --alpha, --leaks, --validation, --test, --split-seed, --resplit.
void add_data_options(Command& command, DataOptions& options);

/// Adds --alpha: what becomes of images with a transparent channel.
void add_alpha_option(Command& command, std::string& alpha);
/// What --alpha stands for.
[[nodiscard]] AlphaPolicy alpha_policy(const std::string& alpha);

/// Opens the data; says on stderr how many patients there are, and warns where they look like something else.
/// @errors those of open_dataset; usage where neither or both of DATA and --table are given.
/// @param needs_training false: splits that came with the data may be without training images.
[[nodiscard]] Result<OpenedDataset> open_data(Context& context, const DataOptions& options, bool needs_training = true);

/// Sizes, classes and how samples were kept apart, for people and for programs.
[[nodiscard]] std::string data_text(const OpenedDataset& data);
[[nodiscard]] Json data_json(const OpenedDataset& data);
/// The options that the data were opened with.
[[nodiscard]] Json data_options_json(const DataOptions& options);

/// Label of the positive class: the one named, or the second of two, which is said on stderr.
/// @errors usage for a class that the data have not, with those they have.
[[nodiscard]] Result<std::int32_t> positive_class(Context& context, const Dataset& dataset, const std::string& name);

/// "flip,rotate=15,noise=0.02". @errors invalid_argument lists what there is.
[[nodiscard]] Result<AugmentationConfig> parse_augmentation(const std::string& text);

}  // namespace program
