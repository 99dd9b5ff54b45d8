// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Fine-tuning: the cached prefix changes no bit, validation is that of the whole network, scores keep their order.
#include "provenn/transfer/fine_tune.hpp"

#include <cmath>
#include <vector>

#include "support/catch.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

namespace {

training::TensorSource images(std::int64_t count, std::uint64_t seed) {
    support::CounterRandom random(seed);
    auto pixels = Tensor<float>::zeros({count, 8, 8, 3}).value_or_throw();
    std::vector<std::int64_t> labels;
    for (std::int64_t n = 0; n < count; ++n) {
        labels.push_back(n % 3 == 0 ? 0 : 1);
        for (std::int64_t i = 0; i < 192; ++i)
            pixels.data()[n * 192 + i] = random.next() + static_cast<float>(labels.back());
    }
    return training::TensorSource::make(std::move(pixels), std::move(labels), 2).value_or_throw();
}
Model adapted(const char* freeze_until) {
    AdaptConfig config;
    config.class_names = {"no", "yes"};
    config.freeze_until = freeze_until;
    config.head.dropout = 0.25f;
    return adapt(support::pretrained_network(), config).value_or_throw();
}
training::TrainConfig settings() {
    training::TrainConfig config;
    config.epochs = 2;
    config.batch = 4;
    config.seed = 3;
    config.schedule.learning_rate = 0.01;
    return config;
}

}  // namespace

TEST_CASE("caching the frozen prefix changes no bit of what is trained", "[transfer][fine_tune][REQ-TRANSFER-008]") {
    for (const char* last : {"all", "conv1", "bn1"}) {
        CAPTURE(last);
        auto source = images(10, 1);
        Model cached = adapted(last), whole = adapted(last);
        const Model before = adapted(last);
        const TrainResult result = fine_tune(cached, source, nullptr, settings()).value_or_throw();
        CHECK(result.cached_samples == 10);
        CHECK(result.proof.holds());
        auto trainer = training::Trainer::make(whole, source, settings()).value_or_throw();
        trainer.run().value_or_throw();
        for (std::size_t i = 0; i < whole.layers.size(); ++i) {
            for (const Index index : whole.layers[i].parameters) {
                CAPTURE(whole.parameter(index).name.c_str());
                const Digest now = tensor_digest(cached.parameter(index).value);
                CHECK(now == tensor_digest(whole.parameter(index).value));
                CHECK((now == tensor_digest(before.parameter(index).value)) == !whole.layers[i].trainable);
            }
        }
    }
}

TEST_CASE("validation through the cache is that of the whole network on its own data",
          "[transfer][fine_tune][REQ-TRANSFER-008]") {
    auto source = images(10, 1), other = images(7, 2);
    Model model = adapted("all");
    const TrainResult result = fine_tune(model, source, &other, settings()).value_or_throw();
    REQUIRE(result.history.size() == 2);
    PlanOptions options;
    options.max_batch = 3;
    auto session = Session::from_model(model, options).value_or_throw();
    const auto expected = summarize(score(session, other, serial_executor()).value_or_throw());
    CHECK(result.history[1].validation.loss == expected.loss);
    CHECK(result.history[1].validation.accuracy == expected.accuracy);
    CHECK(result.history[1].validation.auc == expected.auc);
}

TEST_CASE("scores stand in the order of the samples, and are summed up for the second class",
          "[transfer][score][REQ-TRANSFER-008]") {
    auto source = images(7, 4);
    const Model model = adapted("all");
    auto single = Session::from_model(model).value_or_throw();
    PlanOptions options;
    options.max_batch = 3;
    auto batched = Session::from_model(model, options).value_or_throw();
    const Scores one = score(single, source, serial_executor()).value_or_throw();
    const Scores three = score(batched, source, serial_executor()).value_or_throw();
    CHECK(one.values == three.values);
    CHECK(one.labels == std::vector<std::int32_t>{0, 1, 1, 0, 1, 1, 0});
    CHECK(three.labels == one.labels);

    Scores made;
    made.classes = 2;
    made.labels = {0, 1, 1, 0};
    made.values = {0.75f, 0.25f, 0.5f, 0.5f, 0.25f, 0.75f, 0.25f, 0.75f};
    const auto summary = summarize(made);
    CHECK(summary.accuracy == 0.5);  // the first of equals counts
    CHECK(summary.loss == Approx(-(2 * std::log(0.75) + std::log(0.5) + std::log(0.25)) / 4).epsilon(1e-12));
    CHECK(summary.auc == Approx(2.5 / 4));
}
