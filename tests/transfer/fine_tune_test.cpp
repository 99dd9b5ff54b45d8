// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fine-tuning: what is frozen stays, what is not learns, and the bytes are the same everywhere.
#include "provenn/transfer/fine_tune.hpp"

#include "provenn/adapters/tbb.hpp"
#include "provenn/transfer/adopt.hpp"
#include "support/catch.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

namespace {

/// Dark images are class 0, bright ones class 1.
training::TensorSource two_brightnesses(std::int64_t count) {
    support::CounterRandom random(23);
    Tensor<float> images = Tensor<float>::zeros({count, 8, 8, 3}).value_or_throw();
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < count; ++i) {
        labels.push_back(i % 2);
        const float middle = i % 2 == 0 ? -0.5f : 0.5f;
        for (std::int64_t k = 0; k < 192; ++k) images.data()[i * 192 + k] = middle + random.next(-0.3f, 0.3f);
    }
    return training::TensorSource::make(std::move(images), std::move(labels), 2).value_or_throw();
}

AdaptConfig two_classes(const char* freeze_until) {
    AdaptConfig config;
    config.class_names = {"dark", "bright"};
    config.freeze_until = freeze_until;
    return config;
}

training::TrainConfig short_training() {
    training::TrainConfig config;
    config.epochs = 15;
    config.batch = 8;
    config.schedule.learning_rate = 0.02;
    config.optimizer.weight_decay = 0.01;
    return config;
}

std::string trained_fingerprint(const kernels::KernelTable* table, const Executor& executor) {
    Model model = adapt(support::pretrained_network(), two_classes("bn1")).value_or_throw();
    auto source = two_brightnesses(20);
    training::TrainConfig config = short_training();
    config.epochs = 2;
    config.kernels = table;
    config.executor = executor;
    fine_tune(model, source, nullptr, config).value_or_throw();
    return fingerprint(model).value_or_throw().hex().c_str();
}

}  // namespace

TEST_CASE("a frozen trunk stays the publisher's while the head learns", "[transfer][fine_tune][REQ-TRANSFER-008]") {
    for (const char* freeze : {"all", "bn1", "none"}) {
        Model model = adapt(support::pretrained_network(), two_classes(freeze)).value_or_throw();
        auto source = two_brightnesses(40), validation = two_brightnesses(16);
        const TrainResult result = fine_tune(model, source, &validation, short_training()).value_or_throw();
        CAPTURE(freeze);
        CHECK(result.proof.holds());
        CHECK(result.proof.publishers_tensors() == result.proof.tensors.size());
        CHECK(result.proof.tensors.empty() == (std::string(freeze) == "none"));
        CHECK((result.cached_samples == 40) == (std::string(freeze) != "none"));
        CHECK(result.history.back().validation.accuracy > 0.95);
        const bool conv1_frozen = std::string(freeze) != "none";
        CHECK(is_unmodified(model.parameter(model.layers[0].parameters[0])) == conv1_frozen);
    }
}

TEST_CASE("fine-tuning gives the same bytes everywhere", "[transfer][fine_tune][REQ-TRANSFER-008]") {
    const std::string expected = trained_fingerprint(nullptr, serial_executor());
    for (const kernels::Isa isa : {kernels::Isa::scalar_fma, kernels::Isa::avx2, kernels::Isa::avx512}) {
        const kernels::KernelTable* table = kernels::find_table(isa);
        if (table == nullptr) continue;
        for (const int threads : {2, 7}) {
            const auto executor = TbbExecutor::make(threads).value_or_throw();
            CAPTURE(to_string(isa), threads);
            CHECK(trained_fingerprint(table, executor.executor()) == expected);
        }
    }
}

TEST_CASE("a stem for other channels can be frozen, and is named as adapted",
          "[transfer][fine_tune][REQ-TRANSFER-008]") {
    AdaptConfig config = two_classes("all");
    config.channels = 1;
    Model model = adapt(support::pretrained_network(), config).value_or_throw();
    Tensor<float> images = Tensor<float>::zeros({4, 8, 8, 1}).value_or_throw();
    images.data()[70] = 1.0f;
    auto source = training::TensorSource::make(std::move(images), {0, 1, 0, 1}, 2).value_or_throw();
    training::TrainConfig training = short_training();
    training.epochs = 1;
    const TrainResult result = fine_tune(model, source, nullptr, training).value_or_throw();
    CHECK(result.proof.holds());
    CHECK(result.proof.publishers_tensors() + 1 == result.proof.tensors.size());
}

TEST_CASE("a package of one's own becomes a publisher", "[transfer][adopt][REQ-TRANSFER-006]") {
    Model model = support::pretrained_network();
    Parameter& own = model.parameters[0];
    own.source = Source{};
    const Digest earlier = model.parameters[1].source.file, file = sha256(std::string_view("my package"));
    adopt_as_pretrained(model, file);
    CHECK(own.source.origin == Origin::imported);
    CHECK(own.source.file == file);
    CHECK(is_unmodified(own));
    CHECK(model.parameters[1].source.file == earlier);
}
