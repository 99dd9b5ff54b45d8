// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Steps of pooling, over windows and over the whole map.
#pragma once

#include "provenn/inference/step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Pool2d.
class PoolStep {
  public:
    static Result<PoolStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        const auto& config = *std::get_if<layers::Pool2d>(&op.config);
        PoolStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.kind_ = config.kind;
        PROVENN_ASSIGN(const layers::Window2 at, config.place(source.shape(op.inputs[0])));
        step.window_ = {config.window.height,  config.window.width, config.stride.height,
                        config.stride.width, at.rows.pad_before,  at.columns.pad_before};
        return step;
    }
    void run(const RunContext& run) const noexcept {
        const kernels::Pool2dKernels& pool = run.kernels->pool2d;
        (kind_ == layers::PoolKind::max ? pool.max : pool.average)(*run.executor, window_, input_.map(run),
                                                                    output_.map(run));
    }

  private:
    MapReference input_, output_;
    layers::PoolKind kind_ = layers::PoolKind::max;
    kernels::Pool2dWindow window_;
};

/// GlobalPool2d.
class GlobalPoolStep {
  public:
    static Result<GlobalPoolStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        GlobalPoolStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.kind_ = std::get_if<layers::GlobalPool2d>(&op.config)->kind;
        return step;
    }
    void run(const RunContext& run) const noexcept {
        const kernels::Pool2dKernels& pool = run.kernels->pool2d;
        (kind_ == layers::PoolKind::max ? pool.global_max : pool.global_average)(*run.executor, input_.map(run),
                                                                                  output_.map(run));
    }

  private:
    MapReference input_, output_;
    layers::PoolKind kind_ = layers::PoolKind::average;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
