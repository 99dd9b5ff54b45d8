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

}  // namespace PROVENN_ABI
}  // namespace provenn
