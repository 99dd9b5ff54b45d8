// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// TapeLayout: which operations run, where gradients flow, and where each map lies in one arena.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "provenn/training/make_operation.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

/// A map's place in the arena.
struct MapPlace {
    kernels::MapLayout layout;
    std::int64_t offset = -1;  ///< -1: there is no such map

    [[nodiscard]] bool exists() const { return offset >= 0; }
    /// Without a place: extents alone, data null.
    [[nodiscard]] BlockedMap map(float* arena, std::int64_t samples) const {
        BlockedMap map = layout.map(exists() ? arena + offset : nullptr, samples);
        if (!exists()) map.data = nullptr;
        return map;
    }
};

/// A value of the lowered graph in training.
struct TapeValue {
    Index producer = -1;  ///< operation, or -1 for an input
    bool reaches_loss = false;
    bool needs_gradient = false;  ///< something that trains lies at or above its producer
    MapPlace value, gradient;

    [[nodiscard]] bool has_gradient() const { return reaches_loss && needs_gradient; }
};

/// One operation of the tape. Slots are those of the operation's inputs and parameters.
struct TapeStep {
    Index operation = -1;
    std::unique_ptr<TrainingOperation> work;
    bool goes_back = false;
    std::vector<MapPlace> contributions;     ///< for inputs that already have a part of their gradient
    std::vector<bool> wants_parameter;
    std::vector<bool> adds_to_parameter;     ///< an earlier step of the backward pass wrote this gradient
    std::int64_t forward_scratch = 0, backward_scratch = 0;
};

/// The whole plan of a training pass.
struct TapeLayout {
    LoweredGraph graph;
    Index loss_value = -1;  ///< what the loss reads
    layers::Activation final_activation = layers::Activation::linear;  ///< left to the loss
    std::vector<TapeValue> values;
    std::vector<TapeStep> steps;
    std::int64_t arena_size = 0;  ///< floats

