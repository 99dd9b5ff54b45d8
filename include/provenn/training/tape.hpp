// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tape: a model's forward and backward pass over a batch, with a gradient for each parameter that is trained.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "provenn/core/finite.hpp"
#include "provenn/core/fp_environment.hpp"
#include "provenn/training/batch_source.hpp"
#include "provenn/training/tape_layout.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace training {

struct TapeConfig {
    std::int64_t max_batch = 1;
    /// A final activation of this kind is left to the loss, which computes it together with its gradient.
    layers::Activation left_to_loss = layers::Activation::linear;
    const kernels::KernelTable* kernels = nullptr;  ///< null: the fastest that the processor has
    Executor executor = serial_executor();
};

/// Forward and backward of one model. Gradients flow only where something that trains lies above: no gradient for
/// inputs, for frozen parameters, or below the last frozen part. A value with several consumers sums their gradients in
/// the reverse order of the operations. Trains the model's first output.
/// @numerics the same bits on every instruction set and number of threads.
/// @threads one thread at a time; the work inside goes to the executor.
class Tape {
  public:
    /// @param model must outlive the tape; its parameters may change between passes (call repack), its graph may not.
    /// @errors invalid_argument (nothing to train), unsupported, out_of_memory, limit_exceeded.
    static Result<Tape> make(Model& model, const TapeConfig& config) {
        if (config.max_batch < 1) return make_error(ErrorCode::invalid_argument, "a batch has at least 1 sample");
        Tape tape(config);
        PROVENN_ASSIGN(tape.layout_,
                       TapeLayoutMaker(model, config.max_batch, config.left_to_loss).run());
        PROVENN_TRY(tape.arena_.resize(static_cast<std::size_t>(tape.layout_.arena_size)));
        PROVENN_TRY(tape.make_gradients(model));
        for (const LayerInstance& layer : model.layers) tape.layer_names_.push_back(layer.name);
        tape.repack();
        return tape;
    }

    /// Shape of one sample of what the loss reads.
    [[nodiscard]] const Shape& output_shape() const {
        return layout_.graph.values[static_cast<std::size_t>(layout_.loss_value)].shape;
    }
    /// The activation that was left to the loss, else linear.
    [[nodiscard]] layers::Activation final_activation() const { return layout_.final_activation; }
    [[nodiscard]] std::int64_t arena_size() const { return layout_.arena_size; }
    [[nodiscard]] const kernels::TrainingTable& kernels() const { return *kernels_; }
    /// Gradient of a parameter of the model, in its canonical layout; null where it is not trained.
    [[nodiscard]] const Tensor<float>* gradient(Index parameter) const {
        const Tensor<float>& tensor = gradients_[static_cast<std::size_t>(parameter)];
        return tensor.element_count() == 0 ? nullptr : &tensor;
    }
    [[nodiscard]] Tensor<float>* gradient(Index parameter) {
        Tensor<float>& tensor = gradients_[static_cast<std::size_t>(parameter)];
        return tensor.element_count() == 0 ? nullptr : &tensor;
    }

    /// Parameters changed: operations pack them anew.
    void repack() {
        for (TapeStep& step : layout_.steps) step.work->repack(executor_);
    }

