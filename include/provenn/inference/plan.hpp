// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plan: a model compiled into fused steps over one arena whose size is known before the first run.
#pragma once

#include <utility>

#include "provenn/core/finite.hpp"
#include "provenn/core/fp_environment.hpp"
#include "provenn/inference/steps/any_step.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// How a model is compiled.
struct PlanOptions {
    std::int64_t max_batch = 1;                    ///< samples of one run
    const kernels::KernelTable* kernels = nullptr; ///< null: the fastest that the processor has
    bool fuse = true;                              ///< false: each operation a step of its own; the bits are the same
    std::int64_t limit_bytes = std::int64_t{4} << 30;  ///< of working memory: a plan that needs more is refused
    Span<const Index> outputs;                     ///< values of the model; empty: the model's own outputs
    Executor executor = serial_executor();         ///< packs the weights; not kept
};

/// What a run reports beside its outputs.
struct RunReport {
    bool has_non_finite = false;  ///< an output holds a NaN or an infinity
};

/// Asked between steps; true stops the run.
struct CancelCheck {
    bool (*is_cancelled)(void* context) noexcept = nullptr;
    void* context = nullptr;
};

/// Told of the steps of a run as they begin: number 0 to step_count() - 1, and step_count() when the last one ended.
/// Whoever measures reads a clock here; the library reads none.
struct StepObserver {
    void (*on_step)(void* context, std::size_t step) noexcept = nullptr;
    void* context = nullptr;
    void tell(std::size_t step) const {
        if (on_step != nullptr) on_step(context, step);
    }
};

/// An immutable compiled model. It owns packed weights and no working memory.
/// @threads any number of threads may run it at once, each with its own arena.
class Plan {
  public:
    /// @errors out_of_memory, limit_exceeded, invalid_argument, those of the layers.
    static Result<Plan> compile(const Model& model, const PlanOptions& options = {}) {
        if (options.max_batch < 1) return make_error(ErrorCode::invalid_argument, "max_batch must be at least 1");
        Plan plan;
        plan.max_batch_ = options.max_batch;
        plan.kernels_ = options.kernels != nullptr ? options.kernels : &kernels::best_table();
        PROVENN_ASSIGN(LoweredGraph graph, lower(model));
        PROVENN_TRY(choose_outputs(graph, options.outputs));
        PROVENN_ASSIGN(const FusedGraph fused, provenn::fuse(graph, options.fuse));
        PROVENN_ASSIGN(auto values, plan.place_values(model, graph, fused, options.limit_bytes));
        PROVENN_TRY(plan.make_steps({model, graph, fused, values.span(), options.executor}));
        for (const Index input : graph.inputs) PROVENN_TRY(plan.add_port(plan.inputs_, graph, values, input));
        for (const Index output : graph.outputs) PROVENN_TRY(plan.add_port(plan.outputs_, graph, values, output));
        return plan;
    }

    [[nodiscard]] std::int64_t max_batch() const { return max_batch_; }
    [[nodiscard]] const kernels::KernelTable& kernels() const { return *kernels_; }
    /// Floats of working memory that a run needs.
    [[nodiscard]] std::int64_t arena_size() const { return arena_size_; }
    [[nodiscard]] std::size_t input_count() const { return inputs_.size(); }
    [[nodiscard]] std::size_t output_count() const { return outputs_.size(); }
    /// Shape of one sample.
    [[nodiscard]] const Shape& input_shape(std::size_t i) const { return inputs_[i].shape; }
    [[nodiscard]] const Shape& output_shape(std::size_t i) const { return outputs_[i].shape; }
    [[nodiscard]] std::size_t step_count() const { return steps_.size(); }

