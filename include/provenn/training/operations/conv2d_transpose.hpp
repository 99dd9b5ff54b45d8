// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of transposed convolution: its data gradient is the convolution that it transposes.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Conv2dTranspose. The gradient of its kernel is that of the convolution from the output's map to the input's, with
/// input and gradient exchanged.
class Conv2dTransposeOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::Conv2dTranspose& layer) {
        PROVENN_ASSIGN(const kernels::Conv2dGeometry geometry, geometry_of(layer, source.input_shape(0)));
        std::unique_ptr<Conv2dTransposeOperation> made(new Conv2dTransposeOperation(source, geometry));
        PROVENN_TRY(made->taps_.resize(static_cast<std::size_t>(geometry.taps())));
        PROVENN_TRY(made->gradient_taps_.resize(static_cast<std::size_t>(geometry.taps())));
        kernels::transpose_taps(geometry, made->taps_.span());
        kernels::forward_taps(geometry, made->gradient_taps_.span());
        PROVENN_TRY(made->weights_.resize(static_cast<std::size_t>(kernels::packed_size(made->panels_))));
        PROVENN_TRY(
            made->gradient_weights_.resize(static_cast<std::size_t>(kernels::packed_size(made->gradient_panels_))));
        PROVENN_TRY(made->padded_bias_.resize(static_cast<std::size_t>(made->output_.blocks() * 16)));
        kernels::Conv2dWeightGradient weights;
        weights.input = kernels::MapLayout{made->output_, {}}.map<const float>(nullptr, source.max_batch);
        weights.output_gradient = kernels::MapLayout{made->input_, {}}.map<const float>(nullptr, source.max_batch);
        weights.geometry = geometry;
        made->scratch_size_ = kernels::conv2d_gradient_scratch_size(weights);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] Halo input_halo() const override { return kernels::gradient_halo(geometry_, output_, input_); }
    [[nodiscard]] Halo gradient_halo() const override { return kernels::input_halo(geometry_, output_, input_); }
    [[nodiscard]] std::int64_t scratch_size() const override { return scratch_size_; }

    void repack(const Executor& executor) override {
        kernels::pack_transpose_weights(panels_, kernel_->data(), weights_.data(), executor);
        kernels::pack_weights(gradient_panels_, kernel_->data(), gradient_weights_.data(), executor);
        if (bias_ != nullptr) kernels::pad_lanes(bias_->data(), output_.channels, padded_bias_.data());
    }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        kernels::Conv2dTransposeArguments arguments;
        arguments.input = at.inputs[0];
        arguments.output = output;
        arguments.geometry = geometry_;
        arguments.weights = weights_.data();
        arguments.bias = padded_bias_.data();
        arguments.taps = taps_.span();
        at.kernels.conv2d_transpose.run(arguments, at.executor);
    }

    void backward(const OperationContext& at, const BackwardContext& to) override {
        kernels::Conv2dWeightGradient weights;
        weights.geometry = geometry_;
        weights.scratch = at.scratch;
        weights.weight_gradient = to.parameter_gradients[0];
        if (weights.weight_gradient != nullptr) {
            weights.input = to.output_gradient;
            weights.output_gradient = at.inputs[0];
            at.kernels.conv2d_backward.weights(weights, at.executor);
        }
        weights.weight_gradient = nullptr;
        weights.bias_gradient = bias_ == nullptr ? nullptr : to.parameter_gradients[1];
        if (weights.bias_gradient != nullptr) {
            weights.input = at.inputs[0];
            weights.output_gradient = to.output_gradient;
            at.kernels.conv2d_backward.weights(weights, at.executor);
        }
        if (to.input_gradients[0].data == nullptr) return;
        kernels::Conv2dArguments data;
        data.input = to.output_gradient;
        data.output = to.input_gradients[0];
        data.panels = gradient_panels_;
        data.weights = gradient_weights_.data();
        data.taps = gradient_taps_.span();
        data.positions = kernels::forward_positions(geometry_, input_);
        at.kernels.conv2d.run(data, at.executor);
    }

  private:
    Conv2dTransposeOperation(const OperationSource& source, const kernels::Conv2dGeometry& geometry)
        : geometry_(geometry), input_(source.input_extent(0)), output_(source.output_extent()),
          kernel_(source.parameter(0)), bias_(source.parameter(1)),
          panels_(kernels::transpose_panel_shape(geometry, output_.channels, input_.channels)),
          gradient_panels_(kernels::panel_shape(geometry, output_.channels, input_.channels)) {}

    kernels::Conv2dGeometry geometry_;  ///< of the convolution from the output's map to the input's
    MapExtent input_, output_;
    const Tensor<float>*kernel_, *bias_;
    kernels::PanelShape panels_, gradient_panels_;
    Array<kernels::Conv2dTap> taps_, gradient_taps_;
    Array<float> weights_, gradient_weights_, padded_bias_;
    std::int64_t scratch_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
