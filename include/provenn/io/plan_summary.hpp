// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// PlanSummary: the steps that a plan runs, with algorithm, arithmetic and traffic; and what they took.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "provenn/inference/plan.hpp"
#include "provenn/io/summary.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// One step of a plan, for one sample.
struct PlanStep {
    std::string layer;      ///< whose operation it computes
    std::string algorithm;  ///< "direct", "winograd 4x4", or the kind of operation
    std::string fused;      ///< what its epilogue does: "norm", "add", "relu", joined by +
    Shape output;
    std::int64_t multiply_adds = 0;   ///< of the layer as it is defined
    std::int64_t weight_bytes = 0;    ///< parameters that are read
    std::int64_t map_bytes = 0;       ///< maps that are read and written
    double seconds = 0.0;             ///< median of the measured runs; 0: not measured
};

struct PlanSummary {
    std::vector<PlanStep> steps;
    std::int64_t arena_bytes = 0;  ///< working memory of a run
    double input_seconds = 0.0, output_seconds = 0.0;  ///< bringing arrays into the plan's layout and back
    double seconds = 0.0;          ///< median of whole runs
};

namespace io {

inline std::string algorithm_of(const StepSource& source, const Operation& op) {
    const kernels::WinogradTile tile = winograd_tile_of(source, op);
    if (tile == kernels::WinogradTile::f4x4) return "winograd 4x4";
    if (tile == kernels::WinogradTile::f2x2) return "winograd 2x2";
    const bool is_product =
        std::holds_alternative<layers::Conv2d>(op.config) || std::holds_alternative<layers::Dense>(op.config);
    return is_product ? "direct" : layers::type_name(op.config);
}

inline std::string fused_text(const FusedStep& step) {
    std::vector<std::string> words;
    if (step.batch_norm >= 0) words.emplace_back("norm");
    if (step.addend >= 0) words.emplace_back("add");
    if (kernels::is_clamp(step.clamp)) words.emplace_back("relu");
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : "+") + word;
    return text;
}

}  // namespace io

/// The steps of the plan that `model` compiles to. @errors those of lowering.
[[nodiscard]] inline Result<PlanSummary> summarize_plan(const Model& model, const Plan& plan) {
    PROVENN_ASSIGN(const LoweredGraph graph, lower(model));
    PROVENN_ASSIGN(const FusedGraph fused, fuse(graph));
    PlanSummary summary;
    summary.arena_bytes = plan.arena_size() * static_cast<std::int64_t>(sizeof(float));
    const StepSource source{model, graph, fused, {}, serial_executor()};
    for (const FusedStep& fused_step : fused.steps) {
        const Operation& op = source.operation(fused_step.operation);
        PlanStep step;
        step.layer = std::string(model.layer(op.layer).name.view());
        step.algorithm = io::algorithm_of(source, op);
        step.fused = io::fused_text(fused_step);
        step.output = source.shape(fused_step.output);
        Array<Shape> inputs;
        step.map_bytes = source.shape(fused_step.output).element_count() * 4;
        for (const Index input : op.inputs) {
            PROVENN_TRY(inputs.push_back(source.shape(input)));
            step.map_bytes += source.shape(input).element_count() * 4;
        }
        if (fused_step.addend >= 0) step.map_bytes += source.shape(fused_step.addend).element_count() * 4;
        step.multiply_adds = layers::multiply_adds(op.config, inputs.span(), source.shape(op.output));
        for (const Index parameter : op.parameters) {
            step.weight_bytes += model.parameter(parameter).value.element_count() * 4;
        }
        summary.steps.push_back(std::move(step));
    }
    PROVENN_REQUIRE(summary.steps.size() == plan.step_count());
    return summary;
}

[[nodiscard]] inline std::string to_text(const PlanSummary& summary) {
    const bool is_measured = summary.seconds > 0.0;
    const auto number = [](double value, int digits) {
        char text[32];
        std::snprintf(text, sizeof text, "%.*f", digits, value);
        return std::string(text);
    };
    std::vector<std::vector<std::string>> rows = {
        {"step", "algorithm", "fused", "output", "multiply-adds", "weights KB", "maps KB"}};
    std::vector<bool> is_number = {false, false, false, false, true, true, true};
    if (is_measured) {
        rows[0].insert(rows[0].end(), {"us", "share", "GFLOP/s"});
        is_number.insert(is_number.end(), 3, true);
    }
    for (const PlanStep& step : summary.steps) {
        rows.push_back({step.layer, step.algorithm, step.fused, io::shape_text(step.output),
                        io::grouped(step.multiply_adds), io::grouped(step.weight_bytes / 1024),
                        io::grouped(step.map_bytes / 1024)});
        if (!is_measured) continue;
        const double rate = 2.0 * static_cast<double>(step.multiply_adds) / std::max(step.seconds, 1e-9) / 1e9;
        rows.back().push_back(number(step.seconds * 1e6, 1));
        rows.back().push_back(number(100.0 * step.seconds / summary.seconds, 1) + "%");
        rows.back().push_back(step.multiply_adds > 0 ? number(rate, 1) : "");
    }
    std::string text = io::table(rows, is_number);
    text += "arena          " + io::grouped(summary.arena_bytes / 1024) + " KB of working memory\n";
    if (is_measured) {
        text += "run            " + number(summary.seconds * 1e3, 3) + " ms, of which input " +
                number(summary.input_seconds * 1e6, 1) + " us, output " + number(summary.output_seconds * 1e6, 1) +
                " us (medians)\n";
    }
    return text;
}

[[nodiscard]] inline Json to_json(const PlanSummary& summary) {
    Json steps = Json::array();
    for (const PlanStep& step : summary.steps) {
        steps.push_back({{"layer", step.layer}, {"algorithm", step.algorithm}, {"fused", step.fused},
                         {"output", io::shape_json(step.output)}, {"multiply_adds", step.multiply_adds},
                         {"weight_bytes", step.weight_bytes}, {"map_bytes", step.map_bytes}});
        if (summary.seconds > 0.0) steps.back()["seconds"] = step.seconds;
    }
    Json json = {{"steps", std::move(steps)}, {"arena_bytes", summary.arena_bytes}};
    if (summary.seconds > 0.0) {
        json["seconds"] = summary.seconds;
        json["input_seconds"] = summary.input_seconds;
        json["output_seconds"] = summary.output_seconds;
    }
    return json;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
