// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of convolution and dense layers.
#pragma once

#include <memory>

#include "provenn/inference/steps/winograd.hpp"
#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// One direction of a convolution by Winograd's method; tile none: this direction goes the direct way.
struct WinogradDirection {
    kernels::WinogradTile tile = kernels::WinogradTile::none;
    std::int64_t pad_top = 0, pad_left = 0;
    Array<float> weights;

    /// @param from, to extents of the maps that are read and written. Returns the floats of scratch.
    Result<std::int64_t> make(std::int64_t max_batch, const MapExtent& from, const MapExtent& to) {
        if (tile == kernels::WinogradTile::none) return std::int64_t{0};
        const std::int64_t size = kernels::winograd_packed_size(tile, from.channels, to.channels);
        PROVENN_TRY(weights.resize(static_cast<std::size_t>(size)));
        return kernels::winograd_scratch_size(tile, max_batch, from, to);
    }
    void run(const OperationContext& at, const ConstBlockedMap& from, const BlockedMap& to, const float* bias) const {
        kernels::WinogradConv2dArguments arguments;
        arguments.input = from;
        arguments.output = to;
        arguments.tile = tile;
        arguments.pad_top = pad_top;
        arguments.pad_left = pad_left;
        arguments.weights = weights.data();
        arguments.bias = bias;
        arguments.scratch = at.scratch;
        at.kernels.winograd_conv2d.run(arguments, at.executor);
    }
    [[nodiscard]] bool is_used() const { return tile != kernels::WinogradTile::none; }
};

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

    void repack(const Executor& executor) override {
        const std::int64_t channels = input_.channels, filters = output_.channels;
        if (forward_.is_used()) {
            kernels::pack_winograd_weights(forward_.tile, channels, filters,
                                           kernels::winograd_forward_source(kernel_->data(), channels, filters),
                                           forward_.weights.data(), executor);
        } else {
            kernels::pack_weights(panels_, kernel_->data(), weights_.data(), executor);
        }
        if (gradient_.is_used()) {
            kernels::pack_winograd_weights(gradient_.tile, filters, channels,
                                           kernels::winograd_gradient_source(kernel_->data(), channels, filters),
                                           gradient_.weights.data(), executor);
        } else {
            kernels::pack_transpose_weights(gradient_panels_, kernel_->data(), gradient_weights_.data(), executor);
        }
        if (bias_ != nullptr) kernels::pad_lanes(bias_->data(), output_.channels, padded_bias_.data());
    }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        if (forward_.is_used()) return forward_.run(at, at.inputs[0], output, padded_bias_.data());
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
        if (gradient_.is_used()) return gradient_.run(at, to.output_gradient, to.input_gradients[0], nullptr);
        kernels::Conv2dTransposeArguments data;
        data.input = to.output_gradient;
        data.output = to.input_gradients[0];
        data.weights = gradient_weights_.data();
        data.geometry = geometry_;
        data.taps = gradient_taps_.span();
        at.kernels.conv2d_transpose.run(data, at.executor);
    }

  private:
    explicit Conv2dOperation(const OperationSource& source, const kernels::Conv2dGeometry& geometry)
        : geometry_(geometry), input_(source.input_extent(0)), output_(source.output_extent()),
          kernel_(source.parameter(0)), bias_(source.parameter(1)),
          panels_(kernels::panel_shape(geometry, input_.channels, output_.channels)),
          gradient_panels_(kernels::transpose_panel_shape(geometry, input_.channels, output_.channels)) {}

    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const kernels::Conv2dGeometry& geometry) {
        std::unique_ptr<Conv2dOperation> made(new Conv2dOperation(source, geometry));
        const auto taps = static_cast<std::size_t>(geometry.taps());
        PROVENN_TRY(made->taps_.resize(taps));
        PROVENN_TRY(made->gradient_taps_.resize(taps));
        kernels::forward_taps(geometry, made->taps_.span());
        kernels::transpose_taps(geometry, made->gradient_taps_.span());
        if (source.model.numerics == Numerics::fast) made->choose_winograd();
        PROVENN_ASSIGN(const std::int64_t forward_scratch,
                       made->forward_.make(source.max_batch, made->input_, made->output_));
        PROVENN_ASSIGN(const std::int64_t gradient_scratch,
                       made->gradient_.make(source.max_batch, made->output_, made->input_));
        if (!made->forward_.is_used()) {
            PROVENN_TRY(made->weights_.resize(static_cast<std::size_t>(kernels::packed_size(made->panels_))));
        }
        if (!made->gradient_.is_used()) {
            PROVENN_TRY(made->gradient_weights_.resize(
                static_cast<std::size_t>(kernels::packed_size(made->gradient_panels_))));
        }
        PROVENN_TRY(made->padded_bias_.resize(static_cast<std::size_t>(made->output_.blocks() * 16)));
        kernels::Conv2dWeightGradient weights;
        const auto map_of = [&](const MapExtent& extent) {
            return made->samples_in_chunks(kernels::MapLayout{extent, {}}.map<const float>(nullptr, source.max_batch));
        };
        weights.input = map_of(made->input_);
        weights.output_gradient = map_of(made->output_);
        weights.geometry = geometry;
        made->scratch_size_ = kernels::conv2d_gradient_scratch_size(weights);
        for (const std::int64_t size : {forward_scratch, gradient_scratch}) {
            if (size > made->scratch_size_) made->scratch_size_ = size;
        }
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    void choose_winograd() {
        forward_.tile = kernels::winograd_tile_for(geometry_, input_, output_);
        forward_.pad_top = geometry_.pad_top;
        forward_.pad_left = geometry_.pad_left;
        gradient_.tile = kernels::winograd_tile_for(geometry_, output_, input_);
        gradient_.pad_top = 2 - geometry_.pad_top;
        gradient_.pad_left = 2 - geometry_.pad_left;
    }

    /// Maps of one pixel hold little for a chunk: there the chunks of a reduction span samples. With more than one tap
    /// a row would read its neighbours, which are other samples.
    [[nodiscard]] ConstBlockedMap samples_in_chunks(const ConstBlockedMap& map) const {
        const bool is_dense = geometry_.taps() == 1 && input_.pixels() == 1 && output_.pixels() == 1;
        return is_dense ? kernels::samples_as_rows(map) : map;
    }

    kernels::Conv2dGeometry geometry_;
    MapExtent input_, output_;
    const Tensor<float>*kernel_, *bias_;
    kernels::PanelShape panels_, gradient_panels_;
    Array<kernels::Conv2dTap> taps_, gradient_taps_;
    Array<float> weights_, gradient_weights_, padded_bias_;
    WinogradDirection forward_, gradient_;
    std::int64_t scratch_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
