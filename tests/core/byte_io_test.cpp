// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reading and writing bytes: what is written is read back, byte order is fixed, and no read leaves its bytes.
#include "provenn/core/byte_io.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include "support/catch.hpp"
#include "support/failing_memory.hpp"

using namespace provenn;

TEST_CASE("numbers and text survive writing and reading", "[core][byte_io][REQ-CORE-006]") {
    Array<std::uint8_t> file;
    ByteWriter writer(file);
    REQUIRE(writer.u8(0xfe).ok());
    REQUIRE(writer.u16(0x1234).ok());
    REQUIRE(writer.u32(0x89abcdefu).ok());
    REQUIRE(writer.u64(0x0123456789abcdefu).ok());
    REQUIRE(writer.i64(std::numeric_limits<std::int64_t>::min()).ok());
    REQUIRE(writer.f32(-0.0f).ok());
    REQUIRE(writer.text("kernel").ok());
    REQUIRE(writer.align(8).ok());
    CHECK(writer.position() % 8 == 0);
    const std::uint8_t expected[] = {0xfe, 0x34, 0x12, 0xef, 0xcd, 0xab, 0x89, 0xef, 0xcd, 0xab};
    CHECK(std::memcmp(file.data(), expected, sizeof expected) == 0);

    ByteReader reader(file.span(), "test");
    CHECK(*reader.u8() == 0xfe);
    CHECK(*reader.u16() == 0x1234);
    CHECK(*reader.u32() == 0x89abcdefu);
    CHECK(*reader.u64() == 0x0123456789abcdefu);
    CHECK(*reader.i64() == std::numeric_limits<std::int64_t>::min());
    const float zero = *reader.f32();
    CHECK((zero == 0.0f && 1.0f / zero < 0.0f));
    CHECK(*reader.text(6) == "kernel");
    CHECK(reader.expect_end().error().code == ErrorCode::corrupt_data);
    CHECK(reader.bytes(reader.remaining()).ok());
    CHECK(reader.expect_end().ok());
}

TEST_CASE("no truncation is read beyond its end, and the position stays", "[core][byte_io][REQ-CORE-006]") {
    const std::uint8_t bytes[] = {4, 0, 0, 0, 'a', 'b', 'c', 'd'};
    for (std::size_t size = 0; size < sizeof bytes; ++size) {
        const std::vector<std::uint8_t> cut(bytes, bytes + size);  // its own block: a sanitizer sees any byte too many
        ByteReader reader(Bytes(cut.data(), cut.size()), "file");
        const auto text = reader.text(100);
        REQUIRE(!text.ok());
        CHECK(text.error().code == ErrorCode::corrupt_data);
        CHECK_THAT(text.error().message.c_str(), support::contains("file: expected "));
        CHECK(reader.position() == 0);
        if (size < 8) CHECK(reader.u64().error().code == ErrorCode::corrupt_data);
        CHECK(reader.bytes(~std::uint64_t{0}).error().code == ErrorCode::corrupt_data);
        CHECK(reader.remaining() == size);
    }
    ByteReader limited(Bytes(bytes, sizeof bytes));
    CHECK(limited.text(3).error().code == ErrorCode::limit_exceeded);
    CHECK(limited.position() == 0);
}

TEST_CASE("writing without memory is an error", "[core][byte_io][REQ-CORE-007]") {
    Array<std::uint8_t> file;
    const support::FailingMemory failing(0);
    CHECK(ByteWriter(file).u64(1).error().code == ErrorCode::out_of_memory);
    CHECK(file.empty());
}
