// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of convolution and dense layers.
#pragma once

#include <memory>

#include "provenn/inference/steps/convolution.hpp"
#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Conv2d, or Dense as a 1x1 convolution. Panels are packed anew after each step, for both directions.
class Conv2dOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source, const layers::Conv2d& layer) {
        PROVENN_ASSIGN(kernels::Conv2dGeometry geometry, geometry_of(layer, source.input_shape(0)));
        geometry.groups = layer.groups;
        return make(source, geometry);
    }
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source, const layers::Dense&) {
        return make(source, kernels::Conv2dGeometry{});
    }

    [[nodiscard]] Halo input_halo() const override { return kernels::input_halo(geometry_, input_, output_); }
    [[nodiscard]] Halo gradient_halo() const override { return kernels::gradient_halo(geometry_, input_, output_); }
    [[nodiscard]] std::int64_t scratch_size() const override { return scratch_size_; }

    void repack() override {
        kernels::pack_weights(panels_, kernel_->data(), weights_.data());
        kernels::pack_gradient_weights(gradient_panels_, kernel_->data(), gradient_weights_.data());
        if (bias_ != nullptr) kernels::pad_lanes(bias_->data(), output_.channels, padded_bias_.data());
    }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        kernels::Conv2dArguments arguments;
        arguments.input = at.inputs[0];
        arguments.output = output;
        arguments.panels = panels_;
        arguments.weights = weights_.data();
        arguments.bias = padded_bias_.data();
        arguments.taps = taps_.span();
        arguments.positions = kernels::forward_positions(geometry_, output_);
        at.kernels.conv2d.run(arguments, at.executor);
    }

    void backward(const OperationContext& at, const BackwardContext& to) override {
        const std::size_t bias_slot = bias_ == nullptr ? 0 : 1;
        kernels::Conv2dWeightGradient weights;
        weights.weight_gradient = to.parameter_gradients[0];
        weights.bias_gradient = bias_slot == 0 ? nullptr : to.parameter_gradients[1];
        if (weights.weight_gradient != nullptr || weights.bias_gradient != nullptr) {
            weights.input = samples_in_chunks(at.inputs[0]);
            weights.output_gradient = samples_in_chunks(to.output_gradient);
            weights.geometry = geometry_;
            weights.scratch = at.scratch;
            at.kernels.conv2d_backward.weights(weights, at.executor);
        }
        if (to.input_gradients[0].data == nullptr) return;
        kernels::Conv2dDataGradient data;
        data.output_gradient = to.output_gradient;
        data.input_gradient = to.input_gradients[0];
        data.weights = gradient_weights_.data();
        data.geometry = geometry_;
        data.tap_scratch = gradient_taps_.span();
        at.kernels.conv2d_backward.data(data, at.executor);
    }

  private:
    explicit Conv2dOperation(const OperationSource& source, const kernels::Conv2dGeometry& geometry)
        : geometry_(geometry), input_(source.input_extent(0)), output_(source.output_extent()),
          kernel_(source.parameter(0)), bias_(source.parameter(1)),
          panels_(kernels::panel_shape(geometry, input_.channels, output_.channels)),
          gradient_panels_(kernels::gradient_panel_shape(geometry, input_.channels, output_.channels)) {}

    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const kernels::Conv2dGeometry& geometry) {
        std::unique_ptr<Conv2dOperation> made(new Conv2dOperation(source, geometry));
        const auto taps = static_cast<std::size_t>(geometry.taps());
        PROVENN_TRY(made->taps_.resize(taps));
        PROVENN_TRY(made->gradient_taps_.resize(taps));
        kernels::forward_taps(geometry, made->taps_.span());
        PROVENN_TRY(made->weights_.resize(static_cast<std::size_t>(kernels::packed_size(made->panels_))));
        PROVENN_TRY(
            made->gradient_weights_.resize(static_cast<std::size_t>(kernels::packed_size(made->gradient_panels_))));
        PROVENN_TRY(made->padded_bias_.resize(static_cast<std::size_t>(made->output_.blocks() * 16)));
        kernels::Conv2dWeightGradient weights;
        const auto map_of = [&source](const MapExtent& extent) {
            return samples_in_chunks(kernels::MapLayout{extent, {}}.map<const float>(nullptr, source.max_batch));
        };
        weights.input = map_of(made->input_);
        weights.output_gradient = map_of(made->output_);
        weights.geometry = geometry;
        made->scratch_size_ = kernels::conv2d_gradient_scratch_size(weights);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    /// Maps of one pixel hold little for a chunk: there the chunks of a reduction span samples.
    [[nodiscard]] static ConstBlockedMap samples_in_chunks(const ConstBlockedMap& map) {
        return map.extent.pixels() == 1 ? kernels::samples_as_rows(map) : map;
    }

    kernels::Conv2dGeometry geometry_;
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
