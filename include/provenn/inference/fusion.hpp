// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fusion: which operations become the epilogue of a convolution, and which need no step at all.
#pragma once

#include <utility>

#include "provenn/inference/geometry.hpp"
#include "provenn/kernels/activation_kind.hpp"
#include "provenn/kernels/conv2d_residue.hpp"
#include "provenn/model/lowering.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// What a step does. Operations that fuse or alias have none of their own.
struct FusedStep {
    Index operation = -1;      ///< of the lowered graph: the step's arithmetic
    Index batch_norm = -1;     ///< operation fused behind it, or -1
    Index addend = -1;         ///< value added behind that, or -1
    layers::ActivationConfig clamp;  ///< relu or relu with an upper bound, applied last; linear for none
    Index output = -1;         ///< value that the step finally writes
};

/// Where a value is stored: inside the buffer of `root`, starting at pixel (row, column).
struct Storage {
    Index root = -1;
    std::int64_t row = 0, column = 0;
};

/// The steps of a plan, and the storage and halo of every value.
struct FusedGraph {
    Array<FusedStep> steps;
    Array<Storage> storage;       ///< for each lowered value
    Array<kernels::Halo> halo;    ///< for each root value: zeros that consumers read around it
    Array<bool> is_dense;         ///< for each root value: stored without lanes beyond its channels
};

namespace fusion {

/// Fuses and aliases. Every choice is bit-neutral: it moves when an operation happens, never what it computes.
class Fusion {
  public:
    Fusion(const LoweredGraph& graph, bool fuse) : graph_(graph), fuse_(fuse) {}

    Result<FusedGraph> run() {
        PROVENN_TRY(prepare());
        for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
            if (taken_[i]) continue;
            PROVENN_ASSIGN(const bool is_alias, try_alias(graph_.operations[i]));
            if (!is_alias) PROVENN_TRY(add_step(static_cast<Index>(i)));
        }
        PROVENN_TRY(order_steps());
        for (const FusedStep& step : result_.steps) PROVENN_TRY(require_halo(step));
        choose_dense();
        return std::move(result_);
    }

  private:
    static std::size_t at(Index index) { return static_cast<std::size_t>(index); }
    const Operation& operation(Index index) const { return graph_.operations[at(index)]; }
    const Shape& shape(Index value) const { return graph_.values[at(value)].shape; }

    Status prepare() {
        PROVENN_TRY(taken_.resize(graph_.operations.size()));
        PROVENN_TRY(use_count_.resize(graph_.values.size()));
        PROVENN_TRY(consumer_.resize(graph_.values.size()));
        PROVENN_TRY(result_.storage.resize(graph_.values.size()));
        PROVENN_TRY(result_.halo.resize(graph_.values.size()));
        PROVENN_TRY(result_.is_dense.resize(graph_.values.size()));
        for (std::size_t value = 0; value < graph_.values.size(); ++value) {
            result_.storage[value].root = static_cast<Index>(value);
        }
        for (const Index output : graph_.outputs) ++use_count_[at(output)];
        for (std::size_t i = 0; i < graph_.operations.size(); ++i) {
            for (const Index input : graph_.operations[i].inputs) {
                ++use_count_[at(input)];
                consumer_[at(input)] = static_cast<Index>(i);
            }
        }
        return {};
    }

    /// The only operation that reads `value`, or -1.
    Index sole_consumer(Index value) const { return use_count_[at(value)] == 1 ? consumer_[at(value)] : -1; }

    Status add_step(Index index) {
        FusedStep step;
        step.operation = index;
        step.output = operation(index).output;
        if (fuse_ && has_epilogue(operation(index))) {
            take_batch_norm(step);
            take_addend(step);
            take_clamp(step);
        }
        return result_.steps.push_back(step);
    }

    static bool has_epilogue(const Operation& op) {
        return std::holds_alternative<layers::Conv2d>(op.config) || std::holds_alternative<layers::Dense>(op.config) ||
               std::holds_alternative<layers::DepthwiseConv2d>(op.config) ||
               std::holds_alternative<layers::Conv2dTranspose>(op.config);
    }

    /// The next operation if it alone reads the step's output and no other step has taken it (a sum of two convolutions
    /// belongs to one of them); -1 for graph outputs, which have no consumer.
    Index next_operation(const FusedStep& step) const {
        const Index next = sole_consumer(step.output);
        return next >= 0 && !taken_[at(next)] && !is_output(step.output) ? next : -1;
    }
    bool is_output(Index value) const {
        for (const Index output : graph_.outputs) {
            if (output == value) return true;
        }
        return false;
    }

