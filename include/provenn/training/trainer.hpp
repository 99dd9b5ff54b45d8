// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trainer: fits a model to a data set, step by step; every step is good or did not happen.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "provenn/core/philox.hpp"
#include "provenn/training/batch_buffers.hpp"
#include "provenn/training/check_config.hpp"
#include "provenn/training/training_state.hpp"
#include "provenn/training/weight_update.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Trains a model in place. Frozen layers have no gradient, no optimizer state and no moving statistics that follow.
/// Loss, gradients and changed weights are looked at in each step: where one is not finite, the step is taken back and
/// the error names the layer; the model then has the weights and statistics of the last good step.
/// @numerics the same model, data and settings give the same bits on every instruction set and number of threads.
/// @threads one thread at a time; the work inside goes to the executor.
class Trainer {
  public:
    /// @param model, source must outlive the trainer; only the trainer may change the model meanwhile.
    /// @errors invalid_argument, shape_mismatch, empty_data, unsupported, not_found (rate group), out_of_memory.
    static Result<Trainer> make(Model& model, BatchSource& source, const TrainConfig& config) {
        PROVENN_TRY(check(config));
        PROVENN_TRY(check_fit(model, source, config));
        TapeConfig tape_config;
        tape_config.max_batch = config.batch < source.size() ? config.batch : source.size();
        tape_config.left_to_loss = activation_of(config.loss.kind);
        tape_config.kernels = config.kernels;
        tape_config.executor = config.executor;
        PROVENN_ASSIGN(Tape tape, Tape::make(model, tape_config));
        if (tape.final_activation() != tape_config.left_to_loss) {
            return make_error(ErrorCode::invalid_argument, model.name, ": this loss needs a network that ends in ",
                              kernels::to_string(tape_config.left_to_loss));
        }
        const std::int64_t outputs = tape.output_shape().element_count();
        PROVENN_ASSIGN(auto buffers, BatchBuffers::make(source, tape_config.max_batch, outputs, config.class_weights));
        PROVENN_ASSIGN(auto update, WeightUpdate::make(model, tape, config));
        return Trainer(model, source, config, std::move(tape), std::move(buffers), std::move(update));
    }

    [[nodiscard]] const Model& model() const { return *model_; }
    [[nodiscard]] const TrainConfig& config() const { return config_; }
    [[nodiscard]] const BatchSource& source() const { return *source_; }
    [[nodiscard]] const TrainingState& state() const { return state_; }
    [[nodiscard]] const WeightUpdate& update() const { return update_; }
    [[nodiscard]] const std::vector<EpochRecord>& history() const { return state_.history; }
    [[nodiscard]] std::int64_t steps_per_epoch() const { return (source_->size() + config_.batch - 1) / config_.batch; }
    [[nodiscard]] bool is_finished() const { return state_.stopped_early || state_.epoch >= config_.epochs; }

    /// Trains until the last epoch, or until early stopping; then takes the best weights where that was asked for.
    /// @errors not_finite, cancelled, those of source and evaluator. A further call goes on where this one stopped.
    [[nodiscard]] Status run() {
        while (!is_finished()) PROVENN_TRY(step());
        return finish();
    }

    /// One step, and after the epoch's last what belongs to its end. @errors as run. @requires !is_finished().
    [[nodiscard]] Status step() {
        PROVENN_REQUIRE(!is_finished());
        if (state_.step < steps_per_epoch()) {
            const auto start = std::chrono::steady_clock::now();
            PROVENN_TRY(train_batch());
            ++state_.step;
            ++state_.total_steps;
            state_.sums.seconds += seconds_since(start);
        }
        const bool ends_epoch = state_.step == steps_per_epoch();
        if (ends_epoch) PROVENN_TRY(end_epoch());
        if (!report(ends_epoch)) return make_error(ErrorCode::cancelled, "training was cancelled between two steps");
        return {};
    }