    /// Runs N samples. @param inputs each [N, ...], any strides. @param outputs each [N, ...], any strides.
    /// @param arena arena_size() floats, aligned to 64 bytes.
    /// @errors shape_mismatch before anything is written; cancelled, the outputs are then untouched.
    /// @numerics the same bits for every executor, instruction set and batch.
    /// @cost no allocation and no system call under the serial executor.
    Result<RunReport> run(Span<const View<const float>> inputs, Span<const View<float>> outputs, float* arena,
                          const Executor& executor, const CancelCheck& cancel = {},
                          const StepObserver& observer = {}) const {
        PROVENN_ASSIGN(const std::int64_t samples, check(inputs, outputs));
        const FpEnvironmentScope environment;
        const RunContext context{arena, samples, kernels_, &executor, nullptr};
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            clear_halo(inputs_[i].place, context);
            kernels_->layout.to_blocked(executor, inputs[i], inputs_[i].place.map(context));
        }
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            if (cancel.is_cancelled != nullptr && cancel.is_cancelled(cancel.context)) {
                return make_error(ErrorCode::cancelled, "the run was cancelled between steps");
            }
            observer.tell(i);
            clear_halo(steps_[i].output, context);
            execute(steps_[i], context);
        }
        observer.tell(steps_.size());
        RunReport report;
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            kernels_->layout.from_blocked(executor, outputs_[i].place.map(context), outputs[i]);
            report.has_non_finite = report.has_non_finite || has_non_finite(outputs[i]);
        }
        return report;
    }

  private:
    struct Step {
        AnyStep work;
        MapReference output;
        std::int64_t scratch_offset = 0;
    };
    struct Port {
        Shape shape;
        MapReference place;
    };

    static std::size_t at(Index index) { return static_cast<std::size_t>(index); }

    /// Replaces the graph's outputs by the chosen values of the model.
    static Status choose_outputs(LoweredGraph& graph, Span<const Index> chosen) {
        if (chosen.empty()) return {};
        graph.outputs.clear();
        for (const Index wanted : chosen) {
            Index found = -1;
            for (std::size_t value = 0; value < graph.values.size(); ++value) {
                if (graph.values[value].model_value == wanted) found = static_cast<Index>(value);
            }
            if (found < 0) return make_error(ErrorCode::not_found, "the model has no value ", wanted);
            PROVENN_TRY(graph.outputs.push_back(found));
        }
        return {};
    }

    /// Gives every root value a buffer that lives from the step that writes it to the last that reads it.
    Result<Array<MapReference>> place_values(const Model& model, const LoweredGraph& graph, const FusedGraph& fused,
                                             std::int64_t limit_bytes) {
        const auto last_step = static_cast<std::int32_t>(fused.steps.size());
        Array<BufferNeed> needs;
        PROVENN_TRY(needs.resize(graph.values.size() + fused.steps.size()));
        for (std::size_t value = 0; value < graph.values.size(); ++value) needs[value].first = -1;
        const auto root = [&fused](Index value) { return at(fused.storage[at(value)].root); };
        const auto layout = [&](std::size_t value) {
            const kernels::MapExtent extent = map_extent(graph.values[value].shape);
            const std::int64_t pixel = fused.is_dense[value] ? extent.channels : kernels::kChannelBlock;
            return kernels::MapLayout{extent, fused.halo[value], pixel};
        };
        const auto write = [&](Index value, std::int32_t step) {
            BufferNeed& need = needs[root(value)];
            need.size = layout(root(value)).size(max_batch_);
            need.first = need.last = step;
        };
        const auto read = [&](Index value, std::int32_t step) { needs[root(value)].last = step; };
        for (std::size_t value = 0; value < graph.values.size(); ++value) {
            PROVENN_TRY(check_size(layout(value), limit_bytes));
        }
        for (const Index input : graph.inputs) write(input, 0);
        for (std::size_t i = 0; i < fused.steps.size(); ++i) {
            const FusedStep& step = fused.steps[i];
            const auto now = static_cast<std::int32_t>(i) + 1;
            const Operation& op = graph.operations[at(step.operation)];
            write(step.output, now);
            for (const Index input : op.inputs) read(input, now);
            if (step.addend >= 0) read(step.addend, now);
            BufferNeed& scratch = needs[graph.values.size() + i];
            scratch.first = scratch.last = now;
            scratch.size = step_scratch_size({model, graph, fused, {}, serial_executor()}, step, max_batch_);
        }
        for (const Index output : graph.outputs) read(output, last_step + 1);
        PROVENN_ASSIGN(arena_size_, plan_memory(needs));
        if (arena_size_ > limit_bytes / static_cast<std::int64_t>(sizeof(float))) return too_large(limit_bytes);
        for (std::size_t i = 0; i < fused.steps.size(); ++i) {
            PROVENN_TRY(scratch_offsets_.push_back(needs[graph.values.size() + i].offset));
        }
        Array<MapReference> values;
        for (std::size_t value = 0; value < graph.values.size(); ++value) {
            const Storage& storage = fused.storage[value];
            const std::size_t from = at(storage.root);
            PROVENN_TRY(values.push_back({layout(from), needs[from].offset, storage.row, storage.column,
                                          map_extent(graph.values[value].shape)}));
        }
        return values;
    }

    static Error too_large(std::int64_t limit_bytes) {
        return make_error(ErrorCode::limit_exceeded, "the plan needs more than the limit of ", limit_bytes,
                          " bytes of working memory");
    }
    /// A buffer with its halo, before any product of its extents is formed.
    [[nodiscard]] Status check_size(const kernels::MapLayout& layout, std::int64_t limit_bytes) const {
        const Shape whole{max_batch_, layout.extent.blocks(),
                          layout.extent.height + layout.halo.top + layout.halo.bottom,
                          layout.extent.width + layout.halo.left + layout.halo.right, layout.pixel_stride};
        if (!whole.is_valid() || whole.element_count() > limit_bytes / static_cast<std::int64_t>(sizeof(float))) {
            return too_large(limit_bytes);
        }
        return {};
    }

    Status make_steps(const StepSource& source) {
        for (std::size_t i = 0; i < source.fused.steps.size(); ++i) {
            const FusedStep& fused = source.fused.steps[i];
            auto made = make_step(source, fused);
            if (!made) {
                const Name& layer = source.model.layer(source.operation(fused.operation).layer).name;
                return make_error(made.error().code, layer, ": ", made.error().message);
            }
            PROVENN_TRY(steps_.push_back({std::move(made).value(), source.value(fused.output), scratch_offsets_[i]}));
        }
        return {};
    }

    Status add_port(Array<Port>& ports, const LoweredGraph& graph, const Array<MapReference>& values, Index value) {
        return ports.push_back({graph.values[at(value)].shape, values[at(value)]});
    }

    static Shape with_batch(std::int64_t samples, const Shape& sample) {
        Shape shape{samples};
        for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
        return shape;
    }

    Result<std::int64_t> check(Span<const View<const float>> inputs, Span<const View<float>> outputs) const {
        if (inputs.size() != inputs_.size() || outputs.size() != outputs_.size()) {
            return make_error(ErrorCode::shape_mismatch, "expected ", inputs_.size(), " inputs and ", outputs_.size(),
                              " outputs, found ", inputs.size(), " and ", outputs.size());
        }
        const std::int64_t samples = inputs[0].shape().rank() > 0 ? inputs[0].shape()[0] : 0;
        if (samples < 1 || samples > max_batch_) {
            return make_error(ErrorCode::shape_mismatch, "expected 1 to ", max_batch_, " samples, found ", samples);
        }
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            const Shape expected = with_batch(samples, inputs_[i].shape);
            if (inputs[i].shape() != expected) {
                return make_error(ErrorCode::shape_mismatch, "input ", i, ": expected ", expected, ", found ",
                                  inputs[i].shape());
            }
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            const Shape expected = with_batch(samples, outputs_[i].shape);
            if (outputs[i].shape() != expected) {
                return make_error(ErrorCode::shape_mismatch, "output ", i, ": expected ", expected, ", found ",
                                  outputs[i].shape());
            }
        }
        return samples;
    }

    static void clear_halo(const MapReference& place, const RunContext& context) {
        if (!place.root.halo.empty()) {
            kernels::clear_halo(place.root, place.root.map(context.arena + place.offset, context.samples));
        }
    }

    static void execute(const Step& step, RunContext context) {
        context.scratch = context.arena + step.scratch_offset;
        visit_variant(step.work, [&](const auto& work) { work.run(context); });
    }

    static bool has_non_finite(const View<float>& view) {
        if (view.is_contiguous()) return !all_finite(view.span());
        const int rank = view.shape().rank();
        std::int64_t index[Shape::kMaxRank] = {};
        for (std::int64_t left = view.element_count(); left > 0; --left) {
            std::int64_t offset = 0;
            for (int axis = 0; axis < rank; ++axis) offset += index[axis] * view.stride(axis);
            const float value = view.data()[offset];
            if (!(value - value == 0.0f)) return true;
            for (int axis = rank - 1; axis >= 0 && ++index[axis] == view.shape()[axis]; --axis) index[axis] = 0;
        }
        return false;
    }

    std::int64_t max_batch_ = 1;
    const kernels::KernelTable* kernels_ = nullptr;
    std::int64_t arena_size_ = 0;
    Array<Step> steps_;
    Array<Port> inputs_, outputs_;
    Array<std::int64_t> scratch_offsets_;
};

}  // namespace PROVENN_ABI
}  // namespace provenn
