// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fine-tuning: prepares a pre-trained network for a new task, trains what is not frozen, and proves what stayed.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "provenn/model/initialize.hpp"
#include "provenn/training/checkpoint.hpp"
#include "provenn/transfer/feature_source.hpp"
#include "provenn/transfer/freeze.hpp"
#include "provenn/transfer/freeze_proof.hpp"
#include "provenn/transfer/frozen_prefix.hpp"
#include "provenn/transfer/head.hpp"
#include "provenn/transfer/score.hpp"
#include "provenn/transfer/stem.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// How a pre-trained network is adapted, before any training.
struct AdaptConfig {
    HeadConfig head;                  ///< its number of classes is taken from `class_names`
    std::string cut_layer;            ///< last layer that is kept; empty: found by find_head_cut
    std::string freeze_until = "all"; ///< last frozen layer, "all" for the whole trunk, "none"
    std::int64_t channels = 0;        ///< of the input; 0 keeps them, another number adapts the stem
    std::vector<std::string> class_names;
    std::uint64_t seed = 1;           ///< of the head's first weights
};

/// The pre-trained network with a new, initialised head, frozen as configured.
/// @errors not_found (layer), unsupported, invalid_argument.
[[nodiscard]] inline Result<Model> adapt(const Model& pretrained, const AdaptConfig& config) {
    HeadConfig head = config.head;
    head.classes = static_cast<std::int64_t>(config.class_names.size());
    PROVENN_ASSIGN(Model source, pretrained.clone());
    if (config.channels != 0 && config.channels != source.input_contract.channels) {
        PROVENN_ASSIGN(source, adapt_stem(pretrained, config.channels));
    }
    const std::uint32_t first_new_id = source.next_layer_id;
    PROVENN_ASSIGN(Model model, replace_head(source, head, config.cut_layer));
    PROVENN_TRY(initialize(model, config.seed, InitializeScope::not_imported));
    for (const std::string& name : config.class_names) PROVENN_TRY(model.class_names.push_back(Name(name)));
    if (config.freeze_until == "all" || config.freeze_until == "none") {
        for (LayerInstance& layer : model.layers) {
            layer.trainable = config.freeze_until == "none" || layer.id >= first_new_id;
        }
    } else {
        PROVENN_TRY(freeze_until(model, config.freeze_until));
    }
    return model;
}

/// What came of a training run.
struct TrainResult {
    std::vector<training::EpochRecord> history;
    FreezeProof proof;
    std::int64_t cached_samples = 0;  ///< samples whose frozen prefix was evaluated once and remembered
    bool stopped_early = false;
};

/// How the frozen prefix is cached.
struct CacheConfig {
    std::int64_t views = 1;  ///< K augmented views of each training sample
    std::size_t limit_bytes = std::size_t{4} << 30;
};

/// Where a run is saved after each epoch.
struct CheckpointConfig {
    std::string path;            ///< empty: nowhere
    bool goes_on = false;        ///< from the checkpoint at `path`, where there is one
};

namespace fine_tuning {

/// Validation of `model` on `source` through a session.
inline training::Evaluator evaluator(training::BatchSource* source, const training::TrainConfig& config) {
    if (source == nullptr) return {};
    return [source, config](const Model& model) -> Result<training::ValidationScore> {
        PlanOptions options;
        options.max_batch = config.batch;
        options.kernels = config.kernels;
        PROVENN_ASSIGN(Session session, Session::from_model(model, options));
        PROVENN_ASSIGN(const Scores scores, score(session, *source, config.executor));
        return summarize(scores);
    };
}

inline Result<TrainResult> train(Model& model, training::BatchSource& source, training::BatchSource* validation,
                                 training::TrainConfig config, const CheckpointConfig& saved) {
    if (!config.evaluate) config.evaluate = evaluator(validation, config);
    const auto result_of = [](const training::Trainer& trainer) {
        TrainResult result;
        result.history = trainer.history();
        result.stopped_early = trainer.state().stopped_early;
        return result;
    };
    training::CheckpointFile file(saved.path);
    if (saved.goes_on && file.exists()) {
        PROVENN_ASSIGN(auto found, file.load());
        PROVENN_ASSIGN(auto trainer, training::resume(found.checkpoint, source, config));
        PROVENN_TRY(training::run_with_checkpoints(trainer, file));
        PROVENN_TRY(copy_parameters(found.checkpoint.model, model));
        return result_of(trainer);
    }
    PROVENN_ASSIGN(auto trainer, training::Trainer::make(model, source, config));
    PROVENN_TRY(saved.path.empty() ? trainer.run() : training::run_with_checkpoints(trainer, file));
    return result_of(trainer);
}

}  // namespace fine_tuning

/// Trains what is not frozen. A frozen prefix is compiled, evaluated once for each sample (and view) and left out of
/// the training; frozen tensors are never touched, and the proof hashes them anew against their publisher's.
/// @param validation scored after each epoch, or null.
/// @errors those of Trainer::run, CheckpointFile and resume; self_test_failed where a frozen tensor changed: a bug.
[[nodiscard]] inline Result<TrainResult> fine_tune(Model& model, training::BatchSource& source,
                                                   training::BatchSource* validation,
                                                   const training::TrainConfig& config, const CacheConfig& cache = {},
                                                   const CheckpointConfig& saved = {}) {
    PROVENN_ASSIGN(SplitModel split, split_frozen_prefix(model));
    FreezeProof proof = begin_freeze_proof(model);
    TrainResult result;
    if (!split.prefix) {
        PROVENN_ASSIGN(result, fine_tuning::train(model, source, validation, config, saved));
    } else {
        FeatureSource::Config features;
        features.batch = config.batch;
        features.kernels = config.kernels;
        features.executor = config.executor;
        features.limit_bytes = cache.limit_bytes;
        std::optional<FeatureSource> validation_features;
        if (validation != nullptr) {
            PROVENN_ASSIGN(auto made, FeatureSource::make(*split.prefix, *validation, features));
            validation_features.emplace(std::move(made));
        }
        features.views = cache.views;
        PROVENN_ASSIGN(auto training_features, FeatureSource::make(*split.prefix, source, features));
        PROVENN_ASSIGN(result, fine_tuning::train(split.rest, training_features,
                                                  validation_features ? &*validation_features : nullptr, config,
                                                  saved));
        PROVENN_TRY(copy_parameters(split.rest, model));
        result.cached_samples = source.size();
    }
    PROVENN_TRY(finish_freeze_proof(model, proof));
    result.proof = std::move(proof);
    if (!result.proof.holds()) return make_error(ErrorCode::self_test_failed, "a frozen tensor changed in training");
    return result;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
