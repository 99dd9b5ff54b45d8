// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of depthwise convolution.
#pragma once

#include <memory>

#include "provenn/inference/steps/convolution.hpp"
#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// DepthwiseConv2d. Both directions read the same packed weights.
class DepthwiseConv2dOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::DepthwiseConv2d& layer) {
        std::unique_ptr<DepthwiseConv2dOperation> made(new DepthwiseConv2dOperation);
        PROVENN_ASSIGN(made->geometry_, geometry_of(layer, source.input_shape(0)));
        made->multiplier_ = layer.depth_multiplier;
        made->input_ = source.input_extent(0);
        made->output_ = source.output_extent();
        made->kernel_ = source.parameter(0);
        made->bias_ = source.parameter(1);
        PROVENN_TRY(made->weights_.resize(
            static_cast<std::size_t>(kernels::depthwise_packed_size(made->geometry_, made->output_.channels))));
        PROVENN_TRY(made->padded_bias_.resize(static_cast<std::size_t>(made->output_.blocks() * 16)));
        kernels::DepthwiseWeightGradient weights;
        weights.input = kernels::MapLayout{made->input_, {}}.map<const float>(nullptr, source.max_batch);
        weights.output_gradient = kernels::MapLayout{made->output_, {}}.map<const float>(nullptr, source.max_batch);
        weights.geometry = made->geometry_;
        weights.multiplier = made->multiplier_;
        made->scratch_size_ = kernels::depthwise_gradient_scratch_size(weights);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] Halo input_halo() const override { return kernels::input_halo(geometry_, input_, output_); }
    [[nodiscard]] Halo gradient_halo() const override { return kernels::gradient_halo(geometry_, input_, output_); }
    [[nodiscard]] std::int64_t scratch_size() const override { return scratch_size_; }

    void repack(const Executor& /*executor*/) override {
        kernels::pack_depthwise_weights(geometry_, output_.channels, kernel_->data(), weights_.data());
        if (bias_ != nullptr) kernels::pad_lanes(bias_->data(), output_.channels, padded_bias_.data());
    }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        kernels::DepthwiseConv2dArguments arguments;
        arguments.input = at.inputs[0];
        arguments.output = output;
        arguments.geometry = geometry_;
        arguments.multiplier = multiplier_;
        arguments.weights = weights_.data();
        arguments.bias = padded_bias_.data();
        at.kernels.depthwise_conv2d.run(arguments, at.executor);
    }

    void backward(const OperationContext& at, const BackwardContext& to) override {
        kernels::DepthwiseWeightGradient weights;
        weights.weight_gradient = to.parameter_gradients[0];
        weights.bias_gradient = bias_ == nullptr ? nullptr : to.parameter_gradients[1];
        if (weights.weight_gradient != nullptr || weights.bias_gradient != nullptr) {
            weights.input = at.inputs[0];
            weights.output_gradient = to.output_gradient;
            weights.geometry = geometry_;
            weights.multiplier = multiplier_;
            weights.scratch = at.scratch;
            at.kernels.depthwise_conv2d_backward.weights(weights, at.executor);
        }
        if (to.input_gradients[0].data == nullptr) return;
        kernels::DepthwiseDataGradient data;
        data.output_gradient = to.output_gradient;
        data.input_gradient = to.input_gradients[0];
        data.weights = weights_.data();
        data.geometry = geometry_;
        data.multiplier = multiplier_;
        at.kernels.depthwise_conv2d_backward.data(data, at.executor);
    }

  private:
    DepthwiseConv2dOperation() = default;

    kernels::Conv2dGeometry geometry_;
    std::int64_t multiplier_ = 1;
    MapExtent input_, output_;
    const Tensor<float>*kernel_ = nullptr, *bias_ = nullptr;
    Array<float> weights_, padded_bias_;
    std::int64_t scratch_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
