// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// open_dataset: whatever a path leads to (folder, tar, table, .npz, IDX files), made ready for training.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "provenn/data/alpha.hpp"
#include "provenn/data/array_dataset.hpp"
#include "provenn/data/image_folder.hpp"
#include "provenn/data/name_pattern.hpp"
#include "provenn/data/select.hpp"
#include "provenn/data/split.hpp"
#include "provenn/data/table.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What to do when the same bytes or the same patient stand on two sides of splits that came with the data.
enum class LeakPolicy : std::uint8_t {
    refuse = 0,  ///< data_leak
    drop = 1,    ///< take the samples of the lesser side out, and say how many
    report = 2,  ///< keep them, and say how many
};

/// How a dataset is made ready. EXIF orientation is not decided here: it is part of the model's input contract.
struct DatasetOptions {
    std::string patient_pattern = {};           ///< see NamePattern; empty: patients only from a table
    std::vector<std::string> keep_classes = {};  ///< these in this order become the labels; empty keeps all
    SplitConfig split = {};  ///< shares of what the data do not bring; 0 leaves that side empty
    bool resplit = false;                   ///< make all sides anew, also where splits came with the data
    bool needs_training = true;             ///< false: splits that came with the data may be without training samples
    AlphaPolicy alpha = AlphaPolicy::refuse;  ///< of image files
    LeakPolicy leaks = LeakPolicy::refuse;  ///< in splits that came with the data; those made here have none
};

/// A dataset with every sample on its side, and what is known of the sides.
struct OpenedDataset {
    Dataset dataset;
    SplitReport report;
    bool splits_came_with_data = false;
};

namespace opening {

inline bool ends_with(const std::string& path, std::string_view ending) {
    const std::string name = image_folder::lower(path);
    return name.size() > ending.size() &&
           std::string_view(name).substr(name.size() - ending.size()) == ending;
}

/// The dataset behind a path, as it is stored. @errors not_found, unsupported, those of the kind.
inline Result<Dataset> open_stored(const std::string& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status)) return make_error(ErrorCode::not_found, path, ": no such file or folder");
    if (fs::is_directory(status)) {
        for (const char* first : {"/train-images-idx3-ubyte", "/train-images-idx3-ubyte.gz"}) {
            if (fs::exists(path + first, error)) return open_idx_folder(path);
        }
        return open_image_folder(path);
    }
    if (!fs::is_regular_file(status)) {
        return make_error(ErrorCode::io_failed, path, ": expected a regular file or a folder, found a pipe, socket or ",
                          "device");
    }
    if (ends_with(path, ".csv")) return open_table(path);
    if (ends_with(path, ".npz")) return open_medmnist(path);
    if (ends_with(path, ".tar")) return open_image_tar(path);
    return make_error(ErrorCode::unsupported, path,
                      ": expected a folder of class folders, a .tar of one, a table .csv, a MedMNIST .npz, or a folder "
                      "of IDX files (train-images-idx3-ubyte ...)");
}

inline Status find_patients(Dataset& dataset, const std::string& pattern_text) {
    if (pattern_text.empty()) return {};
    PROVENN_ASSIGN(const NamePattern pattern, NamePattern::parse(pattern_text));
    std::vector<std::string> patients;
    for (const Sample& sample : dataset.samples) {
        PROVENN_ASSIGN(std::string patient, pattern.patient(sample.name));
        if (!sample.patient.empty() && sample.patient != patient) {
            return make_error(ErrorCode::invalid_argument, sample.name, ": the table says patient '", sample.patient,
                              "', the pattern '", patient, "'");
        }
        patients.push_back(std::move(patient));
    }
    for (std::size_t i = 0; i < patients.size(); ++i) dataset.samples[i].patient = std::move(patients[i]);
    return {};
}

