// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps that only move numbers: padding, cropping, concatenation, reshape, permutation, resampling.
#pragma once

#include <utility>

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// ZeroPadding2d and Cropping2d where they cannot be a window of another buffer.
class BorderStep {
  public:
    static Result<BorderStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        BorderStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        const auto* pad = std::get_if<layers::ZeroPadding2d>(&op.config);
        step.is_padding_ = pad != nullptr;
        const layers::Border2& border =
            pad != nullptr ? pad->border : std::get_if<layers::Cropping2d>(&op.config)->border;
        step.border_ = {border.top, border.bottom, border.left, border.right};
        return step;
    }
    void run(const RunContext& run) const noexcept {
        const kernels::Rearrange2dKernels& rearrange = run.kernels->rearrange2d;
        (is_padding_ ? rearrange.pad : rearrange.crop)(*run.executor, border_, input_.map(run), output_.map(run));
    }

  private:
    MapReference input_, output_;
    kernels::Halo border_;
    bool is_padding_ = true;
};

/// Merge of kind concatenate, along any axis of the sample.
class ConcatenateStep {
  public:
    static Result<ConcatenateStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        ConcatenateStep step;
        for (const Index input : op.inputs) PROVENN_TRY(step.inputs_.push_back(source.value(input)));
        step.output_ = source.value(fused.output);
        const std::int64_t axis = std::get_if<layers::Merge>(&op.config)->axis;
        step.axis_ = axis == -1 ? kernels::MapAxis::channels
                                : axis == -2 ? kernels::MapAxis::width : kernels::MapAxis::height;
        return step;
    }
    void run(const RunContext& run) const noexcept {
        // One call for each input keeps the step immutable: its box goes behind the ones before.
        std::int64_t position = 0;
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            const kernels::ConstBlockedMap input = inputs_[i].map(run);
            kernels::MapBox box;
            box.to = kernels::point_along(axis_, position);
            box.size = input.extent;
            const auto& rearrange = run.kernels->rearrange2d;
            (i == 0 ? rearrange.embed : rearrange.copy_box)(*run.executor, box, input, output_.map(run));
            position += kernels::extent_along(input.extent, axis_);
        }
    }

  private:
    Array<MapReference> inputs_;
    MapReference output_;
    kernels::MapAxis axis_ = kernels::MapAxis::channels;
};

/// Flatten and Reshape where the order of storage changes.
class ReshapeStep {
  public:
    static Result<ReshapeStep> make(const StepSource& source, const FusedStep& fused) {
        ReshapeStep step;
        step.input_ = source.value(source.operation(fused.operation).inputs[0]);
        step.output_ = source.value(fused.output);
        return step;
    }
    void run(const RunContext& run) const noexcept {
        run.kernels->layout.reshape(*run.executor, input_.map(run), output_.map(run));
    }

  private:
    MapReference input_, output_;
};

/// Permute.
class PermuteStep {
  public:
    static Result<PermuteStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        PermuteStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        // A sample of lower rank fills the last axes of height, width, channels.
        const Shape& order = std::get_if<layers::Permute>(&op.config)->order;
        const int missing = 3 - order.rank();
        for (int axis = 0; axis < order.rank(); ++axis) {
            step.order_.axis[missing + axis] = missing + static_cast<int>(order[axis]);
        }
        return step;
    }
    void run(const RunContext& run) const noexcept {
        run.kernels->rearrange2d.permute(*run.executor, order_, input_.map(run), output_.map(run));
    }

  private:
    MapReference input_, output_;
    kernels::AxisOrder order_;
};

/// UpSampling2d and Resizing.
class ResampleStep {
  public:
    static Result<ResampleStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        ResampleStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        const auto* up = std::get_if<layers::UpSampling2d>(&op.config);
        step.interpolation_ =
            up != nullptr ? up->interpolation : std::get_if<layers::Resizing>(&op.config)->interpolation;
        return step;
    }
    void run(const RunContext& run) const noexcept {
        resampler(run.kernels->resample2d, interpolation_)(*run.executor, input_.map(run), output_.map(run));
    }

  private:
    MapReference input_, output_;
    layers::Interpolation interpolation_ = layers::Interpolation::nearest;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
