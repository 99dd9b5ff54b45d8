// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of group normalisation, whose statistics are those of each sample, frozen or not.
#pragma once

#include <memory>

#include "provenn/training/operations/padded_affine.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// GroupNormalization. Keeps the statistics of forward for backward.
class GroupNormalizationOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source,
                                                           const layers::GroupNormalization& layer) {
        std::unique_ptr<GroupNormalizationOperation> made(new GroupNormalizationOperation);
        const MapExtent extent = source.input_extent(0);
        const auto statistics = static_cast<std::size_t>(kernels::group_norm_statistics_size(source.max_batch, extent));
        PROVENN_ASSIGN(made->affine_, PaddedAffine::make(source, layer.scale, layer.center));
        for (Array<float>* array : {&made->mean_, &made->inverse_}) PROVENN_TRY(array->resize(statistics));
        made->groups_ = layer.groups_of(extent.channels);
        made->epsilon_ = layer.epsilon;
        made->scratch_size_ = kernels::group_norm_scratch_size(source.max_batch, extent);
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] std::int64_t scratch_size() const override { return scratch_size_; }
    void repack(const Executor& /*executor*/) override { affine_.repack(); }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        kernels::GroupNormForward arguments;
        arguments.input = at.inputs[0];
        arguments.output = output;
        arguments.gamma = affine_.gamma();
        arguments.beta = affine_.beta();
        arguments.groups = groups_;
        arguments.epsilon = epsilon_;
        arguments.mean = mean_.data();
        arguments.inverse = inverse_.data();
        arguments.scratch = at.scratch;
        at.kernels.group_norm.forward(at.executor, arguments);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        kernels::GroupNormBackward arguments;
        arguments.input = at.inputs[0];
        arguments.output_gradient = to.output_gradient;
        arguments.input_gradient = to.input_gradients[0];
        arguments.gamma = affine_.gamma();
        arguments.groups = groups_;
        arguments.mean = mean_.data();
        arguments.inverse = inverse_.data();
        arguments.gamma_gradient = affine_.gamma_gradient(to);
        arguments.beta_gradient = affine_.beta_gradient(to);
        arguments.scratch = at.scratch;
        at.kernels.group_norm_backward.backward(at.executor, arguments);
    }

  private:
    GroupNormalizationOperation() = default;

    PaddedAffine affine_;
    Array<float> mean_, inverse_;  ///< of each channel of each sample
    std::int64_t groups_ = 1;
    float epsilon_ = 0.0f;
    std::int64_t scratch_size_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