    /// Takes the best weights where that was asked for; run() does it.
    [[nodiscard]] Status finish() {
        if (!config_.stopping.keep_best_weights || state_.best.empty()) return {};
        for (std::size_t p = 0; p < state_.best.size(); ++p) {
            if (state_.best[p].element_count() == 0) continue;
            PROVENN_ASSIGN(model_->parameters[p].value, state_.best[p].clone());
        }
        tape_.repack();
        return {};
    }

    /// Goes on from a state that was saved. The model has the tensors that were saved with it.
    /// @param moments of the optimizer. @errors shape_mismatch where they are not those of this model.
    [[nodiscard]] Status restore(TrainingState state, std::vector<Tensor<float>> moments) {
        if (state.step > steps_per_epoch() || (!state.best.empty() && state.best.size() != model_->parameters.size())) {
            return make_error(ErrorCode::shape_mismatch, "the saved state belongs to another model or data set");
        }
        PROVENN_TRY(update_.set_moments(std::move(moments)));
        state_ = std::move(state);
        tape_.repack();
        return {};
    }

  private:
    Trainer(Model& model, BatchSource& source, const TrainConfig& config, Tape tape, BatchBuffers buffers,
            WeightUpdate update)
        : model_(&model), source_(&source), config_(config), tape_(std::move(tape)), buffers_(std::move(buffers)),
          update_(std::move(update)) {
        config_.schedule.plateau.greater_is_better = greater_is_better(config.stopping.monitor);
    }

