// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Speed of one training step: forward, loss, backward, Adam and packing of the new weights.
//
// GFLOP/s counts three times the forward pass of the batch, the custom of the field: forward, gradient of the inputs,
// gradient of the weights. The first layer has no gradient of its input, and the optimizer is not counted.
#include <string>
#include <utility>
#include <vector>

#include "measure.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/io/summary.hpp"
#include "provenn/model/initialize.hpp"
#include "provenn/training/trainer.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

struct Work {
    const char* architecture;
    std::int64_t batch;
};

/// Random numbers and the classes 0, 1, 0, 1 ...
training::TensorSource random_source(const Model& model, std::int64_t samples) {
    const Shape sample = model.value(model.inputs[0]).shape;
    auto inputs = Tensor<float>::zeros(training::with_batch(samples, sample)).value_or_throw();
    RandomStream random({7, RandomPurpose::test, 0, 0, 0});
    for (std::int64_t i = 0; i < inputs.element_count(); ++i) inputs.data()[i] = random.uniform();
    std::vector<std::int64_t> labels(static_cast<std::size_t>(samples));
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = static_cast<std::int64_t>(i % 2);
    const std::int64_t classes = model.value(model.outputs[0]).shape.last();
    return training::TensorSource::make(std::move(inputs), std::move(labels), classes).value_or_throw();
}

void run_steps(benchmark::State& state, const Work& work, Numerics numerics, int threads) {
    Model model = zoo::make_architecture(work.architecture).value_or_throw();
    initialize(model, 7).value_or_throw();
    model.numerics = numerics;
    training::TensorSource source = random_source(model, work.batch);
    training::TrainConfig config;
    config.batch = work.batch;
    config.epochs = 1000000;  // of one step each: more than will be measured
    config.optimizer.kind = training::OptimizerKind::adam;
    config.schedule.learning_rate = 1e-5;
    config.executor = benchmarks::executor_of(threads);
    double flop = 0.0;
    for (const SummaryRow& row : summarize(model).value_or_throw().rows) {
        flop += 3.0 * 2.0 * static_cast<double>(row.multiply_adds * work.batch);
    }
    auto trainer = training::Trainer::make(model, source, config).value_or_throw();
    benchmarks::measure(state, {kernels::best_table().isa, threads}, flop, [&] { trainer.step().value_or_throw(); });
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    for (const Work& work : {Work{"small_cnn", 32}, Work{"resnet8", 32}, Work{"resnet18:input=64x64x3,classes=10", 16},
                             Work{"mobilenet_v2:input=96x96x3,classes=10", 16}}) {
        for (const Numerics numerics : {Numerics::direct, Numerics::fast}) {
            for (const int threads : {1, 2}) {
                const std::string name = std::string(work.architecture) + "/batch:" + std::to_string(work.batch) +
                                         (numerics == Numerics::fast ? "/fast" : "/direct") +
                                         "/threads:" + std::to_string(threads);
                benchmark::RegisterBenchmark(
                    name.c_str(), [=](benchmark::State& state) { run_steps(state, work, numerics, threads); })
                    ->UseManualTime()
                    ->Unit(benchmark::kMillisecond);
            }
        }
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
