// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Step of a 3 x 3 convolution by Winograd's method, where the model's numerics are fast.
#pragma once

#include "provenn/inference/steps/convolution.hpp"
#include "provenn/kernels/winograd_conv2d.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// How an operation is computed under the model's numerics; none: by the direct chain.
[[nodiscard]] inline kernels::WinogradTile winograd_tile_of(const StepSource& source, const Operation& op) {
    const auto* conv = std::get_if<layers::Conv2d>(&op.config);
    if (source.model.numerics != Numerics::fast || conv == nullptr) return kernels::WinogradTile::none;
    auto geometry = geometry_of(*conv, source.shape(op.inputs[0]));
    if (!geometry) return kernels::WinogradTile::none;
    geometry->groups = conv->groups;
    return kernels::winograd_tile_for(*geometry, map_extent(source.shape(op.inputs[0])),
                                      map_extent(source.shape(op.output)));
}

/// Conv2d of a shape that winograd_tile_of() gives a tile.
class WinogradStep {
  public:
    static Result<WinogradStep> make(const StepSource& source, const FusedStep& fused) {
        const Operation& op = source.operation(fused.operation);
        WinogradStep step;
        step.input_ = source.value(op.inputs[0]);
        step.output_ = source.value(fused.output);
        step.tile_ = winograd_tile_of(source, op);
        PROVENN_ASSIGN(const kernels::Conv2dGeometry geometry,
                       geometry_of(*std::get_if<layers::Conv2d>(&op.config), source.shape(op.inputs[0])));
        step.pad_top_ = geometry.pad_top;
        step.pad_left_ = geometry.pad_left;
        const std::int64_t channels = step.input_.extent.channels, filters = step.output_.extent.channels;
        const std::int64_t size = kernels::winograd_packed_size(step.tile_, channels, filters);
        PROVENN_TRY(step.weights_.resize(static_cast<std::size_t>(size)));
        kernels::pack_winograd_weights(
            step.tile_, channels, filters,
            kernels::winograd_forward_source(source.parameter(op, 0)->data(), channels, filters), step.weights_.data(),
            source.executor);
        PROVENN_ASSIGN(step.bias_, padded_lanes(source.parameter(op, 1), filters, 0.0f));
        PROVENN_ASSIGN(step.epilogue_, FusedEpilogue::make(source, fused));
        return step;
    }

    /// Floats of scratch for `samples`.
    [[nodiscard]] static std::int64_t scratch_size(const StepSource& source, const FusedStep& fused,
                                                   std::int64_t samples) {
        const Operation& op = source.operation(fused.operation);
        const kernels::WinogradTile tile = winograd_tile_of(source, op);
        if (tile == kernels::WinogradTile::none) return 0;
        return kernels::winograd_scratch_size(tile, samples, map_extent(source.shape(op.inputs[0])),
                                              map_extent(source.shape(op.output)));
    }

    void run(const RunContext& run) const noexcept {
        kernels::WinogradConv2dArguments arguments;
        arguments.input = input_.map(run);
        arguments.output = output_.map(run);
        arguments.tile = tile_;
        arguments.pad_top = pad_top_;
        arguments.pad_left = pad_left_;
        arguments.weights = weights_.data();
        arguments.bias = bias_.data();
        arguments.epilogue = epilogue_.at(run);
        arguments.scratch = run.scratch;
        run.kernels->winograd_conv2d.run(arguments, *run.executor);
    }

  private:
    MapReference input_, output_;
    kernels::WinogradTile tile_ = kernels::WinogradTile::none;
    std::int64_t pad_top_ = 0, pad_left_ = 0;
    Array<float> weights_, bias_;
    FusedEpilogue epilogue_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
