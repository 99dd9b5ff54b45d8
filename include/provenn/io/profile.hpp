// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Profile: how long each step of a plan takes, as medians over runs, and one run as a Chrome trace.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "provenn/inference/session.hpp"
#include "provenn/io/plan_summary.hpp"

namespace provenn {
inline namespace PROVENN_ABI {

/// Moments of one run, in seconds from its begin: that, the begin of each step, the end of the last, the end of the
/// run.
using RunMoments = std::vector<double>;

namespace io {

/// Collects the moments of a run.
class StepClock {
  public:
    explicit StepClock(std::size_t steps) { moments_.reserve(steps + 3); }
    void start() {
        moments_.assign(1, 0.0);
        start_ = std::chrono::steady_clock::now();
    }
    void mark() {
        moments_.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count());
    }
    [[nodiscard]] StepObserver observer() {
        return {[](void* self, std::size_t) noexcept { static_cast<StepClock*>(self)->mark(); }, this};
    }
    [[nodiscard]] const RunMoments& moments() const { return moments_; }

  private:
    std::chrono::steady_clock::time_point start_;
    RunMoments moments_;
};

/// @requires there is a value.
[[nodiscard]] inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace io

/// Runs one synthetic sample `runs` times, after one that does not count. @errors those of Session::run.
[[nodiscard]] inline Result<std::vector<RunMoments>> profile(Session& session, const Executor& executor,
                                                             std::int64_t runs) {
    const Plan& plan = session.plan();
    std::vector<Tensor<float>> tensors;
    std::vector<View<const float>> inputs;
    std::vector<View<float>> outputs;
    for (std::size_t i = 0; i < plan.input_count(); ++i) {
        PROVENN_ASSIGN(auto input,
                       known_answers::synthetic_input(plan.input_shape(i), 1, static_cast<std::uint32_t>(i), 0));
        tensors.push_back(std::move(input));
        inputs.push_back(tensors.back().view());
    }
    for (std::size_t i = 0; i < plan.output_count(); ++i) {
        Shape shape{1};
        for (int axis = 0; axis < plan.output_shape(i).rank(); ++axis) shape.push_back(plan.output_shape(i)[axis]);
        PROVENN_ASSIGN(auto output, Tensor<float>::zeros(shape));
        tensors.push_back(std::move(output));
        outputs.push_back(tensors.back().view());
    }
    io::StepClock clock(plan.step_count());
    std::vector<RunMoments> measured;
    for (std::int64_t run = 0; run <= runs; ++run) {
        clock.start();
        PROVENN_TRY(session.run({inputs.data(), inputs.size()}, {outputs.data(), outputs.size()}, executor, {},
                                clock.observer()));
        clock.mark();
        if (run > 0) measured.push_back(clock.moments());
    }
    return measured;
}

/// Enters the medians of the runs. @requires the runs are of the summary's plan; there is one.
inline void set_times(PlanSummary& summary, const std::vector<RunMoments>& runs) {
    const auto between = [&runs](std::size_t from, std::size_t to) {
        std::vector<double> seconds;
        for (const RunMoments& run : runs) seconds.push_back(run[to] - run[from]);
        return io::median(std::move(seconds));
    };
    const std::size_t steps = summary.steps.size();
    for (std::size_t i = 0; i < steps; ++i) summary.steps[i].seconds = between(i + 1, i + 2);
    summary.input_seconds = between(0, 1);
    summary.output_seconds = between(steps + 1, steps + 2);
    summary.seconds = between(0, steps + 2);
}

/// One run in the format that chrome://tracing and Perfetto open. @source "Trace Event Format", complete events.
[[nodiscard]] inline Json chrome_trace(const PlanSummary& summary, const RunMoments& run) {
    Json events = Json::array();
    const auto add = [&](const std::string& name, std::size_t from, Json arguments) {
        events.push_back({{"name", name}, {"ph", "X"}, {"pid", 1}, {"tid", 1}, {"ts", run[from] * 1e6},
                          {"dur", (run[from + 1] - run[from]) * 1e6}, {"args", std::move(arguments)}});
    };
    add("input", 0, Json::object());
    for (std::size_t i = 0; i < summary.steps.size(); ++i) {
        const PlanStep& step = summary.steps[i];
        add(step.layer, i + 1, {{"algorithm", step.algorithm}, {"fused", step.fused},
                                {"multiply_adds", step.multiply_adds}, {"weight_bytes", step.weight_bytes},
                                {"map_bytes", step.map_bytes}});
    }
    add("output", summary.steps.size() + 1, Json::object());
    return {{"traceEvents", std::move(events)}, {"displayTimeUnit", "ms"}};
}

}  // namespace PROVENN_ABI
}  // namespace provenn
