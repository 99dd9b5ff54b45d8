// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of layer normalisation, whose statistics are those of each pixel, frozen or not.
#pragma once

#include <memory>

#include "provenn/training/operations/padded_affine.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// LayerNormalization. Backward computes the statistics anew from the input.
class LayerNormalizationOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::LayerNormalization& layer) {
        std::unique_ptr<LayerNormalizationOperation> made(new LayerNormalizationOperation);
        PROVENN_ASSIGN(made->affine_, PaddedAffine::make(source, layer.scale, layer.center));
        made->epsilon_ = layer.epsilon;
        made->scratch_size_ = kernels::batch_norm_scratch_size(source.max_batch, source.input_extent(0));
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] std::int64_t scratch_size() const override { return scratch_size_; }
    void repack(const Executor& /*executor*/) override { affine_.repack(); }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        at.kernels.layer_norm.forward(at.executor, {at.inputs[0], output, affine_.gamma(), affine_.beta(), epsilon_});
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        kernels::LayerNormBackward arguments;
        arguments.input = at.inputs[0];
        arguments.output_gradient = to.output_gradient;
        arguments.input_gradient = to.input_gradients[0];
        arguments.gamma = affine_.gamma();
        arguments.epsilon = epsilon_;
        arguments.gamma_gradient = affine_.gamma_gradient(to);
        arguments.beta_gradient = affine_.beta_gradient(to);
        arguments.scratch = at.scratch;
        at.kernels.layer_norm_backward.backward(at.executor, arguments);
    }

  private:
    LayerNormalizationOperation() = default;

    PaddedAffine affine_;
    float epsilon_ = 0.0f;
    std::int64_t scratch_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
