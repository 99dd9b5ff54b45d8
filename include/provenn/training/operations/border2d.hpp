// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of padding and cropping: each is the other's gradient.
#pragma once

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// ZeroPadding2d and Cropping2d.
class Border2dOperation final : public TrainingOperation {
  public:
    Border2dOperation(const layers::Border2& border, bool is_padding)
        : border_{border.top, border.bottom, border.left, border.right}, is_padding_(is_padding) {}

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        const kernels::Rearrange2dKernels& rearrange = at.kernels.rearrange2d;
        (is_padding_ ? rearrange.pad : rearrange.crop)(at.executor, border_, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        const kernels::Rearrange2dKernels& rearrange = at.kernels.rearrange2d;
        (is_padding_ ? rearrange.crop : rearrange.pad)(at.executor, border_, to.output_gradient, to.input_gradients[0]);
    }

  private:
    Halo border_;
    bool is_padding_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
