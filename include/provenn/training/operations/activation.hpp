// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of activation functions: element by element, and over the channels.
#pragma once

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// ActivationLayer. ReLU and its kin read their slope from the output, so that the tape need not keep their input.
class ActivationOperation final : public TrainingOperation {
  public:
    explicit ActivationOperation(const layers::ActivationConfig& config) : config_(config) {}

    [[nodiscard]] bool backward_reads_inputs() const override {
        if (is_over_channels()) return false;
        return config_.kind == layers::Activation::glu || !kernels::slope_from_output(config_);
    }
    [[nodiscard]] bool backward_reads_output() const override { return !backward_reads_inputs(); }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        if (kernels::is_elementwise(config_.kind)) {
            at.kernels.activation.forward(at.executor, config_, at.inputs[0], output);
        } else if (config_.kind == layers::Activation::glu) {
            at.kernels.activation.glu(at.executor, at.inputs[0], output);
        } else {
            at.kernels.softmax.forward(at.executor, config_.kind, at.inputs[0], output);
        }
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        const BlockedMap& gradient = to.input_gradients[0];
        if (kernels::is_elementwise(config_.kind)) {
            const ConstBlockedMap& kept = backward_reads_inputs() ? at.inputs[0] : to.output;
            at.kernels.activation_backward.backward(at.executor, config_, kept, to.output_gradient, gradient);
        } else if (config_.kind == layers::Activation::glu) {
            at.kernels.activation_backward.glu(at.executor, at.inputs[0], to.output_gradient, gradient);
        } else {
            at.kernels.softmax_backward.backward(at.executor, config_.kind, to.output, to.output_gradient, gradient);
        }
    }

  private:
    [[nodiscard]] bool is_over_channels() const {
        return !kernels::is_elementwise(config_.kind) && config_.kind != layers::Activation::glu;
    }
    layers::ActivationConfig config_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