    /// @param inputs one for each input of the network, [N, ...] with N = keys.samples.size() of at most max_batch.
    /// @errors shape_mismatch before anything is written.
    [[nodiscard]] Status forward(Span<const View<const float>> inputs, const BatchKeys& keys) {
        PROVENN_TRY(check(inputs, keys));
        const FpEnvironmentScope environment;
        keys_ = keys;
        samples_ = static_cast<std::int64_t>(keys.samples.size());
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const MapPlace& place = layout_.value(layout_.graph.inputs[i]).value;
            if (place.exists()) kernels_->layout.to_blocked(executor_, inputs[i], cleared(place));
        }
        for (TapeStep& step : layout_.steps) forward(step);
        return {};
    }

    /// Copies what the loss reads. @param output [N, ...] of output_shape().
    void read_output(const View<float>& output) const {
        kernels_->layout.from_blocked(executor_, layout_.value(layout_.loss_value).value.map(arena(), samples_),
                                      output);
    }

    /// Computes the gradient of every trained parameter. @requires forward ran on the same batch.
    /// @param output_gradient [N, ...] of output_shape().
    void backward(const View<const float>& output_gradient) {
        const FpEnvironmentScope environment;
        kernels_->layout.to_blocked(executor_, output_gradient, cleared(layout_.value(layout_.loss_value).gradient));
        for (std::size_t i = layout_.steps.size(); i-- > 0;) {
            if (layout_.steps[i].goes_back) backward(layout_.steps[i]);
        }
    }

    /// The first layer whose statistics of the batch are not finite, or an empty name.
    [[nodiscard]] Name find_non_finite_statistics() const {
        for (const TapeStep& step : layout_.steps) {
            if (!step.work->can_commit()) return name_of(layout_.operation(step));
        }
        return Name();
    }
    /// The step was good: statistics of the batch enter the model.
    void commit() {
        for (TapeStep& step : layout_.steps) step.work->commit();
    }

    /// Runs forward again and returns the first layer whose output is not finite, or an empty name.
    [[nodiscard]] Result<Name> find_non_finite_output(Span<const View<const float>> inputs, const BatchKeys& keys) {
        PROVENN_TRY(forward({inputs.data(), inputs.size()}, keys));
        // Maps share memory, so each is looked at while it is fresh.
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const MapPlace& place = layout_.value(layout_.graph.inputs[i]).value;
            if (!place.exists()) continue;
            kernels_->layout.to_blocked(executor_, inputs[i], cleared(place));
            if (has_non_finite(place)) return Name("the input");
        }
        for (TapeStep& step : layout_.steps) {
            forward(step);
            const Operation& operation = layout_.operation(step);
            if (has_non_finite(layout_.value(operation.output).value)) return name_of(operation);
        }
        return Name();
    }

    /// Runs backward again (after forward) and returns the first layer on its way that gives a gradient that is not
    /// finite, or an empty name.
    [[nodiscard]] Name find_non_finite_gradient(const View<const float>& output_gradient) {
        kernels_->layout.to_blocked(executor_, output_gradient, cleared(layout_.value(layout_.loss_value).gradient));
        if (has_non_finite(layout_.value(layout_.loss_value).gradient)) return Name("the loss");
        for (std::size_t i = layout_.steps.size(); i-- > 0;) {
            TapeStep& step = layout_.steps[i];
            if (!step.goes_back) continue;
            backward(step);
            const Operation& operation = layout_.operation(step);
            bool is_bad = false;
            for (const Index input : operation.inputs) {
                const TapeValue& value = layout_.value(input);
                is_bad = is_bad || (value.has_gradient() && has_non_finite(value.gradient));
            }
            for (const Index parameter : operation.parameters) {
                const Tensor<float>* found = gradient(parameter);
                is_bad = is_bad || (found != nullptr && !all_finite(found->span()));
            }
            if (is_bad) return name_of(operation);
        }
        return Name();
    }

  private:
    explicit Tape(const TapeConfig& config)
        : kernels_(&kernels::training_table(config.kernels != nullptr ? *config.kernels : kernels::best_table())),
          executor_(config.executor), max_batch_(config.max_batch) {}

    float* arena() const { return const_cast<float*>(arena_.data()); }
    const Name& name_of(const Operation& operation) const {
        return layer_names_[static_cast<std::size_t>(operation.layer)];
    }

    Status make_gradients(const Model& model) {
        gradients_.resize(model.parameters.size());
        added_.resize(model.parameters.size());
        for (const TapeStep& step : layout_.steps) {
            const Operation& operation = layout_.operation(step);
            for (std::size_t slot = 0; slot < operation.parameters.size(); ++slot) {
                if (!step.wants_parameter[slot]) continue;
                const auto parameter = static_cast<std::size_t>(operation.parameters[slot]);
                const Shape& shape = model.parameters[parameter].value.shape();
                PROVENN_ASSIGN(gradients_[parameter], Tensor<float>::zeros(shape));
                if (!step.adds_to_parameter[slot]) continue;
                PROVENN_ASSIGN(added_[parameter], Tensor<float>::zeros(shape));
            }
        }
        return {};
    }

    Status check(Span<const View<const float>> inputs, const BatchKeys& keys) const {
        const auto samples = static_cast<std::int64_t>(keys.samples.size());
        if (samples < 1 || samples > max_batch_) {
            return make_error(ErrorCode::shape_mismatch, "expected 1 to ", max_batch_, " samples, found ", samples);
        }
        if (inputs.size() != layout_.graph.inputs.size()) {
            return make_error(ErrorCode::shape_mismatch, "expected ", layout_.graph.inputs.size(), " inputs, found ",
                              inputs.size());
        }
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const auto value = static_cast<std::size_t>(layout_.graph.inputs[i]);
            const Shape expected = with_batch(samples, layout_.graph.values[value].shape);
            if (inputs[i].shape() == expected) continue;
            return make_error(ErrorCode::shape_mismatch, "input ", i, ": expected ", expected, ", found ",
                              inputs[i].shape());
        }
        return {};
    }

    /// A map about to be written, its halo zero: buffers share memory over time.
    BlockedMap cleared(const MapPlace& place) const {
        const BlockedMap map = place.map(arena(), samples_);
        kernels::clear_halo(place.layout, map);
        return map;
    }

    void read_inputs(const Operation& operation) {
        inputs_.clear();
        for (const Index input : operation.inputs) {
            inputs_.push_back(layout_.value(input).value.map(arena(), samples_));
        }
    }
    [[nodiscard]] OperationContext context(std::int64_t scratch) const {
        return {*kernels_, executor_, keys_, {inputs_.data(), inputs_.size()}, arena() + scratch};
    }

    void forward(TapeStep& step) {
        const Operation& operation = layout_.operation(step);
        read_inputs(operation);
        step.work->forward(context(step.forward_scratch), cleared(layout_.value(operation.output).value));
    }

    void backward(TapeStep& step) {
        const Operation& operation = layout_.operation(step);
        read_inputs(operation);
        const TapeValue& output = layout_.value(operation.output);
        std::vector<BlockedMap> gradients;
        for (std::size_t slot = 0; slot < operation.inputs.size(); ++slot) {
            const TapeValue& input = layout_.value(operation.inputs[slot]);
            const MapPlace& contribution = step.contributions[slot];
            const MapPlace& place = contribution.exists() ? contribution : input.gradient;
            gradients.push_back(place.exists() ? cleared(place) : place.map(arena(), samples_));
        }
        std::vector<float*> parameters;
        for (std::size_t slot = 0; slot < operation.parameters.size(); ++slot) {
            const auto parameter = static_cast<std::size_t>(operation.parameters[slot]);
            Tensor<float>& target = step.adds_to_parameter[slot] ? added_[parameter] : gradients_[parameter];
            parameters.push_back(step.wants_parameter[slot] ? target.data() : nullptr);
        }
        BackwardContext to;
        to.output = output.value.map(arena(), samples_);
        to.output_gradient = output.gradient.map(arena(), samples_);
        to.input_gradients = {gradients.data(), gradients.size()};
        to.parameter_gradients = {parameters.data(), parameters.size()};
        step.work->backward(context(step.backward_scratch), to);
        add_contributions(step);
    }

    void add_contributions(const TapeStep& step) {
        const Operation& operation = layout_.operation(step);
        for (std::size_t slot = 0; slot < operation.inputs.size(); ++slot) {
            if (!step.contributions[slot].exists()) continue;
            const BlockedMap sum = layout_.value(operation.inputs[slot]).gradient.map(arena(), samples_);
            const ConstBlockedMap terms[] = {sum, step.contributions[slot].map(arena(), samples_)};
            kernels_->elementwise.combine(executor_, kernels::Combine::add, Span<const ConstBlockedMap>(terms), sum);
        }
        for (std::size_t slot = 0; slot < operation.parameters.size(); ++slot) {
            if (!step.wants_parameter[slot] || !step.adds_to_parameter[slot]) continue;
            const auto parameter = static_cast<std::size_t>(operation.parameters[slot]);
            float* sum = gradients_[parameter].data();
            const float* term = added_[parameter].data();
            for (std::int64_t i = 0; i < gradients_[parameter].element_count(); ++i) sum[i] += term[i];
        }
    }

    /// Looks at real channels of the interior only.
    [[nodiscard]] bool has_non_finite(const MapPlace& place) const {
        const BlockedMap map = place.map(arena(), samples_);
        for (std::int64_t row = 0; row < map.samples * map.extent.blocks() * map.extent.height; ++row) {
            const std::int64_t plane = row / map.extent.height;
            const float* line =
                map.pixel(plane / map.extent.blocks(), plane % map.extent.blocks(), row % map.extent.height, 0);
            // Lanes beyond the channels are +0.
            if (!all_finite({line, static_cast<std::size_t>(map.extent.width * kernels::kChannelBlock)})) return true;
        }
        return false;
    }

    TapeLayout layout_;
    const kernels::TrainingTable* kernels_;
    Executor executor_;
    std::int64_t max_batch_;
    Array<float> arena_;
    std::vector<Tensor<float>> gradients_;  ///< for each parameter of the model; empty where it is not trained
    std::vector<Tensor<float>> added_;      ///< further parts of the gradients of shared layers
    std::vector<Name> layer_names_;
    std::vector<ConstBlockedMap> inputs_;
    BatchKeys keys_;
    std::int64_t samples_ = 0;
};

}  // namespace training
}  // namespace PROVENN_ABI
}  // namespace provenn