/// Every class on every side that is asked for.
inline Status check_sides(const Dataset& dataset, const SplitConfig& config, bool needs_training) {
    for (const Split split : {Split::train, Split::validation, Split::test}) {
        if (!needs_training && dataset.members(split).empty()) continue;
        const bool is_wanted = split == Split::train || !dataset.members(split).empty() ||
                               (split == Split::validation ? config.validation : config.test) > 0;
        std::vector<std::int64_t> counts(dataset.class_names.size());
        for (const std::int64_t i : dataset.members(split)) {
            ++counts[static_cast<std::size_t>(dataset.samples[static_cast<std::size_t>(i)].label)];
        }
        for (std::size_t label = 0; is_wanted && label < counts.size(); ++label) {
            if (counts[label] > 0) continue;
            return make_error(ErrorCode::empty_data, dataset.name, ": class '", dataset.class_names[label],
                              "' has no sample for ", to_string(split));
        }
    }
    return {};
}

/// Leaks of the splits that came with the data, before anything is added to them.
inline Result<SplitReport> settle_leaks(Dataset& dataset, LeakPolicy policy) {
    if (policy == LeakPolicy::drop) return drop_leaks(dataset);
    PROVENN_ASSIGN(SplitReport report, inspect_splits(dataset));
    if (policy == LeakPolicy::refuse) PROVENN_TRY(refuse_leaks(report));
    return report;
}

/// Splits that are given stay; a missing test or validation side, if it is wanted, is taken from train.
inline Status complete_splits(OpenedDataset& opened, const DatasetOptions& options) {
    Dataset& dataset = opened.dataset;
    std::size_t counts[4] = {};
    for (const Sample& sample : dataset.samples) ++counts[static_cast<int>(sample.split)];
    if (options.resplit || counts[0] == dataset.samples.size()) {
        PROVENN_ASSIGN(opened.report, assign_splits(dataset, options.split));
        return check_sides(dataset, options.split, options.needs_training);
    }
    if (counts[0] > 0) {
        return make_error(ErrorCode::invalid_argument, dataset.name, ": ", counts[0], " of ", dataset.samples.size(),
                          " samples have no split, the others have; expected all or none");
    }
    if (counts[1] == 0 && options.needs_training) {
        return make_error(ErrorCode::empty_data, dataset.name, ": splits came with the data, but no sample is for ",
                          "training; ask for new splits (resplit) to use the others");
    }
    opened.splits_came_with_data = true;
    PROVENN_TRY(splitting::check_shares(options.split.validation, options.split.test));
    PROVENN_ASSIGN(opened.report, settle_leaks(dataset, options.leaks));
    const std::int64_t dropped = opened.report.dropped;
    const std::pair<Split, double> wanted[] = {{Split::test, options.split.test},
                                               {Split::validation, options.split.validation}};
    for (const auto& [side, share] : wanted) {
        if (counts[static_cast<int>(side)] > 0 || share <= 0 || counts[1] == 0) continue;
        PROVENN_ASSIGN(opened.report, take_from_train(dataset, side, share, options.split.seed));
    }
    opened.report.dropped = dropped;
    return check_sides(dataset, options.split, options.needs_training);
}

}  // namespace opening

/// Opens what the path leads to: a folder of class folders (with or without train, val, test folders above them), a
/// .tar of one, a table .csv, a MedMNIST .npz, or a folder of IDX files, plain or .gz. Splits that came with the data
/// are kept and looked through for leaks; a side that is missing is taken from train; without splits all sides are
/// made, stratified by class and grouped by patient.
/// @errors not_found, unsupported, data_leak, empty_data, invalid_argument, those of the kind and of reading the
/// samples.
/// @cost reads every sample once, for its digest.
/// @req REQ-DATA-001 REQ-DATA-002 REQ-DATA-003 REQ-DATA-005 REQ-DATA-006
[[nodiscard]] inline Result<OpenedDataset> open_dataset(const std::string& path, const DatasetOptions& options = {}) {
    OpenedDataset opened;
    PROVENN_ASSIGN(opened.dataset, opening::open_stored(path));
    if (options.alpha != AlphaPolicy::refuse) {
        opened.dataset.pixels = std::make_shared<AlphaPixels>(std::move(opened.dataset.pixels), options.alpha);
    }
    PROVENN_TRY(opening::find_patients(opened.dataset, options.patient_pattern));
    if (!options.keep_classes.empty()) PROVENN_TRY(keep_classes(opened.dataset, options.keep_classes));
    PROVENN_TRY(opening::complete_splits(opened, options));
    return opened;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
