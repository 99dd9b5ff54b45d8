// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Preprocessing: scaling, channel order, crop, strided views, and every refusal of the input contract.
#include "provenn/inference/preprocess.hpp"

#include <limits>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace provenn;

namespace {

InputContract contract_of(std::int64_t height, std::int64_t width, std::int64_t channels) {
    InputContract contract;
    contract.height = height;
    contract.width = width;
    contract.channels = channels;
    return contract;
}

template <class T>
Tensor<T> counted(const Shape& shape, int first = 0) {
    auto tensor = Tensor<T>::zeros(shape).value_or_throw();
    for (std::int64_t i = 0; i < tensor.element_count(); ++i) tensor.data()[i] = static_cast<T>(first + i);
    return tensor;
}

std::vector<float> run(const ImageView& image, const InputContract& contract) {
    auto output = Tensor<float>::zeros({contract.height, contract.width, contract.channels}).value_or_throw();
    preprocess(image, contract, output.view()).value_or_throw();
    return {output.span().begin(), output.span().end()};
}

void check_refused(const ImageView& image, const InputContract& contract, ErrorCode code, const std::string& text) {
    auto output = Tensor<float>::zeros({2, 2, 3}).value_or_throw();
    for (float& value : output.span()) value = -7.0f;
    const Status status = preprocess(image, contract, View<float>(output.data(), {contract.height, contract.width,
                                                                                  contract.channels}));
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == code);
    CHECK_THAT(std::string(status.error().message.view()), support::contains(text));
    for (const float value : output.span()) CHECK(value == -7.0f);
}

}  // namespace

TEST_CASE("pixels become fma(x, scale, offset) in the network's channel order",
          "[inference][preprocess][REQ-PREP-003]") {
    const auto image = counted<std::uint8_t>({1, 2, 3}, 10);  // 10 11 12, 13 14 15
    InputContract contract = contract_of(1, 2, 3);
    for (int c = 0; c < 3; ++c) {
        contract.scale[c] = static_cast<float>(c + 1);
        contract.offset[c] = static_cast<float>(100 * c);
    }
    CHECK(run(ImageView(image.view()), contract) == std::vector<float>{10, 122, 236, 13, 128, 245});
    contract.channel_order = ChannelOrder::bgr;
    CHECK(run(ImageView(image.view()), contract) == std::vector<float>{12, 122, 230, 15, 128, 239});
}

TEST_CASE("a grey image feeds three channels only where the contract accepts it",
          "[inference][preprocess][REQ-PREP-002][REQ-PREP-003]") {
    const auto grey = counted<std::uint8_t>({1, 2, 1}, 7);
    InputContract contract = contract_of(1, 2, 3);
    CHECK(run(ImageView(grey.view()), contract) == std::vector<float>{7, 7, 7, 8, 8, 8});
    contract.accept_grey_as_rgb = false;
    check_refused(ImageView(grey.view()), contract, ErrorCode::input_refused, "expected 3 channels, found 1");
}

TEST_CASE("the centre is cropped to the aspect ratio of the network", "[inference][preprocess][REQ-PREP-003]") {
    const auto wide = counted<std::uint8_t>({2, 5, 1});
    InputContract contract = contract_of(2, 2, 1);
    contract.crop = CropMethod::center_square;
    contract.resize = ResizeMethod::none;
    CHECK(run(ImageView(wide.view()), contract) == std::vector<float>{1, 2, 6, 7});
    const auto tall = counted<std::uint8_t>({5, 2, 1});
    CHECK(run(ImageView(tall.view()), contract) == std::vector<float>{2, 3, 4, 5});
    // A target so flat that its share of the image is less than a pixel keeps one row, not all.
    InputContract flat = contract_of(1, 100, 1);
    flat.crop = CropMethod::center_square;
    flat.resize = ResizeMethod::nearest;
    const auto image = counted<std::uint8_t>({3, 10, 1});
    const auto row = run(ImageView(image.view()), flat);
    CHECK(row.front() == 10.0f);
    CHECK(row.back() == 19.0f);
}

TEST_CASE("strided views of three depths are read where they lie", "[inference][image_view][REQ-PREP-003]") {
    const auto planes = counted<std::uint16_t>({3, 2, 2}, 1000);  // [C, H, W] in memory
    const std::int64_t strides[] = {2, 1, 4};
    InputContract contract = contract_of(2, 2, 3);
    contract.bits = 16;
    contract.highest = 65535.0f;
    const ImageView image{View<const std::uint16_t>(planes.data(), {2, 2, 3}, Span<const std::int64_t>(strides))};
    CHECK(image.bits() == 16);
    CHECK(run(image, contract) ==
          std::vector<float>{1000, 1004, 1008, 1001, 1005, 1009, 1002, 1006, 1010, 1003, 1007, 1011});
    const ImageView corner = image.crop(1, 1, 1, 1);
    CHECK(corner.at(0, 0, 2) == 1011.0f);
    const auto real = counted<float>({2, 2, 3});
    contract.bits = 32;
    CHECK(run(ImageView(real.view()), contract)[11] == 11.0f);
}

