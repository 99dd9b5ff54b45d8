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
    explicit Resize2dOperation(layers::Interpolation interpolation) : interpolation_(interpolation) {}

    [[nodiscard]] bool backward_reads_inputs() const override { return false; }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        resampler(at.kernels.resample2d, interpolation_)(at.executor, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        resampler(at.kernels.resample2d_backward, interpolation_)(at.executor, to.output_gradient,
                                                                  to.input_gradients[0]);
    }

  private:
    layers::Interpolation interpolation_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
