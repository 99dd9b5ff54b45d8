// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints one hash of all weights after twenty training steps, for three networks and fast numerics on each instruction
// set and number of threads.
#include <cstdio>
#include <utility>

#include "matrix.hpp"
#include "provenn/training/trainer.hpp"

using namespace provenn;

namespace {

constexpr std::int64_t kSamples = 29, kBatch = 3, kEpochs = 2, kClasses = 10;  // 2 * 10 steps, the tenth of two samples

struct Run {
    const char* network;
    training::OptimizerConfig optimizer;
    double learning_rate;
    Numerics numerics = Numerics::direct;
};

Result<training::TensorSource> random_images(const Shape& sample) {
    Shape shape{kSamples};
    for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
    PROVENN_ASSIGN(auto images, Tensor<float>::zeros(shape));
    RandomStream random({11, RandomPurpose::known_answer, 0, 0, 0});
    for (float& value : images.span()) value = provenn::fma(random.uniform(), 2.0f, -1.0f);
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < kSamples; ++i) labels.push_back(i * 7 % kClasses);
    return training::TensorSource::make(std::move(images), std::move(labels), kClasses);
}

Result<Sha256Digest> weights_after_training(const Run& run, const kernels::KernelTable& table, int threads) {
    PROVENN_ASSIGN(Model model, matrix::random_network(run.network));
    model.numerics = run.numerics;
    PROVENN_ASSIGN(auto source, random_images(model.value(model.inputs[0]).shape));
    matrix::Threads context{threads};
    training::TrainConfig config;
    config.epochs = kEpochs;
    config.batch = kBatch;
    config.seed = 3;
    config.optimizer = run.optimizer;
    config.schedule.learning_rate = run.learning_rate;
    config.kernels = &table;
    config.executor = context.executor();
    PROVENN_ASSIGN(auto trainer, training::Trainer::make(model, source, config));
    PROVENN_TRY(trainer.run());
    Sha256 hash;
    for (const Parameter& parameter : model.parameters) {
        const auto size = static_cast<std::size_t>(parameter.value.element_count()) * sizeof(float);
        hash.update({reinterpret_cast<const std::uint8_t*>(parameter.value.data()), size});
    }
    return hash.finish();
}

}  // namespace

int main() {
    training::OptimizerConfig nesterov, rmsprop;
    nesterov.kind = training::OptimizerKind::sgd;
    nesterov.momentum = 0.9;
    nesterov.nesterov = true;
    rmsprop.kind = training::OptimizerKind::rmsprop;
    const Run runs[] = {{"lenet5", nesterov, 0.01},
                        {"resnet8", {}, 0.001},
                        {"resnet8", {}, 0.001, Numerics::fast},
                        {"mobilenet_v1:alpha=0.25,input=32x32x3,classes=10", rmsprop, 0.0001}};
    for (const Run& run : runs) {
        for (int isa = 0; isa < kernels::kIsaCount; ++isa) {
            const kernels::KernelTable* table = kernels::find_table(static_cast<kernels::Isa>(isa));
            if (table == nullptr) continue;
            for (const int threads : matrix::kThreads) {
                // Emulation takes its time.
                if (table->isa == kernels::Isa::emulated && threads != 1 && threads != 8) continue;
                const auto digest = weights_after_training(run, *table, threads);
                if (!digest) return std::printf("%s: %s\n", run.network, digest.error().message.c_str()), 1;
                std::printf("training:%s%s %s threads %d %s\n", matrix::prefix(run.numerics), run.network,
                            to_string(table->isa), threads, digest->hex().c_str());
                std::fflush(stdout);
            }
        }
    }
    return 0;
}
