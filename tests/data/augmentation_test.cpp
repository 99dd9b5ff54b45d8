// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Augmentation and the simulated device: what each step does, independence of the steps, one set of bytes by seed.
#include "provenn/data/augmentation.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "provenn/core/sha256.hpp"
#include "provenn/data/pixel_sources.hpp"
#include "provenn/data/simulated_device.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"

using namespace provenn;

namespace {

Tensor<float> picture(const Shape& shape, std::uint64_t seed = 1) {
    auto image = Tensor<float>::zeros(shape).value_or_throw();
    support::CounterRandom random(seed);
    for (float& value : image.span()) value = static_cast<float>(random.next_integer(0, 255));
    return image;
}

std::vector<float> values(const Tensor<float>& image) { return {image.span().begin(), image.span().end()}; }

AugmentationKey key_of(std::uint64_t sample, std::uint32_t epoch = 0, std::uint64_t seed = 1) {
    AugmentationKey key;
    key.seed = seed;
    key.epoch = epoch;
    key.sample = sample;
    return key;
}

std::vector<float> augmented(const Tensor<float>& image, const AugmentationConfig& config, const AugmentationKey& key) {
    auto copy = image.clone().value_or_throw();
    augment(copy, config, key).value_or_throw();
    return values(copy);
}

double mean(const std::vector<float>& v) {
    double sum = 0;
    for (const float x : v) sum += static_cast<double>(x);
    return sum / static_cast<double>(v.size());
}

}  // namespace

TEST_CASE("flips exchange sides, half of the time", "[data][augmentation][REQ-DATA-009]") {
    auto image = Tensor<float>::zeros({2, 3, 2}).value_or_throw();
    for (int i = 0; i < 12; ++i) image.data()[i] = static_cast<float>(i);
    const std::vector<float> plain = values(image), mirrored = {4, 5, 2, 3, 0, 1, 10, 11, 8, 9, 6, 7},
                             upended = {6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 4, 5};
    int horizontal = 0, vertical = 0;
    for (std::uint64_t sample = 0; sample < 1000; ++sample) {
        const auto a = augmented(image, {.flip_horizontal = true}, key_of(sample));
        const auto b = augmented(image, {.flip_vertical = true}, key_of(sample));
        horizontal += a == mirrored ? 1 : 0;
        vertical += b == upended ? 1 : 0;
        REQUIRE((a == mirrored || a == plain));
        REQUIRE((b == upended || b == plain));
    }
    CHECK((horizontal > 430 && horizontal < 570));  // 4.4 standard deviations
    CHECK((vertical > 430 && vertical < 570));
}

TEST_CASE("a quarter turn, a whole shift and a doubling move pixels where they belong",
          "[data][augmentation][REQ-DATA-009]") {
    auto image = Tensor<float>::zeros({3, 3, 1}).value_or_throw();
    for (int i = 0; i < 9; ++i) image.data()[i] = static_cast<float>(i);
    const AugmentationConfig config{.border = BorderMode::constant, .border_value = -1};
    augmentation::Affine quarter;
    quarter.row_by_row = quarter.column_by_column = 0;
    quarter.row_by_column = -1;
    quarter.column_by_row = 1;
    CHECK(values(augmentation::move(image, config, quarter).value_or_throw()) ==
          std::vector<float>{6, 3, 0, 7, 4, 1, 8, 5, 2});
    augmentation::Affine shift;
    shift.row_offset = 1;
    CHECK(values(augmentation::move(image, config, shift).value_or_throw()) ==
          std::vector<float>{-1, -1, -1, 0, 1, 2, 3, 4, 5});
    shift.row_offset = 0;
    shift.column_offset = -0.5;
    CHECK(values(augmentation::move(image, {.border = BorderMode::nearest}, shift).value_or_throw()) ==
          std::vector<float>{0.5f, 1.5f, 2, 3.5f, 4.5f, 5, 6.5f, 7.5f, 8});
    augmentation::Affine twice;
    twice.row_by_row = twice.column_by_column = 0.5;
    CHECK(values(augmentation::move(image, config, twice).value_or_throw()) ==
          std::vector<float>{2, 2.5f, 3, 3.5f, 4, 4.5f, 5, 5.5f, 6});
    const std::int64_t reflected[] = {2, 1, 0, 0, 1, 2, 3, 3, 2, 1};
    for (std::int64_t i = 0; i < 10; ++i) CHECK(augmentation::inside(i - 3, 4, BorderMode::reflect) == reflected[i]);
    CHECK(augmentation::inside(-9, 4, BorderMode::nearest) == 0);
    CHECK(augmentation::inside(4, 4, BorderMode::constant) == -1);
}

