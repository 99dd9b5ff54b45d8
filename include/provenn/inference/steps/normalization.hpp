// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps that normalise with statistics of the sample at hand.
#pragma once

#include <utility>

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// LayerNormalization.
class LayerNormStep {
  public:
    static Result<LayerNormStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        const auto& config = *std::get_if<layers::LayerNormalization>(&op.config);
        LayerNormStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.epsilon_ = config.epsilon;
        PROVENN_ASSIGN(step.affine_, padded_scale_and_shift(source, op, config.scale, config.center));
        return step;
    }
    void run(const RunContext& run) const noexcept {
        run.kernels->layer_norm.forward(
            *run.executor, {input_.map(run), output_.map(run), affine_.scale.data(), affine_.shift.data(), epsilon_});
    }

  private:
    MapReference input_, output_;
    FoldedStatistics affine_;
    float epsilon_ = 0.0f;
};

/// GroupNormalization. Its statistics stand in the step's scratch.
class GroupNormStep {
  public:
    static Result<GroupNormStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        const auto& config = *std::get_if<layers::GroupNormalization>(&op.config);
        GroupNormStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.groups_ = config.groups_of(step.output_.extent.channels);
        step.epsilon_ = config.epsilon;
        PROVENN_ASSIGN(step.affine_, padded_scale_and_shift(source, op, config.scale, config.center));
        return step;
    }
    static std::int64_t scratch_size(const StepSource& source, const FusedStep& fused, std::int64_t samples) {
        const kernels::MapExtent extent = map_extent(source.shape(fused.output));
        return kernels::group_norm_scratch_size(samples, extent) +
               2 * kernels::group_norm_statistics_size(samples, extent);
    }
    void run(const RunContext& run) const noexcept {
        const std::int64_t statistics = kernels::group_norm_statistics_size(run.samples, output_.extent);
        kernels::GroupNormForward arguments;
        arguments.input = input_.map(run);
        arguments.output = output_.map(run);
        arguments.gamma = affine_.scale.data();
        arguments.beta = affine_.shift.data();
        arguments.groups = groups_;
        arguments.epsilon = epsilon_;
        arguments.mean = run.scratch;
        arguments.inverse = run.scratch + statistics;
        arguments.scratch = run.scratch + 2 * statistics;
        run.kernels->group_norm.forward(*run.executor, arguments);
    }

  private:
    MapReference input_, output_;
    FoldedStatistics affine_;
    std::int64_t groups_ = 1;
    float epsilon_ = 0.0f;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
