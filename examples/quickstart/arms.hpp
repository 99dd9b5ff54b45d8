// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The three arms that the quickstart compares: from scratch, frozen trunk, full fine-tuning.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "provenn/data/dataset_source.hpp"
#include "provenn/data/select.hpp"
#include "provenn/evaluation/special_functions.hpp"
#include "provenn/transfer/fine_tune.hpp"

namespace quickstart {

using namespace provenn;

enum class Arm { scratch, frozen, full };

inline const char* name_of(Arm arm) {
    return arm == Arm::scratch ? "from scratch" : arm == Arm::frozen ? "frozen trunk, new head" : "fine-tuned whole";
}

struct ArmResult {
    Arm arm = Arm::scratch;
    std::vector<double> accuracy;  ///< one for each seed
    std::int64_t trained_parameters = 0;
    double seconds = 0.0;
};

/// Mean with its 95 % interval from Student's t.
struct Summary {
    double mean = 0.0, lower = 0.0, upper = 0.0;
};
inline Summary summarize(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    double mean = 0.0, squares = 0.0;
    for (const double value : values) mean += value / n;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / (n - 1.0) / n);
    // The t value by halving: its two-sided probability falls steadily.
    double low = 0.0, high = 1000.0;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2.0;
        (evaluation::student_two_sided_p(middle, n - 1.0) > 0.05 ? low : high) = middle;
    }
    return {mean, mean - high * error, mean + high * error};
}

/// Trains each arm with each seed and scores it on the test images, always through an inference session.
struct Study {
    const Model& pretrained;
    const Dataset& data;
    std::int64_t per_class = 20;
    std::int64_t seeds = 5;
    Executor executor;
    std::vector<ArmResult> arms;
    std::size_t frozen_tensors = 0, proven_tensors = 0;
    std::optional<Model> frozen_model;  ///< of the first seed

    Status run() {
        PROVENN_ASSIGN(const auto test, DatasetSource::make(data, Split::test, pretrained.input_contract));
        for (const Arm arm : {Arm::scratch, Arm::frozen, Arm::full}) {
            ArmResult result;
            result.arm = arm;
            const auto start = std::chrono::steady_clock::now();
            for (std::int64_t seed = 1; seed <= seeds; ++seed) {
                std::fprintf(stderr, "\r   %-28s seed %lld of %lld ", name_of(arm), static_cast<long long>(seed),
                             static_cast<long long>(seeds));
                PROVENN_TRY(train_one(static_cast<std::uint64_t>(seed), *test, result));
            }
            result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            arms.push_back(std::move(result));
        }
        std::fprintf(stderr, "\r%60s\r", "");
        return {};
    }

  private:
    /// Keras' momentum of 0.99 needs several hundred steps before moving statistics have forgotten where they started;
    /// here there are 120, so that every arm that trains them uses 0.9.
    static void follow_few_batches(Model& model) {
        for (LayerInstance& layer : model.layers) {
            if (auto* norm = std::get_if<layers::BatchNormalization>(&layer.config)) norm->momentum = 0.9f;
        }
    }

    Status train_one(std::uint64_t seed, DatasetSource& test, ArmResult& result) {
        Dataset few = data;
        PROVENN_TRY(keep_per_class(few, Split::train, per_class, seed));
        AdaptConfig adaptation;
        adaptation.class_names = data.class_names;
        adaptation.seed = seed;
        adaptation.freeze_until = result.arm == Arm::frozen ? "all" : "none";
        PROVENN_ASSIGN(Model model, adapt(pretrained, adaptation));
        if (result.arm == Arm::scratch) PROVENN_TRY(initialize(model, seed));
        follow_few_batches(model);
        PROVENN_ASSIGN(const auto source, DatasetSource::make(few, Split::train, model.input_contract));
        training::TrainConfig config;
        config.epochs = result.arm == Arm::frozen ? 200 : 40;
        config.batch = 20;
        config.seed = seed;
        config.executor = executor;
        config.schedule.learning_rate = result.arm == Arm::frozen ? 1e-2 : result.arm == Arm::full ? 3e-4 : 1e-3;
        PROVENN_ASSIGN(const TrainResult trained, fine_tune(model, *source, nullptr, config));
        PROVENN_TRY(score_one(model, test, result));
        if (result.arm == Arm::frozen && seed == 1) {
            frozen_tensors = trained.proof.tensors.size();
            proven_tensors = trained.proof.publishers_tensors();
            frozen_model = std::move(model);
        }
        return {};
    }

    Status score_one(const Model& model, DatasetSource& test, ArmResult& result) {
        PlanOptions options;
        options.max_batch = 32;
        PROVENN_ASSIGN(Session session, Session::from_model(model, options));
        PROVENN_ASSIGN(const Scores scores, score(session, test, executor));
        result.accuracy.push_back(provenn::summarize(scores).accuracy);
        result.trained_parameters = 0;
        for (const LayerInstance& layer : model.layers) {
            if (!layer.trainable) continue;
            for (const Index index : layer.parameters) {
                const Parameter& parameter = model.parameter(index);
                const bool is_statistic = parameter.role == layers::ParameterRole::statistic;
                result.trained_parameters += is_statistic ? 0 : parameter.value.element_count();
            }
        }
        return {};
    }
};

}  // namespace quickstart
