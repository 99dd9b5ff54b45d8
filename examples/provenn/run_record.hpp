// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The parts of a run record that tell what was trained on and by what program, and their reading by evaluate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "context.hpp"
#include "provenn/data/dataset.hpp"

namespace program {

/// Version of program and library (they are one release), compiler, and the words of the command line.
[[nodiscard]] Json program_json(const std::vector<std::string>& arguments);

/// "listing_sha256": SHA-256 of a line `sha256 TAB part TAB class TAB name LF` for each image in the data's order;
/// "train", "validation", "test": for each image of the part, `sha256  name` as sha256sum writes it.
/// @errors those of reading the images. @cost reads every image once.
[[nodiscard]] Result<Json> files_json(const Dataset& dataset);

/// The run record beside a package.
struct FoundRecord {
    std::string path;
    Json json;
};
/// Nothing where there is no record, or that of another package, which is said on stderr.
/// @param package_sha256 in hexadecimal digits.
[[nodiscard]] std::optional<FoundRecord> find_record(const Context& context, const std::string& package,
                                                     const std::string& package_sha256);

/// The threshold that a run chose on its validation images.
struct RecordedThreshold {
    double value = 0.5;
    std::string positive_class, origin;
};
/// Nothing where the record has none.
[[nodiscard]] std::optional<RecordedThreshold> recorded_threshold(const FoundRecord& record);

/// Images that a model is evaluated on and was trained on.
struct TrainedOn {
    std::int64_t evaluated = 0, trained = 0;
};

/// Looks images up in a run record by their bytes; nothing where it has no list of files.
/// @errors those of reading the images.
[[nodiscard]] Result<std::optional<TrainedOn>> find_trained_on(const FoundRecord& record, const Dataset& dataset,
                                                               Split split);

}  // namespace program
