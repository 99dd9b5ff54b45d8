// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step of a custom layer: the product's own function on plain [H, W, C] arrays.
#pragma once

#include <utility>

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Runs a registered function sample by sample, on contiguous copies of its inputs in scratch memory.
class CustomStep {
  public:
    static Result<CustomStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        CustomStep step;
        step.config_ = *std::get_if<layers::Custom>(&op.config);
        for (const Index input : op.inputs) {
            PROVENN_TRY(step.inputs_.push_back(source.value(input)));
            PROVENN_TRY(step.input_shapes_.push_back(source.shape(input)));
        }
        if (op.inputs.size() > kMaxInputs) {
            return make_error(ErrorCode::limit_exceeded, "a custom layer has at most ", kMaxInputs, " inputs");
        }
        step.output_ = source.value(fused.output);
        step.output_shape_ = source.shape(fused.output);
        return step;
    }

    /// Floats of scratch, whatever the number of samples: they are computed one after the other.
    [[nodiscard]] static std::int64_t scratch_size(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        std::int64_t size = source.shape(op.output).element_count();
        for (const Index input : op.inputs) size += source.shape(input).element_count();
        return size;
    }

    void run(const RunContext& run) const noexcept {
        for (std::int64_t sample = 0; sample < run.samples; ++sample) {
            View<const float> inputs[kMaxInputs];
            float* next = run.scratch;
            for (std::size_t i = 0; i < inputs_.size(); ++i) {
                run.kernels->layout.from_blocked(*run.executor, one_sample(inputs_[i].map(run), sample),
                                                 View<float>(next, with_batch(input_shapes_[i])));
                inputs[i] = View<const float>(next, input_shapes_[i]);
                next += input_shapes_[i].element_count();
            }
            config_.type->run(config_.type->context, config_.attributes.view(),
                              Span<const View<const float>>(inputs, inputs_.size()), View<float>(next, output_shape_));
            run.kernels->layout.to_blocked(*run.executor, View<const float>(next, with_batch(output_shape_)),
                                           one_sample(output_.map(run), sample));
        }
    }

  private:
    static constexpr std::size_t kMaxInputs = 8;

    static kernels::BlockedMap one_sample(kernels::BlockedMap map, std::int64_t sample) {
        map.data += sample * map.sample_stride;
        map.samples = 1;
        return map;
    }
    static Shape with_batch(const Shape& sample) {
        Shape shape{1};
        for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
        return shape;
    }

    layers::Custom config_;
    Array<MapReference> inputs_;
    Array<Shape> input_shapes_;
    MapReference output_;
    Shape output_shape_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
