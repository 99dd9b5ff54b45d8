// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Predicts how long networks take on one thread and on two, measures them, and prints what it expects of 4 to 64 cores.
//
//   cost_model [--steps] [--runs N] [ARCHITECTURE[:direct|:fast] ...]
// --steps adds a line for each step: what it costs, what was predicted for one thread, and what was measured.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "costs.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/io/profile.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace benchmarks;

Tensor<float> sample_of(const Shape& shape) {
    Shape whole{1};
    for (int axis = 0; axis < shape.rank(); ++axis) whole.push_back(shape[axis]);
    return Tensor<float>::zeros(whole).value_or_throw();
}

void print_constants(const MachineConstants& m) {
    std::printf("peak %.1f GFLOP/s on one core, %.1f on two; of it direct convolution %.2f, depthwise %.2f\n", m.peak,
                m.two_core_peak, m.product_share, m.depthwise_share);
    for (const Bandwidth& b : m.bandwidth) {
        std::printf("reading %4lld MiB: %6.1f GB/s on one core, %6.1f on two\n",
                    static_cast<long long>(b.bytes >> 20), b.one_core, b.two_cores);
    }
    std::printf("parallel region %.2f us, task %.3f us\n\n", m.region_seconds * 1e6, m.task_seconds * 1e6);
}

struct Measured {
    PlanSummary summary;  ///< with the medians
    double median = 0.0, fastest = 0.0;
    std::vector<double> fastest_steps;
};

Measured measure_runs(const Model& model, Session& session, int threads, int runs) {
    Measured measured;
    measured.summary = summarize_plan(model, session.plan()).value_or_throw();
    const auto moments = profile(session, executor_of(threads), runs).value_or_throw();
    set_times(measured.summary, moments);
    measured.median = measured.summary.seconds;
    measured.fastest = moments[0].back();
    measured.fastest_steps.assign(measured.summary.steps.size(), 1e9);
    for (const RunMoments& run : moments) {
        measured.fastest = std::min(measured.fastest, run.back());
        for (std::size_t i = 0; i < measured.fastest_steps.size(); ++i) {
            measured.fastest_steps[i] = std::min(measured.fastest_steps[i], run[i + 2] - run[i + 1]);
        }
    }
    return measured;
}

void print_steps(const PlanCost& cost, const MachineConstants& machine, const Measured& one) {
    std::printf("    %-28s %-18s %9s %6s %9s %9s %10s %10s\n", "step", "algorithm", "MFLOP", "tasks", "maps KB",
                "weight KB", "predicted", "fastest us");
    for (std::size_t i = 0; i < cost.steps.size(); ++i) {
        const StepCost& step = cost.steps[i];
        std::printf("    %-28s %-18s %9.1f %6lld %9.0f %9.0f %10.1f %10.1f\n", one.summary.steps[i].layer.c_str(),
                    one.summary.steps[i].algorithm.c_str(), (step.product_flop + step.depthwise_flop) / 1e6,
                    static_cast<long long>(step.tasks), step.map_bytes / 1024, step.weight_bytes / 1024,
                    predict(step, machine, cost.footprint, 1) * 1e6, one.fastest_steps[i] * 1e6);
    }
}

void run_network(const std::string& work, MachineConstants machine, int runs, bool has_steps) {
    const std::size_t colon = work.rfind(':');
    const std::string suffix = colon == std::string::npos ? "" : work.substr(colon + 1);
    const bool is_named = suffix == "fast" || suffix == "direct";
    Model model = zoo::make_architecture(is_named ? work.substr(0, colon) : work).value_or_throw();
    initialize(model, 7).value_or_throw();
    model.numerics = suffix == "fast" ? Numerics::fast : Numerics::direct;
    Session session = Session::from_model(model).value_or_throw();
    Tensor<float> input = sample_of(session.plan().input_shape(0));
    Tensor<float> output = sample_of(session.plan().output_shape(0));
    const PlanCost cost = cost_of(model, session, input.view(), output.view());

    machine.peak = peak_gflops(machine.isa);  // clocks change
    const Measured one = measure_runs(model, session, 1, runs), two = measure_runs(model, session, 2, runs);
    std::printf("%-20s", work.c_str());
    for (int threads = 1; threads <= 2; ++threads) {
        const Measured& measured = threads == 1 ? one : two;
        const double expected = predict(cost, machine, threads);
        std::printf(" | %8.2f %8.2f %8.2f %+6.1f%%", expected * 1e3, measured.fastest * 1e3, measured.median * 1e3,
                    100.0 * (expected / measured.fastest - 1.0));
    }
    std::printf(" |");
    for (const int threads : {4, 8, 16, 32, 64}) std::printf(" %7.2f", predict(cost, machine, threads) * 1e3);
    std::printf("\n");
    if (has_steps) print_steps(cost, machine, one);
    std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) try {
    std::vector<std::string> works;
    int runs = 20;
    bool has_steps = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--steps") {
            has_steps = true;
        } else if (word == "--runs" && i + 1 < argc) {
            runs = std::atoi(argv[++i]);
        } else {
            works.push_back(word);
        }
    }
    if (runs < 1)
        return std::fputs("usage: cost_model [--steps] [--runs N] [ARCHITECTURE[:direct|:fast] ...]\n", stderr), 2;
    if (works.empty())
        works = {"resnet50", "resnet18", "vgg16", "mobilenet_v2", "unet", "resnet18:fast", "vgg16:fast", "unet:fast"};
    const MachineConstants machine = measure_machine();
    print_constants(machine);
    std::printf(
        "milliseconds         | one thread: predicted, fastest, median | two threads: predicted, fastest, median |"
        " predicted for 4, 8, 16, 32, 64 cores\n");
    for (const std::string& work : works) run_network(work, machine, runs, has_steps);
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