    void take_batch_norm(FusedStep& step) {
        const Index next = next_operation(step);
        if (next < 0 || !std::holds_alternative<layers::BatchNormalization>(operation(next).config)) return;
        step.batch_norm = next;
        take(step, next);
    }
    void take_addend(FusedStep& step) {
        const Index next = next_operation(step);
        if (next < 0) return;
        const auto* merge = std::get_if<layers::Merge>(&operation(next).config);
        const Array<Index>& inputs = operation(next).inputs;
        if (merge == nullptr || merge->kind != layers::MergeKind::add || inputs.size() != 2) return;
        const Index other = inputs[0] == step.output ? inputs[1] : inputs[0];
        if (other == step.output || shape(other) != shape(step.output)) return;
        step.addend = other;
        take(step, next);
    }
    void take_clamp(FusedStep& step) {
        const Index next = next_operation(step);
        if (next < 0) return;
        const auto* activation = std::get_if<layers::ActivationLayer>(&operation(next).config);
        if (activation == nullptr || !kernels::is_clamp(activation->activation)) return;
        step.clamp = activation->activation;
        take(step, next);
    }
    void take(FusedStep& step, Index taken) {
        taken_[at(taken)] = true;
        step.output = operation(taken).output;
    }

    /// Operations that only rename or re-frame their input.
    Result<bool> try_alias(const Operation& op) {
        if (op.inputs.size() != 1) return false;
        Storage storage = result_.storage[at(op.inputs[0])];
        if (const auto* pad = std::get_if<layers::ZeroPadding2d>(&op.config)) {
            if (!fuse_) return false;
            // The zeros are the halo of the source's buffer.
            storage.row -= pad->border.top;
            storage.column -= pad->border.left;
            result_.storage[at(op.output)] = storage;
            widen(op.output, kernels::Halo{});
            return true;
        }
        const bool keeps_storage = std::holds_alternative<layers::Dropout>(op.config) || is_linear(op.config) ||
                                   (is_renaming(op.config) && same_storage(shape(op.inputs[0]), shape(op.output)));
        if (!keeps_storage) return false;
        result_.storage[at(op.output)] = storage;
        return true;
    }
    static bool is_linear(const layers::Layer& config) {
        const auto* activation = std::get_if<layers::ActivationLayer>(&config);
        return activation != nullptr && activation->activation.kind == layers::Activation::linear;
    }
    static bool is_renaming(const layers::Layer& config) {
        return std::holds_alternative<layers::Flatten>(config) || std::holds_alternative<layers::Reshape>(config);
    }
    static bool same_storage(const Shape& a, const Shape& b) { return map_extent(a) == map_extent(b); }

    /// A fused addend may be computed after the convolution's own place: steps move behind what they read.
    Status order_steps() {
        Array<bool> is_ready;
        PROVENN_TRY(is_ready.resize(graph_.values.size()));
        for (const Index input : graph_.inputs) is_ready[at(input)] = true;
        Array<FusedStep> ordered;
        Array<bool> is_placed;
        PROVENN_TRY(is_placed.resize(result_.steps.size()));
        while (ordered.size() < result_.steps.size()) {
            const std::size_t before = ordered.size();
            for (std::size_t i = 0; i < result_.steps.size(); ++i) {
                const FusedStep& step = result_.steps[i];
                if (is_placed[i] || !inputs_ready(step, is_ready)) continue;
                is_placed[i] = true;
                is_ready[at(step.output)] = true;
                PROVENN_TRY(ordered.push_back(step));
                break;
            }
            if (ordered.size() == before) {
                return make_error(ErrorCode::corrupt_data, "the graph's nodes depend on each other in a circle");
            }
        }
        result_.steps = std::move(ordered);
        return {};
    }
    bool inputs_ready(const FusedStep& step, const Array<bool>& is_ready) const {
        const auto ready = [&](Index value) { return is_ready[at(result_.storage[at(value)].root)]; };
        for (const Index input : operation(step.operation).inputs) {
            if (!ready(input)) return false;
        }
        return step.addend < 0 || ready(step.addend);
    }

