// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of PNG: every colour type, depth, filter and interlacing bit for bit, Pillow as oracle, and damaged files.
#include "provenn/data/png_reader.hpp"

#include "data/png_samples.hpp"
#include "support/catch.hpp"

using namespace provenn;
using samples::PngKind;

namespace {

struct ColorType {
    int color;
    int samples;
    std::vector<int> depths;
};
const ColorType kColorTypes[] = {
    {0, 1, {1, 2, 4, 8, 16}}, {2, 3, {8, 16}}, {3, 1, {1, 2, 4, 8}}, {4, 2, {8, 16}}, {6, 4, {8, 16}}};

std::vector<std::uint8_t> palette_of(int entries) {
    std::vector<std::uint8_t> palette;
    for (int i = 0; i < 3 * entries; ++i) palette.push_back(static_cast<std::uint8_t>(i * 37 + 5));
    return palette;
}

std::vector<std::vector<std::uint8_t>> palette_chunks(const PngKind& kind) {
    if (kind.color != 3) return {};
    return {samples::chunk("PLTE", palette_of(1 << kind.depth_bits))};
}

std::int64_t value_at(const Image& image, std::int64_t index) {
    return image.depth_bits == 16 ? image.pixels16.data()[index] : image.pixels8.data()[index];
}

}  // namespace

TEST_CASE("every colour type, depth, filter and interlacing is decoded bit for bit",
          "[data][png_reader][REQ-DATAFORMATS-005]") {
    int count = 0;
    for (const ColorType& type : kColorTypes) {
        for (const int depth : type.depths) {
            for (const bool interlaced : {false, true}) {
                for (int filter = 0; filter <= 5; ++filter) {
                    for (const auto& [width, height] : {std::pair{1, 1}, {3, 2}, {9, 10}, {17, 5}}) {
                        const PngKind kind{width, height, depth, type.color, type.samples, interlaced, filter};
                        const auto values = samples::random_samples(kind, static_cast<std::uint64_t>(++count));
                        const auto file = samples::encode(kind, values, palette_chunks(kind));
                        const auto image = read_png(support::bytes_of(file), "x.png").value_or_throw();
                        REQUIRE(image.depth_bits == (depth == 16 ? 16 : 8));
                        REQUIRE(image.channels == (type.color == 3 ? 3 : type.samples));
                        REQUIRE((image.height == height && image.width == width));
                        const std::uint32_t scale = depth < 8 ? 255u / ((1u << depth) - 1u) : 1u;
                        const auto palette = palette_of(1 << depth);
                        bool same = true;
                        for (std::size_t i = 0; i < values.size(); ++i) {
                            const auto at = static_cast<std::int64_t>(i);
                            if (type.color != 3) {
                                same = same && value_at(image, at) == std::int64_t{values[i] * scale};
                                continue;
                            }
                            for (std::size_t k = 0; k < 3; ++k) {
                                same = same && image.pixels8.data()[3 * i + k] == palette[3 * values[i] + k];
                            }
                        }
                        INFO("colour " << type.color << " depth " << depth << " filter " << filter << " " << width);
                        CHECK(same);
                    }
                }
            }
        }
    }
    CHECK(count == 15 * 2 * 6 * 4);
}

TEST_CASE("transparent colours and palette entries become an alpha channel",
          "[data][png_reader][REQ-DATAFORMATS-005]") {
    const PngKind grey{3, 1, 16, 0, 1};
    auto file = samples::encode(grey, {0x0102, 0x0103, 0x0202}, {samples::chunk("tRNS", {1, 2})});
    auto image = read_png(support::bytes_of(file), "x").value_or_throw();
    REQUIRE(image.channels == 2);
    CHECK(support::to_vector(image.pixels16.bytes()) ==
          std::vector<std::uint8_t>{2, 1, 0, 0, 3, 1, 255, 255, 2, 2, 255, 255});
    const PngKind rgb{2, 1, 8, 2, 3};
    file = samples::encode(rgb, {1, 2, 3, 1, 2, 4}, {samples::chunk("tRNS", {0, 1, 0, 2, 0, 3})});
    image = read_png(support::bytes_of(file), "x").value_or_throw();
    CHECK(support::to_vector(image.pixels8.bytes()) == std::vector<std::uint8_t>{1, 2, 3, 0, 1, 2, 4, 255});
    const PngKind indexed{3, 1, 2, 3, 1};
    file = samples::encode(indexed, {2, 0, 1}, {samples::chunk("PLTE", {1, 2, 3, 4, 5, 6, 7, 8, 9}),
                                                samples::chunk("tRNS", {10, 20})});
    image = read_png(support::bytes_of(file), "x").value_or_throw();
    CHECK(support::to_vector(image.pixels8.bytes()) ==
          std::vector<std::uint8_t>{7, 8, 9, 255, 1, 2, 3, 10, 4, 5, 6, 20});
}

