// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A model's lowered graph as JSON and its weights as one file of floats, for other tools to build the same network
// from.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "provenn/adapters/json.hpp"
#include "provenn/model/lowering.hpp"

namespace benchmarks {

using provenn::Json;

/// Collects the fields of a layer as JSON.
struct FieldsToJson {
    Json json = Json::object();

    template <class Field>
    void operator()(const char* name, const Field& field) {
        json[name] = to_json(field);
    }

  private:
    template <class Field>
    static Json to_json(const Field& field) {
        if constexpr (std::is_enum_v<Field>) {
            return static_cast<int>(field);
        } else {
            return field;
        }
    }
    static Json to_json(const provenn::layers::Extent2& extent) { return {extent.height, extent.width}; }
    static Json to_json(const provenn::layers::Border2& border) {
        return {border.top, border.bottom, border.left, border.right};
    }
    static Json to_json(const provenn::layers::ActivationConfig& activation) {
        Json json = {{"kind", to_string(activation.kind)}, {"alpha", activation.alpha}};
        if (activation.has_upper) json["upper"] = activation.upper;
        return json;
    }
    static Json to_json(const provenn::Shape& shape) {
        Json json = Json::array();
        for (int axis = 0; axis < shape.rank(); ++axis) json.push_back(shape[axis]);
        return json;
    }
    static Json to_json(const provenn::Name& name) { return name.c_str(); }

    friend struct GraphExport;
};

/// `json` has values (shapes without batch), operations in running order, inputs and outputs; a parameter is its offset
/// in `weights`, in floats, and its shape.
struct GraphExport {
    Json json;
    std::vector<float> weights;

    static provenn::Result<GraphExport> of(const provenn::Model& model) {
        PROVENN_ASSIGN(const provenn::LoweredGraph graph, provenn::lower(model));
        GraphExport made;
        Json values = Json::array(), operations = Json::array();
        for (const provenn::LoweredValue& value : graph.values) values.push_back(FieldsToJson::to_json(value.shape));
        for (const provenn::Operation& operation : graph.operations) {
            FieldsToJson fields;
            provenn::layers::visit(operation.config, [&](const auto& config) { config.visit_fields(config, fields); });
            Json parameters = Json::array();
            for (const provenn::Index index : operation.parameters) {
                const auto& value = model.parameter(index).value;
                parameters.push_back(
                    {{"offset", made.weights.size()}, {"shape", FieldsToJson::to_json(value.shape())}});
                made.weights.insert(made.weights.end(), value.data(), value.data() + value.element_count());
            }
            operations.push_back({{"type", provenn::layers::type_name(operation.config)},
                                  {"fields", std::move(fields.json)},
                                  {"inputs", std::vector<int>(operation.inputs.begin(), operation.inputs.end())},
                                  {"output", operation.output},
                                  {"parameters", std::move(parameters)}});
        }
        made.json = {{"values", std::move(values)},
                     {"operations", std::move(operations)},
                     {"inputs", std::vector<int>(graph.inputs.begin(), graph.inputs.end())},
                     {"outputs", std::vector<int>(graph.outputs.begin(), graph.outputs.end())}};
        return made;
    }
};

}  // namespace benchmarks
