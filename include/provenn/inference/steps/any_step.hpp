// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// AnyStep: the closed list of steps that a plan is made of.
#pragma once

#include <utility>
#include <variant>

#include "provenn/inference/steps/convolution.hpp"
#include "provenn/inference/steps/custom.hpp"
#include "provenn/inference/steps/elementwise.hpp"
#include "provenn/inference/steps/normalization.hpp"
#include "provenn/inference/steps/rearrangement.hpp"
#include "provenn/inference/steps/windows.hpp"
#include "provenn/inference/steps/winograd.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

using AnyStep =
    std::variant<ConvolutionStep, WinogradStep, Conv2dTransposeStep, DepthwiseStep, ScaleShiftStep, ActivationStep,
                 PReluStep, MergeStep, PoolStep, GlobalPoolStep, BorderStep, ConcatenateStep, ReshapeStep, PermuteStep,
                 ResampleStep, CustomStep, LayerNormStep, GroupNormStep>;

namespace steps {

template <class Step>
Result<AnyStep> wrap(Result<Step> step) {
    if (!step) return step.error();
    return AnyStep(std::move(step).value());
}

/// The step class that serves a layer; one overload for each layer that can have a step of its own.
struct Maker {
    const StepSource& source;
    const FusedStep& fused;

    template <class Step>
    [[nodiscard]] Result<AnyStep> make() const {
        return wrap(Step::make(source, fused));
    }
    Result<AnyStep> operator()(const layers::Conv2d&) const {
        const bool is_direct =
            winograd_tile_of(source, source.operation(fused.operation)) == kernels::WinogradTile::none;
        return is_direct ? make<ConvolutionStep>() : make<WinogradStep>();
    }
    Result<AnyStep> operator()(const layers::Dense&) const { return make<ConvolutionStep>(); }
    Result<AnyStep> operator()(const layers::Conv2dTranspose&) const { return make<Conv2dTransposeStep>(); }
    Result<AnyStep> operator()(const layers::DepthwiseConv2d&) const { return make<DepthwiseStep>(); }
    Result<AnyStep> operator()(const layers::BatchNormalization&) const { return make<ScaleShiftStep>(); }
    Result<AnyStep> operator()(const layers::Rescaling&) const { return make<ScaleShiftStep>(); }
    Result<AnyStep> operator()(const layers::Normalization&) const { return make<ScaleShiftStep>(); }
    Result<AnyStep> operator()(const layers::ActivationLayer&) const { return make<ActivationStep>(); }
    Result<AnyStep> operator()(const layers::PRelu&) const { return make<PReluStep>(); }
    Result<AnyStep> operator()(const layers::Pool2d&) const { return make<PoolStep>(); }
    Result<AnyStep> operator()(const layers::GlobalPool2d&) const { return make<GlobalPoolStep>(); }
    Result<AnyStep> operator()(const layers::Merge& merge) const {
        return merge.kind == layers::MergeKind::concatenate ? make<ConcatenateStep>() : make<MergeStep>();
    }
    Result<AnyStep> operator()(const layers::ZeroPadding2d&) const { return make<BorderStep>(); }
    Result<AnyStep> operator()(const layers::Cropping2d&) const { return make<BorderStep>(); }
    Result<AnyStep> operator()(const layers::UpSampling2d&) const { return make<ResampleStep>(); }
    Result<AnyStep> operator()(const layers::Resizing&) const { return make<ResampleStep>(); }
    Result<AnyStep> operator()(const layers::Flatten&) const { return make<ReshapeStep>(); }
    Result<AnyStep> operator()(const layers::Reshape&) const { return make<ReshapeStep>(); }
    Result<AnyStep> operator()(const layers::Permute&) const { return make<PermuteStep>(); }
    Result<AnyStep> operator()(const layers::LayerNormalization&) const { return make<LayerNormStep>(); }
    Result<AnyStep> operator()(const layers::GroupNormalization&) const { return make<GroupNormStep>(); }
    Result<AnyStep> operator()(const layers::Custom&) const { return make<CustomStep>(); }
    template <class Other>
    Result<AnyStep> operator()(const Other&) const {
        return make_error(ErrorCode::unsupported, Other::kType, ": has no step of its own");
    }
};

}  // namespace steps

/// The step of a fused operation. @errors out_of_memory, unsupported, those of the layer's window.
[[nodiscard]] inline Result<AnyStep> make_step(const StepSource& source, const FusedStep& fused) {
    return layers::visit(source.operation(fused.operation).config, steps::Maker{source, fused});
}

/// Floats of scratch that the step of a fused operation needs for `samples`.
[[nodiscard]] inline std::int64_t step_scratch_size(const StepSource& source, const FusedStep& fused,
                                                    std::int64_t samples) {
    const layers::Layer& config = source.operation(fused.operation).config;
    if (std::holds_alternative<layers::Custom>(config)) return CustomStep::scratch_size(source, fused);
    if (std::holds_alternative<layers::GroupNormalization>(config)) {
        return GroupNormStep::scratch_size(source, fused, samples);
    }
    return WinogradStep::scratch_size(source, fused, samples);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
