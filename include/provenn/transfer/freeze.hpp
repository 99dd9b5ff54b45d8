// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Freezing layers by name, glob or depth. A frozen layer is one whose `trainable` flag is off.
#pragma once

#include <string_view>

#include "provenn/model/glob.hpp"
#include "provenn/model/model.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Sets `trainable` of every layer whose name matches; returns how many did. @errors not_found where none does.
[[nodiscard]] inline Result<std::int64_t> set_trainable(Model& model, std::string_view pattern, bool trainable) {
    std::int64_t matched = 0;
    for (LayerInstance& layer : model.layers) {
        if (!glob_match(pattern, layer.name.view())) continue;
        layer.trainable = trainable;
        ++matched;
    }
    if (matched == 0) return make_error(ErrorCode::not_found, "no layer matches '", pattern, "'");
    return matched;
}

/// Freezes every layer up to and including `last_frozen`, in the model's order, and unfreezes the rest.
/// @errors not_found.
[[nodiscard]] inline Status freeze_until(Model& model, std::string_view last_frozen) {
    PROVENN_ASSIGN(const Index last, model.find_layer(last_frozen));
    for (std::size_t i = 0; i < model.layers.size(); ++i) model.layers[i].trainable = static_cast<Index>(i) > last;
    return {};
}

/// Freezes the first `depth` layers that have parameters, and what stands between them; unfreezes the rest.
inline void freeze_depth(Model& model, std::int64_t depth) {
    std::int64_t with_parameters = 0;
    for (LayerInstance& layer : model.layers) {
        with_parameters += layer.parameters.empty() ? 0 : 1;
        layer.trainable = with_parameters > depth;
    }
}

}  // namespace PROVENN_ABI
}  // namespace provenn
