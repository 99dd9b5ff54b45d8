// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Architectures by name: sizes as published, parameters of the text, mistakes.
#include "provenn/zoo/zoo.hpp"

#include <string>

#include "support/catch.hpp"

using namespace provenn;

namespace {
std::int64_t parameters(const char* text) { return zoo::make_architecture(text).value_or_throw().parameter_count(); }
Shape output(const Model& model) { return model.value(model.outputs[0]).shape; }
}  // namespace

TEST_CASE("architectures have the published number of parameters", "[zoo][zoo][REQ-ZOO-001]") {
    CHECK(parameters("lenet5") == 61706);
    CHECK(parameters("resnet8") == 78666);                       // MLPerf Tiny
    CHECK(parameters("vgg16") == 138357544);                     // keras.applications
    CHECK(parameters("vgg16:top=no") == 14714688);               // keras.applications
    CHECK(parameters("mobilenet_v1") == 4253864);                // keras.applications
    CHECK(parameters("mobilenet_v1:top=no") == 3228864);         // keras.applications
    CHECK(parameters("mobilenet_v1:alpha=0.25") == 475544);      // keras.applications
    CHECK(parameters("mobilenet_v1:alpha=0.5") == 1342536);      // keras.applications
    CHECK(parameters("resnet18") == 11689512 + 9600);            // torchvision, which does not count statistics
    CHECK(parameters("resnet50") == 25636712);                   // keras.applications, as all below
    CHECK(parameters("resnet50:top=no") == 23587712);
    CHECK(parameters("vgg19") == 143667240);
    CHECK(parameters("mobilenet_v2") == 3538984);
    CHECK(parameters("mobilenet_v2:top=no,alpha=0.35") == 410208);
    CHECK(parameters("efficientnet_b0") == 5330571 - 1);         // without the count of samples of its Normalization
    CHECK(parameters("densenet121") == 8062504);
    CHECK(parameters("squeezenet") == 1235496);                  // torchvision squeezenet1_1
}

TEST_CASE("input, classes and top are chosen by text", "[zoo][zoo][REQ-ZOO-002]") {
    const Model model = zoo::make_architecture("mobilenet_v1:alpha=0.25,input=96x80x1,classes=3").value_or_throw();
    CHECK(model.value(model.inputs[0]).shape == Shape{96, 80, 1});
    CHECK(output(model) == Shape{3});
    CHECK(model.input_contract.height == 96);
    CHECK(model.input_contract.width == 80);
    CHECK(model.input_contract.channel_order == ChannelOrder::grey);
    CHECK(output(zoo::make_architecture("resnet18:top=no").value_or_throw()) == Shape{7, 7, 512});
    CHECK(output(zoo::make_architecture("squeezenet:top=no").value_or_throw()) == Shape{13, 13, 512});
    CHECK(output(zoo::make_architecture("small_cnn:classes=7").value_or_throw()) == Shape{7});
    CHECK(zoo::make_architecture("vgg16:input=64x64x3,classes=2").value_or_throw().input_contract.channel_order ==
          ChannelOrder::bgr);
}

TEST_CASE("a U-Net gives probabilities for each pixel", "[zoo][zoo][REQ-ZOO-008]") {
    const Model model = zoo::make_architecture("unet:input=32x48x1,classes=3").value_or_throw();
    CHECK(output(model) == Shape{32, 48, 3});
    CHECK(output(zoo::make_architecture("unet:input=32x48x1,top=no").value_or_throw()) == Shape{32, 48, 32});
    const auto last = [](const Model& of) {
        return std::get<layers::Conv2d>(of.layer(of.nodes[of.nodes.size() - 1].layer).config).activation.kind;
    };
    CHECK(last(model) == layers::Activation::softmax);
    CHECK(last(zoo::make_architecture("unet:classes=1").value_or_throw()) == layers::Activation::sigmoid);
    std::int64_t expected = 0;  // two 3x3 convolutions down, three up, one 1x1
    for (std::int64_t level = 0, before = 1, wide = 32; level <= 4; ++level, before = wide, wide *= 2) {
        expected += 9 * wide * (before + wide) + 2 * wide;
        if (level < 4) expected += 9 * wide * (2 * wide + 2 * wide + wide) + 3 * wide;
    }
    CHECK(model.parameter_count() == expected + 32 * 3 + 3);
    const auto error = zoo::make_architecture("unet:input=40x40x1").error();
    CHECK(error.code == ErrorCode::shape_mismatch);
    CHECK_THAT(std::string(error.message.view()), support::contains("up4_concat"));
}

TEST_CASE("mistakes in the text are named", "[zoo][zoo][REQ-ZOO-002]") {
    const auto error = [](const char* text) { return zoo::make_architecture(text).error(); };
    CHECK(error("resnet").code == ErrorCode::not_found);
    CHECK_THAT(std::string(error("resnet").message.view()),
               support::contains("resnet18") && support::contains("lenet5"));
    for (const char* text : {"vgg16:alpha=1", "resnet50:alpha=1", "mobilenet_v2:alpha=0", "resnet8:classes=0",
                             "resnet8:classes=ten", "resnet8:classes", "lenet5:input=28x28", "lenet5:input=28x28x1x1",
                             "lenet5:input=28,1", "mobilenet_v1:alpha=wide", "mobilenet_v1:alpha=nan",
                             "mobilenet_v1:alpha=0", "vgg16:top=maybe", "vgg16:depth=3", "lenet5:input=-1x2x3"}) {
        INFO(text);
        CHECK(error(text).code == ErrorCode::invalid_argument);
    }
    CHECK(error("vgg16:input=20x20x3").code == ErrorCode::shape_mismatch);
}
