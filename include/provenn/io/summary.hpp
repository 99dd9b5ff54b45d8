// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Summary of a model, as a table like Keras' and as JSON.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "provenn/io/load_report.hpp"
#include "provenn/model/fingerprint.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One line of the summary: an input or one use of a layer.
struct SummaryRow {
    std::string name, type;
    Shape output;
    std::int64_t parameters = 0;  ///< 0 from a shared layer's second use on
    std::int64_t multiply_adds = 0;
    std::vector<std::string> inputs;
    bool is_frozen = false, is_reused = false;
    LayerStatus status = LayerStatus::without_parameters;
};

struct Summary {
    std::string name;
    std::vector<SummaryRow> rows;
    std::int64_t parameters = 0;
    std::int64_t trainable_parameters = 0;  ///< of layers that are not frozen, without moving statistics
    std::int64_t multiply_adds = 0;         ///< for one sample
    Digest fingerprint;
};

/// @cost hashes every tensor. @errors out_of_memory.
[[nodiscard]] inline Result<Summary> summarize(const Model& model) {
    Summary summary;
    summary.name = std::string(model.name.view());
    PROVENN_ASSIGN(summary.fingerprint, fingerprint(model));
    for (const Index input : model.inputs) {
        SummaryRow row;
        row.name = std::string(model.value(input).name.view());
        row.type = "input";
        row.output = model.value(input).shape;
        summary.rows.push_back(std::move(row));
    }
    std::vector<bool> was_used(model.layers.size());
    for (const Node& node : model.nodes) {
        const LayerInstance& layer = model.layer(node.layer);
        SummaryRow row;
        row.name = std::string(layer.name.view());
        row.type = layers::type_name(layer.config);
        row.output = model.value(node.output).shape;
        row.is_reused = was_used[static_cast<std::size_t>(node.layer)];
        was_used[static_cast<std::size_t>(node.layer)] = true;
        row.is_frozen = !layer.trainable;
        row.status = status_of(model, layer);
        for (const Index input : node.inputs) row.inputs.emplace_back(model.value(input).name.view());
        PROVENN_ASSIGN(const Array<Shape> shapes, model.input_shapes(node));
        row.multiply_adds = layers::multiply_adds(layer.config, shapes.span(), row.output);
        for (const Index index : layer.parameters) {
            const Parameter& parameter = model.parameter(index);
            if (row.is_reused) continue;
            const std::int64_t count = parameter.value.element_count();
            row.parameters += count;
            const bool trains = layer.trainable && parameter.role != layers::ParameterRole::statistic;
            summary.trainable_parameters += trains ? count : 0;
        }
        summary.parameters += row.parameters;
        summary.multiply_adds += row.multiply_adds;
        summary.rows.push_back(std::move(row));
    }
    return summary;
}

namespace io {
/// 1234567 as 1,234,567.
inline std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, ",");
    }
    return digits;
}
inline std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}
/// Columns as wide as their widest cell; numbers to the right.
inline std::string table(const std::vector<std::vector<std::string>>& rows, const std::vector<bool>& is_number) {
    std::vector<std::size_t> widths(is_number.size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = row[i].size() > widths[i] ? row[i].size() : widths[i];
    }
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::string line;
        for (std::size_t i = 0; i < rows[r].size(); ++i) {
            const std::string gap(widths[i] - rows[r][i].size(), ' ');
            line += (i > 0 ? "  " : "") + (is_number[i] ? gap + rows[r][i] : rows[r][i] + gap);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + "\n";
        if (r == 0) {
            std::size_t width = 2 * (widths.size() - 1);
            for (const std::size_t one : widths) width += one;
            text += std::string(width, '-') + "\n";
        }
    }
    return text;
}
}  // namespace io

/// The summary as a table for people.
[[nodiscard]] inline std::string to_text(const Summary& summary) {
    std::vector<std::vector<std::string>> rows = {
        {"layer (type)", "output", "parameters", "multiply-adds", "connected to", "frozen", "status"}};
    for (const SummaryRow& row : summary.rows) {
        const bool is_input = row.type == "input";
        rows.push_back({row.name + " (" + row.type + ")", io::shape_text(row.output),
                        row.is_reused ? "shared" : io::grouped(row.parameters), io::grouped(row.multiply_adds),
                        io::joined(row.inputs), row.is_frozen ? "frozen" : "",
                        is_input || row.status == LayerStatus::without_parameters ? "" : to_string(row.status)});
    }
    std::string text = "model " + summary.name + "\n";
    text += io::table(rows, {false, false, true, true, false, false, false});
    text += "parameters     " + io::grouped(summary.parameters) + " (" + io::grouped(summary.trainable_parameters) +
            " trainable, " + io::grouped(summary.parameters - summary.trainable_parameters) + " not)\n";
    text += "multiply-adds  " + io::grouped(summary.multiply_adds) + " for one sample (" +
            io::grouped(2 * summary.multiply_adds) + " flop)\n";
    text += "fingerprint    " + std::string(summary.fingerprint.hex().view()) + "\n";
    return text;
}

[[nodiscard]] inline Json to_json(const Summary& summary) {
    Json rows = Json::array();
    for (const SummaryRow& row : summary.rows) {
        Json entry = Json::object();
        entry["name"] = row.name;
        entry["type"] = row.type;
        entry["output"] = io::shape_json(row.output);
        entry["parameters"] = row.parameters;
        entry["multiply_adds"] = row.multiply_adds;
        entry["inputs"] = row.inputs;
        entry["frozen"] = row.is_frozen;
        entry["shared"] = row.is_reused;
        entry["status"] = to_string(row.status);
        rows.push_back(std::move(entry));
    }
    Json json = Json::object();
    json["name"] = summary.name;
    json["layers"] = std::move(rows);
    json["parameters"] = summary.parameters;
    json["trainable_parameters"] = summary.trainable_parameters;
    json["multiply_adds"] = summary.multiply_adds;
    json["flop"] = 2 * summary.multiply_adds;
    json["fingerprint"] = std::string(summary.fingerprint.hex().view());
    return json;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
