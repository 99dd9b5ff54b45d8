// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of a custom layer: the product's own function and gradient on plain [H, W, C] arrays.
#pragma once

#include <memory>
#include <vector>

#include "provenn/training/batch_source.hpp"
#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Custom. Runs sample by sample on contiguous copies in scratch memory.
class CustomOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source, const layers::Custom& layer) {
        if (layer.type == nullptr) {
            return make_error(ErrorCode::not_found, "custom layer type '", layer.type_name, "' is not registered");
        }
        std::unique_ptr<CustomOperation> made(new CustomOperation);
        made->config_ = layer;
        for (std::size_t i = 0; i < source.operation.inputs.size(); ++i) {
            made->input_shapes_.push_back(source.input_shape(i));
            made->input_size_ += source.input_shape(i).element_count();
        }
        made->output_shape_ = source.output_shape();
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] bool has_gradient() const override { return config_.type->backward != nullptr; }
    /// Inputs, their gradients, and the output or its gradient.
    [[nodiscard]] std::int64_t scratch_size() const override {
        return 2 * input_size_ + output_shape_.element_count();
    }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        for (std::int64_t sample = 0; sample < output.samples; ++sample) {
            const auto inputs = read_inputs(at, sample);
            const View<float> result(at.scratch + 2 * input_size_, output_shape_);
            config_.type->run(config_.type->context, config_.attributes.view(), {inputs.data(), inputs.size()}, result);
            at.kernels.layout.to_blocked(at.executor, View<const float>(result.data(), with_batch(1, output_shape_)),
                                         one_sample(output, sample));
        }
    }

    void backward(const OperationContext& at, const BackwardContext& to) override {
        for (std::int64_t sample = 0; sample < to.output_gradient.samples; ++sample) {
            const auto inputs = read_inputs(at, sample);
            float* next = at.scratch + input_size_;
            std::vector<View<float>> gradients;
            for (const Shape& shape : input_shapes_) {
                gradients.emplace_back(next, shape);
                next += shape.element_count();
            }
            at.kernels.layout.from_blocked(at.executor, one_sample(to.output_gradient, sample),
                                           View<float>(next, with_batch(1, output_shape_)));
            config_.type->backward(config_.type->context, config_.attributes.view(), {inputs.data(), inputs.size()},
                                   View<const float>(next, output_shape_), {gradients.data(), gradients.size()});
            for (std::size_t i = 0; i < gradients.size(); ++i) {
                if (to.input_gradients[i].data == nullptr) continue;
                at.kernels.layout.to_blocked(
                    at.executor, View<const float>(gradients[i].data(), with_batch(1, input_shapes_[i])),
                    one_sample(to.input_gradients[i], sample));
            }
        }
    }

  private:
    CustomOperation() = default;

    template <class T>
    static kernels::BasicBlockedMap<T> one_sample(kernels::BasicBlockedMap<T> map, std::int64_t sample) {
        map.data += sample * map.sample_stride;
        map.samples = 1;
        return map;
    }
    [[nodiscard]] std::vector<View<const float>> read_inputs(const OperationContext& at, std::int64_t sample) const {
        std::vector<View<const float>> inputs;
        float* next = at.scratch;
        for (std::size_t i = 0; i < input_shapes_.size(); ++i) {
            at.kernels.layout.from_blocked(at.executor, one_sample(at.inputs[i], sample),
                                           View<float>(next, with_batch(1, input_shapes_[i])));
            inputs.emplace_back(next, input_shapes_[i]);
            next += input_shapes_[i].element_count();
        }
        return inputs;
    }

    layers::Custom config_;
    std::vector<Shape> input_shapes_;
    Shape output_shape_;
    std::int64_t input_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
