// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The frozen prefix: where it ends, and that it and the rest are the whole network.
#include "provenn/transfer/frozen_prefix.hpp"

#include <cstring>

#include "provenn/inference/session.hpp"
#include "provenn/transfer/feature_source.hpp"
#include "provenn/transfer/freeze.hpp"
#include "support/catch.hpp"
#include "transfer/pretrained.hpp"

using namespace provenn;

namespace {

Tensor<float> run(const Model& model, const Tensor<float>& input) {
    PlanOptions options;
    options.max_batch = input.shape()[0];
    Session session = Session::from_model(model, options).value_or_throw();
    Shape shape{input.shape()[0]};
    for (int axis = 0; axis < session.plan().output_shape(0).rank(); ++axis) {
        shape.push_back(session.plan().output_shape(0)[axis]);
    }
    Tensor<float> output = Tensor<float>::zeros(shape).value_or_throw();
    session.run(input.view(), output.view()).value_or_throw();
    return output;
}

Tensor<float> random_images(std::int64_t count) {
    support::CounterRandom random(17);
    Tensor<float> images = Tensor<float>::zeros({count, 8, 8, 3}).value_or_throw();
    for (float& value : images.span()) value = random.next();
    return images;
}

}  // namespace

TEST_CASE("prefix and rest give the bits of the whole network", "[transfer][frozen_prefix][REQ-TRANSFER-005]") {
    for (const char* last : {"conv1", "bn1", "relu1", "conv2", "dropout"}) {
        Model model = support::pretrained_network();
        freeze_until(model, last).value_or_throw();
        const SplitModel split = split_frozen_prefix(model).value_or_throw();
        REQUIRE(split.prefix.has_value());
        const Tensor<float> images = random_images(3);
        const Tensor<float> whole = run(model, images), parts = run(split.rest, run(*split.prefix, images));
        CAPTURE(last);
        CHECK(std::memcmp(whole.data(), parts.data(), whole.span().size() * sizeof(float)) == 0);
    }
}

TEST_CASE("dropout never belongs to the prefix", "[transfer][frozen_prefix][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    freeze_until(model, "dropout").value_or_throw();
    const SplitModel split = split_frozen_prefix(model).value_or_throw();
    CHECK_FALSE(split.prefix->find_layer("dropout").ok());
    CHECK(split.prefix->find_layer("pool").ok());
    CHECK(split.rest.find_layer("dropout").ok());
}

TEST_CASE("nothing frozen: no prefix; everything frozen: nothing to train",
          "[transfer][frozen_prefix][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    CHECK_FALSE(split_frozen_prefix(model).value_or_throw().prefix.has_value());
    for (LayerInstance& layer : model.layers) layer.trainable = false;
    CHECK(split_frozen_prefix(model).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a frozen layer behind one that trains stays in the rest", "[transfer][frozen_prefix][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    freeze_until(model, "conv2").value_or_throw();
    model.layers[1].trainable = true;  // bn1
    const SplitModel split = split_frozen_prefix(model).value_or_throw();
    CHECK(split.prefix->layers.size() == 1);
    const Index conv2 = split.rest.find_layer("conv2").value_or_throw();
    CHECK_FALSE(split.rest.layer(conv2).trainable);
}

TEST_CASE("trained parameters return by name", "[transfer][frozen_prefix][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    freeze_until(model, "conv2").value_or_throw();
    SplitModel split = split_frozen_prefix(model).value_or_throw();
    for (Parameter& parameter : split.rest.parameters) parameter.value.data()[0] = 42.0f;
    copy_parameters(split.rest, model).value_or_throw();
    CHECK(model.parameters.back().value.data()[0] == 42.0f);
    CHECK(is_unmodified(model.parameters[0]));
}

TEST_CASE("features are those of the prefix, sample by sample", "[transfer][feature_source][REQ-TRANSFER-005]") {
    Model model = support::pretrained_network();
    freeze_until(model, "conv2").value_or_throw();
    const SplitModel split = split_frozen_prefix(model).value_or_throw();
    const Tensor<float> images = random_images(7);
    const Tensor<float> expected = run(*split.prefix, images);
    auto source =
        training::TensorSource::make(images.clone().value_or_throw(), {0, 1, 2, 3, 4, 0, 1}, 5).value_or_throw();
    FeatureSource::Config config;
    config.batch = 4;
    auto features = FeatureSource::make(*split.prefix, source, config).value_or_throw();
    CHECK(features.size() == 7);
    CHECK(features.input_shape(0) == (Shape{12}));
    const std::int64_t wanted[] = {5, 2};
    Tensor<float> read = Tensor<float>::zeros({2, 12}).value_or_throw();
    std::int64_t labels[2] = {};
    const View<float> view = read.view();
    training::Batch batch;
    batch.inputs = {&view, 1};
    batch.labels = labels;
    features.read({wanted, 0}, batch).value_or_throw();
    CHECK(labels[0] == 0);
    CHECK(labels[1] == 2);
    CHECK(std::memcmp(read.data(), expected.data() + 5 * 12, 12 * sizeof(float)) == 0);
    CHECK(std::memcmp(read.data() + 12, expected.data() + 2 * 12, 12 * sizeof(float)) == 0);
    config.limit_bytes = 100;
    CHECK(FeatureSource::make(*split.prefix, source, config).error().code == ErrorCode::limit_exceeded);
}
