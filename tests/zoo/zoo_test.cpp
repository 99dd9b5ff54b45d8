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

TEST_CASE("mistakes in the text are named", "[zoo][zoo][REQ-ZOO-002]") {
    const auto error = [](const char* text) { return zoo::make_architecture(text).error(); };
    CHECK(error("resnet").code == ErrorCode::not_found);
    CHECK_THAT(std::string(error("resnet").message.view()),
               support::contains("resnet18") && support::contains("lenet5"));
    for (const char* text :
         {"vgg16:alpha=1", "resnet8:classes=0", "resnet8:classes=ten", "resnet8:classes", "lenet5:input=28x28",
          "lenet5:input=28x28x1x1", "lenet5:input=28,1", "mobilenet_v1:alpha=wide", "mobilenet_v1:alpha=nan",
          "mobilenet_v1:alpha=0", "vgg16:top=maybe", "vgg16:depth=3", "lenet5:input=-1x2x3"}) {
        INFO(text);
        CHECK(error(text).code == ErrorCode::invalid_argument);
    }
    CHECK(error("vgg16:input=20x20x3").code == ErrorCode::shape_mismatch);
}