TEST_CASE("what breaks the contract is refused and leaves the output alone", "[inference][preprocess][REQ-PREP-002]") {
    const InputContract contract = contract_of(2, 2, 3);
    const auto wide = counted<std::uint16_t>({2, 2, 3});
    check_refused(ImageView(wide.view()), contract, ErrorCode::input_refused,
                  "expected 8 bits for each channel, found 16");
    const auto alpha = counted<std::uint8_t>({2, 2, 4});
    check_refused(ImageView(alpha.view()), contract, ErrorCode::input_refused, "expected 3 channels, found 4");
    const auto none = Tensor<std::uint8_t>::zeros({0, 2, 3}).value_or_throw();
    check_refused(ImageView(none.view()), contract, ErrorCode::input_refused, "no pixels");

    InputContract narrow = contract;
    narrow.highest = 10.0f;
    const auto image = counted<std::uint8_t>({2, 2, 3});  // the last pixel is 9 10 11
    check_refused(ImageView(image.view()), narrow, ErrorCode::input_refused, "pixel (1, 1) channel 2");

    InputContract real = contract;
    real.bits = 32;
    auto floats = counted<float>({2, 2, 3});
    CHECK(check_input(ImageView(floats.view()), real).ok());
    floats.data()[4] = std::numeric_limits<float>::quiet_NaN();
    check_refused(ImageView(floats.view()), real, ErrorCode::input_refused, "pixel (0, 1) channel 1");
    floats.data()[4] = -0.5f;
    check_refused(ImageView(floats.view()), real, ErrorCode::input_refused, "pixel (0, 1) channel 1");
}

TEST_CASE("a contract that cannot be kept is refused, naming the field", "[inference][preprocess][REQ-PREP-004]") {
    struct Case {
        const char* field;
        void (*spoil)(InputContract&);
    };
    const Case cases[] = {
        {"height", [](InputContract& contract) { contract.height = 0; }},
        {"height", [](InputContract& contract) { contract.height = std::int64_t{1} << 40; }},
        {"width", [](InputContract& contract) { contract.width = -1; }},
        {"channels", [](InputContract& contract) { contract.channels = 17; }},
        {"bits", [](InputContract& contract) { contract.bits = 12; }},
        {"bgr", [](InputContract& contract) { contract.channels = 4, contract.channel_order = ChannelOrder::bgr; }},
        {"grey", [](InputContract& contract) { contract.channel_order = ChannelOrder::grey; }},
        {"lowest", [](InputContract& contract) { contract.lowest = 300.0f; }},
        {"highest", [](InputContract& contract) { contract.highest = std::numeric_limits<float>::infinity(); }},
        {"scale", [](InputContract& contract) { contract.scale[2] = std::numeric_limits<float>::quiet_NaN(); }},
        {"offset", [](InputContract& contract) { contract.offset[0] = std::numeric_limits<float>::infinity(); }},
    };
    CHECK(check_contract(contract_of(2, 2, 3)).ok());
    for (const Case& planted : cases) {
        InputContract contract = contract_of(2, 2, 3);
        planted.spoil(contract);
        const Status status = check_contract(contract);
        CAPTURE(planted.field);
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == ErrorCode::invalid_argument);
        CHECK_THAT(std::string(status.error().message.view()), support::contains(planted.field));
    }
}

TEST_CASE("an alpha channel that is opaque everywhere is left out, any other is refused",
          "[inference][preprocess][REQ-PREP-002]") {
    InputContract contract;
    contract.height = contract.width = 2;
    contract.channels = 3;
    contract.resize = ResizeMethod::none;
    auto pixels = Tensor<std::uint8_t>::zeros({2, 2, 4}).value_or_throw();
    for (std::int64_t i = 0; i < 16; ++i) pixels.data()[i] = static_cast<std::uint8_t>(i % 4 == 3 ? 255 : i);
    auto output = Tensor<float>::zeros({2, 2, 3}).value_or_throw();
    preprocess(ImageView(View<const std::uint8_t>(pixels.view())), contract, output.view()).value_or_throw();
    for (std::int64_t i = 0; i < 12; ++i) CHECK(output.data()[i] == static_cast<float>(i / 3 * 4 + i % 3));
    pixels.data()[7] = 254;
    const Status refused = preprocess(ImageView(View<const std::uint8_t>(pixels.view())), contract, output.view());
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::input_refused);
}