TEST_CASE("drawn turns, shifts and zooms fill their ranges", "[data][augmentation][REQ-DATA-009]") {
    const AugmentationConfig config{.rotation_rad = 0.5, .shift_height = 0.1, .shift_width = 0.2, .zoom = 0.25};
    double least_sine = 1, most_sine = -1, most_row = 0, most_column = 0, least_size = 9, most_size = 0;
    for (std::uint64_t sample = 0; sample < 2000; ++sample) {
        const auto affine = augmentation::draw(config, key_of(sample), 10, 20);
        const double size = 1 / std::hypot(affine.row_by_row, affine.column_by_row);
        const double sine = affine.column_by_row * size;
        CHECK(std::abs(affine.row_by_column + affine.column_by_row) == 0.0);
        least_sine = std::min(least_sine, sine);
        most_sine = std::max(most_sine, sine);
        most_row = std::max(most_row, std::abs(affine.row_offset));
        most_column = std::max(most_column, std::abs(affine.column_offset));
        least_size = std::min(least_size, size);
        most_size = std::max(most_size, size);
    }
    CHECK((most_sine <= std::sin(0.5) + 1e-9 && most_sine > std::sin(0.49)));
    CHECK((least_sine >= -std::sin(0.5) - 1e-9 && least_sine < -std::sin(0.49)));
    CHECK((most_row <= 1.0 && most_row > 0.99));
    CHECK((most_column <= 4.0 && most_column > 3.96));
    CHECK((least_size >= 0.75 - 1e-9 && least_size < 0.76));
    CHECK((most_size <= 1.25 + 1e-9 && most_size > 1.24));
}

TEST_CASE("brightness shifts the mean, contrast keeps it, noise has its deviation, all within the range",
          "[data][augmentation][REQ-DATA-009]") {
    auto image = Tensor<float>::zeros({64, 64, 1}).value_or_throw();
    for (std::int64_t i = 0; i < 4096; ++i) image.data()[i] = i % 2 == 0 ? 100.0f : 140.0f;
    double most = 0;
    for (std::uint64_t sample = 0; sample < 300; ++sample) {
        const auto bright = augmented(image, {.brightness = 0.1}, key_of(sample));
        CHECK(bright[1] - bright[0] == Approx(40).margin(1e-4));
        most = std::max(most, std::abs(mean(bright) - 120));
        const auto contrast = augmented(image, {.contrast = 0.5}, key_of(sample));
        CHECK(mean(contrast) == Approx(120).margin(1e-4));
        CHECK((contrast[1] - contrast[0] >= 20 && contrast[1] - contrast[0] <= 60));
    }
    CHECK((most <= 25.5 && most > 25));
    const auto noisy = augmented(image, {.noise = 0.02}, key_of(0));
    double square = 0;
    for (std::int64_t i = 0; i < 4096; ++i) {
        const double off =
            static_cast<double>(noisy[static_cast<std::size_t>(i)]) - static_cast<double>(image.data()[i]);
        square += off * off;
    }
    CHECK(std::sqrt(square / 4096) == Approx(5.1).epsilon(0.05));  // 4.5 standard deviations of the estimate
    const auto wild = augmented(picture({16, 16, 3}), {.brightness = 1, .contrast = 1, .noise = 1}, key_of(5));
    for (const float value : wild) CHECK((value >= 0.0f && value <= 255.0f));
    CHECK(augmented(image, {}, key_of(3)) == values(image));
}

TEST_CASE("each step has its own stream: a key means the same whatever else is switched on",
          "[data][augmentation][REQ-DATA-009]") {
    const auto image = picture({8, 8, 1});
    const auto alone = augmented(image, {.flip_horizontal = true}, key_of(7));
    const auto other = augmented(image, {.flip_horizontal = true}, key_of(7));
    CHECK(alone == other);
    const AugmentationConfig all{.flip_horizontal = true, .rotation_rad = 0.3, .shift_width = 0.1, .noise = 0.1};
    const AugmentationConfig less{.flip_horizontal = true, .rotation_rad = 0.3, .noise = 0.1};
    const auto a = augmentation::draw(all, key_of(7), 8, 8), b = augmentation::draw(less, key_of(7), 8, 8);
    CHECK(a.row_by_row == b.row_by_row);
    CHECK(augmented(image, all, key_of(7)) != augmented(image, all, key_of(8)));
    CHECK(augmented(image, all, key_of(7, 1)) != augmented(image, all, key_of(7, 2)));
    CHECK(augmented(image, all, key_of(7, 1, 1)) != augmented(image, all, key_of(7, 1, 2)));
}

