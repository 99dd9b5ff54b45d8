// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of up-sampling and resizing.
#pragma once

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// UpSampling2d and Resizing.
class Resize2dOperation final : public TrainingOperation {
  public:
    explicit Resize2dOperation(layers::Interpolation interpolation)
        : is_nearest_(interpolation == layers::Interpolation::nearest) {}

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        const kernels::Resample2dKernels& resample = at.kernels.resample2d;
        (is_nearest_ ? resample.nearest : resample.bilinear)(at.executor, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        const kernels::Resample2dBackwardKernels& resample = at.kernels.resample2d_backward;
        (is_nearest_ ? resample.nearest : resample.bilinear)(at.executor, to.output_gradient, to.input_gradients[0]);
    }

  private:
    bool is_nearest_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
