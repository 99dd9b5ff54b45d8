// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a Keras HDF5 file holds: its version, its layers, and every weight with the parameter its name means.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provenn/files/hierarchical_file.hpp"
#include "provenn/io/keras_version.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace io {

/// One tensor of the file.
struct KerasWeight {
    std::string layer;      ///< group it stands in, as layer_names has it
    std::string scope;      ///< its name without the last part: `inner` of `inner/kernel:0`
    std::string parameter;  ///< what the last part means: kernel, bias, gamma ...
    std::string path;       ///< in the file
    DatasetInfo info;
    bool is_accounted = false;
};

struct KerasInventory {
    KerasVersion version;
    std::string config;  ///< JSON; empty in weights-only files
    bool has_optimizer = false;
    std::vector<std::string> layers;
    std::vector<KerasWeight> weights;
};

/// The parameter that the last part of a weight's name means, in any Keras. `layer` is the layer's own name.
inline std::string parameter_of(std::string_view leaf, std::string_view layer) {
    if (const std::size_t colon = leaf.rfind(':'); colon != std::string_view::npos) leaf = leaf.substr(0, colon);
    // A layer may be called `depthwise`: what is a parameter's name already keeps it.
    for (const std::string_view known : {"kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "alpha",
                                         "depthwise_kernel", "pointwise_kernel", "mean", "variance", "count"}) {
        if (leaf == known) return std::string(leaf);
    }
    // Keras 1: conv2d_1_W; layer names with a slash repeat their last part: fire2/squeeze1x1_b.
    const std::string_view own = layer.substr(layer.rfind('/') == std::string_view::npos ? 0 : layer.rfind('/') + 1);
    if (leaf.size() > own.size() + 1 && leaf.substr(0, own.size()) == own && leaf[own.size()] == '_') {
        leaf.remove_prefix(own.size() + 1);
    }
    const auto strip_number = [](std::string_view text, bool with_bar) {
        std::size_t end = text.size();
        while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9') --end;
        if (end == text.size() || end == 0) return text;
        if (with_bar) return text[end - 1] == '_' ? text.substr(0, end - 1) : text;
        return text.substr(0, text[end - 1] == '_' ? end - 1 : end);
    };
    leaf = strip_number(leaf, true);
    const std::pair<std::string_view, const char*> words[] = {{"W", "kernel"},
                                                              {"b", "bias"},
                                                              {"running_mean", "moving_mean"},
                                                              {"running_std", "moving_variance"},
                                                              {"running_variance", "moving_variance"},
                                                              {"alphas", "alpha"},
                                                              {"w", "kernel"}};
    for (const auto& [word, meaning] : words) {
        if (leaf == word) return meaning;
    }
    // Keras 1 named an anonymous kernel after its initialiser: uniform1.
    for (const std::string_view initialiser : {"uniform", "normal", "glorot_uniform", "glorot_normal", "he_uniform",
                                               "he_normal", "lecun_uniform", "orthogonal", "identity"}) {
        if (strip_number(leaf, false) == initialiser) return "kernel";
    }
    return std::string(leaf);
}

/// A list of names, which Keras splits into name0, name1 ... where it exceeds 64 KiB. Nothing where it is absent.
inline Result<std::optional<std::vector<std::string>>> read_names(HierarchicalFile& file, const std::string& group,
                                                                 const std::string& attribute) {
    PROVENN_ASSIGN(auto whole, file.text_attribute(group, attribute));
    if (whole) return whole;
    for (std::size_t part = 0; part < 10000; ++part) {
        PROVENN_ASSIGN(auto names, file.text_attribute(group, attribute + std::to_string(part)));
        if (!names) break;
        if (!whole) whole.emplace();
        whole->insert(whole->end(), names->begin(), names->end());
    }
    return whole;
}

inline Result<std::string> read_text(HierarchicalFile& file, const std::string& group, const std::string& attribute) {
    PROVENN_ASSIGN(auto texts, file.text_attribute(group, attribute));
    return texts && texts->size() == 1 ? texts->front() : std::string();
}

