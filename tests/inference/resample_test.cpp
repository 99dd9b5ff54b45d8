// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Resampling against recorded pixels of Pillow, TensorFlow and Keras (tests/oracle/resample.py), and its refusals.
#include "provenn/inference/resample.hpp"

#include <cstring>
#include <string>
#include <vector>

#include "provenn/core/sha256.hpp"
#include "provenn/inference/preprocess.hpp"
#include "support/bytes.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/shared_data.hpp"

using namespace provenn;

namespace {

/// Image of random bytes: picture() of the oracle script.
Tensor<std::uint8_t> picture(std::uint64_t seed, std::int64_t height, std::int64_t width, std::int64_t channels) {
    auto image = Tensor<std::uint8_t>::zeros({height, width, channels}).value_or_throw();
    const support::CounterRandom random(seed);
    for (std::int64_t i = 0; i < image.element_count(); ++i) {
        image.data()[i] = static_cast<std::uint8_t>(random.bits(static_cast<std::uint64_t>(i)) >> 56);
    }
    return image;
}

struct Sizes {
    std::int64_t height, width, new_height, new_width, channels;
};
/// sizes() of the oracle script.
Sizes sizes(std::uint64_t number, std::uint64_t most) {
    const support::CounterRandom random(1000 + number);
    std::int64_t side[4];
    for (std::uint64_t k = 0; k < 4; ++k) side[k] = static_cast<std::int64_t>(1 + random.bits(k) % most);
    return {side[0], side[1], side[2], side[3], static_cast<std::int64_t>(1 + 2 * (random.bits(4) % 2))};
}

ImageView view_of(const Tensor<std::uint8_t>& image) { return ImageView(image.view()); }

/// The recorded bytes, taken one after the other.
class Record {
  public:
    Record() : bytes_(support::read_all(support::source_file("tests/oracle/resample.bin"))) {}
    const std::uint8_t* take(std::size_t count) {
        REQUIRE(at_ + count <= bytes_.size());
        at_ += count;
        return bytes_.data() + at_ - count;
    }
    void skip_pillow() { take(std::size_t{200} * 3 * 8); }
    void skip_tensorflow() {
        for (std::uint64_t number = 200; number < 212; ++number) {
            const Sizes size = sizes(number, 30);
            take(static_cast<std::size_t>(3 * 4 * size.new_height * size.new_width * size.channels));
        }
    }
    [[nodiscard]] bool at_end() const { return at_ == bytes_.size(); }

  private:
    std::vector<std::uint8_t> bytes_;
    std::size_t at_ = 0;
};

std::vector<std::uint8_t> as_bytes(const Tensor<float>& image) {
    std::vector<std::uint8_t> bytes;
    for (const float value : image.span()) {
        bytes.push_back(static_cast<std::uint8_t>(value));
        REQUIRE(static_cast<float>(bytes.back()) == value);
    }
    return bytes;
}

/// Largest difference from recorded floats.
double distance(const Tensor<float>& image, const std::uint8_t* recorded) {
    double largest = 0;
    for (std::int64_t i = 0; i < image.element_count(); ++i) {
        float expected;
        std::memcpy(&expected, recorded + 4 * i, 4);
        const double difference = static_cast<double>(image.data()[i]) - static_cast<double>(expected);
        largest = std::max(largest, difference < 0 ? -difference : difference);
    }
    return largest;
}

}  // namespace

TEST_CASE("8-bit images get the bytes of Pillow's filters", "[inference][resample][REQ-PREP-001]") {
    Record record;
    for (std::uint64_t number = 0; number < 200; ++number) {
        const Sizes size = sizes(number, 90);
        const auto image = picture(number, size.height, size.width, size.channels);
        for (const ResizeMethod method :
             {ResizeMethod::pil_bilinear, ResizeMethod::pil_bicubic, ResizeMethod::pil_nearest}) {
            const auto resized =
                resize_image(view_of(image), size.new_height, size.new_width, method).value_or_throw();
            CAPTURE(number, static_cast<int>(method), size.height, size.width, size.new_height, size.new_width);
            const auto bytes = as_bytes(resized);
            CHECK(std::memcmp(sha256(support::bytes_of(bytes)).bytes, record.take(8), 8) == 0);
        }
    }
}

