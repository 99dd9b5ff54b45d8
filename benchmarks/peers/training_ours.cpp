// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Our side of the comparisons with PyTorch in training. Prints one JSON object a run.
//
//   training_ours step ARCHITECTURE BATCH THREADS          one step with Adam: seconds, and the peak of memory
//   training_ours trunk FOLDER                             writes the frozen trunk of `head`, an input and its features
//   training_ours head IMAGES EPOCHS BATCH THREADS NUMERICS  a new head on a frozen ResNet-50: seconds of fine_tune
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "graph_json.hpp"
#include "peak_memory.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/core/philox.hpp"
#include "provenn/training/trainer.hpp"
#include "provenn/transfer/fine_tune.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

constexpr int kHeadClasses = 10;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Tensor<float> synthetic_images(std::int64_t images, const Shape& image) {
    auto tensor = Tensor<float>::zeros(training::with_batch(images, image)).value_or_throw();
    RandomStream random({7, RandomPurpose::test, 0, 0, 0});
    for (float& value : tensor.span()) value = random.uniform();
    return tensor;
}

training::TensorSource synthetic_source(const Model& model, std::int64_t images) {
    const std::int64_t classes = model.value(model.outputs[0]).shape.element_count();
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < images; ++i) labels.push_back(i % classes);
    auto tensor = synthetic_images(images, model.value(model.inputs[0]).shape);
    return training::TensorSource::make(std::move(tensor), std::move(labels), classes).value_or_throw();
}

void train_one_step(const std::string& architecture, std::int64_t batch, int threads) {
    Model model = zoo::make_architecture(architecture).value_or_throw();
    initialize(model, 7).value_or_throw();
    auto source = synthetic_source(model, batch);
    const TbbExecutor executor = TbbExecutor::make(threads).value_or_throw();
    training::TrainConfig config;
    config.batch = batch;
    config.epochs = 1;
    config.executor = executor.executor();
    const auto start = std::chrono::steady_clock::now();
    auto trainer = training::Trainer::make(model, source, config).value_or_throw();
    trainer.step().value_or_throw();
    std::printf("{\"seconds\": %.3f, \"peak_mib\": %.1f, \"loss\": %.4f}\n", seconds_since(start),
                benchmarks::peak_memory_mib(), trainer.history().back().loss);
}

/// ResNet-50 with a new head of ten classes, the rest frozen.
Model with_new_head() {
    Model model = zoo::make_architecture("resnet50").value_or_throw();
    initialize(model, 7).value_or_throw();
    AdaptConfig config;
    for (int i = 0; i < kHeadClasses; ++i) config.class_names.push_back("class " + std::to_string(i));
    return adapt(model, config).value_or_throw();
}

void write(const std::string& path, Span<const float> values) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(float)));
}

void write_trunk(const std::string& folder) {
    const SplitModel split = split_frozen_prefix(with_new_head()).value_or_throw();
    const auto graph = benchmarks::GraphExport::of(*split.prefix).value_or_throw();
    std::ofstream(folder + "/graph.json") << graph.json.dump() << '\n';
    write(folder + "/weights.f32", {graph.weights.data(), graph.weights.size()});
    const auto input = synthetic_images(1, split.prefix->value(split.prefix->inputs[0]).shape);
    Session session = Session::from_model(*split.prefix).value_or_throw();
    auto features = Tensor<float>::zeros(training::with_batch(1, session.plan().output_shape(0))).value_or_throw();
    session.run(input.view(), features.view()).value_or_throw();
    write(folder + "/input.f32", input.span());
    write(folder + "/output.f32", features.span());
}

void train_head(std::int64_t images, std::int64_t epochs, std::int64_t batch, int threads,
                const std::string& numerics) {
    Model model = with_new_head();
    model.numerics = numerics == "fast" ? Numerics::fast : Numerics::direct;
    auto source = synthetic_source(model, images);
    const TbbExecutor executor = TbbExecutor::make(threads).value_or_throw();
    training::TrainConfig config;
    config.batch = batch;
    config.epochs = epochs;
    config.executor = executor.executor();
    const auto start = std::chrono::steady_clock::now();
    const TrainResult result = fine_tune(model, source, nullptr, config).value_or_throw();
    const double seconds = seconds_since(start);
    double epochs_seconds = 0.0;
    for (const auto& epoch : result.history) epochs_seconds += epoch.seconds;
    std::printf("{\"seconds\": %.2f, \"epochs_seconds\": %.3f, \"cached_samples\": %lld, \"loss\": %.4f}\n", seconds,
                epochs_seconds, static_cast<long long>(result.cached_samples), result.history.back().loss);
}

}  // namespace

int main(int argument_count, char** arguments) try {
    const std::string command = argument_count > 1 ? arguments[1] : "";
    const auto number = [&](int i) { return std::atoi(arguments[i]); };
    if (command == "step" && argument_count == 5) {
        train_one_step(arguments[2], number(3), number(4));
    } else if (command == "trunk" && argument_count == 3) {
        write_trunk(arguments[2]);
    } else if (command == "head" && argument_count == 7) {
        train_head(number(2), number(3), number(4), number(5), arguments[6]);
    } else {
        std::fputs(
            "usage: training_ours step ARCHITECTURE BATCH THREADS | trunk FOLDER |\n"
            "                     head IMAGES EPOCHS BATCH THREADS NUMERICS\n",
            stderr);
        return 2;
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "training_ours: %s\n", error.what());
    return 1;
}
