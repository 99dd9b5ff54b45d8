// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What each step of a plan costs, and how long it should take on a machine of which a few constants are known.
//
//   core    = work / (share * peak) + maps / bandwidth, each for data of the step's own size
//   tasks   = ceil(grain / threads) / grain of it, where grain is the number of tasks of a parallel region
//   weights = their bytes / bandwidth of data of the network's size, for they come round once a run
//   step    = max(core * tasks, weights) + regions * (cost of a region) + tasks handed over
// Steps that are no product have no work: they are what their maps take.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "machine.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/io/plan_summary.hpp"
#include "provenn/kernels/winograd_conv2d.hpp"

namespace benchmarks {

struct StepCost {
    double product_flop = 0.0, depthwise_flop = 0.0;  ///< as computed: lanes beyond the last filter are among them
    double map_bytes = 0.0;     ///< read and written, the transformed maps of Winograd's method among them
    double weight_bytes = 0.0;  ///< as they are packed
    std::int64_t regions = 0;   ///< parallel regions of a run; 0: the step is one task of the calling thread
    std::int64_t tasks = 0;     ///< of all regions
    [[nodiscard]] double grain() const {
        return regions == 0 ? 1.0 : static_cast<double>(tasks) / static_cast<double>(regions);
    }
};

struct PlanCost {
    std::vector<StepCost> steps;
    double input_bytes = 0.0, output_bytes = 0.0;
    double footprint = 0.0;  ///< bytes that a run touches
};

/// A serial executor that counts the regions and tasks of each step.
class TaskCounter {
  public:
    explicit TaskCounter(PlanCost& cost) : cost_(&cost) {}
    [[nodiscard]] Executor executor() { return {&run, this}; }
    [[nodiscard]] StepObserver observer() {
        return {[](void* self, std::size_t step) noexcept { static_cast<TaskCounter*>(self)->step_ = step; }, this};
    }

  private:
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
    static void run(void* self, std::int64_t tasks, TaskFunction task, void* context) noexcept {
        const TaskCounter& counter = *static_cast<TaskCounter*>(self);
        if (counter.step_ < counter.cost_->steps.size()) {
            ++counter.cost_->steps[counter.step_].regions;
            counter.cost_->steps[counter.step_].tasks += tasks;
        }
        for (std::int64_t i = 0; i < tasks; ++i) task(context, i);
    }
    PlanCost* cost_;
    std::size_t step_ = kNone;
};

inline StepCost cost_of(const PlanStep& step) {
    StepCost cost;
    const Shape& out = step.output;
    const auto filters = static_cast<double>(out.last());
    const double padding = static_cast<double>(channel_blocks(out.last()) * kChannelBlock) / filters;
    const double flop = 2.0 * static_cast<double>(step.multiply_adds);
    cost.map_bytes = static_cast<double>(step.map_bytes);
    cost.weight_bytes = static_cast<double>(step.weight_bytes) * padding;
    if (step.algorithm == "depthwise_conv2d") {
        cost.depthwise_flop = flop * padding;
    } else if (step.algorithm == "direct" || step.algorithm == "conv2d_transpose") {
        cost.product_flop = flop * padding;
    } else if (step.algorithm.substr(0, 8) == "winograd") {
        const WinogradTile tile = step.algorithm == "winograd 4x4" ? WinogradTile::f4x4 : WinogradTile::f2x2;
        const std::int64_t side = winograd_side(tile);
        const auto points = static_cast<double>(winograd_points(tile));
        const auto tiles = static_cast<double>(((out[0] + side - 1) / side) * ((out[1] + side - 1) / side));
        const double channels = flop / (18.0 * static_cast<double>(out[0] * out[1]) * filters);
        cost.product_flop = 2.0 * points * tiles * channels * filters * padding;
        cost.weight_bytes *= points / 9.0;
        // Transformed inputs and products are written once and read once.
        cost.map_bytes += 2.0 * 4.0 * points * tiles * (channels + filters);
    }
    return cost;
}

/// The costs of a run of one sample. @errors those of Session::run and summarize_plan.
inline PlanCost cost_of(const Model& model, Session& session, const View<const float>& input,
                        const View<float>& output) {
    PlanCost cost;
    const PlanSummary summary = summarize_plan(model, session.plan()).value_or_throw();
    cost.footprint = static_cast<double>(summary.arena_bytes);
    for (const PlanStep& step : summary.steps) {
        cost.steps.push_back(cost_of(step));
        cost.footprint += cost.steps.back().weight_bytes;
    }
    cost.input_bytes = 2.0 * 4.0 * static_cast<double>(input.element_count());
    cost.output_bytes = 2.0 * 4.0 * static_cast<double>(output.element_count());
    TaskCounter counter(cost);
    session.run({&input, 1}, {&output, 1}, counter.executor(), {}, counter.observer()).value_or_throw();
    return cost;
}

/// Seconds of a step on `threads` cores.
inline double predict(const StepCost& step, const MachineConstants& machine, double footprint, int threads) {
    const double peak = machine.peak * 1e9;
    const double core = step.product_flop / (machine.product_share * peak) +
                        step.depthwise_flop / (machine.depthwise_share * peak) +
                        step.map_bytes / (machine.gbytes(step.map_bytes, 1) * 1e9);
    const double grain = step.grain(), rounds = std::ceil(grain / threads - 1e-9);
    // The maps get no more than their bandwidth, however many cores ask for them.
    const double maps = step.map_bytes / (machine.gbytes(step.map_bytes, threads) * 1e9);
    const double weights = step.weight_bytes / (machine.gbytes(footprint, grain > 1.0 ? threads : 1) * 1e9);
    double seconds = std::max({core * rounds / grain, grain > 1.0 ? maps : 0.0, weights});
    if (threads > 1) {
        // The other threads are woken as a tree.
        seconds += static_cast<double>(step.regions) * machine.region_seconds * std::log2(threads);
        seconds += static_cast<double>(step.tasks) / threads * machine.task_seconds;
    }
    return seconds;
}

/// Seconds of a run.
inline double predict(const PlanCost& plan, const MachineConstants& machine, int threads) {
    double seconds = (plan.input_bytes / machine.gbytes(plan.input_bytes, 1) +
                      plan.output_bytes / machine.gbytes(plan.output_bytes, 1)) / 1e9;
    for (const StepCost& step : plan.steps) seconds += predict(step, machine, plan.footprint, threads);
    return seconds;
}

}  // namespace benchmarks