TEST_CASE("PNGs that contradict themselves are refused with the reason", "[data][png_reader][REQ-DATAFORMATS-006]") {
    const PngKind kind{2, 2, 8, 0, 1};
    const std::vector<std::uint32_t> values{1, 2, 3, 4};
    const auto rows = samples::filtered_rows(kind, values);
    const auto header = samples::chunk("IHDR", samples::header_of(kind));
    const auto pixels = samples::chunk("IDAT", samples::zlib_of(rows));
    const auto end = samples::chunk("IEND", {});
    const auto with_header = [&](std::size_t at, std::uint8_t value) {
        auto changed = samples::header_of(kind);
        changed[at] = value;
        return samples::png_of({samples::chunk("IHDR", changed), pixels, end});
    };
    const auto with_rows = [&](const std::vector<std::uint8_t>& changed) {
        return samples::png_of({header, samples::chunk("IDAT", samples::zlib_of(changed)), end});
    };
    auto longer = rows;
    longer.push_back(0);
    auto bad_filter = rows;
    bad_filter[0] = 5;
    auto bad_crc = samples::png_of({header, pixels, end});
    bad_crc[20] ^= 1u;
    const PngKind indexed{1, 1, 8, 3, 1};
    struct Case {
        std::vector<std::uint8_t> file;
        ErrorCode code;
        const char* says;
    };
    const Case cases[] = {
        {bad_crc, ErrorCode::corrupt_data, "CRC-32"},
        {samples::png_of({pixels, header, end}), ErrorCode::corrupt_data, "IHDR"},
        {samples::png_of({header, header, pixels, end}), ErrorCode::corrupt_data, "IHDR"},
        {samples::png_of({header, end}), ErrorCode::corrupt_data, "no pixel data"},
        {samples::png_of({header, pixels}), ErrorCode::corrupt_data, "before its IEND"},
        {samples::png_of({header, pixels, samples::chunk("tEXt", {}), pixels, end}), ErrorCode::corrupt_data,
         "not contiguous"},
        {samples::png_of({header, samples::chunk("CrIt", {}), pixels, end}), ErrorCode::unsupported, "CrIt"},
        {samples::png_of({header, samples::chunk("acTL", {}), pixels, end}), ErrorCode::unsupported, "animated"},
        {samples::png_of({header, samples::chunk("PLTE", {1, 2, 3}), pixels, end}), ErrorCode::corrupt_data, "grey"},
        {samples::png_of({header, samples::chunk("tRNS", {1}), pixels, end}), ErrorCode::corrupt_data, "tRNS"},
        {with_header(3, 0), ErrorCode::corrupt_data, "0 pixels"},
        {with_header(2, 0x40), ErrorCode::limit_exceeded, "limits"},
        {with_header(3, 3), ErrorCode::corrupt_data, "expected 8 bytes of pixel data"},
        {with_header(8, 3), ErrorCode::corrupt_data, "does not exist"},
        {with_header(9, 1), ErrorCode::corrupt_data, "does not exist"},
        {with_header(12, 2), ErrorCode::corrupt_data, "interlace"},
        {with_rows(longer), ErrorCode::limit_exceeded, "pass the limit of 6"},
        {with_rows(bad_filter), ErrorCode::corrupt_data, "unknown filter 5 in row 0"},
        {samples::encode(indexed, {3}, {samples::chunk("PLTE", {1, 2, 3})}), ErrorCode::corrupt_data,
         "outside the palette of 1"},
        {samples::encode(indexed, {0}), ErrorCode::corrupt_data, "no palette"},
        {{'G', 'I', 'F'}, ErrorCode::corrupt_data, "not a PNG"},
    };
    for (const Case& one : cases) {
        const auto image = read_png(support::bytes_of(one.file), "x.png");
        INFO(one.says);
        REQUIRE_FALSE(image.ok());
        INFO(image.error().message.c_str());
        CHECK(image.error().code == one.code);
        CHECK_THAT(image.error().message.c_str(), support::contains("x.png"));
        CHECK_THAT(image.error().message.c_str(), support::contains(one.says));
    }
}

