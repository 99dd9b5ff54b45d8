// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of PNG writing: round trips in all channel counts and both depths, and what cannot be written.
#include "provenn/data/png_writer.hpp"

#include "provenn/data/png_reader.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("written PNGs are read back bit for bit", "[data][png_writer][REQ-DATAFORMATS-007]") {
    for (std::int64_t channels = 1; channels <= 4; ++channels) {
        auto small = Tensor<std::uint8_t>::zeros({5, 7, channels}).value_or_throw();
        auto wide = Tensor<std::uint16_t>::zeros({5, 7, channels}).value_or_throw();
        support::TestRandom random(static_cast<std::uint64_t>(channels));
        for (std::uint8_t& value : small.span()) value = static_cast<std::uint8_t>(random.next());
        for (std::uint16_t& value : wide.span()) value = static_cast<std::uint16_t>(random.next());
        const auto small_file = write_png(small).value_or_throw();
        const auto wide_file = write_png(wide).value_or_throw();
        const auto small_image = read_png(small_file.span(), "small").value_or_throw();
        const auto wide_image = read_png(wide_file.span(), "wide").value_or_throw();
        CHECK(small_image.pixels8.shape() == small.shape());
        CHECK(support::to_vector(small_image.pixels8.bytes()) == support::to_vector(small.bytes()));
        CHECK(wide_image.depth_bits == 16);
        CHECK(support::to_vector(wide_image.pixels16.bytes()) == support::to_vector(wide.bytes()));
    }
    auto large = Tensor<std::uint8_t>::zeros({300, 400, 3}).value_or_throw();  // more than one stored block
    large.data()[359999] = 9;
    const auto file = write_png(large).value_or_throw();
    CHECK(read_png(file.span(), "large").value_or_throw().pixels8.data()[359999] == 9);
}

TEST_CASE("only images can be written", "[data][png_writer][REQ-DATAFORMATS-007]") {
    for (const Shape& shape : {Shape{4, 4}, Shape{4, 4, 5}, Shape{0, 4, 1}, Shape{1, 4, 4, 3}}) {
        const auto file = write_png(Tensor<std::uint8_t>::zeros(shape).value_or_throw());
        REQUIRE_FALSE(file.ok());
        CHECK(file.error().code == ErrorCode::invalid_argument);
    }
}
