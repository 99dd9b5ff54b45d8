// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// How Keras' configurations name layers and connect them: lists of Keras 2, keras_history of Keras 3.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provenn/io/load_report.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

/// Output `tensor` of use `node` of a layer.
struct TensorReference {
    std::string layer;
    std::int64_t node = 0;
    std::size_t tensor = 0;
};

/// One use of a layer that waits for its inputs.
struct PendingCall {
    const Json* layer = nullptr;
    std::string type, name;
    std::int64_t node = 0;
    std::vector<TensorReference> inputs;
};

inline std::string text_of(const Json& object, const char* key) {
    if (!object.is_object()) return "";
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}
/// A layer's name stands beside its config, or, in Sequential, inside it.
inline std::string layer_name(const Json& layer) {
    const std::string name = text_of(layer, "name");
    if (!name.empty() || !layer.contains("config")) return name;
    return text_of(layer["config"], "name");
}
inline std::string model_name(const Json& layer) {
    const std::string name = layer_name(layer);
    return name.empty() ? "model" : name;
}
inline bool is_model_type(const std::string& type) {
    return type == "Sequential" || type == "Functional" || type == "Model";
}
inline std::string join(const std::string& prefix, const std::string& name) {
    return prefix.empty() ? name : prefix + "/" + name;
}
inline std::string where(const std::string& prefix) { return prefix.empty() ? "model_config" : prefix; }

inline Result<std::string> class_name(const Json& layer, const std::string& prefix) {
    const std::string type = text_of(layer, "class_name");
    if (type.empty() || !layer.contains("config") || layer_name(layer).empty()) {
        return make_error(ErrorCode::corrupt_data, where(prefix), ": expected layers with class_name, name and config");
    }
    return type;
}
/// The declared shape with its batch axis, or null.
inline const Json* batch_shape(const Json& config) {
    if (!config.is_object()) return nullptr;
    for (const char* key : {"batch_input_shape", "batch_shape"}) {
        const auto found = config.find(key);
        if (found != config.end() && found->is_array()) return &*found;
    }
    return nullptr;
}

/// ["layer", node, tensor] with whatever follows.
inline Result<TensorReference> read_reference(const Json& item, const std::string& at) {
    const bool is_whole = item.is_array() && item.size() >= 3 && item[0].is_string() && item[1].is_number_integer() &&
                          item[2].is_number_integer();
    if (!is_whole || item[1].get<std::int64_t>() < 0 || item[2].get<std::int64_t>() < 0) {
        return make_error(ErrorCode::corrupt_data, at, ": expected a reference [layer, node, tensor]");
    }
    return TensorReference{item[0].get<std::string>(), item[1].get<std::int64_t>(),
                           static_cast<std::size_t>(item[2].get<std::int64_t>())};
}

/// `input_layers` or `output_layers`: a list of references, or one reference.
inline Result<std::vector<TensorReference>> read_tensor_list(const Json& config, const char* key,
                                                             const std::string& at) {
    std::vector<TensorReference> references;
    const auto list = config.find(key);
    if (list == config.end() || !list->is_array()) {
        return make_error(ErrorCode::unsupported, at, ": ", key, ": expected a list of references");
    }
    if (!list->empty() && (*list)[0].is_string()) {
        PROVENN_ASSIGN(TensorReference one, read_reference(*list, at));
        references.push_back(std::move(one));
        return references;
    }
    for (const Json& item : *list) {
        PROVENN_ASSIGN(TensorReference one, read_reference(item, at));
        references.push_back(std::move(one));
    }
    return references;
}

/// A layer that is called: its class, and its place for messages.
struct CalledLayer {
    std::string type, at;
};

/// Settings of a call. `training: true` would switch dropout and batch statistics on in inference: refused. Keras 3
/// writes it with every Resizing, as the default of all its layers for images; there it changes nothing.
inline Status check_call_settings(const Json& settings, const CalledLayer& layer, LoadReport& report) {
    const std::string& at = layer.at;
    if (!settings.is_object()) return make_error(ErrorCode::corrupt_data, at, ": expected the settings of a call");
    for (const auto& [key, value] : settings.items()) {
        if (value.is_null() || (key == "training" && layer.type == "Resizing")) continue;
        if (key == "training" && value == false) {
            report.note(at, "is called with training=False in Keras; here freezing decides");
            continue;
        }
        return make_error(ErrorCode::unsupported, at, ": is called with the setting '", key,
                          "', which is not supported");
    }
    return {};
}

/// Collects every keras_history below a value of Keras 3's `args`.
inline Status read_history(const Json& value, const std::string& at, std::vector<TensorReference>& inputs) {
    if (value.is_array()) {
        for (const Json& item : value) PROVENN_TRY(read_history(item, at, inputs));
        return {};
    }
    if (text_of(value, "class_name") != "__keras_tensor__" || !value.contains("config") ||
        !value["config"].is_object() || !value["config"].contains("keras_history")) {
        return make_error(ErrorCode::unsupported, at, ": is called with an argument that is not a layer's output");
    }
    PROVENN_ASSIGN(TensorReference one, read_reference(value["config"]["keras_history"], at));
    inputs.push_back(std::move(one));
    return {};
}

/// The inputs of one use of a layer.
inline Status read_inbound(const Json& inbound, const CalledLayer& layer, std::vector<TensorReference>& inputs,
                           LoadReport& report) {
    const std::string& at = layer.at;
    if (inbound.is_object()) {  // Keras 3
        if (!inbound.contains("args") || !inbound["args"].is_array()) {
            return make_error(ErrorCode::corrupt_data, at, ": expected args in inbound_nodes");
        }
        PROVENN_TRY(read_history(inbound["args"], at, inputs));
        return inbound.contains("kwargs") ? check_call_settings(inbound["kwargs"], layer, report) : Status();
    }
    if (!inbound.is_array()) return make_error(ErrorCode::corrupt_data, at, ": expected a list in inbound_nodes");
    const bool is_single = !inbound.empty() && inbound[0].is_string();
    const std::size_t count = is_single ? 1 : inbound.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Json& item = is_single ? inbound : inbound[i];
        PROVENN_ASSIGN(TensorReference one, read_reference(item, at));
        inputs.push_back(std::move(one));
        if (item.size() > 3) PROVENN_TRY(check_call_settings(item[3], layer, report));
    }
    return {};
}

/// tf.keras counts the uses of a nested model from 1, since making the model was its use 0; older Keras from 0. All
/// uses are referred to, so the highest reference tells which.
inline void count_nested_from_one(std::vector<PendingCall>& calls, const std::vector<TensorReference>& outputs) {
    std::map<std::string, std::int64_t> uses, highest;
    const auto refer = [&highest](const TensorReference& reference) {
        std::int64_t& so_far = highest[reference.layer];
        so_far = so_far < reference.node ? reference.node : so_far;
    };
    for (const PendingCall& call : calls) {
        uses[call.name] += 1;
        for (const TensorReference& reference : call.inputs) refer(reference);
    }
    for (const TensorReference& reference : outputs) refer(reference);
    for (PendingCall& call : calls) {
        if (is_model_type(call.type) && highest[call.name] == uses[call.name]) call.node += 1;
    }
}

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