    static double seconds_since(std::chrono::steady_clock::time_point start) {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    /// The samples of one step of the epoch under way, in the epoch's own order.
    [[nodiscard]] Span<const std::int64_t> samples_of(std::int64_t step) {
        if (order_epoch_ != state_.epoch) {
            order_.resize(static_cast<std::size_t>(source_->size()));
            for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::int64_t>(i);
            RandomStream random({config_.seed, RandomPurpose::shuffle, 0, static_cast<std::uint32_t>(state_.epoch), 0});
            random.shuffle(Span<std::int64_t>(order_.data(), order_.size()));
            order_epoch_ = state_.epoch;
        }
        const std::int64_t first = step * config_.batch, left = source_->size() - first;
        return {order_.data() + first, static_cast<std::size_t>(left < config_.batch ? left : config_.batch)};
    }

    Status train_batch() {
        const BatchKeys keys{config_.seed, state_.epoch, samples_of(state_.step)};
        PROVENN_TRY(buffers_.read(*source_, {keys.samples, state_.epoch}));
        if (state_.step + 1 < steps_per_epoch()) source_->announce({samples_of(state_.step + 1), state_.epoch});
        PROVENN_TRY(tape_.forward(buffers_.inputs(), keys));
        tape_.read_output(output_rows(buffers_.outputs()));
        PROVENN_ASSIGN(const float loss, evaluate_loss<float>(config_.loss, LossInput::logits, buffers_.loss_batch(),
                                                              buffers_.gradient()));
        if (!(loss - loss == 0.0f)) return non_finite_loss(keys);
        const Name statistics = tape_.find_non_finite_statistics();
        if (!statistics.empty()) return taken_back(statistics, ": the batch's statistics are not finite");
        tape_.backward(output_rows(buffers_.gradient()));
        if (!update_.gradients_are_finite(tape_, config_.executor)) return non_finite_gradient(keys);
        const double rate = learning_rate(config_.schedule, state_.plateau, state_.total_steps);
        const Status updated = update_.apply(*model_, tape_, config_, rate, state_.total_steps + 1);
        if (!updated) return taken_back({}, updated.error().message.view());
        tape_.commit();
        tape_.repack();
        state_.learning_rate = rate;
        // Exact: a float times a count.
        state_.sums.loss += static_cast<double>(loss) * static_cast<double>(buffers_.count());
        state_.sums.correct += buffers_.count_correct(config_.loss.kind == LossKind::mean_squared_error ? 0.5f : 0.0f);
        state_.sums.samples += buffers_.count();
        return {};
    }

    [[nodiscard]] View<float> output_rows(const View<float>& rows) const {
        return {rows.data(), with_batch(rows.shape()[0], tape_.output_shape())};
    }

    Status non_finite_loss(const BatchKeys& keys) {
        PROVENN_ASSIGN(Name where, tape_.find_non_finite_output(buffers_.inputs(), keys));
        if (where.empty()) where = Name("the loss");
        return taken_back(where, ": the output is not finite");
    }
    Status non_finite_gradient(const BatchKeys& keys) {
        PROVENN_TRY(tape_.forward(buffers_.inputs(), keys));
        return taken_back(tape_.find_non_finite_gradient(output_rows(buffers_.gradient())),
                          ": the gradient is not finite");
    }
    /// Nothing has changed yet, or was rolled back: weights, optimizer and statistics are those of the last good step.
    [[nodiscard]] Status taken_back(const Name& where, std::string_view what) const {
        return make_error(ErrorCode::not_finite, where, what, " in epoch ", state_.epoch + 1, ", step ",
                          state_.step + 1, "; the step was taken back");
    }

    Status end_epoch() {
        const auto start = std::chrono::steady_clock::now();
        EpochRecord record;
        record.epoch = state_.epoch + 1;
        const auto samples = static_cast<double>(state_.sums.samples);
        record.loss = state_.sums.loss / samples;
        if (source_->classes() > 0) record.accuracy = static_cast<double>(state_.sums.correct) / samples;
        record.learning_rate = state_.learning_rate;
        if (config_.evaluate) {
            PROVENN_ASSIGN(record.validation, config_.evaluate(*model_));
        }
        if (state_.stopping.improves(config_.stopping, record) && config_.stopping.keep_best_weights) {
            PROVENN_TRY(keep_best());
        }
        state_.plateau.observe(config_.schedule.plateau, monitored(config_.stopping.monitor, record),
                               scheduled_rate(config_.schedule, state_.total_steps - 1));
        record.seconds = state_.sums.seconds + seconds_since(start);
        state_.history.push_back(record);
        state_.stopped_early = state_.stopping.should_stop(config_.stopping);
        state_.sums = {};
        state_.step = 0;
        ++state_.epoch;
        return {};
    }

    /// Copies what training can change: the parameters, statistics among them, of layers that are not frozen.
    Status keep_best() {
        state_.best.resize(model_->parameters.size());
        for (const LayerInstance& layer : model_->layers) {
            if (!layer.trainable) continue;
            for (const Index index : layer.parameters) {
                PROVENN_ASSIGN(state_.best[static_cast<std::size_t>(index)], model_->parameter(index).value.clone());
            }
        }
        return {};
    }

    [[nodiscard]] bool report(bool ended_epoch) const {
        if (!config_.on_progress) return true;
        Progress progress;
        progress.epochs = config_.epochs;
        progress.steps = steps_per_epoch();
        progress.epoch_ended = ended_epoch;
        progress.learning_rate = state_.learning_rate;
        if (ended_epoch) {
            const EpochRecord& record = state_.history.back();
            progress.epoch = record.epoch;
            progress.step = progress.steps;
            progress.samples = source_->size();
            progress.loss = record.loss;
            progress.accuracy = record.accuracy;
            progress.validation = record.validation;
            progress.epoch_seconds = record.seconds;
        } else {
            const auto samples = static_cast<double>(state_.sums.samples);
            progress.epoch = state_.epoch + 1;
            progress.step = state_.step;
            progress.samples = state_.sums.samples;
            progress.loss = state_.sums.loss / samples;
            if (source_->classes() > 0) progress.accuracy = static_cast<double>(state_.sums.correct) / samples;
            progress.epoch_seconds = state_.sums.seconds;
            progress.epoch_seconds_left = state_.sums.seconds / static_cast<double>(state_.step) *
                                          static_cast<double>(steps_per_epoch() - state_.step);
        }
        return config_.on_progress(progress);
    }

    Model* model_;
    BatchSource* source_;
    TrainConfig config_;
    Tape tape_;
    BatchBuffers buffers_;
    WeightUpdate update_;
    TrainingState state_;
    std::vector<std::int64_t> order_;
    std::int64_t order_epoch_ = -1;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
