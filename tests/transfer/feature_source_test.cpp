// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Cached features under augmentation: each fixed view has its own, and epochs take them in turn.
#include "provenn/transfer/feature_source.hpp"

#include <cstring>
#include <vector>

#include "provenn/transfer/freeze.hpp"
#include "provenn/transfer/frozen_prefix.hpp"
#include "support/catch.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

namespace {

/// Images that look different in every epoch, as augmented ones do.
class ChangingSource final : public training::BatchSource {
  public:
    [[nodiscard]] std::int64_t size() const override { return 3; }
    [[nodiscard]] Shape input_shape(std::size_t) const override { return {8, 8, 3}; }
    [[nodiscard]] std::int64_t classes() const override { return 5; }
    [[nodiscard]] Result<std::int64_t> label(std::int64_t sample) override { return sample; }
    [[nodiscard]] Status read(const training::BatchRequest& request, const training::Batch& batch) override {
        for (std::size_t i = 0; i < request.samples.size(); ++i) {
            support::CounterRandom random(static_cast<std::uint64_t>(100 * request.epoch + request.samples[i]));
            float* image = batch.inputs[0].data() + static_cast<std::int64_t>(i) * 192;
            for (std::int64_t k = 0; k < 192; ++k) image[k] = random.next();
            batch.labels[i] = request.samples[i];
        }
        return {};
    }
};

std::vector<float> features_of(training::BatchSource& source, std::int64_t sample, std::int64_t epoch) {
    std::vector<float> row(12);
    const View<float> view(row.data(), {1, 12});
    std::int64_t label = -1;
    training::Batch batch;
    batch.inputs = {&view, 1};
    batch.labels = {&label, 1};
    source.read({{&sample, 1}, epoch}, batch).value_or_throw();
    CHECK(label == sample);
    return row;
}

}  // namespace

TEST_CASE("each fixed view of a sample has its own features, and epochs take them in turn",
          "[transfer][feature_source][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    freeze_until(model, "conv2").value_or_throw();
    const SplitModel split = split_frozen_prefix(model).value_or_throw();
    ChangingSource source;
    FeatureSource::Config config;
    config.batch = 2;
    config.views = 3;
    auto cached = FeatureSource::make(*split.prefix, source, config).value_or_throw();
    auto session = Session::from_model(*split.prefix).value_or_throw();
    for (std::int64_t epoch = 0; epoch < 7; ++epoch) {
        for (std::int64_t sample = 0; sample < 3; ++sample) {
            CAPTURE(epoch, sample);
            auto image = Tensor<float>::zeros({1, 8, 8, 3}).value_or_throw();
            const View<float> view = image.view();
            std::int64_t label = -1;
            training::Batch batch;
            batch.inputs = {&view, 1};
            batch.labels = {&label, 1};
            source.read({{&sample, 1}, epoch % 3}, batch).value_or_throw();
            std::vector<float> expected(12);
            session.run(image.view(), View<float>(expected.data(), {1, 12})).value_or_throw();
            CHECK(features_of(cached, sample, epoch) == expected);
        }
    }
}
