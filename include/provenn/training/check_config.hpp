// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether settings make sense, and whether model, data and loss fit together: before any work is done.
#pragma once

#include <cstdint>

#include "provenn/model/lowering.hpp"
#include "provenn/training/batch_source.hpp"
#include "provenn/training/train_config.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// The final activation that a loss computes together with its own gradient.
[[nodiscard]] inline layers::Activation activation_of(LossKind kind) {
    switch (kind) {
        case LossKind::categorical_cross_entropy: return layers::Activation::softmax;
        case LossKind::binary_cross_entropy: return layers::Activation::sigmoid;
        case LossKind::mean_squared_error: return layers::Activation::linear;
    }
    return layers::Activation::linear;
}

/// @errors invalid_argument.
[[nodiscard]] inline Status check(const TrainConfig& config) {
    PROVENN_TRY(check(config.loss));
    PROVENN_TRY(check(config.optimizer));
    PROVENN_TRY(check(config.schedule));
    if (config.epochs < 1 || config.batch < 1) {
        return make_error(ErrorCode::invalid_argument, "expected at least 1 epoch and batches of at least 1 sample");
    }
    if (config.clip.kind != ClipKind::none && !(config.clip.limit > 0.0f)) {
        return make_error(ErrorCode::invalid_argument, "clipping: expected a limit above 0");
    }
    for (const float weight : config.class_weights) {
        if (weight >= 0.0f && weight - weight == 0.0f) continue;
        return make_error(ErrorCode::invalid_argument, "class weights: expected numbers of at least 0");
    }
    const bool watches =
        config.stopping.patience > 0 || config.stopping.keep_best_weights || config.schedule.plateau.is_on;
    if (watches && config.stopping.monitor != Monitor::loss && !config.evaluate) {
        return make_error(ErrorCode::invalid_argument,
                          "early stopping, best weights and plateau watch a validation: none was given");
    }
    return {};
}

/// @errors shape_mismatch, empty_data, invalid_argument, unsupported.
[[nodiscard]] inline Status check_fit(const Model& model, const BatchSource& source, const TrainConfig& config) {
    if (source.size() < 1) return make_error(ErrorCode::empty_data, "the data set has no samples");
    if (source.input_count() != model.inputs.size()) {
        return make_error(ErrorCode::shape_mismatch, model.name, ": the network has ", model.inputs.size(),
                          " inputs, the data ", source.input_count());
    }
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
        const Value& input = model.value(model.inputs[i]);
        if (input.shape == source.input_shape(i)) continue;
        return make_error(ErrorCode::shape_mismatch, input.name, ": the network expects ", input.shape,
                          ", the data has ", source.input_shape(i));
    }
    const Shape& output = model.value(model.outputs[0]).shape;
    const std::int64_t outputs = output.element_count(), classes = source.classes();
    const bool one_for_two = config.loss.kind != LossKind::categorical_cross_entropy && outputs == 1 && classes == 2;
    if (classes > 0 ? outputs != classes && !one_for_two : outputs != source.target_size()) {
        return make_error(ErrorCode::shape_mismatch, model.name, ": the network has ", outputs, " outputs, the data ",
                          classes > 0 ? classes : source.target_size(), classes > 0 ? " classes" : " targets");
    }
    if (!config.class_weights.empty() && static_cast<std::int64_t>(config.class_weights.size()) != classes) {
        return make_error(ErrorCode::invalid_argument, "class weights: expected ", classes, ", found ",
                          config.class_weights.size());
    }
    // Softmax and its kin over a map of pixels would need one distribution a pixel.
    if (config.loss.kind == LossKind::categorical_cross_entropy && output.last() != outputs) {
        return make_error(ErrorCode::unsupported, model.name, ": cross-entropy needs one row of outputs, found ",
                          output);
    }
    return {};
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