TEST_CASE("damaged PNGs end in a status, also with their sums put right",
          "[data][png_reader][fuzz][REQ-DATAFORMATS-006]") {
    support::TestRandom random(11);
    int decoded = 0;
    for (const ColorType& type : kColorTypes) {
        for (const int depth : type.depths) {
            const PngKind kind{9, 7, depth, type.color, type.samples, depth % 4 == 0, 5};
            const auto values = samples::random_samples(kind, 1);
            const auto good = samples::encode(kind, values, palette_chunks(kind));
            for (std::size_t size = 0; size < good.size(); ++size) {
                CHECK_FALSE(read_png(support::bytes_of(good).subspan(0, size), "cut").ok());
            }
            for (std::size_t bit = 0; bit < good.size() * 8; bit += 3) {
                auto flipped = good;
                flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1u << (bit % 8)));
                CHECK_FALSE(read_png(support::bytes_of(flipped), "flipped").ok());
            }
            for (int i = 0; i < 300; ++i) {  // header and rows changed, CRC and Adler right
                auto header = samples::header_of(kind);
                auto rows = samples::filtered_rows(kind, values);
                if (random.below(2) == 0) header[random.below(13)] = static_cast<std::uint8_t>(random.below(20));
                for (int k = 0; k < 3; ++k) rows[random.below(rows.size())] = static_cast<std::uint8_t>(random.next());
                std::vector<std::vector<std::uint8_t>> chunks{samples::chunk("IHDR", header)};
                for (const auto& one : palette_chunks(kind)) chunks.push_back(one);
                chunks.push_back(samples::chunk("IDAT", samples::zlib_of(rows)));
                chunks.push_back(samples::chunk("IEND", {}));
                decoded += read_png(support::bytes_of(samples::png_of(chunks)), "damaged").ok() ? 1 : 0;
            }
        }
    }
    CHECK(decoded > 300);
}

TEST_CASE("Pillow decodes our files to the same pixels, and we Pillow's",
          "[data][png_reader][oracle][REQ-DATAFORMATS-005]") {
    const support::TemporaryFolder folder;
    int count = 0;
    std::vector<std::vector<std::uint8_t>> ours;
    for (const bool interlaced : {false, true}) {
        for (const int color : {0, 2, 6}) {
            const PngKind kind{11, 13, 8, color, color == 0 ? 1 : color == 2 ? 3 : 4, interlaced, 5};
            const auto file = samples::encode(kind, samples::random_samples(kind, 5));
            folder.write("ours" + std::to_string(count++) + ".png", support::to_text(support::bytes_of(file)));
            ours.push_back(file);
        }
    }
    const bool ran = support::run_python(folder, R"(
from PIL import Image
import random
for i in range(6): open(f'ours{i}.raw', 'wb').write(Image.open(f'ours{i}.png').tobytes())
for mode, bands in (('L', 1), ('LA', 2), ('RGB', 3), ('RGBA', 4), ('I;16', 2)):
    d = random.Random(1).randbytes(50 * 40 * bands)
    Image.frombytes(mode, (50, 40), d).save(mode.replace(';', '') + '.png', optimize=True)
    open(mode.replace(';', '') + '.raw', 'wb').write(d)
)");
    if (!ran) return support::skip("no Pillow in " + support::python());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const auto image = read_png(support::bytes_of(ours[i]), "ours").value_or_throw();
        CHECK(support::to_vector(image.pixels8.bytes()) ==
              support::read_all(folder.file("ours" + std::to_string(i) + ".raw")));
    }
    for (const char* mode : {"L", "LA", "RGB", "RGBA", "I16"}) {
        INFO(mode);
        const auto file = support::read_all(folder.file(std::string(mode) + ".png"));
        const auto image = read_png(support::bytes_of(file), mode).value_or_throw();
        const Bytes bytes = image.depth_bits == 16 ? image.pixels16.bytes() : image.pixels8.bytes();
        CHECK(support::to_vector(bytes) == support::read_all(folder.file(std::string(mode) + ".raw")));
    }
}
