// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The source of tensors in memory.
#include "networks.hpp"
#include "provenn/training/batch_source.hpp"
#include "support/catch.hpp"

using namespace provenn;
using training::TensorSource;

TEST_CASE("a source gives the asked samples in the asked order", "[training][batch_source][REQ-TRAIN-126]") {
    const Tensor<float> images = networks::random_tensor({4, 2, 3, 1}, 1);
    TensorSource source = TensorSource::make(images.clone().value_or_throw(), {0, 1, 2, 1}, 3).value_or_throw();
    CHECK(source.size() == 4);
    CHECK(source.input_shape(0) == Shape{2, 3, 1});
    CHECK(source.classes() == 3);
    CHECK(source.label(2).value_or_throw() == 2);
    Tensor<float> read = Tensor<float>::zeros({3, 2, 3, 1}).value_or_throw();
    std::int64_t labels[3] = {};
    const View<float> inputs[] = {read.view()};
    const std::int64_t samples[] = {3, 0, 3};
    training::Batch batch;
    batch.inputs = Span<const View<float>>(inputs);
    batch.labels = Span<std::int64_t>(labels);
    REQUIRE(source.read({Span<const std::int64_t>(samples), 0}, batch).ok());
    for (std::int64_t i = 0; i < 6; ++i) {
        CHECK(read.data()[i] == images.data()[18 + i]);
        CHECK(read.data()[6 + i] == images.data()[i]);
        CHECK(read.data()[12 + i] == images.data()[18 + i]);
    }
    CHECK(labels[0] == 1);
    CHECK(labels[1] == 0);
    const std::int64_t missing[] = {4};
    CHECK(source.read({Span<const std::int64_t>(missing), 0}, batch).error().code == ErrorCode::not_found);
}

TEST_CASE("labels and shapes that do not fit are refused", "[training][batch_source][REQ-TRAIN-126]") {
    const auto images = [](std::int64_t samples) { return networks::random_tensor({samples, 2}, 1); };
    CHECK(TensorSource::make(images(2), {0, 3}, 3).error().code == ErrorCode::invalid_argument);
    CHECK(TensorSource::make(images(2), {0, -1}, 3).error().code == ErrorCode::invalid_argument);
    CHECK(TensorSource::make(images(2), {0}, 3).error().code == ErrorCode::shape_mismatch);
    CHECK(TensorSource::make(images(0), {}, 3).error().code == ErrorCode::empty_data);
    CHECK(TensorSource::with_targets(images(2), images(3)).error().code == ErrorCode::shape_mismatch);
    TensorSource source = TensorSource::with_targets(images(2), images(2)).value_or_throw();
    CHECK(source.classes() == 0);
    CHECK(source.target_size() == 2);
    CHECK(source.add_input(images(3)).error().code == ErrorCode::shape_mismatch);
    CHECK(source.add_input(images(2)).ok());
    CHECK(source.input_count() == 2);
}
