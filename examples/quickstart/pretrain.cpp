// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Pre-trains the small CNN that weights/ ships: seven classes of Fashion-MNIST. The same command gives the same bytes.
#include <cstdio>
#include <string>

#include "data.hpp"
#include "provenn/adapters/tbb.hpp"
#include "provenn/data/dataset_source.hpp"
#include "provenn/io/package_file.hpp"
#include "provenn/transfer/fine_tune.hpp"
#include "provenn/zoo/zoo.hpp"

namespace {

using namespace provenn;

Result<Model> pretrain(const std::string& folder, std::int64_t epochs, const Executor& executor) {
    PROVENN_ASSIGN(const Dataset data, quickstart::open_fashion(folder, quickstart::kSourceClasses));
    PROVENN_ASSIGN(Model model, zoo::make_architecture("small_cnn:classes=7"));
    PROVENN_TRY(initialize(model, 1));
    model.name = "fashion7";
    for (const std::string& name : data.class_names) PROVENN_TRY(model.class_names.push_back(Name(name)));
    PROVENN_ASSIGN(const auto source, DatasetSource::make(data, Split::train, model.input_contract));
    PROVENN_ASSIGN(const auto validation, DatasetSource::make(data, Split::test, model.input_contract));
    training::TrainConfig config;
    config.epochs = epochs;
    config.batch = 64;
    config.seed = 1;
    config.executor = executor;
    config.schedule.kind = training::ScheduleKind::cosine;
    config.schedule.learning_rate = 2e-3;
    config.schedule.interval = epochs * ((source->size() + config.batch - 1) / config.batch);
    config.on_progress = [](const training::Progress& progress) {
        if (progress.step % 50 == 0 || progress.epoch_ended) {
            std::fprintf(stderr, "\repoch %d/%d, step %d/%d, loss %.4f, accuracy %.4f, test accuracy %.4f ",
                         static_cast<int>(progress.epoch), static_cast<int>(progress.epochs),
                         static_cast<int>(progress.step), static_cast<int>(progress.steps), progress.loss,
                         progress.accuracy, progress.validation.accuracy);
        }
        if (progress.epoch_ended) std::fputc('\n', stderr);
        return true;
    };
    const auto result = fine_tune(model, *source, validation.get(), config);
    if (!result) return result.error();
    return model;
}

int fail(const Error& error) {
    std::fprintf(stderr, "pretrain: %s\n", error.message.c_str());
    return 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::fprintf(stderr, "usage: pretrain FASHION_MNIST_FOLDER OUT.pvn [EPOCHS]\n");
        return 2;
    }
    auto executor = TbbExecutor::make(2);
    if (!executor) return fail(executor.error());
    const std::int64_t epochs = count > 3 ? std::stoll(arguments[3]) : quickstart::kPretrainingEpochs;
    const auto model = pretrain(arguments[1], epochs, executor->executor());
    if (!model) return fail(model.error());
    if (const Status saved = save_package(arguments[2], *model); !saved) return fail(saved.error());
    std::printf("%s  %s\n", fingerprint(*model)->hex().c_str(), arguments[2]);
    return 0;
}
