// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of reading images: told by content, turned by policy, limited, and 1,255 real pictures.
#include "provenn/data/read_image.hpp"

#include "data/jpeg_samples.hpp"
#include "provenn/data/png_writer.hpp"
#include "provenn/files/mapped_file.hpp"
#include "provenn/files/tar_reader.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

TEST_CASE("the content tells the format, whatever the name says", "[data][read_image][REQ-DATAFORMATS-008]") {
    const auto png = write_png(Tensor<std::uint8_t>::zeros({2, 3, 1}).value_or_throw()).value_or_throw();
    CHECK(read_image(png.span(), "x.jpg").value_or_throw().format == ImageFormat::png);
    const auto jpeg = support::from_hex(samples::kGreyJpeg);
    const auto image = read_image(support::bytes_of(jpeg), "x.png").value_or_throw();
    CHECK(image.format == ImageFormat::jpeg);
    CHECK((image.height == 13 && image.width == 17 && image.channels == 1 && image.depth_bits == 8));
    const std::pair<std::string, const char*> foreign[] = {
        {"GIF89a", "found GIF"},
        {std::string("II*\0\x08", 5), "found TIFF"},
        {std::string("RIFF\0\0\0\0WEBPVP8 ", 16), "found WebP"},
        {std::string(128, '\0') + "DICM", "found DICOM"},
        {std::string("\0\0\0\x18", 4) + "ftypheic", "found HEIF"},
        {"%PDF-1.4", "found PDF"},
        {"P5 3 3 255 ", "found PNM"},
        {"hello", "none of the formats"},
    };
    for (const auto& [bytes, says] : foreign) {
        const auto refused = read_image(support::bytes_of(bytes), "scan.png");
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == ErrorCode::unsupported);
        CHECK_THAT(refused.error().message.c_str(), support::contains(std::string("scan.png")));
        CHECK_THAT(refused.error().message.c_str(), support::contains(says));
    }
    const auto empty = read_image({}, "x.png");
    REQUIRE_FALSE(empty.ok());
    CHECK(empty.error().code == ErrorCode::empty_data);
}

TEST_CASE("a JPEG that asks to be turned is treated as the caller chose", "[data][read_image][REQ-DATAFORMATS-008]") {
    const auto file = support::from_hex(samples::kTurnedJpeg);
    const auto upright = support::from_hex(samples::kBaselineJpeg);
    const auto applied = read_image(support::bytes_of(file), "x").value_or_throw();
    CHECK((applied.height == 17 && applied.width == 13 && applied.turned && applied.exif_orientation == 6));
    const auto ignored = read_image(support::bytes_of(file), "x", {{}, OrientationPolicy::ignore}).value_or_throw();
    CHECK((ignored.height == 13 && ignored.width == 17 && !ignored.turned && ignored.exif_orientation == 6));
    const auto plain = read_image(support::bytes_of(upright), "x").value_or_throw();
    CHECK(support::to_vector(ignored.pixels8.bytes()) == support::to_vector(plain.pixels8.bytes()));
    // Clockwise by 90 degrees: the stored bottom left corner comes to the top left.
    for (std::int64_t channel = 0; channel < 3; ++channel) {
        CHECK(applied.pixels8.data()[channel] == plain.pixels8.data()[12 * 17 * 3 + channel]);
    }
    const auto refused = read_image(support::bytes_of(file), "x", {{}, OrientationPolicy::refuse});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::policy_refused);
}

TEST_CASE("the limits hold for every format", "[data][read_image][REQ-DATAFORMATS-006]") {
    const auto png = write_png(Tensor<std::uint8_t>::zeros({13, 17, 1}).value_or_throw()).value_or_throw();
    const auto jpeg = support::from_hex(samples::kGreyJpeg);
    for (const Bytes file : {png.span(), support::bytes_of(jpeg)}) {
        ImageOptions options;
        options.limits.max_image_side = 17;
        options.limits.max_image_pixels = 13 * 17;
        CHECK(read_image(file, "x", options).ok());
        options.limits.max_image_side = 16;
        CHECK_FALSE(read_image(file, "x", options).ok());
        options.limits.max_image_side = 17;
        options.limits.max_image_pixels = 13 * 17 - 1;
        const auto refused = read_image(file, "x", options);
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == ErrorCode::limit_exceeded);
    }
}

TEST_CASE("all real images are decoded, PNGs to the recorded pixels", "[data][read_image][real][REQ-DATAFORMATS-005]") {
    for (const auto& [name, height, width, crc] :
         {std::tuple{"coffee.png", 400, 600, 0xACF41373u}, std::tuple{"chelsea.png", 300, 451, 0x0F829D59u}}) {
        const auto path = support::shared_data(name);
        if (!path) return;
        auto file = MappedFile::open(*path);
        REQUIRE(file.ok());
        const auto image = read_image(file->bytes(), name).value_or_throw();
        CHECK((image.height == height && image.width == width && image.channels == 3));
        CHECK(crc32(image.pixels8.bytes()) == crc);  // zlib.crc32(PIL.Image.open(name).tobytes())
    }
    for (const auto& [name, crc] :
         {std::pair{"brain_mri_253.tar", 0xEBB7222Du}, {"malaria_cells_1000.tar", 0x3C34ACD0u}}) {
        const auto path = support::shared_data(name);
        if (!path) return;
        auto file = MappedFile::open(*path);
        REQUIRE(file.ok());
        auto tar = TarReader::open(file->bytes(), name);
        REQUIRE(tar.ok());
        std::uint32_t sum = 0;  // over all pixels of all images: the same on every machine
        for (const TarEntry& entry : tar->entries()) {
            const auto image = read_image(tar->bytes(entry), entry.name);
            INFO(entry.name);
            REQUIRE(image.ok());
            sum = crc32(image->pixels8.bytes(), sum);
        }
        CHECK(sum == crc);
    }
}
