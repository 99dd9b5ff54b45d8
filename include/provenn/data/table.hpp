// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Datasets from a table: images.csv with columns path and label, and if wanted patient, site, device, split.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "provenn/data/csv.hpp"
#include "provenn/data/image_folder.hpp"
#include "provenn/files/mapped_file.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

namespace table {
inline constexpr const char* kColumns[] = {"path", "label", "patient", "site", "device", "split"};
inline constexpr std::size_t kColumnCount = 6;

/// One row, its fields in the order of kColumns.
struct Row {
    std::int64_t line = 0;
    std::string fields[kColumnCount];
    Split split = Split::unassigned;
};

/// For each of kColumns its place in the header, or npos.
inline Result<std::vector<std::size_t>> find_columns(const CsvRecord& header, const std::string& name) {
    std::vector<std::size_t> places(kColumnCount, std::string::npos);
    for (std::size_t i = 0; i < header.fields.size(); ++i) {
        const std::string column = image_folder::lower(header.fields[i]);
        for (std::size_t k = 0; k < kColumnCount; ++k) {
            if (column != kColumns[k]) continue;
            if (places[k] != std::string::npos) {
                return make_error(ErrorCode::duplicate_name, name, ": two columns are called ", column);
            }
            places[k] = i;
        }
    }
    for (std::size_t k = 0; k < 2; ++k) {
        if (places[k] != std::string::npos) continue;
        std::string found;
        for (const std::string& field : header.fields) found += (found.empty() ? "" : ", ") + field;
        return make_error(ErrorCode::not_found, name, ": no column '", kColumns[k],
                          "'; expected path, label and perhaps patient, site, device, split; found ",
                          std::string_view(found).substr(0, 200));
    }
    return places;
}

inline Result<Row> read_row(const CsvRecord& record, const std::vector<std::size_t>& places, std::size_t width,
                            const std::string& name) {
    if (record.fields.size() != width) {
        return make_error(ErrorCode::corrupt_data, name, ", line ", record.line, ": expected ", width,
                          " fields as in the header, found ", record.fields.size());
    }
    Row row;
    row.line = record.line;
    for (std::size_t k = 0; k < kColumnCount; ++k) {
        if (places[k] != std::string::npos) row.fields[k] = record.fields[places[k]];
    }
    for (std::size_t k = 0; k < 2; ++k) {
        if (!row.fields[k].empty()) continue;
        return make_error(ErrorCode::corrupt_data, name, ", line ", row.line, ": empty ", kColumns[k]);
    }
    const std::string& split = row.fields[5];
    row.split = image_folder::split_of_folder(split);
    if (!split.empty() && row.split == Split::unassigned) {
        return make_error(ErrorCode::invalid_argument, name, ", line ", row.line, ": split '", split,
                          "': expected train, validation, test or nothing");
    }
    return row;
}

/// Rows in the order of the bytes of their paths; no path twice.
inline Status sort_rows(std::vector<Row>& rows, const std::string& name) {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.fields[0] < b.fields[0]; });
    for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
        if (rows[i].fields[0] != rows[i + 1].fields[0]) continue;
        return make_error(ErrorCode::duplicate_name, name, ", lines ", rows[i].line, " and ", rows[i + 1].line,
                          ": the same path twice: ", rows[i].fields[0]);
    }
    return {};
}
}  // namespace table

/// The samples of a table, in the order of the bytes of their paths; the labels' texts, sorted by bytes, are the
/// classes. Paths are relative to the table's folder.
/// @errors those of parse_csv; io_failed, not_found (a column; an image, with its line), corrupt_data, duplicate_name,
///   invalid_argument, empty_data.
/// @req REQ-DATA-003
[[nodiscard]] inline Result<Dataset> open_table(const std::string& path) {
    PROVENN_ASSIGN(const auto bytes, read_file(path));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    PROVENN_ASSIGN(const auto records, parse_csv(text, path));
    if (records.empty()) return make_error(ErrorCode::empty_data, path, ": the table is empty");
    PROVENN_ASSIGN(const auto places, table::find_columns(records[0], path));
    std::vector<table::Row> rows;
    Dataset dataset;
    dataset.name = path;
    for (std::size_t i = 1; i < records.size(); ++i) {
        PROVENN_ASSIGN(table::Row row, table::read_row(records[i], places, records[0].fields.size(), path));
        dataset.class_names.push_back(row.fields[1]);
        rows.push_back(std::move(row));
    }
    PROVENN_TRY(table::sort_rows(rows, path));
    std::sort(dataset.class_names.begin(), dataset.class_names.end());
    const auto last = std::unique(dataset.class_names.begin(), dataset.class_names.end());
    dataset.class_names.erase(last, dataset.class_names.end());
    PROVENN_TRY(image_folder::check_class_names(dataset));

    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::vector<std::string> files;
    for (table::Row& row : rows) {
        files.push_back((folder / row.fields[0]).string());
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(files.back(), ignored)) {
            return make_error(ErrorCode::not_found, path, ", line ", row.line, ": no image ", files.back());
        }
        Sample sample;
        const auto label = std::lower_bound(dataset.class_names.begin(), dataset.class_names.end(), row.fields[1]);
        sample.label = label - dataset.class_names.begin();
        sample.name = std::move(row.fields[0]);
        sample.patient = std::move(row.fields[2]);
        sample.site = std::move(row.fields[3]);
        sample.device = std::move(row.fields[4]);
        sample.split = row.split;
        dataset.samples.push_back(std::move(sample));
    }
    dataset.pixels = std::make_shared<FilePixels>(std::move(files));
    return dataset;
}

/// The dataset as the text of a table that open_table reads back: names as paths, splits as they are.
/// It holds patients as they are known here; data/manifest.hpp has the record without them.
/// @req REQ-DATA-003
[[nodiscard]] inline std::string write_table(const Dataset& dataset) {
    std::string text = "path,label,patient,site,device,split\n";
    for (const Sample& sample : dataset.samples) {
        append_csv_field(text, sample.name, true);
        append_csv_field(text, dataset.class_names[static_cast<std::size_t>(sample.label)]);
        for (const std::string* field : {&sample.patient, &sample.site, &sample.device}) append_csv_field(text, *field);
        append_csv_field(text, sample.split == Split::unassigned ? "" : to_string(sample.split));
        text += '\n';
    }
    return text;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