TEST_CASE("nearest, bilinear and area are those of tf.image.resize", "[inference][resample][REQ-PREP-001]") {
    Record record;
    record.skip_pillow();
    for (std::uint64_t number = 200; number < 212; ++number) {
        const Sizes size = sizes(number, 30);
        const auto image = picture(number, size.height, size.width, size.channels);
        for (const ResizeMethod method : {ResizeMethod::nearest, ResizeMethod::bilinear, ResizeMethod::area}) {
            const auto resized =
                resize_image(view_of(image), size.new_height, size.new_width, method).value_or_throw();
            CAPTURE(number, static_cast<int>(method), size.height, size.width, size.new_height, size.new_width);
            const auto count = static_cast<std::size_t>(resized.element_count());
            // Two interpolations of numbers below 256, each with a weight and a sum rounded to float: 8 * 2^-24 * 256;
            // TensorFlow sums an area of up to 900 pixels in float.
            const double bound = method == ResizeMethod::nearest ? 0.0 : method == ResizeMethod::area ? 2e-3 : 1.3e-4;
            CHECK(distance(resized, record.take(4 * count)) <= bound);
        }
    }
}

TEST_CASE("load_img and Resizing with crop_to_aspect_ratio give Keras' pixels", "[inference][resample][REQ-PREP-001]") {
    Record record;
    record.skip_pillow();
    record.skip_tensorflow();
    const auto file = picture(300, 37, 23, 3);
    const auto loaded = as_bytes(resize_image(view_of(file), 16, 19, ResizeMethod::pil_nearest).value_or_throw());
    CHECK(std::memcmp(loaded.data(), record.take(loaded.size()), loaded.size()) == 0);
    InputContract contract;
    contract.height = 9;
    contract.width = 13;
    contract.channels = 3;
    contract.crop = CropMethod::center_square;
    for (const auto& [height, width] : {std::pair{31, 20}, std::pair{12, 40}}) {
        const auto image = picture(301, height, width, 3);
        const auto resized = resize_input(view_of(image), contract).value_or_throw();
        CHECK(distance(resized, record.take(static_cast<std::size_t>(4 * resized.element_count()))) <= 1.3e-4);
    }
    CHECK(record.at_end());
}

TEST_CASE("16-bit and float images keep their depth through every filter", "[inference][resample][REQ-PREP-001]") {
    auto wide = Tensor<std::uint16_t>::zeros({7, 5, 1}).value_or_throw();
    auto real = Tensor<float>::zeros({7, 5, 1}).value_or_throw();
    for (std::int64_t i = 0; i < 35; ++i) {
        wide.data()[i] = static_cast<std::uint16_t>(60000 + 100 * i);
        real.data()[i] = static_cast<float>(wide.data()[i]);
    }
    for (int method = 1; method <= 6; ++method) {
        const auto a = resize_image(ImageView(wide.view()), 3, 4, static_cast<ResizeMethod>(method)).value_or_throw();
        const auto b = resize_image(ImageView(real.view()), 3, 4, static_cast<ResizeMethod>(method)).value_or_throw();
        CHECK(std::memcmp(a.data(), b.data(), a.bytes().size()) == 0);
        for (const float value : a.span()) CHECK((value >= 59999.0f && value <= 63500.0f));
    }
    // Area of 4 x 4 to 2 x 2 is the mean of each quarter.
    auto four = Tensor<float>::zeros({4, 4, 1}).value_or_throw();
    for (std::int64_t i = 0; i < 16; ++i) four.data()[i] = static_cast<float>(i);
    const auto means = resize_image(ImageView(four.view()), 2, 2, ResizeMethod::area).value_or_throw();
    CHECK(means.data()[0] == 2.5f);
    CHECK(means.data()[3] == 12.5f);
}

TEST_CASE("sizes that none does not accept are refused, and equal sizes change nothing",
          "[inference][resample][REQ-PREP-002]") {
    const auto image = picture(1, 4, 5, 3);
    const auto refused = resize_image(view_of(image), 5, 5, ResizeMethod::none);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::input_refused);
    CHECK_THAT(std::string(refused.error().message.view()), support::contains("expected 5 x 5 pixels, found 4 x 5"));
    for (int method = 0; method <= 6; ++method) {
        const auto same = resize_image(view_of(image), 4, 5, static_cast<ResizeMethod>(method)).value_or_throw();
        CHECK(as_bytes(same) == support::to_vector(image.bytes()));
    }
    const auto empty = Tensor<std::uint8_t>::zeros({0, 5, 3}).value_or_throw();
    CHECK(resize_image(view_of(empty), 4, 5, ResizeMethod::area).error().code == ErrorCode::input_refused);
}
