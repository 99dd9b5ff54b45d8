// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of JPEG decoding: recorded pixels, Pillow as oracle, and thousands of damaged files.
#if __has_include(<stb/stb_image.h>)
#include <stb/stb_image.h>  // a program may use stb_image itself
#else
#include <stb_image.h>
#endif

#include "provenn/adapters/stb_image.hpp"

#include <algorithm>

#include "data/jpeg_samples.hpp"
#include "provenn/files/crc32.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"

using namespace provenn;

TEST_CASE("decoded pixels are the recorded ones, on every machine", "[adapters][stb_image][REQ-DATAFORMATS-005]") {
    struct Case {
        const char* hex;
        std::int64_t channels;
        std::uint32_t crc;
    };
    const Case cases[] = {{samples::kBaselineJpeg, 3, 0x4C1F4565u},
                          {samples::kProgressiveJpeg, 3, 0x4C1F4565u},
                          {samples::kGreyJpeg, 1, 0xB3740BC3u},
                          {samples::kRestartJpeg, 3, 0x9CE0916Fu}};
    for (const Case& one : cases) {
        const auto file = support::from_hex(one.hex);
        const auto decoded = decode_jpeg(support::bytes_of(file), "x.jpg").value_or_throw();
        CHECK(decoded.pixels.shape() == Shape{13, 17, one.channels});
        CHECK(crc32(decoded.pixels.bytes()) == one.crc);
        if (one.channels != 3) continue;
        std::int64_t worst = 0;  // against the picture that was compressed
        std::int64_t sum = 0;
        for (std::int64_t i = 0; i < 13 * 17; ++i) {
            const std::int64_t x = i % 17;
            const std::int64_t y = i / 17;
            const std::int64_t original[3] = {15 * x, 19 * y, 8 * (x + y)};
            for (std::int64_t channel = 0; channel < 3; ++channel) {
                const std::int64_t difference = decoded.pixels.data()[3 * i + channel] - original[channel];
                worst = std::max(worst, difference < 0 ? -difference : difference);
                sum += difference < 0 ? -difference : difference;
            }
        }
        CHECK(worst < 60);
        CHECK(sum < 13 * 17 * 3 * 10);
    }
}

TEST_CASE("pixels differ from libjpeg's by a few levels at most",
          "[adapters][stb_image][oracle][REQ-DATAFORMATS-005]") {
    const support::TemporaryFolder folder;
    const char* const files[] = {samples::kBaselineJpeg, samples::kProgressiveJpeg, samples::kGreyJpeg,
                                 samples::kRestartJpeg};
    for (std::size_t i = 0; i < 4; ++i) {
        folder.write(std::to_string(i) + ".jpg", support::to_text(support::bytes_of(support::from_hex(files[i]))));
    }
    const bool ran = support::run_python(folder, R"(
from PIL import Image
for i in range(4): open(f'{i}.raw', 'wb').write(Image.open(f'{i}.jpg').tobytes())
)");
    if (!ran) return support::skip("no Pillow in " + support::python());
    for (std::size_t i = 0; i < 4; ++i) {
        const auto file = support::from_hex(files[i]);
        const auto decoded = decode_jpeg(support::bytes_of(file), "x.jpg").value_or_throw();
        const auto expected = support::read_all(folder.file(std::to_string(i) + ".raw"));
        REQUIRE(static_cast<std::int64_t>(expected.size()) == decoded.pixels.element_count());
        int worst = 0;
        for (std::size_t k = 0; k < expected.size(); ++k) {
            worst = std::max(worst, std::abs(int{expected[k]} - int{decoded.pixels.data()[k]}));
        }
        // 3 is the largest seen over 245 real images too: rounding of transform, chroma and colour conversion.
        CHECK(worst <= 3);
    }
}

TEST_CASE("the oversized Huffman table of the known attack is refused", "[adapters][stb_image][REQ-FILES-009]") {
    auto file = support::from_hex(samples::kBaselineJpeg);
    std::vector<std::uint8_t> table = {0xFF, 0xC4, 0x10, 0x03, 0x00};
    table.insert(table.end(), 16, 0xFF);
    table.insert(table.end(), 4080, 0x41);
    file.insert(file.begin() + 2, table.begin(), table.end());
    const auto decoded = decode_jpeg(support::bytes_of(file), "x.jpg");
    REQUIRE_FALSE(decoded.ok());
    CHECK_THAT(decoded.error().message.c_str(), support::contains("more than 256 symbols"));
}

TEST_CASE("damaged JPEGs end in a status, and the same one again", "[adapters][stb_image][fuzz][REQ-DATAFORMATS-006]") {
    support::TestRandom random(7);
    int decoded_count = 0;
    for (const char* hex :
         {samples::kBaselineJpeg, samples::kProgressiveJpeg, samples::kGreyJpeg, samples::kRestartJpeg}) {
        const auto good = support::from_hex(hex);
        for (int i = 0; i < 3000; ++i) {
            auto file = good;
            if (i % 4 == 0) {  // the largest quantisers: integers overflow inside the inverse transform
                for (std::size_t at = 2; at + 70 < file.size(); ++at) {
                    if (file[at] != 0xFF || file[at + 1] != 0xDB) continue;
                    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at) + 5, 64, std::uint8_t{255});
                }
            }
            const std::size_t changes = 1 + random.below(4);
            for (std::size_t k = 0; k < changes; ++k) {
                // Half of the changes go to the coded data at the end, which no header check sees.
                const std::size_t from = random.below(2) == 0 ? file.size() * 9 / 10 : 0;
                file[from + random.below(file.size() - from)] = static_cast<std::uint8_t>(random.next());
            }
            const auto first = decode_jpeg(support::bytes_of(file), "damaged");
            if (!first.ok()) continue;
            ++decoded_count;
            const auto second = decode_jpeg(support::bytes_of(file), "damaged");
            REQUIRE(second.ok());
            CHECK(crc32(first->pixels.bytes()) == crc32(second->pixels.bytes()));
        }
    }
    CHECK(decoded_count > 1000);  // the test does reach the decoder
}
