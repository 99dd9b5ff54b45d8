// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of layers that prepare inputs: nothing in them is learned.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Rescaling and Normalization: y = fma(x, scale, shift), dx = dy * scale.
class ScaleShiftOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::Rescaling& layer) {
        std::unique_ptr<ScaleShiftOperation> made(new ScaleShiftOperation);
        const std::int64_t channels = source.output_extent().channels;
        PROVENN_ASSIGN(made->folded_.scale, padded_lanes(nullptr, channels, layer.scale));
        PROVENN_ASSIGN(made->folded_.shift, padded_lanes(nullptr, channels, layer.offset));
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::Normalization&) {
        std::unique_ptr<ScaleShiftOperation> made(new ScaleShiftOperation);
        PROVENN_ASSIGN(made->folded_, fold_normalization(source.for_inference(), source.operation));
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.elementwise.scale_shift(at.executor, at.inputs[0], folded_.scale.data(), folded_.shift.data(),
                                           output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        at.kernels.elementwise.scale_shift(at.executor, to.output_gradient, folded_.scale.data(), nullptr,
                                           to.input_gradients[0]);
    }

  private:
    ScaleShiftOperation() = default;
    FoldedStatistics folded_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
