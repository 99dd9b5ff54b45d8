// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TrainingOperation: one operation of the lowered graph, forwards and backwards over a whole batch.
#pragma once

#include <cstdint>
#include <vector>

#include "provenn/core/executor.hpp"
#include "provenn/inference/step.hpp"
#include "provenn/kernels/training_dispatch.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

using kernels::BlockedMap;
using kernels::ConstBlockedMap;
using kernels::Halo;
using kernels::MapExtent;

/// What random numbers of a batch depend on: never on the batch itself.
struct BatchKeys {
    std::uint64_t seed = 0;
    std::int64_t epoch = 0;
    Span<const std::int64_t> samples;  ///< indices into the data set, one for each sample of the batch
};

/// What both directions are given.
struct OperationContext {
    const kernels::TrainingTable& kernels;
    const Executor& executor;
    const BatchKeys& keys;
    Span<const ConstBlockedMap> inputs;
    float* scratch;  ///< scratch_size() floats
};

struct BackwardContext {
    ConstBlockedMap output;           ///< as forward wrote it
    ConstBlockedMap output_gradient;
    Span<const BlockedMap> input_gradients;       ///< data null: not wanted; written, not added to
    Span<float* const> parameter_gradients;       ///< for each parameter of the operation; null: not wanted
};

/// What an operation may ask while it is made.
struct OperationSource {
    Model& model;
    const LoweredGraph& graph;
    const Operation& operation;
    std::int64_t max_batch;
    std::uint32_t use;        ///< how many operations before this one belong to the same layer
    const FusedGraph& fused;  ///< empty: plans fuse otherwise
    layers::ActivationConfig activation;  ///< of the operation behind a batch norm that does its work; linear: none

    [[nodiscard]] const LayerInstance& layer() const { return model.layer(operation.layer); }
    [[nodiscard]] const Shape& input_shape(std::size_t i) const {
        return graph.values[static_cast<std::size_t>(operation.inputs[i])].shape;
    }
    [[nodiscard]] const Shape& output_shape() const {
        return graph.values[static_cast<std::size_t>(operation.output)].shape;
    }
    [[nodiscard]] MapExtent input_extent(std::size_t i) const { return map_extent(input_shape(i)); }
    [[nodiscard]] MapExtent output_extent() const { return map_extent(output_shape()); }
    /// The same, for what the steps of a plan compute while they are made.
    [[nodiscard]] StepSource for_inference() const { return {model, graph, fused, {}, serial_executor()}; }
    /// The operation's parameter number `slot`, or null where it has fewer. Stays valid as long as the model.
    [[nodiscard]] Tensor<float>* parameter(std::size_t slot) const {
        return slot < operation.parameters.size() ? &model.parameter(operation.parameters[slot]).value : nullptr;
    }
};

/// Forward and backward of one operation. They stand in one class because they share what forward keeps
/// (docs/decisions/0010-forward-and-backward-together.md). Everything that can fail fails while it is made.
class TrainingOperation {
  public:
    TrainingOperation() = default;
    TrainingOperation(const TrainingOperation&) = delete;
    TrainingOperation& operator=(const TrainingOperation&) = delete;
    virtual ~TrainingOperation() = default;

    /// Zeros that forward or backward read around the inputs.
    [[nodiscard]] virtual Halo input_halo() const { return {}; }
    /// Zeros that backward reads around the output's gradient.
    [[nodiscard]] virtual Halo gradient_halo() const { return {}; }
    /// Floats of scratch for a whole batch.
    [[nodiscard]] virtual std::int64_t scratch_size() const { return 0; }
    /// Whether backward reads the operation's inputs, and its output: the tape keeps what is read.
    [[nodiscard]] virtual bool backward_reads_inputs() const { return true; }
    [[nodiscard]] virtual bool backward_reads_output() const { return false; }
    /// False for a custom layer that came without one: it can only stand where no gradient is needed.
    [[nodiscard]] virtual bool has_gradient() const { return true; }

    /// Takes the parameters anew after an optimizer changed them.
    virtual void repack(const Executor& /*executor*/) {}
    /// Writes the output's interior; lanes beyond its channels become +0.
    virtual void forward(const OperationContext& context, const BlockedMap& output) = 0;
    /// Writes the gradients that are wanted. Follows a forward of the same batch.
    virtual void backward(const OperationContext& context, const BackwardContext& gradients) = 0;
    /// Whether what forward measured and commit would take over is finite. Statistics can overflow where outputs do
    /// not.
    [[nodiscard]] virtual bool can_commit() const { return true; }
    /// The batch was good: what forward measured may now enter the model (moving statistics).
    virtual void commit() {}
};

/// Calls `body(row)` for each row (n, h) of a map, rows cut into tasks by shape alone.
template <class Body>
void for_each_row(const Executor& executor, std::int64_t samples, const MapExtent& extent, const Body& body) {
    kernels::run_ranges<Body>(executor, samples * extent.height, extent.width * extent.blocks() * 16, body,
                              [](const Body& row_body, std::int64_t begin, std::int64_t end) noexcept {
                                  for (std::int64_t row = begin; row < end; ++row) row_body(row);
                              });
}

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
