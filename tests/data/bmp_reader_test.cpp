// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of BMP: every depth made here by hand, every lie of the headers, Pillow as oracle, and damaged files.
#include "provenn/data/bmp_reader.hpp"

#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

void put(std::vector<std::uint8_t>& to, std::uint32_t value, int size) {
    for (int i = 0; i < size; ++i) to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

std::vector<std::uint8_t> bmp_of(std::int32_t width, std::int32_t height, std::uint32_t bits,
                                 const std::string& palette, const std::string& pixels) {
    const auto colours = support::from_hex(palette);
    const auto data = support::from_hex(pixels);
    std::vector<std::uint8_t> file{'B', 'M'};
    put(file, static_cast<std::uint32_t>(54 + colours.size() + data.size()), 4);
    put(file, 0, 4);
    put(file, static_cast<std::uint32_t>(54 + colours.size()), 4);
    put(file, 40, 4);
    put(file, static_cast<std::uint32_t>(width), 4);
    put(file, static_cast<std::uint32_t>(height), 4);
    put(file, 1, 2);
    put(file, bits, 2);
    for (int i = 0; i < 4; ++i) put(file, 0, 4);
    put(file, static_cast<std::uint32_t>(colours.size() / 4), 4);
    put(file, 0, 4);
    file.insert(file.end(), colours.begin(), colours.end());
    file.insert(file.end(), data.begin(), data.end());
    return file;
}

std::vector<std::uint8_t> pixels_of(const std::vector<std::uint8_t>& file) {
    return support::to_vector(read_bmp(support::bytes_of(file), "x.bmp").value_or_throw().pixels8.bytes());
}

}  // namespace

TEST_CASE("BMPs of every depth are decoded", "[data][bmp_reader][REQ-DATAFORMATS-005]") {
    const std::vector<std::uint8_t> two_rows{7, 8, 9, 1, 2, 3};
    CHECK(pixels_of(bmp_of(1, 2, 24, "", "0302010009080700")) == two_rows);  // stored from the bottom
    CHECK(pixels_of(bmp_of(1, -2, 24, "", "0908070003020100")) == two_rows);
    CHECK(pixels_of(bmp_of(1, 2, 32, "", "030201ff09080755")) == two_rows);
    const std::string palette = "0302010009080700";
    CHECK(pixels_of(bmp_of(1, 2, 8, palette, "0000000001000000")) == two_rows);
    CHECK(pixels_of(bmp_of(3, 1, 4, palette, "10100000")) ==
          std::vector<std::uint8_t>{7, 8, 9, 1, 2, 3, 7, 8, 9});
    CHECK(pixels_of(bmp_of(3, 1, 1, palette, "a0000000")) == std::vector<std::uint8_t>{7, 8, 9, 1, 2, 3, 7, 8, 9});
}

TEST_CASE("BMPs that lie are refused with the reason", "[data][bmp_reader][REQ-DATAFORMATS-006]") {
    const auto good = bmp_of(1, 1, 24, "", "01020300");
    const auto change = [&](std::size_t at, std::uint8_t value) {
        auto file = good;
        file[at] = value;
        return file;
    };
    struct Case {
        std::vector<std::uint8_t> file;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {change(14, 12), ErrorCode::unsupported, "info header of 12"},
        {change(18, 0), ErrorCode::corrupt_data, "no pixels"},
        {change(21, 0x80), ErrorCode::corrupt_data, "no pixels"},
        {change(22, 2), ErrorCode::corrupt_data, "pass the end"},
        {change(23, 0xFF), ErrorCode::limit_exceeded, "limits"},
        {bmp_of(1, std::numeric_limits<std::int32_t>::min(), 24, "", "01020300"), ErrorCode::limit_exceeded, "limits"},
        {change(26, 2), ErrorCode::corrupt_data, "one plane"},
        {change(28, 16), ErrorCode::unsupported, "16 bits"},
        {change(30, 1), ErrorCode::unsupported, "compression method 1"},
        {change(10, 53), ErrorCode::corrupt_data, "overlap the headers"},
        {change(11, 1), ErrorCode::corrupt_data, "pass the end"},
        {bmp_of(1, 1, 8, "01020300", "01000000"), ErrorCode::corrupt_data, "outside the palette of 1"},
        {bmp_of(1, 1, 1, "010203000102030001020300", "00000000"), ErrorCode::corrupt_data, "impossible size"},
        {{'B', 'M'}, ErrorCode::corrupt_data, "cut short"},
    };
    for (const Case& one : cases) {
        const auto image = read_bmp(support::bytes_of(one.file), "x.bmp");
        INFO(one.says);
        REQUIRE_FALSE(image.ok());
        INFO(image.error().message.c_str());
        CHECK(image.error().code == one.code);
        CHECK_THAT(image.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("damaged BMPs end in a status", "[data][bmp_reader][fuzz][REQ-DATAFORMATS-006]") {
    support::TestRandom random(3);
    int decoded = 0;
    for (const std::uint32_t bits : {1u, 4u, 8u, 24u, 32u}) {
        const auto good = bmp_of(2, 2, bits, bits <= 8 ? "0302010009080700" : "", std::string(32, '0'));
        for (std::size_t size = 0; size < good.size() - 16; ++size) {
            const std::vector<std::uint8_t> cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
            (void)read_bmp(support::bytes_of(cut), "cut").ok();
        }
        for (int i = 0; i < 5000; ++i) {
            auto file = good;
            for (int k = 0; k < 2; ++k) file[random.below(file.size())] = static_cast<std::uint8_t>(random.next());
            decoded += read_bmp(support::bytes_of(file), "damaged").ok() ? 1 : 0;
        }
    }
    CHECK(decoded > 1000);
}

TEST_CASE("BMPs written by Pillow are decoded to the same pixels", "[data][bmp_reader][oracle][REQ-DATAFORMATS-005]") {
    const support::TemporaryFolder folder;
    const bool ran = support::run_python(folder, R"(
from PIL import Image
import random
for mode, bands in (('L', 1), ('RGB', 3)):
    im = Image.frombytes(mode, (21, 10), random.Random(1).randbytes(21 * 10 * bands))
    im.save(mode + '.bmp')
    open(mode + '.raw', 'wb').write(im.convert('RGB').tobytes())
im = Image.frombytes('1', (21, 10), random.Random(2).randbytes(30))
im.save('1.bmp')
open('1.raw', 'wb').write(im.convert('RGB').tobytes())
)");
    if (!ran) return support::skip("no Pillow in " + support::python());
    for (const char* mode : {"L", "RGB", "1"}) {
        INFO(mode);
        CHECK(pixels_of(support::read_all(folder.file(std::string(mode) + ".bmp"))) ==
              support::read_all(folder.file(std::string(mode) + ".raw")));
    }
}
