// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of PReLU: the slopes are learned.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// PRelu. Slopes live in a blocked map of one sample; their gradient is read back into canonical order.
class PReluOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source, const layers::PRelu&) {
        std::unique_ptr<PReluOperation> made(new PReluOperation(*source.parameter(0)));
        PROVENN_TRY(made->alpha_.resize(static_cast<std::size_t>(made->layout_.size(1))));
        PROVENN_TRY(made->gradient_.resize(static_cast<std::size_t>(made->layout_.size(1))));
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    void repack(const Executor& /*executor*/) override {
        const BlockedMap map = layout_.map(alpha_.data(), 1);
        for (std::int64_t i = 0; i < values_.element_count(); ++i) *element(map, i) = values_.data()[i];
    }
    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.activation.prelu(at.executor, at.inputs[0], layout_.map(alpha_.data(), 1), output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        if (float* wanted = to.parameter_gradients[0]) {
            const BlockedMap map = layout_.map(gradient_.data(), 1);
            at.kernels.activation_backward.prelu_alpha(at.executor, at.inputs[0], to.output_gradient, map);
            for (std::int64_t i = 0; i < values_.element_count(); ++i) wanted[i] = *element(map, i);
        }
        if (to.input_gradients[0].data == nullptr) return;
        at.kernels.activation_backward.prelu(at.executor, at.inputs[0], layout_.map(alpha_.data(), 1),
                                             to.output_gradient, to.input_gradients[0]);
    }

  private:
    explicit PReluOperation(const Tensor<float>& values) : values_(values), layout_{map_extent(values.shape()), {}} {}

    /// Element i of the slopes in canonical order [H, W, C].
    [[nodiscard]] float* element(const BlockedMap& map, std::int64_t i) const {
        const std::int64_t channels = layout_.extent.channels, width = layout_.extent.width;
        const std::int64_t pixel = i / channels, channel = i % channels;
        return map.pixel(0, channel / kernels::kChannelBlock, pixel / width, pixel % width) +
               channel % kernels::kChannelBlock;
    }

    const Tensor<float>& values_;
    kernels::MapLayout layout_;
    Array<float> alpha_, gradient_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
