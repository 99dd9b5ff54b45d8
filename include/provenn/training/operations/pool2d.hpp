// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Training of pooling, over windows and over the whole map.
#pragma once

#include <memory>

#include "provenn/training/operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// Pool2d.
class Pool2dOperation final : public TrainingOperation {
  public:
    static Result<std::unique_ptr<TrainingOperation>> make(const OperationSource& source, const layers::Pool2d& layer) {
        PROVENN_ASSIGN(const layers::Window2 at, layer.place(source.input_shape(0)));
        std::unique_ptr<Pool2dOperation> made(new Pool2dOperation);
        made->kind_ = layer.kind;
        made->window_ = {layer.window.height, layer.window.width, layer.stride.height,
                         layer.stride.width,  at.rows.pad_before, at.columns.pad_before};
        return std::unique_ptr<TrainingOperation>(std::move(made));
    }

    [[nodiscard]] bool backward_reads_inputs() const override { return kind_ == layers::PoolKind::max; }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        const kernels::Pool2dKernels& pool = at.kernels.pool2d;
        (kind_ == layers::PoolKind::max ? pool.max : pool.average)(at.executor, window_, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        const kernels::Pool2dBackwardKernels& pool = at.kernels.pool2d_backward;
        if (kind_ == layers::PoolKind::max) {
            pool.max(at.executor, window_, at.inputs[0], to.output_gradient, to.input_gradients[0]);
        } else {
            pool.average(at.executor, window_, to.output_gradient, to.input_gradients[0]);
        }
    }

  private:
    Pool2dOperation() = default;
    layers::PoolKind kind_ = layers::PoolKind::max;
    kernels::Pool2dWindow window_;
};

/// GlobalPool2d.
class GlobalPool2dOperation final : public TrainingOperation {
  public:
    explicit GlobalPool2dOperation(layers::PoolKind kind) : kind_(kind) {}

    [[nodiscard]] bool backward_reads_inputs() const override { return kind_ == layers::PoolKind::max; }

    void forward(const OperationContext& at, const BlockedMap& output) override {
        const kernels::Pool2dKernels& pool = at.kernels.pool2d;
        (kind_ == layers::PoolKind::max ? pool.global_max : pool.global_average)(at.executor, at.inputs[0], output);
    }
    void backward(const OperationContext& at, const BackwardContext& to) override {
        const kernels::Pool2dBackwardKernels& pool = at.kernels.pool2d_backward;
        if (kind_ == layers::PoolKind::max) {
            pool.global_max(at.executor, at.inputs[0], to.output_gradient, to.input_gradients[0]);
        } else {
            pool.global_average(at.executor, to.output_gradient, to.input_gradients[0]);
        }
    }

  private:
    layers::PoolKind kind_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
