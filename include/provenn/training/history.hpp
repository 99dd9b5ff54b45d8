// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// History: one row for each epoch of training, as CSV and JSON.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "provenn/core/config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// A number that was not measured.
inline constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

/// What a validation says about a model. NaN where it was not measured.
struct ValidationScore {
    double loss = kNotMeasured;
    double accuracy = kNotMeasured;  ///< in [0, 1]
    double auc = kNotMeasured;       ///< in [0, 1]
};

/// One epoch.
struct EpochRecord {
    std::int64_t epoch = 0;         ///< from 1
    double loss = kNotMeasured;     ///< mean over the epoch's samples, each with the weights before its own step
    double accuracy = kNotMeasured; ///< likewise; NaN where there are no classes
    ValidationScore validation;
    double learning_rate = 0.0;     ///< of the epoch's last step, before multipliers
    double seconds = 0.0;           ///< wall time
};

namespace history {

/// The shortest text that reads back as the same number; `missing` for NaN and infinities.
[[nodiscard]] inline std::string exact(double value, const char* missing) {
    if (!std::isfinite(value)) return missing;
    char bytes[64];
    const auto written = std::to_chars(bytes, bytes + sizeof bytes, value);
    return {bytes, written.ptr};
}

struct Column {
    const char* name;
    double (*value)(const EpochRecord& record);
};
inline constexpr Column kColumns[] = {
    {"loss", [](const EpochRecord& record) { return record.loss; }},
    {"accuracy", [](const EpochRecord& record) { return record.accuracy; }},
    {"validation_loss", [](const EpochRecord& record) { return record.validation.loss; }},
    {"validation_accuracy", [](const EpochRecord& record) { return record.validation.accuracy; }},
    {"validation_auc", [](const EpochRecord& record) { return record.validation.auc; }},
    {"learning_rate", [](const EpochRecord& record) { return record.learning_rate; }},
    {"seconds", [](const EpochRecord& record) { return record.seconds; }},
};

}  // namespace history

/// A header line, then a line for each epoch; empty cells where nothing was measured.
[[nodiscard]] inline std::string history_csv(const std::vector<EpochRecord>& records) {
    std::string text = "epoch";
    for (const history::Column& column : history::kColumns) text += std::string(",") + column.name;
    text += "\n";
    for (const EpochRecord& record : records) {
        text += std::to_string(record.epoch);
        for (const history::Column& column : history::kColumns) text += "," + history::exact(column.value(record), "");
        text += "\n";
    }
    return text;
}

/// An array of objects with the same names; null where nothing was measured.
[[nodiscard]] inline std::string history_json(const std::vector<EpochRecord>& records) {
    std::string text = "[";
    for (const EpochRecord& record : records) {
        text += text.size() > 1 ? ",\n {" : "\n {";
        text += "\"epoch\": " + std::to_string(record.epoch);
        for (const history::Column& column : history::kColumns) {
            text += std::string(", \"") + column.name + "\": " + history::exact(column.value(record), "null");
        }
        text += "}";
    }
    return text + (text.size() > 1 ? "\n]\n" : "]\n");
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
