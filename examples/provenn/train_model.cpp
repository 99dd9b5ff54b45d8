// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The unit that knows the trainer: from options to a trained model.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "machine_parts.hpp"
#include "progress.hpp"
#include "provenn/data/dataset_source.hpp"
#include "provenn/data/manifest.hpp"
#include "provenn/model/fingerprint.hpp"
#include "provenn/transfer/fine_tune.hpp"
#include "training_job.hpp"

namespace program {

namespace {

/// N / (K * N_k): each class weighs the same together.
std::vector<float> balanced_weights(const Dataset& dataset) {
    std::vector<double> counts(dataset.class_names.size());
    const std::vector<std::int64_t> members = dataset.members(Split::train);
    for (const std::int64_t i : members) {
        counts[static_cast<std::size_t>(dataset.samples[static_cast<std::size_t>(i)].label)] += 1.0;
    }
    std::vector<float> weights;
    for (const double count : counts) {
        const double share = static_cast<double>(counts.size()) * std::max(count, 1.0);
        weights.push_back(static_cast<float>(static_cast<double>(members.size()) / share));
    }
    return weights;
}

training::TrainConfig config_of(const Machine& machine, const Dataset& dataset, const TrainingOptions& options,
                                bool has_validation) {
    training::TrainConfig config;
    config.epochs = options.epochs;
    config.batch = options.batch;
    config.seed = static_cast<std::uint64_t>(options.seed);
    config.schedule.learning_rate = options.learning_rate;
    config.optimizer.weight_decay = options.weight_decay;
    if (options.optimizer == "sgd") {
        config.optimizer.kind = training::OptimizerKind::sgd;
        config.optimizer.momentum = 0.9;
    } else if (options.optimizer == "rmsprop") {
        config.optimizer.kind = training::OptimizerKind::rmsprop;
    }
    if (options.class_weights) config.class_weights = balanced_weights(dataset);
    config.stopping.patience = has_validation ? options.patience : 0;
    config.stopping.keep_best_weights = has_validation;
    config.kernels = machine.parts().kernels;
    config.executor = machine.parts().executor.executor();
    return config;
}

/// Reads every image of a side once: a broken one must be found before hours of training, not after.
Status check_images(const Dataset& dataset, Split split, const InputContract& contract,
                    DatasetSourceOptions options) {
    constexpr std::int64_t kBatch = 32;
    if (dataset.members(split).empty()) return {};
    options.max_cache_bytes = 0;
    PROVENN_ASSIGN(const auto source, DatasetSource::make(dataset, split, contract, options));
    for (std::int64_t first = 0; first < source->size(); first += kBatch) {
        std::vector<std::int64_t> samples(static_cast<std::size_t>(std::min(kBatch, source->size() - first)));
        std::iota(samples.begin(), samples.end(), first);
        std::vector<std::int64_t> labels(samples.size());
        const Shape shape = training::with_batch(static_cast<std::int64_t>(samples.size()), source->input_shape(0));
        PROVENN_ASSIGN(auto images, Tensor<float>::zeros(shape));
        const View<float> inputs[] = {images.view()};
        const training::BatchRequest request{{samples.data(), samples.size()}, 0};
        PROVENN_TRY(source->read(request, {{inputs, 1}, {labels.data(), labels.size()}, {}}));
    }
    return {};
}

/// Gives trainable batch norms the momentum that was asked for, and warns where training is too short for theirs: their
/// statistics are then still those of before, although accuracy in training, on batch statistics, looks well.
void settle_moving_statistics(const Context& context, Model& model, const TrainingOptions& options,
                              std::int64_t steps) {
    constexpr double kMostLeft = 0.05;
    double left = 0.0;
    for (LayerInstance& layer : model.layers) {
        auto* norm = std::get_if<layers::BatchNormalization>(&layer.config);
        if (norm == nullptr || !layer.trainable) continue;
        if (options.bn_momentum >= 0.0) norm->momentum = static_cast<float>(options.bn_momentum);
        left = std::max(left, std::pow(static_cast<double>(norm->momentum), static_cast<double>(steps)));
    }
    if (left <= kMostLeft) return;
    context.warn("after " + std::to_string(steps) + " steps the moving statistics of trainable batch norms are still " +
                 std::to_string(std::lround(left * 100.0)) +
                 " % those of before training; --bn-momentum 0.9, more epochs or a smaller --batch let them follow");
}

std::string progress_text(const training::Progress& progress) {
    std::string text = "epoch " + std::to_string(progress.epoch) + "/" + std::to_string(progress.epochs) + "  loss " +
                       fixed(progress.loss, 4);
    if (progress.epoch_ended && progress.validation.loss == progress.validation.loss) {
        text += "  validation loss " + fixed(progress.validation.loss, 4);
    }
    return text;
}

}  // namespace

Status check_checkpoint(Context& context, const TrainingOptions& options) {
    if (options.checkpoint.empty()) {
        return options.resume ? context.usage(make_error(ErrorCode::invalid_argument, "--resume needs --checkpoint"))
                              : Status();
    }
    if (options.resume || !training::CheckpointFile(options.checkpoint).exists()) return {};
    return context.usage(make_error(ErrorCode::invalid_argument, "--checkpoint ", options.checkpoint,
                                    ": there is one; --resume goes on from it, another name starts anew"));
}

Result<TrainedHistory> train_model(Context& context, const Machine& machine, Model& model, const Dataset& dataset,
                                   const TrainingOptions& options) {
    DatasetSourceOptions source_options;
    source_options.threads = machine.threads();
    source_options.seed = static_cast<std::uint64_t>(options.seed);
    auto augmentation = parse_augmentation(options.augment);
    if (!augmentation) return context.usage(augmentation.error());
    source_options.augmentation = *augmentation;
    PROVENN_ASSIGN(const auto source, DatasetSource::make(dataset, Split::train, model.input_contract, source_options));
    source_options.augmentation = {};
    PROVENN_TRY(check_images(dataset, Split::validation, model.input_contract, source_options));
    PROVENN_TRY(check_images(dataset, Split::test, model.input_contract, source_options));
    std::unique_ptr<DatasetSource> validation;
    if (!dataset.members(Split::validation).empty()) {
        PROVENN_ASSIGN(validation,
                       DatasetSource::make(dataset, Split::validation, model.input_contract, source_options));
    }
    training::TrainConfig config = config_of(machine, dataset, options, validation != nullptr);
    const std::int64_t steps = options.epochs * ((source->size() + options.batch - 1) / options.batch);
    settle_moving_statistics(context, model, options, steps);
    PROVENN_ASSIGN(const Digest start, fingerprint(model));
    PROVENN_ASSIGN(const DataManifest manifest, make_manifest(dataset, {}));
    config.identity = std::string(start.hex().view()) + " " + std::string(manifest.digest.hex().view()) + " " +
                      options.augment + " " + std::to_string(options.views);
    const CheckpointConfig saved{options.checkpoint, options.resume};
    if (options.resume && !training::CheckpointFile(options.checkpoint).exists()) {
        context.note("no checkpoint yet at " + options.checkpoint + ": the run starts anew");
    }
    ProgressBar bar("train", steps);
    config.on_progress = [&bar](const training::Progress& progress) {
        bar.update((progress.epoch - 1) * progress.steps + progress.step, progress_text(progress));
        return true;
    };
    CacheConfig cache;
    cache.views = options.views > 0 ? options.views : augmentation->is_active() ? 4 : 1;
    PROVENN_ASSIGN(TrainResult result, fine_tune(model, *source, validation.get(), config, cache, saved));
    return TrainedHistory{std::move(result.history), std::move(result.proof), result.cached_samples,
                          result.stopped_early};
}

}  // namespace program