inline Status add_weights(HierarchicalFile& file, const std::string& group, const std::string& layer,
                          KerasInventory& found) {
    constexpr std::size_t kMaxWeights = 200000;
    PROVENN_ASSIGN(auto names, read_names(file, group, "weight_names"));
    if (!names) return {};
    std::set<std::string> seen;
    for (const std::string& name : *names) {
        KerasWeight weight;
        weight.layer = layer;
        weight.path = group + "/" + name;
        if (!seen.insert(name).second) {
            return make_error(ErrorCode::duplicate_name, file.name(), ": ", weight.path, " is listed twice");
        }
        const std::size_t slash = name.rfind('/');
        weight.scope = slash == std::string::npos ? "" : name.substr(0, slash);
        const std::string leaf = slash == std::string::npos ? name : name.substr(slash + 1);
        const std::string own = weight.scope.empty() ? layer : weight.scope;
        weight.parameter = parameter_of(leaf, parameter_of(leaf, layer) != leaf ? layer : own);
        PROVENN_ASSIGN(weight.info, file.describe(weight.path));
        if (found.weights.size() >= kMaxWeights) {
            return make_error(ErrorCode::limit_exceeded, file.name(), ": more than ", kMaxWeights, " weights");
        }
        found.weights.push_back(std::move(weight));
    }
    return {};
}

/// @errors unsupported where the file is HDF5 but not of this kind; what the file's reader refuses.
inline Result<KerasInventory> take_inventory(HierarchicalFile& file) {
    KerasInventory found;
    PROVENN_ASSIGN(found.config, read_text(file, "", "model_config"));
    PROVENN_ASSIGN(const ObjectKind nested, file.kind_of("model_weights"));
    const std::string root = nested == ObjectKind::group ? "model_weights" : "";
    PROVENN_ASSIGN(auto layers, read_names(file, root, "layer_names"));
    if (!layers) {
        PROVENN_ASSIGN(const ObjectKind keras3, file.kind_of("layers"));
        PROVENN_ASSIGN(const ObjectKind checkpoint, file.kind_of("_layer_checkpoint_dependencies"));
        if (keras3 != ObjectKind::nothing || checkpoint != ObjectKind::nothing) {
            return make_error(ErrorCode::unsupported, file.name(), ": a .weights.h5 of Keras 3: expected a file with "
                              "layer_names; save it as a whole-model .h5 from Keras instead");
        }
        return make_error(ErrorCode::unsupported, file.name(), ": HDF5, but no Keras weights: layer_names is missing");
    }
    PROVENN_ASSIGN(std::string version, read_text(file, root, "keras_version"));
    PROVENN_ASSIGN(std::string backend, read_text(file, root, "backend"));
    PROVENN_ASSIGN(const std::string outer_version, read_text(file, "", "keras_version"));
    PROVENN_ASSIGN(const std::string outer_backend, read_text(file, "", "backend"));
    found.version =
        KerasVersion::parse(version.empty() ? outer_version : version, backend.empty() ? outer_backend : backend);
    PROVENN_ASSIGN(const ObjectKind optimizer, file.kind_of("optimizer_weights"));
    found.has_optimizer = optimizer != ObjectKind::nothing;
    std::set<std::string> seen;
    for (const std::string& layer : *layers) {
        if (!seen.insert(layer).second) {
            return make_error(ErrorCode::duplicate_name, file.name(), ": layer '", layer, "' is listed twice");
        }
        PROVENN_TRY(add_weights(file, root.empty() ? layer : root + "/" + layer, layer, found));
    }
    const std::string top = root.empty() ? "top_level_model_weights" : root + "/top_level_model_weights";
    PROVENN_ASSIGN(const ObjectKind top_kind, file.kind_of(top));
    if (top_kind == ObjectKind::group && seen.count("top_level_model_weights") == 0) {
        PROVENN_TRY(add_weights(file, top, "top_level_model_weights", found));
    }
    found.layers = std::move(*layers);
    return found;
}

}  // namespace io
}  // namespace PROVENN_ABI
}  // namespace provenn
