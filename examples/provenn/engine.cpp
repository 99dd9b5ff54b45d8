// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Compiling and running models.
#include "engine.hpp"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "machine_parts.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/io/package_file.hpp"
#include "provenn/io/profile.hpp"

namespace program {

Machine::Machine() = default;
Machine::Machine(Machine&&) noexcept = default;
Machine& Machine::operator=(Machine&&) noexcept = default;
Machine::~Machine() = default;

Result<Machine> Machine::make(const CommonOptions& options) {
    const unsigned present = std::thread::hardware_concurrency();
    const int all = present == 0 ? 1 : static_cast<int>(std::min(present, 1024u));
    PROVENN_ASSIGN(TbbExecutor executor, TbbExecutor::make(options.threads > 0 ? options.threads : all));
    Machine machine;
    machine.parts_ = std::make_unique<Parts>(std::move(executor));
    machine.parts_->kernels = &kernels::best_table();
    if (!options.isa.empty()) {
        PROVENN_ASSIGN(machine.parts_->kernels, kernels::table_by_name(options.isa));
    }
    return machine;
}

std::string Machine::isa() const { return to_string(parts_->kernels->isa); }
int Machine::threads() const { return parts_->executor.threads(); }

std::vector<std::string> available_isas() {
    std::vector<std::string> names;
    for (int i = 0; i < kernels::kIsaCount; ++i) {
        const auto isa = static_cast<kernels::Isa>(i);
        if (kernels::find_table(isa) != nullptr) names.emplace_back(to_string(isa));
    }
    return names;
}

struct Engine::Parts {
    Plan plan;
    Array<float> arena;
    Executor executor = serial_executor();
};

Engine::Engine() : parts_(std::make_unique<Parts>()) {}
Engine::Engine(Engine&&) noexcept = default;
Engine::~Engine() = default;

Result<Engine> Engine::make(const Model& model, const Machine& machine, std::int64_t max_batch,
                            const std::vector<Index>& outputs) {
    PlanOptions options;
    options.max_batch = max_batch;
    options.kernels = machine.parts().kernels;
    options.outputs = {outputs.data(), outputs.size()};
    Engine engine;
    engine.parts_->executor = options.executor = machine.parts().executor.executor();
    PROVENN_ASSIGN(engine.parts_->plan, Plan::compile(model, options));
    PROVENN_TRY(engine.parts_->arena.resize(static_cast<std::size_t>(engine.parts_->plan.arena_size())));
    return engine;
}

namespace {

Shape batch_shape(std::int64_t samples, const Shape& sample) {
    Shape shape{samples};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    return shape;
}

/// Samples [first, first + count) of a contiguous tensor.
template <class T>
View<T> part_of(T* data, const Shape& sample, std::int64_t first, std::int64_t count) {
    return View<T>(data + first * sample.element_count(), batch_shape(count, sample));
}

/// NaN may get lost in a maximum, and the result would look like one.
Status check_finite(const Tensor<float>& input, std::size_t number) {
    const std::int64_t per_sample = input.element_count() / input.shape()[0];
    for (std::int64_t i = 0; i < input.element_count(); ++i) {
        const float value = input.data()[i];
        if (std::isfinite(value)) continue;
        return make_error(ErrorCode::not_finite, "input ", number, ", sample ", i / per_sample, ", element ",
                          i % per_sample, ": expected a number, found ", std::isnan(value) ? "NaN" : "infinity");
    }
    return {};
}

}  // namespace

Result<std::vector<Tensor<float>>> Engine::run(const std::vector<Tensor<float>>& inputs,
                                               const std::function<void(std::int64_t)>& on_progress) {
    const Plan& plan = parts_->plan;
    if (inputs.size() != plan.input_count()) {
        return make_error(ErrorCode::shape_mismatch, "expected ", plan.input_count(), " inputs, found ", inputs.size());
    }
    const std::int64_t samples = inputs[0].shape().rank() > 0 ? inputs[0].shape()[0] : 0;
    if (samples < 1) return make_error(ErrorCode::empty_data, "the input holds no sample: shape ", inputs[0].shape());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const Shape expected = batch_shape(samples, plan.input_shape(i));
        if (inputs[i].shape() == expected) continue;
        return make_error(ErrorCode::shape_mismatch, "input ", i, ": expected [N, ...] with samples of ",
                          plan.input_shape(i), ", found ", inputs[i].shape());
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) PROVENN_TRY(check_finite(inputs[i], i));
    std::vector<Tensor<float>> outputs;
    for (std::size_t i = 0; i < plan.output_count(); ++i) {
        PROVENN_ASSIGN(auto output, Tensor<float>::zeros(batch_shape(samples, plan.output_shape(i))));
        outputs.push_back(std::move(output));
    }
    for (std::int64_t first = 0; first < samples; first += plan.max_batch()) {
        const std::int64_t count = std::min(plan.max_batch(), samples - first);
        std::vector<View<const float>> in;
        std::vector<View<float>> out;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            in.push_back(part_of(inputs[i].data(), plan.input_shape(i), first, count));
        }
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            out.push_back(part_of(outputs[i].data(), plan.output_shape(i), first, count));
        }
        PROVENN_ASSIGN(const RunReport report, plan.run({in.data(), in.size()}, {out.data(), out.size()},
                                                        parts_->arena.data(), parts_->executor));
        if (report.has_non_finite) {
            return make_error(ErrorCode::not_finite, "samples ", first, " to ", first + count - 1,
                              ": the result holds NaN or infinity");
        }
        if (on_progress) on_progress(first + count);
    }
    return outputs;
}

Status Engine::check_answers(Bytes section, const Sha256Digest& binding) {
    return check_known_answers(parts_->plan, parts_->arena.data(), section, binding, parts_->executor);
}

Result<PlanFinding> inspect_plan(const Model& model, const Machine& machine, std::int64_t runs) {
    PlanOptions options;
    options.kernels = machine.parts().kernels;
    PROVENN_ASSIGN(Session session, Session::from_model(model, options));
    PROVENN_ASSIGN(PlanSummary summary, summarize_plan(model, session.plan()));
    PlanFinding finding;
    if (runs > 0) {
        PROVENN_ASSIGN(const auto measured, profile(session, machine.parts().executor.executor(), runs));
        set_times(summary, measured);
        finding.trace = chrome_trace(summary, measured.back());
    }
    finding.text = to_text(summary);
    finding.json = to_json(summary);
    return finding;
}

Result<Model> read_package(Bytes file, const Machine& machine) {
    PROVENN_ASSIGN(Model model, decode_package(file));
    PROVENN_ASSIGN(const ContainerReader reader, ContainerReader::open(file, ContainerKind::package));
    auto answers = reader.section(package::kKnownAnswers);
    if (!answers) return make_error(ErrorCode::self_test_failed, "the package has no known answers");
    PROVENN_ASSIGN(Engine engine, Engine::make(model, machine, 1));
    PROVENN_ASSIGN(const Sha256Digest binding, package::binding(reader));
    PROVENN_TRY(engine.check_answers(*answers, binding));
    return model;
}

Result<Array<std::uint8_t>> answers_of(const Model& model) { return make_known_answers(model); }

Status write_package(const std::string& path, const Model& model) { return save_package(path, model); }

}  // namespace program
