// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// LoadReport: what became of every tensor of a file and of every parameter of a model, as text and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/model/parameter.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What happened to a tensor on its way into the model.
enum class TensorFate : std::uint8_t {
    loaded = 0,              ///< byte for byte
    transposed = 1,          ///< [K, C, R, S] to [R, S, C, K]
    rotated = 2,             ///< every kernel turned by 180 degrees
    transposed_rotated = 3,  ///< both
    skipped = 4,             ///< in the file, not loaded, on request
    unused = 5,              ///< in the file, without a meaning for the result (counters)
    initialised = 6,         ///< in the model, not in the file, on request: it keeps the value it had
};
[[nodiscard]] inline const char* to_string(TensorFate fate) {
    constexpr const char* kNames[] = {"loaded", "transposed", "rotated", "transposed and rotated",
                                      "skipped on request", "unused", "initialised"};
    return kNames[static_cast<int>(fate)];
}

/// One tensor of the file, one parameter of the model, or a pair of them.
struct TensorRecord {
    std::string parameter;  ///< empty where the model has none
    std::string path;       ///< empty where the file has none
    std::string type;       ///< of the elements in the file
    Shape file_shape, shape;
    Digest digest;          ///< of the model's tensor in canonical form
    TensorFate fate = TensorFate::loaded;
};

/// Something a reader of the model should know.
struct ImportNotice {
    std::string where, text;
};

/// The whole import.
struct LoadReport {
    std::string file;
    Digest file_digest;
    std::string format, producer;  ///< such as "Keras HDF5, whole model" and "keras 2.8.0, backend tensorflow"
    std::vector<TensorRecord> tensors;
    std::vector<ImportNotice> notices;

    void note(const std::string& where, const std::string& text) {
        for (const ImportNotice& known : notices) {
            if (known.where == where && known.text == text) return;
        }
        notices.push_back({where, text});
    }
    [[nodiscard]] std::size_t count(TensorFate fate) const {
        std::size_t count = 0;
        for (const TensorRecord& record : tensors) count += record.fate == fate ? 1 : 0;
        return count;
    }
};

namespace io {
inline std::string shape_text(const Shape& shape) {
    FixedText<159> text;
    shape.append_to(text);
    return std::string(text.view());
}
inline Json shape_json(const Shape& shape) {
    Json extents = Json::array();
    for (int axis = 0; axis < shape.rank(); ++axis) extents.push_back(shape[axis]);
    return extents;
}
inline std::string padded(std::string text, std::size_t width) {
    text.resize(text.size() < width ? width : text.size(), ' ');
    return text;
}
}  // namespace io

/// The report as an aligned table for people.
[[nodiscard]] inline std::string to_text(const LoadReport& report) {
    std::string text = report.file + "\n  format    " + report.format + "\n  producer  " + report.producer +
                       "\n  sha256    " + std::string(report.file_digest.hex().view()) + "\n  tensors   ";
    bool first = true;
    for (int i = 0; i <= static_cast<int>(TensorFate::initialised); ++i) {
        const auto fate = static_cast<TensorFate>(i);
        if (report.count(fate) == 0) continue;
        text += (first ? "" : ", ") + std::to_string(report.count(fate)) + " " + to_string(fate);
        first = false;
    }
    text += "\n";
    std::size_t width = 0;
    for (const TensorRecord& record : report.tensors)
        width = record.parameter.size() > width ? record.parameter.size() : width;
    for (const TensorRecord& record : report.tensors) {
        const bool has_parameter = !record.parameter.empty();
        text += "  " + io::padded(has_parameter ? record.parameter : "-", width) + "  " +
                io::padded(io::shape_text(has_parameter ? record.shape : record.file_shape), 18) + "  " +
                io::padded(to_string(record.fate), 22) + "  ";
        text += has_parameter ? std::string(record.digest.hex().view()).substr(0, 16) : std::string(16, '-');
        text += "  " + (record.path.empty() ? std::string("-") : record.path) + "\n";
    }
    for (const ImportNotice& notice : report.notices) text += "  note: " + notice.where + ": " + notice.text + "\n";
    return text;
}

/// The report as JSON, every digest in full.
[[nodiscard]] inline Json to_json(const LoadReport& report) {
    Json tensors = Json::array(), notices = Json::array();
    for (const TensorRecord& record : report.tensors) {
        Json entry = Json::object();
        entry["parameter"] = record.parameter.empty() ? Json() : Json(record.parameter);
        entry["path"] = record.path.empty() ? Json() : Json(record.path);
        entry["fate"] = to_string(record.fate);
        if (!record.path.empty()) {
            entry["file_type"] = record.type;
            entry["file_shape"] = io::shape_json(record.file_shape);
        }
        if (!record.parameter.empty()) {
            entry["shape"] = io::shape_json(record.shape);
            entry["sha256"] = std::string(record.digest.hex().view());
        }
        tensors.push_back(std::move(entry));
    }
    for (const ImportNotice& notice : report.notices) {
        Json entry = Json::object();
        entry["where"] = notice.where;
        entry["text"] = notice.text;
        notices.push_back(std::move(entry));
    }
    Json json = Json::object();
    json["file"] = report.file;
    json["sha256"] = std::string(report.file_digest.hex().view());
    json["format"] = report.format;
    json["producer"] = report.producer;
    json["tensors"] = std::move(tensors);
    json["notices"] = std::move(notices);
    return json;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
