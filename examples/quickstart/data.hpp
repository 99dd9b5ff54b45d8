// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The quickstart's data: classes of Fashion-MNIST or a MedMNIST file, a few images of each class, a second device.
#pragma once

#include <string>
#include <vector>

#include "provenn/data/array_dataset.hpp"
#include "provenn/data/select.hpp"
#include "provenn/data/simulated_device.hpp"

namespace quickstart {

using namespace provenn;

/// Classes that the shipped weights were trained on, and those of the new task (shoes).
inline const std::vector<std::string> kSourceClasses = {"0", "1", "2", "3", "4", "6", "8"};
inline const std::vector<std::string> kTargetClasses = {"5", "7", "9"};
inline constexpr std::int64_t kPretrainingEpochs = 4;

/// Names of Fashion-MNIST's classes by their numbers.
inline std::string fashion_name(const std::string& number) {
    constexpr const char* kNames[] = {"T-shirt", "trouser", "pullover", "dress", "coat",
                                      "sandal",  "shirt",   "sneaker",  "bag",   "ankle boot"};
    return kNames[number[0] - '0'];
}

/// Classes of Fashion-MNIST, under their names.
inline Result<Dataset> open_fashion(const std::string& folder, const std::vector<std::string>& classes) {
    PROVENN_ASSIGN(Dataset dataset, open_idx_folder(folder));
    PROVENN_TRY(keep_classes(dataset, classes));
    for (std::string& name : dataset.class_names) name = fashion_name(name);
    return dataset;
}

/// The second device: flatter contrast, blur and noise.
inline SimulatedDevice second_device() {
    return {.name = "simulated second device", .contrast = 0.6, .blur_sigma = 0.8, .noise = 0.08, .seed = 7};
}

}  // namespace quickstart
