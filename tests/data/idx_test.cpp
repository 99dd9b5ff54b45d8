// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of IDX: small files made here, their lies, and Fashion-MNIST from the Debian package.
#include "provenn/data/idx.hpp"

#include "provenn/files/mapped_file.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("IDX arrays are read, big-endian, plain and gzipped", "[data][idx][REQ-DATAFORMATS-004]") {
    const auto bytes = support::from_hex("00000802000000020000000301020304ff06");
    auto tensor = read_idx_tensor<std::uint8_t>(support::bytes_of(bytes), "x").value_or_throw();
    CHECK(tensor.shape() == Shape{2, 3});
    CHECK(support::to_vector(tensor.bytes()) == std::vector<std::uint8_t>{1, 2, 3, 4, 255, 6});
    const auto shorts = support::from_hex("00000b01000000020102fffe");
    auto wide = read_idx_tensor<std::int32_t>(support::bytes_of(shorts), "x").value_or_throw();
    CHECK(wide.data()[0] == 258);
    CHECK(wide.data()[1] == -2);
    // gzip.compress(bytes.fromhex('0000080100000003010203'), mtime=0)
    auto gzip = support::from_hex("1f8b08000000000002036360e0606460606066646206008be5bda40b000000");
    auto unzipped = read_idx_tensor<std::uint8_t>(support::bytes_of(gzip), "x").value_or_throw();
    CHECK(support::to_vector(unzipped.bytes()) == std::vector<std::uint8_t>{1, 2, 3});
    gzip[15] = static_cast<std::uint8_t>(gzip[15] ^ 1u);
    CHECK_FALSE(read_idx_tensor<std::uint8_t>(support::bytes_of(gzip), "x").ok());
}

TEST_CASE("IDX files that lie are refused", "[data][idx][REQ-DATAFORMATS-004]") {
    struct Case {
        const char* hex;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {"", ErrorCode::corrupt_data, "not an IDX"},
        {"01000801", ErrorCode::corrupt_data, "not an IDX"},
        {"00000a0100000001ff", ErrorCode::unsupported, "element type 10"},
        {"00000800", ErrorCode::unsupported, "0 axes"},
        {"00000809", ErrorCode::unsupported, "9 axes"},
        {"0000080200000001", ErrorCode::corrupt_data, "header of 12 bytes"},
        {"000008010000000301020304", ErrorCode::corrupt_data, "expected 3 bytes"},
        {"00000801000000030102", ErrorCode::corrupt_data, "found 2"},
        {"00000802ffffffffffffffff01", ErrorCode::limit_exceeded, "not storable"},
    };
    for (const Case& one : cases) {
        const auto bytes = support::from_hex(one.hex);
        const auto array = read_idx(support::bytes_of(bytes), "train-images");
        INFO(one.says);
        REQUIRE_FALSE(array.ok());
        CHECK(array.error().code == one.code);
        CHECK_THAT(array.error().message.c_str(), support::contains("train-images"));
        CHECK_THAT(array.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("Fashion-MNIST has ten classes of 6,000 and 1,000 images", "[data][idx][real][REQ-DATAFORMATS-004]") {
    const std::string folder = "/usr/share/datasets/fashion-mnist/";
    for (const auto& [part, count] : {std::pair{"train", 60000}, {"t10k", 10000}}) {
        auto images_file = MappedFile::open(folder + part + "-images-idx3-ubyte.gz");
        auto labels_file = MappedFile::open(folder + part + "-labels-idx1-ubyte.gz");
        if (!images_file.ok() || !labels_file.ok())
            return support::skip("package dataset-fashion-mnist is not installed");
        const auto images = read_idx_tensor<std::uint8_t>(images_file->bytes(), part).value_or_throw();
        CHECK(images.shape() == Shape{count, 28, 28});
        const auto labels = read_idx_tensor<std::uint8_t>(labels_file->bytes(), part).value_or_throw();
        std::vector<int> counts(256);
        for (const std::uint8_t label : labels.span()) ++counts[label];
        for (std::size_t label = 0; label < 10; ++label) CHECK(counts[label] == count / 10);
    }
}