    /// Zeros that a windowed operation reads around its input.
    Status require_halo(const FusedStep& step) {
        const Operation& op = operation(step.operation);
        const kernels::MapExtent in = map_extent(shape(op.inputs[0])), out = map_extent(shape(op.output));
        if (const auto* conv = std::get_if<layers::Conv2d>(&op.config)) {
            PROVENN_ASSIGN(const auto geometry, geometry_of(*conv, shape(op.inputs[0])));
            widen(op.inputs[0], kernels::input_halo(geometry, in, out));
        } else if (const auto* depthwise = std::get_if<layers::DepthwiseConv2d>(&op.config)) {
            PROVENN_ASSIGN(const auto geometry, geometry_of(*depthwise, shape(op.inputs[0])));
            widen(op.inputs[0], kernels::input_halo(geometry, in, out));
        } else if (const auto* transpose = std::get_if<layers::Conv2dTranspose>(&op.config)) {
            PROVENN_ASSIGN(const auto geometry, geometry_of(*transpose, shape(op.inputs[0])));
            widen(op.inputs[0], kernels::gradient_halo(geometry, out, in));
        }
        return {};
    }

    /// Images that nothing but convolutions read, directly or scaled and shifted, stay as they come: sixteen lanes a
    /// pixel would be mostly zeros.
    void choose_dense() {
        if (!fuse_) return;
        const auto make_dense = [this](Index value) {
            result_.is_dense[at(value)] = map_extent(shape(value)).channels <= kernels::kMostDenseChannels;
        };
        for (const Index input : graph_.inputs) make_dense(input);
        for (const FusedStep& step : result_.steps) {
            if (is_scale_shift(operation(step.operation))) make_dense(step.output);
        }
        for (const Index output : graph_.outputs) is_dense(output) = false;
        for (const FusedStep& step : result_.steps) {
            const Operation& op = operation(step.operation);
            const auto* conv = std::get_if<layers::Conv2d>(&op.config);
            const bool takes_dense = is_scale_shift(op) || (conv != nullptr && conv->groups == 1);
            for (const Index input : op.inputs) is_dense(input) = is_dense(input) && takes_dense;
            if (step.addend >= 0) is_dense(step.addend) = false;
        }
        // What is scaled and shifted is stored like its result: steps stand in their order, so two walks settle chains.
        for (std::size_t i = 0; i < 2 * result_.steps.size(); ++i) {
            const std::size_t count = result_.steps.size();
            const FusedStep& step = result_.steps[i < count ? count - 1 - i : i - count];
            const Operation& op = operation(step.operation);
            if (!is_scale_shift(op)) continue;
            const bool both = is_dense(op.inputs[0]) && is_dense(step.output);
            is_dense(op.inputs[0]) = is_dense(step.output) = both;
        }
    }
    bool& is_dense(Index value) { return result_.is_dense[at(result_.storage[at(value)].root)]; }
    static bool is_scale_shift(const Operation& op) {
        return std::holds_alternative<layers::Rescaling>(op.config) ||
               std::holds_alternative<layers::Normalization>(op.config) ||
               std::holds_alternative<layers::BatchNormalization>(op.config);
    }

    /// Grows the root's halo so that `value` can be read with `halo` around it.
    void widen(Index value, const kernels::Halo& halo) {
        const Storage& storage = result_.storage[at(value)];
        const kernels::MapExtent inner = map_extent(shape(value)), outer = map_extent(shape(storage.root));
        kernels::Halo& root = result_.halo[at(storage.root)];
        const auto grow = [](std::int64_t& has, std::int64_t needs) { has = needs > has ? needs : has; };
        grow(root.top, halo.top - storage.row);
        grow(root.left, halo.left - storage.column);
        grow(root.bottom, storage.row + inner.height + halo.bottom - outer.height);
        grow(root.right, storage.column + inner.width + halo.right - outer.width);
    }

    const LoweredGraph& graph_;
    bool fuse_;
    FusedGraph result_;
    Array<bool> taken_;
    Array<std::int32_t> use_count_;
    Array<Index> consumer_;
};

}  // namespace fusion

/// @param fuse false keeps each operation a step of its own, for the test that fusion changes no bit.
[[nodiscard]] inline Result<FusedGraph> fuse(const LoweredGraph& graph, bool fuse = true) {
    return fusion::Fusion(graph, fuse).run();
}

}  // namespace PROVENN_ABI
}  // namespace provenn
