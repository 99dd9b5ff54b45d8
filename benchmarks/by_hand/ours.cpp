// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The layer in Provenn: a session of a model of one layer, numerics direct, serial executor; the times include bringing
// the array into the plan's blocked map and back.
#include <algorithm>
#include <vector>

#include "layer_program.hpp"
#include "provenn/inference.hpp"

namespace {

using namespace provenn;

Model one_layer(const by_hand::Layer& layer) {
    ModelBuilder builder("one_layer");
    layers::Conv2d conv{
        .filters = by_hand::kFilters, .kernel = {by_hand::kTaps, by_hand::kTaps}, .padding = layers::Padding::same};
    conv.activation.kind = layers::Activation::relu;
    const auto image = builder.input("image", {by_hand::kSide, by_hand::kSide, by_hand::kChannels});
    builder.output(builder.add("conv", conv, image));
    Model model = builder.build().value_or_throw();
    model.numerics = Numerics::direct;
    initialize(model, 7).value_or_throw();
    for (Parameter& parameter : model.parameters) {
        const std::vector<float>& from = parameter.role == layers::ParameterRole::bias ? layer.bias : layer.kernel;
        std::copy(from.begin(), from.end(), parameter.value.data());
    }
    return model;
}

class Runner {
  public:
    explicit Runner(const by_hand::Layer& layer)
        : session_(Session::from_model(one_layer(layer)).value_or_throw()),
          input_(Tensor<float>::zeros({1, by_hand::kSide, by_hand::kSide, by_hand::kChannels}).value_or_throw()),
          output_(Tensor<float>::zeros({1, by_hand::kSide, by_hand::kSide, by_hand::kFilters}).value_or_throw()) {
        std::copy(layer.input.begin(), layer.input.end(), input_.data());
    }
    void run() { session_.run(input_.view(), output_.view()).value_or_throw(); }
    [[nodiscard]] std::vector<float> output() const {
        return {output_.data(), output_.data() + output_.element_count()};
    }

  private:
    Session session_;
    Tensor<float> input_, output_;
};

}  // namespace

int main(int argc, char** argv) { return by_hand::serve<Runner>(argc, argv); }
