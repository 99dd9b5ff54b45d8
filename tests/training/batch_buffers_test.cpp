// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a batch hands to the loss: targets from labels, and the weights of their classes.
#include "provenn/training/batch_buffers.hpp"

#include <vector>

#include "networks.hpp"
#include "support/catch.hpp"

using namespace provenn;
using training::BatchBuffers;
using training::TensorSource;

TEST_CASE("labels become one-hot rows, or one number for one output", "[training][batch_buffers][REQ-TRAIN-127]") {
    TensorSource source = TensorSource::make(networks::random_tensor({4, 2}, 1), {0, 2, 1, 2}, 3).value_or_throw();
    const std::vector<std::int64_t> samples = {3, 2};
    BatchBuffers three = BatchBuffers::make(source, 4, 3, {}).value_or_throw();
    three.read(source, {{samples.data(), 2}, 0}).value_or_throw();
    const auto batch = three.loss_batch();
    CHECK(std::vector<float>(batch.targets.data(), batch.targets.data() + 6) == std::vector<float>{0, 0, 1, 0, 1, 0});
    CHECK(batch.sample_weights.empty());

    TensorSource pair = TensorSource::make(networks::random_tensor({2, 2}, 1), {1, 0}, 2).value_or_throw();
    const std::vector<std::int64_t> both = {0, 1};
    BatchBuffers one = BatchBuffers::make(pair, 2, 1, {}).value_or_throw();
    one.read(pair, {{both.data(), 2}, 0}).value_or_throw();
    const auto single = one.loss_batch();
    CHECK(std::vector<float>(single.targets.data(), single.targets.data() + 2) == std::vector<float>{1, 0});
}

TEST_CASE("a sample weighs what its class weighs", "[training][batch_buffers][REQ-TRAIN-127]") {
    TensorSource source = TensorSource::make(networks::random_tensor({4, 2}, 1), {0, 2, 1, 2}, 3).value_or_throw();
    const std::vector<std::int64_t> samples = {1, 0, 2, 3, 1};
    BatchBuffers buffers = BatchBuffers::make(source, 5, 3, {0.5f, 1.0f, 4.0f}).value_or_throw();
    buffers.read(source, {{samples.data(), 5}, 0}).value_or_throw();
    const auto weights = buffers.loss_batch().sample_weights;
    CHECK(std::vector<float>(weights.begin(), weights.end()) == std::vector<float>{4.0f, 0.5f, 1.0f, 4.0f, 4.0f});
}