TEST_CASE("augmented bytes are those recorded", "[data][augmentation][REQ-DATA-009]") {
    const AugmentationConfig config{.flip_horizontal = true, .flip_vertical = true, .rotation_rad = 0.4,
                                    .shift_height = 0.1, .shift_width = 0.1, .zoom = 0.2, .brightness = 0.1,
                                    .contrast = 0.3, .noise = 0.05};
    Sha256 hash;
    for (std::uint64_t sample = 0; sample < 20; ++sample) {
        auto image = picture({13, 17, 3}, sample);
        augment(image, config, key_of(sample, 2, 42)).value_or_throw();
        hash.update(image.bytes());
    }
    // Recorded from this code: the number contract says that no compiler, flag or machine may change it.
    const std::string recorded = "47c4bd89b9dc7e99951ab6b409633a7bad48ef7c5947f9c9d361d0eef468ed47";
    CHECK(std::string(hash.finish().hex().view()) == recorded);
}

TEST_CASE("amounts out of range are refused by name", "[data][augmentation][REQ-DATA-009]") {
    CHECK(check_augmentation({}).ok());
    const std::pair<AugmentationConfig, const char*> cases[] = {
        {{.rotation_rad = 45}, "rotation_rad"}, {{.shift_height = -0.1}, "shift_height"},
        {{.shift_width = 2}, "shift_width"},    {{.zoom = 1}, "zoom"},
        {{.brightness = std::nan("")}, "brightness"},    {{.contrast = 1.5}, "contrast"},
        {{.noise = -1}, "noise"},               {{.border_value = INFINITY}, "border_value"}};
    for (const auto& [config, field] : cases) {
        const Status status = check_augmentation(config);
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == ErrorCode::invalid_argument);
        CHECK_THAT(std::string(status.error().message.view()), support::contains(field));
    }
}

TEST_CASE("a simulated device bends tones, blurs and adds the same noise every time",
          "[data][simulated_device][REQ-DATA-010]") {
    auto pixels = Tensor<std::uint8_t>::zeros({2, 9, 9, 1}).value_or_throw();
    pixels.data()[40] = 255;
    for (int i = 0; i < 81; ++i) pixels.data()[81 + i] = 51;
    Dataset dataset;
    dataset.samples.resize(2);
    dataset.pixels = std::make_shared<ArrayPixels>(std::move(pixels));
    const auto shown = [&](const SimulatedDevice& device, std::size_t sample) {
        Dataset copy = dataset;
        simulate_device(copy, device).value_or_throw();
        CHECK(copy.samples[0].device == device.name);
        CHECK(copy.pixels->digest(sample).value_or_throw() == dataset.pixels->digest(sample).value_or_throw());
        const Image image = copy.pixels->read(sample, OrientationPolicy::refuse, nullptr).value_or_throw();
        return std::vector<int>(image.pixels8.span().begin(), image.pixels8.span().end());
    };
    CHECK(shown({}, 1) == std::vector<int>(81, 51));
    CHECK(shown({.tone_bend = 1}, 1) == std::vector<int>(81, 92));     // 0.2 + 0.16 of 255 is 91.8
    CHECK(shown({.contrast = 0.5}, 1) == std::vector<int>(81, 89));    // 0.35 of 255 is 89.25
    CHECK(shown({.brightness = 0.1}, 1) == std::vector<int>(81, 77));  // 0.3 of 255 is 76.5
    CHECK(shown({.blur_sigma = 1.5}, 1) == std::vector<int>(81, 51));
    const auto spot = shown({.blur_sigma = 1}, 0);
    // (0.3989 / 0.9999...)^2 and e^-1/2 of it, from the density of the normal distribution cut at 3.
    CHECK(spot[40] == 41);
    CHECK((spot[39] == 25 && spot[41] == 25 && spot[31] == 25 && spot[49] == 25));
    CHECK((spot[30] == 15 && spot[0] == 0));
    const SimulatedDevice noisy{.noise = 0.05, .seed = 3};
    CHECK(shown(noisy, 1) == shown(noisy, 1));
    CHECK(shown(noisy, 1) != shown({.noise = 0.05, .seed = 4}, 1));
    const auto dotted = shown(noisy, 1);
    CHECK(*std::max_element(dotted.begin(), dotted.end()) < 51 + 5 * 13);
    Dataset refused = dataset;
    CHECK(simulate_device(refused, {.tone_bend = 1.5}).error().code == ErrorCode::invalid_argument);
    CHECK(simulate_device(refused, {.blur_sigma = 0.01}).error().code == ErrorCode::invalid_argument);
    CHECK(simulate_device(refused, {.noise = std::nan("")}).error().code == ErrorCode::invalid_argument);
    CHECK(refused.pixels == dataset.pixels);
}
