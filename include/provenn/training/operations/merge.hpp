// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of layers that join several inputs.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Merge, element by element; an input of one pixel is spread over height and width.
class CombineOperation final : public TrainingOperation {
  public:
    explicit CombineOperation(kernels::Combine kind) : kind_(kind) {}

    /// The slopes of sums, differences and means do not depend on the inputs.
    [[nodiscard]] bool backward_reads_inputs() const override {
        return kind_ == kernels::Combine::multiply || kind_ == kernels::Combine::maximum ||
               kind_ == kernels::Combine::minimum;
    }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.elementwise.combine(at.executor, kind_, at.inputs, output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        for (std::size_t i = 0; i < at.inputs.size(); ++i) {
            if (to.input_gradients[i].data == nullptr) continue;
            at.kernels.elementwise_backward.combine(at.executor, kind_, at.inputs, i, to.output_gradient,
                                                    to.input_gradients[i]);
        }
    }

  private:
    kernels::Combine kind_;
};

/// Merge of kind concatenate, along any axis of the sample.
class ConcatenateOperation final : public TrainingOperation {
  public:
    explicit ConcatenateOperation(kernels::MapAxis axis) : axis_(axis) {}

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.rearrange2d.concatenate(at.executor, axis_, at.inputs, output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        at.kernels.rearrange2d.split(at.executor, axis_, to.output_gradient, to.input_gradients);
    }

  private:
    kernels::MapAxis axis_;
};

inline Result<std::unique_ptr<TrainingOperation>> make_merge(const layers::Merge& layer) {
    if (layer.kind != layers::MergeKind::concatenate) {
        return std::unique_ptr<TrainingOperation>(new CombineOperation(static_cast<kernels::Combine>(layer.kind)));
    }
    const kernels::MapAxis axis = layer.axis == -1   ? kernels::MapAxis::channels
                                  : layer.axis == -2 ? kernels::MapAxis::width
                                                     : kernels::MapAxis::height;
    return std::unique_ptr<TrainingOperation>(new ConcatenateOperation(axis));
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
