// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps of convolution and dense layers, with what is fused behind them.
#pragma once

#include <utility>

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What a convolution's epilogue owns and reads.
struct FusedEpilogue {
    FoldedStatistics batch_norm;
    MapReference addend;
    bool has_addend = false;
    kernels::Clamp clamp = kernels::Clamp::none;
    float upper = 0.0f;

    static Result<FusedEpilogue> make(const StepSource& source, const FusedStep& step) {
        FusedEpilogue epilogue;
        if (step.batch_norm >= 0) {
            PROVENN_ASSIGN(epilogue.batch_norm, fold_batch_norm(source, source.operation(step.batch_norm)));
        }
        epilogue.has_addend = step.addend >= 0;
        if (epilogue.has_addend) epilogue.addend = source.value(step.addend);
        if (kernels::is_clamp(step.clamp)) {
            const bool is_clipped = step.clamp.kind == layers::Activation::relu_general && step.clamp.has_upper;
            epilogue.clamp = is_clipped ? kernels::Clamp::relu_clipped : kernels::Clamp::relu;
            epilogue.upper = step.clamp.upper;
        }
        return epilogue;
    }
    [[nodiscard]] kernels::Epilogue at(const RunContext& run) const {
        kernels::Epilogue epilogue;
        epilogue.scale = batch_norm.scale.empty() ? nullptr : batch_norm.scale.data();
        epilogue.shift = batch_norm.shift.empty() ? nullptr : batch_norm.shift.data();
        if (has_addend) epilogue.addend = addend.map(run);
        epilogue.clamp = clamp;
        epilogue.upper = upper;
        return epilogue;
    }
};

/// Conv2d, or Dense as a 1x1 convolution.
class ConvolutionStep {
  public:
    static Result<ConvolutionStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        ConvolutionStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        kernels::Conv2dGeometry geometry;
        if (const auto* conv = std::get_if<layers::Conv2d>(&op.config)) {
            PROVENN_ASSIGN(geometry, geometry_of(*conv, source.shape(op.inputs[0])));
            geometry.groups = conv->groups;
        }
        step.panels_ = kernels::panel_shape(geometry, step.input_.extent.channels, step.output_.extent.channels);
        step.positions_ = kernels::forward_positions(geometry, step.output_.extent);
        PROVENN_TRY(step.taps_.resize(static_cast<std::size_t>(geometry.taps())));
        kernels::forward_taps(geometry, step.taps_.span());
        PROVENN_TRY(step.weights_.resize(static_cast<std::size_t>(kernels::packed_size(step.panels_))));
        kernels::pack_weights(step.panels_, source.parameter(op, 0)->data(), step.weights_.data(), source.executor);
        PROVENN_ASSIGN(step.bias_, padded_lanes(source.parameter(op, 1), step.output_.extent.channels, 0.0f));
        PROVENN_ASSIGN(step.epilogue_, FusedEpilogue::make(source, fused));
        return step;
    }

    void run(const RunContext& run) const noexcept {
        kernels::Conv2dArguments arguments;
        arguments.input = input_.map(run);
        arguments.output = output_.map(run);
        arguments.panels = panels_;
        arguments.weights = weights_.data();
        arguments.bias = bias_.data();
        arguments.taps = taps_.span();
        arguments.positions = positions_;
        arguments.epilogue = epilogue_.at(run);
        run.kernels->conv2d.run(arguments, *run.executor);
    }

  private:
    MapReference input_, output_;
    kernels::PanelShape panels_;
    kernels::Conv2dPositions positions_;
    Array<float> weights_, bias_;
    Array<kernels::Conv2dTap> taps_;
    FusedEpilogue epilogue_;
};

/// Conv2dTranspose.
class Conv2dTransposeStep {
  public:
    static Result<Conv2dTransposeStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        Conv2dTransposeStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        PROVENN_ASSIGN(step.geometry_, geometry_of(*std::get_if<layers::Conv2dTranspose>(&op.config),
                                                   source.shape(op.inputs[0])));
        const std::int64_t channels = step.output_.extent.channels;
        const auto panels = kernels::transpose_panel_shape(step.geometry_, channels, step.input_.extent.channels);
        PROVENN_TRY(step.taps_.resize(static_cast<std::size_t>(step.geometry_.taps())));
        kernels::transpose_taps(step.geometry_, step.taps_.span());
        PROVENN_TRY(step.weights_.resize(static_cast<std::size_t>(kernels::packed_size(panels))));
        kernels::pack_transpose_weights(panels, source.parameter(op, 0)->data(), step.weights_.data());
        PROVENN_ASSIGN(step.bias_, padded_lanes(source.parameter(op, 1), channels, 0.0f));
        PROVENN_ASSIGN(step.epilogue_, FusedEpilogue::make(source, fused));
        return step;
    }

    void run(const RunContext& run) const noexcept {
        kernels::Conv2dTransposeArguments arguments;
        arguments.input = input_.map(run);
        arguments.output = output_.map(run);
        arguments.geometry = geometry_;
        arguments.weights = weights_.data();
        arguments.bias = bias_.data();
        arguments.taps = taps_.span();
        arguments.epilogue = epilogue_.at(run);
        run.kernels->conv2d_transpose.run(arguments, *run.executor);
    }

  private:
    MapReference input_, output_;
    kernels::Conv2dGeometry geometry_;
    Array<float> weights_, bias_;
    Array<kernels::Conv2dTap> taps_;
    FusedEpilogue epilogue_;
};

/// DepthwiseConv2d.
class DepthwiseStep {
  public:
    static Result<DepthwiseStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        const auto& config = *std::get_if<layers::DepthwiseConv2d>(&op.config);
        DepthwiseStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        PROVENN_ASSIGN(step.geometry_, geometry_of(config, source.shape(op.inputs[0])));
        step.multiplier_ = config.depth_multiplier;
        const std::int64_t channels = step.output_.extent.channels;
        PROVENN_TRY(
            step.weights_.resize(static_cast<std::size_t>(kernels::depthwise_packed_size(step.geometry_, channels))));
        kernels::pack_depthwise_weights(step.geometry_, channels, source.parameter(op, 0)->data(),
                                        step.weights_.data());
        PROVENN_ASSIGN(step.bias_, padded_lanes(source.parameter(op, 1), channels, 0.0f));
        PROVENN_ASSIGN(step.epilogue_, FusedEpilogue::make(source, fused));
        return step;
    }

    void run(const RunContext& run) const noexcept {
        kernels::DepthwiseConv2dArguments arguments;
        arguments.input = input_.map(run);
        arguments.output = output_.map(run);
        arguments.geometry = geometry_;
        arguments.multiplier = multiplier_;
        arguments.weights = weights_.data();
        arguments.bias = bias_.data();
        arguments.epilogue = epilogue_.at(run);
        run.kernels->depthwise_conv2d.run(arguments, *run.executor);
    }

  private:
    MapReference input_, output_;
    kernels::Conv2dGeometry geometry_;
    std::int64_t multiplier_ = 1;
    Array<float> weights_, bias_;
    FusedEpilogue epilogue_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
