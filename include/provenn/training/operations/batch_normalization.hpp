// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of batch normalisation: with the batch's statistics, or frozen with the stored ones.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// BatchNormalization, as Keras means it: a trainable layer normalises with the statistics of the batch, and its moving
/// ones follow them once the step was good; a frozen layer normalises with the moving ones and never changes them.
/// A trainable layer may do the work of the activation behind it: maps are walked over twice less in each direction.
class BatchNormalizationOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::BatchNormalization& layer) {
        std::unique_ptr<BatchNormalizationOperation> made(new BatchNormalizationOperation);
        std::size_t slot = 0;
        made->config_ = layer;
        made->is_frozen_ = !source.layer().trainable;
        made->gamma_ = layer.scale ? source.parameter(slot++) : nullptr;
        made->beta_ = layer.center ? source.parameter(slot++) : nullptr;
        made->moving_mean_ = source.parameter(slot);
        made->moving_variance_ = source.parameter(slot + 1);
        made->activation_ = source.activation;
        const MapExtent extent = source.input_extent(0);
        const auto padded = static_cast<std::size_t>(extent.blocks() * kernels::kChannelBlock);
        for (Array<float>* array : {&made->mean_, &made->variance_, &made->inverse_, &made->scale_})
            PROVENN_TRY(array->resize(padded));
        if (made->is_frozen_) {
            PROVENN_ASSIGN(made->stored_, fold_batch_norm(source.for_inference(), source.operation));
        }
        made->scratch_size_ = kernels::batch_norm_scratch_size(source.max_batch, extent);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] std::int64_t scratch_size() const override { return is_frozen_ ? 0 : scratch_size_; }
    [[nodiscard]] bool backward_reads_inputs() const override { return !is_frozen_; }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        if (is_frozen_) {
            at.kernels.elementwise.scale_shift(at.executor, at.inputs[0], stored_.scale.data(), stored_.shift.data(),
                                               output);
            return;
        }
        kernels::BatchNormForward arguments;
        arguments.input = at.inputs[0];
        arguments.output = output;
        arguments.gamma = gamma_ == nullptr ? nullptr : gamma_->data();
        arguments.beta = beta_ == nullptr ? nullptr : beta_->data();
        arguments.epsilon = config_.epsilon;
        arguments.mean = mean_.data();
        arguments.variance = variance_.data();
        arguments.inverse = inverse_.data();
        arguments.scratch = at.scratch;
        arguments.scale = scale_.data();
        arguments.activation = activation_;
        pixels_ = output.samples * output.extent.pixels();
        at.kernels.batch_norm.forward(at.executor, arguments);
    }

    void backward(const OperationContext& at, const BackwardContext& to) override {
        if (is_frozen_) {
            kernels::BatchNormFrozenBackward arguments;
            arguments.output_gradient = to.output_gradient;
            arguments.input_gradient = to.input_gradients[0];
            arguments.scale = stored_.scale.data();
            at.kernels.batch_norm_backward.frozen(at.executor, arguments);
            return;
        }
        kernels::BatchNormBackward arguments;
        std::size_t slot = 0;
        arguments.input = at.inputs[0];
        arguments.output_gradient = to.output_gradient;
        arguments.input_gradient = to.input_gradients[0];
        arguments.gamma = gamma_ == nullptr ? nullptr : gamma_->data();
        arguments.mean = mean_.data();
        arguments.inverse = inverse_.data();
        arguments.gamma_gradient = gamma_ == nullptr ? nullptr : to.parameter_gradients[slot++];
        arguments.beta_gradient = beta_ == nullptr ? nullptr : to.parameter_gradients[slot];
        arguments.scratch = at.scratch;
        arguments.activation = activation_;
        arguments.scale = scale_.data();
        arguments.beta = beta_ == nullptr ? nullptr : beta_->data();
        at.kernels.batch_norm_backward.training(at.executor, arguments);
    }

    [[nodiscard]] bool can_commit() const override {
        for (std::size_t c = 0; c < static_cast<std::size_t>(moving_mean_->element_count()); ++c) {
            const float sum = mean_[c] - variance_[c];
            if (!is_frozen_ && !(sum - sum == 0.0f)) return false;
        }
        return true;
    }
    void commit() override {
        if (is_frozen_ || pixels_ == 0) return;
        const auto channels = static_cast<std::size_t>(moving_mean_->element_count());
        kernels::update_moving_statistics({config_.momentum, config_.unbiased_variance, pixels_},
                                          {mean_.data(), channels}, {variance_.data(), channels},
                                          moving_mean_->span(), moving_variance_->span());
        pixels_ = 0;
    }

  private:
    BatchNormalizationOperation() = default;

    layers::BatchNormalization config_;
    bool is_frozen_ = false;
    Tensor<float>*gamma_ = nullptr, *beta_ = nullptr, *moving_mean_ = nullptr, *moving_variance_ = nullptr;
    layers::ActivationConfig activation_;             ///< that follows; linear: none
    Array<float> mean_, variance_, inverse_, scale_;  ///< of the batch
    FoldedStatistics stored_;                         ///< of a frozen layer: nothing changes them
    std::int64_t scratch_size_ = 0;
    std::int64_t pixels_ = 0;  ///< behind the batch's statistics; 0 once they were committed
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
