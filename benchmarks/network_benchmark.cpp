// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of whole networks of the zoo, one sample a run.
//
//   network_benchmark [ARCHITECTURE [direct|fast [THREADS]]] [options of Google Benchmark]
// Without arguments five networks run, each direct and fast, on one thread and on two. GFLOP/s counts the operations of
// the layers as they are defined; fast numerics need fewer and may pass 100 % of the peak.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "measure.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/io/summary.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

Shape with_one_sample(const Shape& sample) {
    Shape shape{1};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    return shape;
}

double flop_of(const Model& model) {
    std::int64_t multiply_adds = 0;
    for (const SummaryRow& row : summarize(model).value_or_throw().rows) multiply_adds += row.multiply_adds;
    return 2.0 * static_cast<double>(multiply_adds);
}

void run_network(benchmark::State& state, const std::string& architecture, Numerics numerics, int threads) {
    Model model = zoo::make_architecture(architecture).value_or_throw();
    initialize(model, 7).value_or_throw();
    model.numerics = numerics;
    Session session = Session::from_model(model).value_or_throw();
    auto input = Tensor<float>::zeros(with_one_sample(session.plan().input_shape(0))).value_or_throw();
    auto output = Tensor<float>::zeros(with_one_sample(session.plan().output_shape(0))).value_or_throw();
    RandomStream random({7, RandomPurpose::test, 0, 0, 0});
    for (std::int64_t i = 0; i < input.element_count(); ++i) input.data()[i] = random.uniform();
    const Executor executor = benchmarks::executor_of(threads);
    benchmarks::measure(state, {session.plan().kernels().isa, threads}, flop_of(model),
                        [&] { session.run(input.view(), output.view(), executor).value_or_throw(); });
}

void add(const std::string& architecture, Numerics numerics, int threads) {
    const std::string name = architecture + "/" + (numerics == Numerics::fast ? "fast" : "direct") +
                             "/threads:" + std::to_string(threads);
    benchmark::RegisterBenchmark(
        name.c_str(), [=](benchmark::State& state) { run_network(state, architecture, numerics, threads); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) try {
    benchmark::Initialize(&argc, argv);
    const std::string numerics = argc > 2 ? argv[2] : "direct";
    const int threads = argc > 3 ? std::atoi(argv[3]) : 1;
    if (argc > 4 || (numerics != "direct" && numerics != "fast") || threads < 1) {
        std::fputs("usage: network_benchmark [ARCHITECTURE [direct|fast [THREADS]]] [--benchmark_...]\n", stderr);
        return 2;
    }
    if (argc > 1) {
        add(argv[1], numerics == "fast" ? Numerics::fast : Numerics::direct, threads);
    } else {
        for (const char* architecture : {"resnet50", "resnet18", "vgg16", "mobilenet_v2", "unet"}) {
            for (const Numerics each : {Numerics::direct, Numerics::fast}) {
                for (const int count : {1, 2}) add(architecture, each, count);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 1;
}
