// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of layers that rename or reorder axes.
#pragma once

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Flatten and Reshape: the same elements in the order of storage.
class ReshapeOperation final : public TrainingOperation {
  public:
    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.layout.reshape(at.executor, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        at.kernels.layout.reshape(at.executor, to.output_gradient, to.input_gradients[0]);
    }
};

/// Permute.
class PermuteOperation final : public TrainingOperation {
  public:
    explicit PermuteOperation(const Shape& order) {
        // A sample of lower rank fills the last axes of height, width, channels.
        const int missing = 3 - order.rank();
        for (int axis = 0; axis < order.rank(); ++axis) {
            order_.axis[missing + axis] = missing + static_cast<int>(order[axis]);
        }
    }

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.rearrange2d.permute(at.executor, order_, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        at.kernels.rearrange2d.permute(at.executor, kernels::inverse_order(order_), to.output_gradient,
                                       to.input_gradients[0]);
    }

  private:
    kernels::AxisOrder order_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
