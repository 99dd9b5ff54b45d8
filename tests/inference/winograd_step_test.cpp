// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models of fast numerics: one set of bits on every configuration, other bits than direct ones, never a silent choice.
#include "provenn/inference/steps/winograd.hpp"

#include <cmath>
#include <cstring>

#include "provenn/adapters/tbb.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/model/initialize.hpp"
#include "support/catch.hpp"
#include "support/random.hpp"
#include "support/reference_network.hpp"

using namespace provenn;

namespace {

layers::Conv2d conv(std::int64_t filters, std::int64_t size, layers::Padding padding = layers::Padding::same) {
    layers::Conv2d layer{.filters = filters, .kernel = {size, size}, .padding = padding};
    layer.activation.kind = layers::Activation::relu;
    return layer;
}

/// A residual block whose convolutions go either way: too few channels, 1x1, Winograd with every epilogue, too small.
Model block(Numerics numerics) {
    ModelBuilder builder("block");
    auto value = builder.input("image", {18, 17, 3});
    value = builder.add("stem", conv(24, 3), value);
    const auto skip = builder.add("wide", conv(40, 1), value);
    value = builder.add("a", conv(40, 3), skip);
    value = builder.add("norm", layers::BatchNormalization{}, value);
    layers::Conv2d plain = conv(40, 3);
    plain.activation.kind = layers::Activation::linear;
    value = builder.add("b", plain, value);
    value = builder.add("norm2", layers::BatchNormalization{}, value);
    const ModelBuilder::Handle both[] = {value, skip};
    value = builder.add("sum", layers::Merge{}, Span<const ModelBuilder::Handle>(both));
    layers::ActivationLayer relu;
    relu.activation.kind = layers::Activation::relu;
    value = builder.add("relu", relu, value);
    value = builder.add("valid", conv(20, 3, layers::Padding::valid), value);
    value = builder.add("pool", layers::Pool2d{}, value);
    value = builder.add("small", conv(32, 3), value);
    value = builder.add("mean", layers::GlobalPool2d{}, value);
    builder.output(builder.add("head", layers::Dense{.units = 5}, value));
    Model model = builder.build().value_or_throw();
    initialize(model, 3).value_or_throw();
    support::CounterRandom random(4);
    for (Parameter& parameter : model.parameters) {
        if (parameter.role == layers::ParameterRole::kernel) continue;
        for (float& value_of : parameter.value.span()) value_of = random.next(0.5f, 1.0f);
    }
    model.numerics = numerics;
    return model;
}

Tensor<float> images(std::int64_t samples) {
    auto made = Tensor<float>::zeros({samples, 18, 17, 3}).value_or_throw();
    support::CounterRandom random(8);
    for (float& value : made.span()) value = random.next(-1.0f, 1.0f);
    return made;
}

Tensor<float> run(const Model& model, const Tensor<float>& input, PlanOptions options = {},
                  const Executor& executor = serial_executor()) {
    options.max_batch = input.shape()[0];
    Session session = Session::from_model(model, options).value_or_throw();
    auto output = Tensor<float>::zeros({input.shape()[0], 5}).value_or_throw();
    CHECK_FALSE(session.run(input.view(), output.view(), executor).value_or_throw().has_non_finite);
    return output;
}

bool same_bits(const Tensor<float>& a, const Tensor<float>& b) {
    return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.span().size() * sizeof(float)) == 0;
}

}  // namespace

TEST_CASE("plans of fast numerics give the bits of the textbook's Winograd loops, fused and not",
          "[inference][winograd][REQ-INFER-025]") {
    const Model model = block(Numerics::fast);
    const auto input = images(3);
    std::vector<Tensor<float>> inputs;
    inputs.push_back(input.clone().value_or_throw());
    const auto expected = support::ReferenceNetwork<float>(model).run(inputs);
    for (const bool fuse : {true, false}) {
        PlanOptions options;
        options.fuse = fuse;
        CHECK(same_bits(run(model, input, options), expected[0]));
    }
}

TEST_CASE("fast numerics have the same bits on every instruction set, number of threads and batch",
          "[inference][winograd][REQ-INFER-025]") {
    const Model model = block(Numerics::fast);
    const auto input = images(3);
    const auto expected = run(model, input);
    for (int i = 0; i < kernels::kIsaCount; ++i) {
        PlanOptions options;
        options.kernels = kernels::find_table(static_cast<kernels::Isa>(i));
        if (options.kernels == nullptr) continue;
        for (const int threads : {1, 2, 7}) {
            const auto executor = TbbExecutor::make(threads).value_or_throw();
            CAPTURE(to_string(options.kernels->isa), threads);
            CHECK(same_bits(run(model, input, options, executor.executor()), expected));
        }
    }
    const std::int64_t size = 18 * 17 * 3;
    for (std::int64_t n = 0; n < 3; ++n) {
        const auto one =
            Tensor<float>::copy_of(View<const float>(input.data() + n * size, {1, 18, 17, 3})).value_or_throw();
        CHECK(std::memcmp(run(model, one).data(), expected.data() + n * 5, 5 * sizeof(float)) == 0);
    }
}

TEST_CASE("fast and direct numerics agree closely and are never taken for each other",
          "[inference][winograd][REQ-INFER-026]") {
    const auto input = images(2);
    const auto fast = run(block(Numerics::fast), input), direct = run(block(Numerics::direct), input);
    CHECK_FALSE(same_bits(fast, direct));
    for (std::int64_t i = 0; i < fast.element_count(); ++i) {
        CHECK(std::abs(fast.data()[i] - direct.data()[i]) <= 1e-4f * std::abs(direct.data()[i]));
    }
    // A package says which it is; its known answers hold for that one only.
    const Model model = block(Numerics::fast);
    const auto package =
        encode_package(model, make_known_answers(model).value_or_throw()).value_or_throw();
    const Bytes bytes(package.data(), package.size());
    CHECK(Session::from_package(bytes).ok());
    const ContainerReader reader = ContainerReader::open(bytes, ContainerKind::package).value_or_throw();
    CHECK(decode_package(reader).value_or_throw().numerics == Numerics::fast);
}
