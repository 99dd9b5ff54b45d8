// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the steps of a plan share: where a value lies in the arena, and what a run hands to each step.
#pragma once

#include <cmath>
#include <utility>

#include "provenn/inference/fusion.hpp"
#include "provenn/kernels/dispatch.hpp"
#include "provenn/model/memory_plan.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What one run gives to every step.
struct RunContext {
    float* arena = nullptr;
    std::int64_t samples = 0;
    const kernels::KernelTable* kernels = nullptr;
    const Executor* executor = nullptr;
};

/// A value's place: a window of a root buffer in the arena.
struct MapReference {
    kernels::MapLayout root;
    std::int64_t offset = 0;  ///< of the root's buffer in the arena, in floats
    std::int64_t row = 0, column = 0;
    kernels::MapExtent extent;

    [[nodiscard]] kernels::BlockedMap map(const RunContext& run) const {
        kernels::BlockedMap map = root.map(run.arena + offset, run.samples);
        map.data += row * map.row_stride + column * kernels::kChannelBlock;
        map.extent = extent;
        return map;
    }
};

/// Scratch of one step, in floats for one sample; the plan gives it a place in the arena.
struct Scratch {
    std::int64_t offset = 0;
    std::int64_t size_per_sample = 0;
};

/// What a step may ask while it is made.
struct StepSource {
    const Model& model;
    const LoweredGraph& graph;
    const FusedGraph& fused;
    Span<const MapReference> values;  ///< for each lowered value

    [[nodiscard]] const Operation& operation(Index index) const {
        return graph.operations[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] const Shape& shape(Index value) const { return graph.values[static_cast<std::size_t>(value)].shape; }
    [[nodiscard]] const MapReference& value(Index value) const { return values[static_cast<std::size_t>(value)]; }
    /// The operation's parameter number `slot`, or null where it has fewer.
    [[nodiscard]] const Tensor<float>* parameter(const Operation& op, std::size_t slot) const {
        return slot < op.parameters.size() ? &model.parameter(op.parameters[slot]).value : nullptr;
    }
};

/// A vector padded with zeros to whole blocks of 16 lanes. Null makes `fallback` in every real lane.
[[nodiscard]] inline Result<Array<float>> padded_lanes(const Tensor<float>* values, std::int64_t channels,
                                                       float fallback) {
    PROVENN_ASSIGN(auto lanes, Array<float>::make(static_cast<std::size_t>(kernels::channel_blocks(channels)) * 16));
    for (std::int64_t c = 0; c < channels; ++c) {
        lanes[static_cast<std::size_t>(c)] = values == nullptr ? fallback : values->data()[c];
    }
    return lanes;
}

/// Scale and shift of y = fma(x, scale, shift), padded to whole blocks.
struct ScaleShift {
    Array<float> scale, shift;
};

/// scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale, in double, rounded once. The product of two
/// floats is exact in double, so that no compiler's contraction can change it.
[[nodiscard]] inline ScaleShift fold_statistics(ScaleShift gamma_and_beta, const Tensor<float>& mean,
                                                const Tensor<float>& variance, float epsilon) {
    for (std::int64_t c = 0; c < mean.element_count(); ++c) {
        float& scale = gamma_and_beta.scale[static_cast<std::size_t>(c)];
        float& shift = gamma_and_beta.shift[static_cast<std::size_t>(c)];
        const double deviation =
            std::sqrt(static_cast<double>(variance.data()[c]) + static_cast<double>(epsilon));
        scale = static_cast<float>(static_cast<double>(scale) / deviation);
        shift = static_cast<float>(static_cast<double>(shift) -
                                   static_cast<double>(mean.data()[c]) * static_cast<double>(scale));
    }
    return gamma_and_beta;
}

/// Scale and shift of an inference batch normalisation.
[[nodiscard]] inline Result<ScaleShift> fold_batch_norm(const StepSource& source, const Operation& op) {
    const auto& config = *std::get_if<layers::BatchNormalization>(&op.config);
    const std::int64_t channels = source.shape(op.output).last();
    std::size_t slot = 0;
    const Tensor<float>* gamma = config.scale ? source.parameter(op, slot++) : nullptr;
    const Tensor<float>* beta = config.center ? source.parameter(op, slot++) : nullptr;
    ScaleShift folded;
    PROVENN_ASSIGN(folded.scale, padded_lanes(gamma, channels, 1.0f));
    PROVENN_ASSIGN(folded.shift, padded_lanes(beta, channels, 0.0f));
    return fold_statistics(std::move(folded), *source.parameter(op, slot), *source.parameter(op, slot + 1),
                           config.epsilon);
}

}  // namespace PROVENN_ABI
}  // namespace provenn
