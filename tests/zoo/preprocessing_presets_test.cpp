// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Presets against the values that keras.applications.imagenet_utils.preprocess_input gives.
#include "provenn/zoo/preprocessing_presets.hpp"

#include <cmath>

#include "provenn/model/builder.hpp"
#include "support/catch.hpp"

using namespace provenn;

namespace {
/// What channel `c` of the network sees for a pixel of its own channel.
double seen(const InputContract& contract, int c, double pixel) {
    return pixel * static_cast<double>(contract.scale[c]) + static_cast<double>(contract.offset[c]);
}
InputContract contract(PreprocessingPreset preset, int bits = 8) {
    return make_input_contract(preset, {224, 200, 3}, bits).value_or_throw();
}
}  // namespace

TEST_CASE("presets give Keras' numbers", "[zoo][preprocessing_presets][REQ-ZOO-003]") {
    // preprocess_input of the colour (200, 100, 50) in each mode
    const InputContract tf = contract(PreprocessingPreset::tf);
    CHECK(seen(tf, 0, 200) == Approx(0.5686274766921997));
    CHECK(seen(tf, 0, 255) == Approx(1.0));
    CHECK(seen(tf, 0, 0) == -1.0);
    CHECK(tf.channel_order == ChannelOrder::rgb);
    const InputContract caffe = contract(PreprocessingPreset::caffe);
    CHECK(caffe.channel_order == ChannelOrder::bgr);
    CHECK(seen(caffe, 0, 50) == Approx(-53.939));   // blue comes first
    CHECK(seen(caffe, 1, 100) == Approx(-16.779));
    CHECK(seen(caffe, 2, 200) == Approx(76.32));
    const InputContract torch = contract(PreprocessingPreset::torch);
    CHECK(seen(torch, 0, 200) == Approx(1.3070) .margin(1e-4));
    CHECK(seen(torch, 1, 100) == Approx(-0.2850).margin(1e-4));
    CHECK(seen(torch, 2, 50) == Approx(-0.9330).margin(1e-4));
    CHECK(seen(contract(PreprocessingPreset::unit), 1, 51) == Approx(0.2));
    CHECK(seen(contract(PreprocessingPreset::raw), 1, 51) == 51.0);
    CHECK(contract(PreprocessingPreset::tf).height == 224);
    CHECK(contract(PreprocessingPreset::tf).width == 200);
}

TEST_CASE("16-bit pixels reach the same range without being narrowed", "[zoo][preprocessing_presets][REQ-ZOO-003]") {
    for (const auto preset : {PreprocessingPreset::raw, PreprocessingPreset::tf, PreprocessingPreset::torch}) {
        const InputContract wide = contract(preset, 16);
        CHECK(wide.highest == 65535.0f);
        CHECK(seen(wide, 0, 65535) == Approx(seen(contract(preset), 0, 255)));
        CHECK(seen(wide, 0, 65535) > seen(wide, 0, 65534));
    }
}

TEST_CASE("presets that cannot be are refused", "[zoo][preprocessing_presets][REQ-ZOO-003]") {
    CHECK(parse_preset("caffe").value_or_throw() == PreprocessingPreset::caffe);
    CHECK(parse_preset("pytorch").error().code == ErrorCode::invalid_argument);
    CHECK(make_input_contract(PreprocessingPreset::caffe, {8, 8, 1}).error().code == ErrorCode::invalid_argument);
    CHECK(make_input_contract(PreprocessingPreset::raw, {8, 8}).error().code == ErrorCode::unsupported);
    CHECK(make_input_contract(PreprocessingPreset::raw, {8, 8, 3}, 12).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("published families are known by name", "[zoo][preprocessing_presets][REQ-ZOO-003]") {
    CHECK(preset_from_name("mobilenet_0.25_224") == PreprocessingPreset::tf);
    CHECK(preset_from_name("MobileNetV3Large") == PreprocessingPreset::raw);
    CHECK(preset_from_name("resnet50") == PreprocessingPreset::caffe);
    CHECK(preset_from_name("resnet50v2") == PreprocessingPreset::tf);
    CHECK(preset_from_name("densenet121") == PreprocessingPreset::torch);
    CHECK(preset_from_name("model_1") == PreprocessingPreset::raw);
}

TEST_CASE("a network that rescales its input prepares it itself", "[zoo][preprocessing_presets][REQ-ZOO-003]") {
    const auto build = [](bool rescales) {
        ModelBuilder builder;
        auto at = builder.input("x", {4, 4, 3});
        if (rescales) at = builder.add("r", layers::Rescaling{}, at);
        builder.output(builder.add("p", layers::GlobalPool2d{}, at));
        return builder.build().value_or_throw();
    };
    CHECK(prepares_its_input(build(true)));
    CHECK_FALSE(prepares_its_input(build(false)));
}
