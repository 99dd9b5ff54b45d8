// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tests of the eight EXIF orientations on a picture of six different pixels.
#include "provenn/data/image.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace provenn;

namespace {

/// Stored rows "abc" and "def".
template <class T>
Image stored(int orientation) {
    Image image;
    image.height = 2;
    image.width = 3;
    image.channels = 1;
    image.exif_orientation = orientation;
    auto pixels = Tensor<T>::zeros({2, 3, 1}).value_or_throw();
    for (std::int64_t i = 0; i < 6; ++i) pixels.data()[i] = static_cast<T>('a' + i);
    if constexpr (sizeof(T) == 2) {
        image.depth_bits = 16;
        image.pixels16 = std::move(pixels);
    } else {
        image.pixels8 = std::move(pixels);
    }
    return image;
}

template <class T>
std::string rows(const Tensor<T>& pixels) {
    std::string text;
    for (std::int64_t i = 0; i < pixels.element_count(); ++i) {
        if (i > 0 && i % pixels.shape()[1] == 0) text += '/';
        text += static_cast<char>(pixels.data()[i]);
    }
    return text;
}

}  // namespace

TEST_CASE("each orientation turns the pixels as EXIF defines it", "[data][image][REQ-DATAFORMATS-008]") {
    // As Pillow's ImageOps.exif_transpose gives them.
    const char* const expected[] = {"abc/def",  "cba/fed",  "fed/cba",  "def/abc",
                                    "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad"};
    for (int orientation = 1; orientation <= 8; ++orientation) {
        INFO("orientation " << orientation);
        Image image = stored<std::uint8_t>(orientation);
        REQUIRE(apply_orientation(image, OrientationPolicy::apply, "x").ok());
        CHECK(rows(image.pixels8) == expected[orientation - 1]);
        CHECK(image.height == image.pixels8.shape()[0]);
        CHECK(image.width == image.pixels8.shape()[1]);
        CHECK(image.turned == (orientation != 1));
        CHECK(image.exif_orientation == orientation);
        Image wide = stored<std::uint16_t>(orientation);
        REQUIRE(apply_orientation(wide, OrientationPolicy::apply, "x").ok());
        CHECK(rows(wide.pixels16) == expected[orientation - 1]);
    }
}

TEST_CASE("the policy decides", "[data][image][REQ-DATAFORMATS-008]") {
    Image image = stored<std::uint8_t>(6);
    REQUIRE(apply_orientation(image, OrientationPolicy::ignore, "x").ok());
    CHECK(rows(image.pixels8) == "abc/def");
    CHECK_FALSE(image.turned);
    const Status refused = apply_orientation(image, OrientationPolicy::refuse, "x.jpg");
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::policy_refused);
    CHECK_THAT(refused.error().message.c_str(), support::contains("x.jpg: EXIF orientation 6"));
    Image upright = stored<std::uint8_t>(1);
    CHECK(apply_orientation(upright, OrientationPolicy::refuse, "x").ok());
}
