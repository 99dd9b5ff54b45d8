// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the steps of a plan share: where a value lies in the arena, and what a run hands to each step.
#pragma once

#include <cmath>
#include <utility>

#include "provenn/inference/fusion.hpp"
#include "provenn/kernels/batch_norm.hpp"
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
    float* scratch = nullptr;  ///< of the step at hand
};

/// A value's place: a window of a root buffer in the arena.
struct MapReference {
    kernels::MapLayout root;
    std::int64_t offset = 0;  ///< of the root's buffer in the arena, in floats
    std::int64_t row = 0, column = 0;
    kernels::MapExtent extent;

    [[nodiscard]] kernels::BlockedMap map(const RunContext& run) const {
        kernels::BlockedMap map = root.map(run.arena + offset, run.samples);
        map.data += row * map.row_stride + column * map.pixel_stride;
        map.extent = extent;
        return map;
    }
};

/// The member of a family of resampling kernels, forwards or backwards, that a layer asks for.
template <class Kernels>
[[nodiscard]] auto resampler(const Kernels& kernels, layers::Interpolation how) {
    switch (how) {
        case layers::Interpolation::bilinear: return kernels.bilinear;
        case layers::Interpolation::bicubic: return kernels.bicubic;
        default: return kernels.nearest;
    }
}

/// What a step may ask while it is made.
struct StepSource {
    const Model& model;
    const LoweredGraph& graph;
    const FusedGraph& fused;
    Span<const MapReference> values;  ///< for each lowered value
    Executor executor = serial_executor();  ///< packs weights

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

/// Scale and shift of y = fma(x, scale, shift) for each channel, padded to whole blocks.
struct FoldedStatistics {
    Array<float> scale, shift;
};

/// gamma and beta, the first parameters of a normalisation: ones and zeros where it has none.
[[nodiscard]] inline Result<FoldedStatistics> padded_scale_and_shift(const StepSource& source, const Operation& op,
                                                                     bool scale, bool center) {
    const std::int64_t channels = source.shape(op.output).last();
    std::size_t slot = 0;
    FoldedStatistics padded;
    PROVENN_ASSIGN(padded.scale, padded_lanes(scale ? source.parameter(op, slot++) : nullptr, channels, 1.0f));
    PROVENN_ASSIGN(padded.shift, padded_lanes(center ? source.parameter(op, slot) : nullptr, channels, 0.0f));
    return padded;
}

/// An inference batch normalisation as scale and shift.
[[nodiscard]] inline Result<FoldedStatistics> fold_batch_norm(const StepSource& source, const Operation& op) {
    const auto& config = *std::get_if<layers::BatchNormalization>(&op.config);
    const std::size_t slot = (config.scale ? 1u : 0u) + (config.center ? 1u : 0u);
    const Tensor<float>& mean = *source.parameter(op, slot);
    const Tensor<float>& variance = *source.parameter(op, slot + 1);
    PROVENN_ASSIGN(FoldedStatistics folded, padded_scale_and_shift(source, op, config.scale, config.center));
    for (std::int64_t c = 0; c < mean.element_count(); ++c) {
        float& scale = folded.scale[static_cast<std::size_t>(c)];
        float& shift = folded.shift[static_cast<std::size_t>(c)];
        const auto pair = kernels::fold_batch_norm(scale, shift, mean.data()[c], variance.data()[c], config.epsilon);
        scale = pair.scale;
        shift = pair.shift;
    }
    return folded;
}

/// Keras' Normalization layer as scale = 1 / max(sqrt(variance), epsilon) and shift = -mean * scale.
[[nodiscard]] inline Result<FoldedStatistics> fold_normalization(const StepSource& source, const Operation& op) {
    const Tensor<float>& mean = *source.parameter(op, 0);
    const Tensor<float>& variance = *source.parameter(op, 1);
    FoldedStatistics folded;
    PROVENN_ASSIGN(folded.scale, padded_lanes(nullptr, mean.element_count(), 1.0f));
    PROVENN_ASSIGN(folded.shift, padded_lanes(nullptr, mean.element_count(), 0.0f));
    for (std::int64_t c = 0; c < mean.element_count(); ++c) {
        const double deviation = std::sqrt(static_cast<double>(variance.data()[c]));
        const double least = static_cast<double>(layers::Normalization::kEpsilon);
        const auto scale = static_cast<float>(1.0 / (deviation > least ? deviation : least));
        folded.scale[static_cast<std::size_t>(c)] = scale;
        folded.shift[static_cast<std::size_t>(c)] =
            static_cast<float>(-mul_rounded(static_cast<double>(mean.data()[c]), static_cast<double>(scale)));
    }
    return folded;
}

}  // namespace PROVENN_ABI
}  // namespace provenn
