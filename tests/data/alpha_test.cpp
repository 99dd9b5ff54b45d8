// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Alpha channels dropped or laid on white or black, each value to the nearest integer.
#include "provenn/data/alpha.hpp"

#include <cstdint>
#include <vector>

#include "provenn/data/pixel_sources.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {

template <class T>
Image image_of(std::int64_t channels, const std::vector<T>& values) {
    Image image;
    image.height = 1;
    image.width = static_cast<std::int64_t>(values.size()) / channels;
    image.channels = channels;
    image.has_alpha = true;
    auto pixels = Tensor<T>::zeros({1, image.width, channels}).value_or_throw();
    std::copy(values.begin(), values.end(), pixels.data());
    if constexpr (sizeof(T) == 2) {
        image.depth_bits = 16;
        image.pixels16 = std::move(pixels);
    } else {
        image.pixels8 = std::move(pixels);
    }
    return image;
}

template <class T>
std::vector<T> after(std::int64_t channels, const std::vector<T>& values, AlphaPolicy policy) {
    Image image = image_of<T>(channels, values);
    apply_alpha(image, policy).value_or_throw();
    const auto span = [&] {
        if constexpr (sizeof(T) == 2) return image.pixels16.span();
        else return image.pixels8.span();
    }();
    const bool is_left = policy == AlphaPolicy::refuse;
    CHECK(image.channels == (is_left ? channels : channels - 1));
    CHECK(image.has_alpha == is_left);
    CHECK(static_cast<std::int64_t>(span.size()) == image.width * image.channels);
    return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("an alpha channel is left, dropped, or laid on white or black", "[data][alpha][REQ-DATA-013]") {
    const std::vector<std::uint8_t> colours = {10, 20, 30, 255, 10, 20, 30, 0, 100, 200, 0, 128};
    using Bytes8 = std::vector<std::uint8_t>;
    CHECK(after(4, colours, AlphaPolicy::refuse) == colours);
    CHECK(after(4, colours, AlphaPolicy::ignore) == Bytes8{10, 20, 30, 10, 20, 30, 100, 200, 0});
    // 100 * 128 / 255 = 50.2; 200 * 128 / 255 = 100.4; on white 127 more.
    CHECK(after(4, colours, AlphaPolicy::black) == Bytes8{10, 20, 30, 0, 0, 0, 50, 100, 0});
    CHECK(after(4, colours, AlphaPolicy::white) == Bytes8{10, 20, 30, 255, 255, 255, 177, 227, 127});
    CHECK(after(2, Bytes8{7, 255, 7, 0}, AlphaPolicy::white) == Bytes8{7, 255});
    const std::vector<std::uint16_t> deep = {40000, 65535, 40000, 0, 65535, 32768, 1, 32768};
    CHECK(after(2, deep, AlphaPolicy::black) == std::vector<std::uint16_t>{40000, 0, 32768, 1});
    CHECK(after(2, deep, AlphaPolicy::white) == std::vector<std::uint16_t>{40000, 65535, 65535, 32768});
}

TEST_CASE("every colour and alpha is the nearest integer", "[data][alpha][REQ-DATA-013]") {
    std::vector<std::uint8_t> all;
    for (int colour = 0; colour < 256; ++colour) {
        for (int cover = 0; cover < 256; ++cover) {
            all.push_back(static_cast<std::uint8_t>(colour));
            all.push_back(static_cast<std::uint8_t>(cover));
        }
    }
    const auto black = after(2, all, AlphaPolicy::black), white = after(2, all, AlphaPolicy::white);
    int wrong = 0;
    for (int i = 0; i < 65536; ++i) {
        const int colour = i / 256, cover = i % 256;
        const auto is_nearest = [](int value, int exact_times_255) {
            const int off = 2 * (255 * value - exact_times_255);
            return off > -255 && off < 255;
        };
        const auto at = static_cast<std::size_t>(i);
        wrong += is_nearest(black[at], colour * cover) ? 0 : 1;
        wrong += is_nearest(white[at], colour * cover + 255 * (255 - cover)) ? 0 : 1;
    }
    CHECK(wrong == 0);
}

TEST_CASE("an array of four channels has no alpha", "[data][alpha][REQ-DATA-013]") {
    auto rows = Tensor<std::uint8_t>::zeros({1, 1, 1, 4}).value_or_throw();
    for (int c = 0; c < 4; ++c) rows.data()[c] = static_cast<std::uint8_t>(c + 1);
    const AlphaPixels source(std::make_shared<ArrayPixels>(std::move(rows)), AlphaPolicy::black);
    const Image image = source.read(0, OrientationPolicy::refuse, nullptr).value_or_throw();
    CHECK(image.channels == 4);
    CHECK(image.pixels8.data()[0] == 1);
}
