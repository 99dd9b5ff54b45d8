// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shapes, views and tensors: extents that cannot overflow, strides, checked indices, deep copies.
#include "provenn/core/tensor.hpp"

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace provenn;

TEST_CASE("shapes whose element count would overflow are not valid", "[core][shape][REQ-CORE-009]") {
    CHECK(Shape().element_count() == 1);
    CHECK(Shape({2, 3, 4}).element_count() == 24);
    CHECK(Shape({0, 5}).is_valid());
    CHECK_FALSE(Shape({-1, 5}).is_valid());
    CHECK_FALSE(Shape({std::int64_t{1} << 32, std::int64_t{1} << 32}).is_valid());
    CHECK_FALSE(Shape({std::int64_t{1} << 62, 4}).is_valid());
    CHECK_FALSE(Shape({0, -1}).is_valid());
    CHECK_FALSE(Shape({0, std::int64_t{1} << 47}).is_valid());
    CHECK(Shape({1, 2}) != Shape({1, 2, 1}));
    FixedText<40> text;
    text << Shape({3, 3, 64, 128});
    CHECK(text == "[3, 3, 64, 128]");
}

TEST_CASE("shape indices and ranks are checked", "[core][shape][REQ-CORE-009]") {
    const support::ThrowingPreconditions throwing;
    Shape shape{1, 2};
    CHECK_THROWS_AS(shape[2], support::BrokenPrecondition);
    CHECK_THROWS_AS(shape[-1], support::BrokenPrecondition);
    CHECK_THROWS_AS(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), support::BrokenPrecondition);
    Shape full{1, 1, 1, 1, 1, 1, 1, 1};
    CHECK_THROWS_AS(full.push_back(1), support::BrokenPrecondition);
}

TEST_CASE("strided views address what they say, and check their indices", "[core][view][REQ-CORE-009]") {
    const support::ThrowingPreconditions throwing;
    int numbers[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const View<int> rows(numbers, {3, 4});
    CHECK(rows(2, 1) == 9);
    CHECK(rows.is_contiguous());
    const std::int64_t strides[] = {1, 4};
    const View<int> transposed(numbers, {4, 3}, Span<const std::int64_t>(strides));
    CHECK(transposed(1, 2) == 9);
    CHECK_FALSE(transposed.is_contiguous());
    const View<const int> constant = transposed;
    CHECK(constant(1, 2) == 9);
    CHECK_THROWS_AS(rows(3, 0), support::BrokenPrecondition);
    CHECK_THROWS_AS(rows(0, -1), support::BrokenPrecondition);
    CHECK_THROWS_AS(rows(0), support::BrokenPrecondition);
    CHECK_THROWS_AS(transposed.span(), support::BrokenPrecondition);
    auto copy = Tensor<int>::copy_of(transposed);
    REQUIRE(copy.ok());
    for (std::int64_t i = 0; i < 4; ++i) {
        for (std::int64_t j = 0; j < 3; ++j) CHECK(copy->view()(i, j) == j * 4 + i);
    }
}

TEST_CASE("types have the numbers that files hold", "[core][view][REQ-CORE-009]") {
    CHECK(static_cast<int>(DataType::f32) == 1);
    CHECK(static_cast<int>(DataType::i64) == 6);
    CHECK(data_type_of<const float>() == DataType::f32);
    CHECK(data_type_of<std::uint16_t>() == DataType::u16);
    CHECK(size_bytes(DataType::f64) == 8);
    CHECK(std::string(to_string(DataType::u8)) == "u8");
}

TEST_CASE("tensors are aligned, zeroed, and copied with their elements", "[core][tensor][REQ-CORE-007]") {
    auto tensor = Tensor<float>::zeros({3, 5});
    REQUIRE(tensor.ok());
    CHECK(reinterpret_cast<std::uintptr_t>(tensor->data()) % kAlignment_bytes == 0);
    for (const float value : tensor->span()) CHECK(value == 0.0f);
    tensor->view()(2, 4) = 7.0f;
    auto copy = tensor->clone();
    tensor->view()(2, 4) = 8.0f;
    CHECK(copy->view()(2, 4) == 7.0f);
    CHECK(copy->reshape({5, 3}).ok());
    CHECK(copy->view()(4, 2) == 7.0f);
    CHECK(copy->reshape({4, 4}).error().code == ErrorCode::shape_mismatch);
    CHECK(copy->bytes().size() == 60);
    CHECK(Tensor<float>::zeros({-1}).error().code == ErrorCode::limit_exceeded);
    const support::FailingMemory failing(0);
    CHECK(Tensor<float>::zeros({3}).error().code == ErrorCode::out_of_memory);
    CHECK(tensor->clone().error().code == ErrorCode::out_of_memory);
    CHECK(Tensor<float>::copy_of(tensor->view()).error().code == ErrorCode::out_of_memory);
}