    [[nodiscard]] TapeValue& value(Index index) { return values[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const TapeValue& value(Index index) const { return values[static_cast<std::size_t>(index)]; }
    [[nodiscard]] const Operation& operation(const TapeStep& step) const {
        return graph.operations[static_cast<std::size_t>(step.operation)];
    }
};

/// Makes a TapeLayout.
class TapeLayoutMaker {
  public:
    TapeLayoutMaker(Model& model, std::int64_t max_batch, layers::Activation left_to_loss)
        : model_(model), max_batch_(max_batch), left_to_loss_(left_to_loss) {}

    Result<TapeLayout> run() {
        PROVENN_ASSIGN(made_.graph, lower(model_));
        made_.values.resize(made_.graph.values.size());
        choose_loss_value();
        join_activations();
        mark_reach();
        PROVENN_TRY(make_steps());
        mark_gradients();
        PROVENN_TRY(check_gradients());
        PROVENN_TRY(place());
        return std::move(made_);
    }

  private:
    static std::size_t at(Index index) { return static_cast<std::size_t>(index); }
    const Array<Operation>& operations() const { return made_.graph.operations; }

    void choose_loss_value() {
        for (std::size_t i = 0; i < operations().size(); ++i) {
            made_.value(operations()[i].output).producer = static_cast<Index>(i);
        }
        made_.loss_value = made_.graph.outputs[0];
        const Index producer = made_.value(made_.loss_value).producer;
        if (left_to_loss_ == layers::Activation::linear || producer < 0) return;
        const Operation& last = operations()[at(producer)];
        const auto* activation = std::get_if<layers::ActivationLayer>(&last.config);
        if (activation == nullptr || activation->activation.kind != left_to_loss_) return;
        made_.final_activation = left_to_loss_;
        made_.loss_value = last.inputs[0];
    }

    /// A batch norm that trains does the work of the activation that alone reads its output.
    void join_activations() {
        joined_.resize(operations().size());
        is_joined_.resize(operations().size());
        std::vector<Index> readers(made_.values.size()), reader(made_.values.size(), -1);
        for (std::size_t i = 0; i < operations().size(); ++i) {
            for (const Index input : operations()[i].inputs) {
                ++readers[at(input)];
                reader[at(input)] = static_cast<Index>(i);
            }
        }
        for (std::size_t i = 0; i < operations().size(); ++i) {
            Operation& operation = made_.graph.operations[i];
            const Index between = operation.output;
            if (std::get_if<layers::BatchNormalization>(&operation.config) == nullptr || between == made_.loss_value ||
                !model_.layer(operation.layer).trainable || readers[at(between)] != 1) {
                continue;
            }
            const std::size_t next = at(reader[at(between)]);
            const auto* activation = std::get_if<layers::ActivationLayer>(&operations()[next].config);
            if (activation == nullptr || !kernels::joins_batch_norm(activation->activation)) continue;
            joined_[i] = activation->activation;
            is_joined_[next] = true;
            operation.output = operations()[next].output;
        }
    }

    /// Operations stand in an order in which they can be run, so one walk from the end suffices.
    void mark_reach() {
        made_.value(made_.loss_value).reaches_loss = true;
        for (std::size_t i = operations().size(); i-- > 0;) {
            if (is_joined_[i] || !made_.value(operations()[i].output).reaches_loss) continue;
            for (const Index input : operations()[i].inputs) made_.value(input).reaches_loss = true;
        }
    }

    Status make_steps() {
        const FusedGraph nothing_fused;
        std::vector<std::uint32_t> uses(model_.layers.size());
        for (std::size_t i = 0; i < operations().size(); ++i) {
            const Operation& operation = operations()[i];
            const std::uint32_t use = uses[at(operation.layer)]++;
            if (is_joined_[i] || !made_.value(operation.output).reaches_loss) continue;
            TapeStep step;
            step.operation = static_cast<Index>(i);
            PROVENN_ASSIGN(step.work, make_operation({model_, made_.graph, operation, max_batch_, use, nothing_fused,
                                                      joined_[i]}));
            made_.steps.push_back(std::move(step));
        }
        return {};
    }

    void mark_gradients() {
        for (TapeStep& step : made_.steps) {
            const Operation& operation = made_.operation(step);
            bool needs = false;
            for (const Index parameter : operation.parameters) {
                const bool wants = model_.layer(operation.layer).trainable &&
                                   model_.parameter(parameter).role != layers::ParameterRole::statistic;
                step.wants_parameter.push_back(wants);
                needs = needs || wants;
            }
            for (const Index input : operation.inputs) needs = needs || made_.value(input).needs_gradient;
            made_.value(operation.output).needs_gradient = needs;
            step.goes_back = needs;
        }
        std::vector<bool> is_written(model_.parameters.size());
        for (std::size_t i = made_.steps.size(); i-- > 0;) {
            TapeStep& step = made_.steps[i];
            const Operation& operation = made_.operation(step);
            for (std::size_t slot = 0; slot < operation.parameters.size(); ++slot) {
                const std::size_t parameter = at(operation.parameters[slot]);
                step.adds_to_parameter.push_back(is_written[parameter]);
                if (step.wants_parameter[slot]) is_written[parameter] = true;
            }
        }
    }

    Status check_gradients() const {
        if (!made_.value(made_.loss_value).has_gradient()) {
            return make_error(ErrorCode::invalid_argument, model_.name,
                              ": nothing in front of the loss can be trained");
        }
        for (const TapeStep& step : made_.steps) {
            if (!step.goes_back || step.work->has_gradient()) continue;
            return make_error(
                ErrorCode::unsupported, model_.layer(made_.operation(step).layer).name,
                ": this custom layer has no gradient; it can only stand where nothing above it is trained");
        }
        return {};
    }

    /// Times of the pass: inputs 0, forward of step i at i + 1, the loss, then backward in the reverse order.
    [[nodiscard]] std::int32_t forward_time(std::size_t step) const { return static_cast<std::int32_t>(step) + 1; }
    [[nodiscard]] std::int32_t loss_time() const { return static_cast<std::int32_t>(made_.steps.size()) + 1; }
    [[nodiscard]] std::int32_t backward_time(std::size_t step) const {
        return loss_time() + static_cast<std::int32_t>(made_.steps.size() - step);
    }

    struct Need {
        BufferNeed need;
        std::int64_t* offset;  ///< where the result goes
    };
    void need_map(MapPlace& place, std::int32_t first, std::int32_t last) {
        needs_.push_back({{place.layout.size(max_batch_), first, last, 0}, &place.offset});
    }

    Status place() {
        for (std::size_t i = 0; i < made_.values.size(); ++i) {
            const MapExtent extent = map_extent(made_.graph.values[i].shape);
            made_.values[i].value.layout.extent = made_.values[i].gradient.layout.extent = extent;
        }
        for (TapeStep& step : made_.steps) {
            const Operation& operation = made_.operation(step);
            for (const Index input : operation.inputs) {
                widen(made_.value(input).value.layout.halo, step.work->input_halo());
            }
            if (step.goes_back) made_.value(operation.output).gradient.layout.halo = step.work->gradient_halo();
        }
        place_values();
        place_gradients();
        Array<BufferNeed> buffers;
        for (const Need& need : needs_) PROVENN_TRY(buffers.push_back(need.need));
        PROVENN_ASSIGN(made_.arena_size, plan_memory(buffers));
        for (std::size_t i = 0; i < needs_.size(); ++i) *needs_[i].offset = buffers[i].offset;
        return {};
    }

    static void widen(Halo& halo, const Halo& needed) {
        const auto grow = [](std::int64_t& has, std::int64_t needs) { has = needs > has ? needs : has; };
        grow(halo.top, needed.top);
        grow(halo.bottom, needed.bottom);
        grow(halo.left, needed.left);
        grow(halo.right, needed.right);
    }

    void place_values() {
        std::vector<std::int32_t> first(made_.values.size()), last(made_.values.size(), -1);
        const auto read = [&last](Index value, std::int32_t time) {
            last[at(value)] = time > last[at(value)] ? time : last[at(value)];
        };
        for (std::size_t i = 0; i < made_.steps.size(); ++i) {
            const TapeStep& step = made_.steps[i];
            const Operation& operation = made_.operation(step);
            first[at(operation.output)] = forward_time(i);
            read(operation.output, forward_time(i));
            if (step.goes_back && step.work->backward_reads_output()) read(operation.output, backward_time(i));
            for (const Index input : operation.inputs) {
                read(input, forward_time(i));
                if (step.goes_back && step.work->backward_reads_inputs()) read(input, backward_time(i));
            }
        }
        read(made_.loss_value, loss_time());
        for (std::size_t i = 0; i < made_.values.size(); ++i) {
            if (last[i] >= 0) need_map(made_.values[i].value, first[i], last[i]);
        }
    }

    void place_gradients() {
        std::vector<std::int32_t> first(made_.values.size(), -1);
        first[at(made_.loss_value)] = loss_time();
        for (std::size_t i = made_.steps.size(); i-- > 0;) {
            TapeStep& step = made_.steps[i];
            const Operation& operation = made_.operation(step);
            const std::int64_t scratch = step.work->scratch_size();
            needs_.push_back({{scratch, forward_time(i), forward_time(i), 0}, &step.forward_scratch});
            step.contributions.resize(operation.inputs.size());
            if (!step.goes_back) continue;
            needs_.push_back({{scratch, backward_time(i), backward_time(i), 0}, &step.backward_scratch});
            for (std::size_t slot = 0; slot < operation.inputs.size(); ++slot) {
                const Index input = operation.inputs[slot];
                if (!made_.value(input).has_gradient()) continue;
                if (first[at(input)] < 0) {
                    first[at(input)] = backward_time(i);
                } else {
                    step.contributions[slot].layout.extent = map_extent(made_.graph.values[at(input)].shape);
                    need_map(step.contributions[slot], backward_time(i), backward_time(i));
                }
            }
            need_map(made_.value(operation.output).gradient, first[at(operation.output)], backward_time(i));
        }
    }

    Model& model_;
    std::int64_t max_batch_;
    layers::Activation left_to_loss_;
    TapeLayout made_;
    std::vector<layers::ActivationConfig> joined_;  ///< for each operation: the activation whose work it does
    std::vector<bool> is_joined_;                   ///< whether another operation does its work
    std::vector<Need> needs_;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
