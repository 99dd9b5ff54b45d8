// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps that work element by element: batch norm, rescaling, activations, merging.
#pragma once

#include <utility>

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// BatchNormalization, Rescaling and Normalization where nothing stands in front that they could fuse into.
class ScaleShiftStep {
  public:
    static Result<ScaleShiftStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        ScaleShiftStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        const std::int64_t channels = step.output_.extent.channels;
        if (std::holds_alternative<layers::BatchNormalization>(op.config)) {
            PROVENN_ASSIGN(step.folded_, fold_batch_norm(source, op));
        } else if (const auto* rescaling = std::get_if<layers::Rescaling>(&op.config)) {
            PROVENN_ASSIGN(step.folded_.scale, padded_lanes(nullptr, channels, rescaling->scale));
            PROVENN_ASSIGN(step.folded_.shift, padded_lanes(nullptr, channels, rescaling->offset));
        } else {
            PROVENN_ASSIGN(step.folded_, fold_normalization(source, op));
        }
        return step;
    }
    void run(const RunContext& run) const noexcept {
        run.kernels->elementwise.scale_shift(*run.executor, input_.map(run), folded_.scale.data(), folded_.shift.data(),
                                             output_.map(run));
    }

  private:
    MapReference input_, output_;
    FoldedStatistics folded_;
};

/// ActivationLayer: element by element, or over the channels.
class ActivationStep {
  public:
    static Result<ActivationStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        ActivationStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.config_ = std::get_if<layers::ActivationLayer>(&op.config)->activation;
        return step;
    }
    void run(const RunContext& run) const noexcept {
        const kernels::BlockedMap input = input_.map(run), output = output_.map(run);
        if (kernels::is_elementwise(config_.kind)) {
            run.kernels->activation.forward(*run.executor, config_, input, output);
        } else if (config_.kind == layers::Activation::glu) {
            run.kernels->activation.glu(*run.executor, input, output);
        } else {
            run.kernels->softmax.forward(*run.executor, config_.kind, input, output);
        }
    }

  private:
    MapReference input_, output_;
    layers::ActivationConfig config_;
};

/// PRelu.
class PReluStep {
  public:
    static Result<PReluStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        PReluStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        const Tensor<float>& alpha = *source.parameter(op, 0);
        step.layout_ = {map_extent(alpha.shape()), {}};
        PROVENN_TRY(step.alpha_.resize(static_cast<std::size_t>(step.layout_.size(1))));
        const kernels::BlockedMap map = step.layout_.map(step.alpha_.data(), 1);
        const std::int64_t channels = step.layout_.extent.channels;
        for (std::int64_t i = 0; i < alpha.element_count(); ++i) {
            const std::int64_t pixel = i / channels, c = i % channels, width = step.layout_.extent.width;
            map.pixel(0, c / kernels::kChannelBlock, pixel / width, pixel % width)[c % kernels::kChannelBlock] =
                alpha.data()[i];
        }
        return step;
    }
    void run(const RunContext& run) const noexcept {
        run.kernels->activation.prelu(*run.executor, input_.map(run), layout_.map(alpha_.data(), 1), output_.map(run));
    }

  private:
    MapReference input_, output_;
    kernels::MapLayout layout_;
    Array<float> alpha_;
};

/// Merge of every kind but concatenate.
class MergeStep {
  public:
    static Result<MergeStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        MergeStep step;
        if (op.inputs.size() > kMaxInputs) {
            return make_error(ErrorCode::unsupported, "at most ", kMaxInputs, " inputs can be merged at once");
        }
        for (const Index input : op.inputs) PROVENN_TRY(step.inputs_.push_back(source.value(input)));
        step.output_ = source.value(fused.output);
        step.kind_ = static_cast<kernels::Combine>(std::get_if<layers::Merge>(&op.config)->kind);
        return step;
    }
    void run(const RunContext& run) const noexcept {
        kernels::ConstBlockedMap inputs[kMaxInputs];
        for (std::size_t i = 0; i < inputs_.size(); ++i) inputs[i] = inputs_[i].map(run);
        run.kernels->elementwise.combine(*run.executor, kind_, {inputs, inputs_.size()}, output_.map(run));
    }

  private:
    static constexpr std::size_t kMaxInputs = 32;
    Array<MapReference> inputs_;
    MapReference output_;
    kernels::Combine kind_ = kernels::Combine::add;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
