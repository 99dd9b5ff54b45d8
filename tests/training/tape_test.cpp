// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tape: custom layers, where gradients flow and where not, and that its bits depend on nothing but the numbers.
#include "gradient_check.hpp"

TEST_CASE("a custom layer trains with its own gradient, and is refused by name without",
          "[training][tape][REQ-TRAIN-103][REQ-TRAIN-109]") {
    layers::CustomLayerType square;
    square.name = "square";
    square.output_shape = [](void*, std::string_view, Span<const Shape> inputs) -> Result<Shape> { return inputs[0]; };
    square.run = [](void*, std::string_view, Span<const View<const float>> inputs, View<float> output) noexcept {
        for (std::int64_t i = 0; i < output.element_count(); ++i) {
            output.data()[i] = inputs[0].data()[i] * inputs[0].data()[i];
        }
    };
    square.backward = [](void*, std::string_view, Span<const View<const float>> inputs, View<const float> gradient,
                         Span<const View<float>> to) noexcept {
        for (std::int64_t i = 0; i < gradient.element_count(); ++i) {
            to[0].data()[i] = 2.0f * inputs[0].data()[i] * gradient.data()[i];
        }
    };
    layers::Custom layer;
    layer.type_name = "square";
    layer.type = &square;
    check_layer(5, layer);

    square.backward = [](void*, std::string_view, Span<const View<const float>>, View<const float>,
                         Span<const View<float>> to) noexcept { to[0].data()[3] = NAN; };
    Model broken = around_layer(5, layer);
    fill(broken, 3);
    Probe probe(broken, 2);
    (void)probe.forward();
    CHECK(probe.tape.find_non_finite_gradient(probe.weight.view()) == "middle");

    square.backward = nullptr;
    Model model = around_layer(5, layer);
    auto refused = training::Tape::make(model, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::unsupported);
    CHECK_THAT(refused.error().message.c_str(), support::contains("middle"));
    // Below the last frozen part nothing asks for its gradient.
    model.layers[0].trainable = false;
    CHECK(training::Tape::make(model, {}).ok());
}

TEST_CASE("no gradient for frozen parameters, inputs, or below the last frozen part",
          "[training][tape][REQ-TRAIN-104]") {
    Model model = around_layer(5, conv(6, 3));
    fill(model, 3);
    const std::int64_t whole = training::Tape::make(model, {}).value_or_throw().arena_size();
    model.layers[0].trainable = model.layers[1].trainable = false;
    training::Tape tape = training::Tape::make(model, {}).value_or_throw();
    for (std::size_t p = 0; p < model.parameters.size(); ++p) {
        const bool is_of_head = model.parameters[p].name.view().substr(0, 5) == "after";
        CHECK((tape.gradient(static_cast<Index>(p)) != nullptr) == is_of_head);
    }
    CHECK(tape.arena_size() < whole);
    model.layers[3].trainable = false;
    auto refused = training::Tape::make(model, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().code == ErrorCode::invalid_argument);
}

TEST_CASE("a frozen network in training gives the bits of the session", "[training][tape][REQ-TRAIN-105]") {
    Model model = around(20, [](ModelBuilder& builder, Handle value) {
        value = builder.add("bn", layers::BatchNormalization{}, value);
        value = builder.add("relu", activation(layers::Activation::relu), value);
        const Handle skip = value;
        value = builder.add("conv", conv(20, 3), value);
        value = builder.add("bn2", layers::BatchNormalization{}, value);
        const Handle both[] = {value, skip};
        value = builder.add("add", layers::Merge{}, Span<const Handle>(both));
        return builder.add("pool", layers::GlobalPool2d{}, value);
    });
    fill(model, 8);
    for (LayerInstance& layer : model.layers) layer.trainable = layer.name == "after";
    Probe probe(model, 3);
    const std::vector<float> in_training = probe.forward();
    PlanOptions options;
    options.max_batch = 3;
    Session session = Session::from_model(model, options).value_or_throw();
    Tensor<float> output = Tensor<float>::zeros({3, 4}).value_or_throw();
    REQUIRE(session.run(probe.input.view(), output.view()).ok());
    CHECK(std::memcmp(in_training.data(), output.data(), output.bytes().size()) == 0);
}

TEST_CASE("a sample's forward bits depend neither on its batch nor on its place in it",
          "[training][tape][REQ-TRAIN-106]") {
    Model model = around(5, [](ModelBuilder& builder, Handle value) {
        value = builder.add("drop", layers::Dropout{}, value);
        layers::Dropout noise;
        noise.kind = layers::DropoutKind::gaussian_noise;
        return builder.add("noise", noise, value);
    });
    fill(model, 8);
    Probe together(model, 4);
    const std::vector<float> all = together.forward();
    for (std::int64_t sample = 0; sample < 4; ++sample) {
        const View<const float> input(together.input.data() + sample * 90, {1, 6, 5, 3});
        const std::int64_t index = together.samples[static_cast<std::size_t>(sample)];
        REQUIRE(together.tape.forward({&input, 1}, {7, 3, {&index, 1}}).ok());
        Tensor<float> alone = Tensor<float>::zeros({1, 4}).value_or_throw();
        together.tape.read_output(alone.view());
        CHECK(std::memcmp(alone.data(), all.data() + sample * 4, 4 * sizeof(float)) == 0);
        // Another epoch draws other numbers.
        REQUIRE(together.tape.forward({&input, 1}, {7, 4, {&index, 1}}).ok());
        together.tape.read_output(alone.view());
        CHECK(std::memcmp(alone.data(), all.data() + sample * 4, 4 * sizeof(float)) != 0);
    }
}

TEST_CASE("dropout keeps the share it should and scales the rest", "[training][tape][REQ-TRAIN-107]") {
    ModelBuilder builder("drop");
    layers::Dense identity = dense(1);
    identity.use_bias = false;
    Handle value = builder.add("one", identity, builder.input("input", {100, 100, 1}));
    layers::Dropout dropout;
    dropout.rate = 0.25f;
    builder.output(builder.add("drop", dropout, value));
    Model model = builder.build().value_or_throw();
    model.parameters[0].value.data()[0] = 1.0f;
    Probe probe(model, 1);
    for (float& x : probe.input.span()) x = 1.5f;
    std::int64_t dropped = 0;
    for (const float y : probe.forward()) {
        if (y == 0.0f) {
            ++dropped;
        } else {
            CHECK(y == 2.0f);
        }
    }
    // 10,000 draws with probability 1/4: the deviation is 43.
    CHECK(dropped > 2500 - 200);
    CHECK(dropped < 2500 + 200);
}

TEST_CASE("gradients have the same bits on every instruction set and number of threads",
          "[training][tape][REQ-TRAIN-108]") {
    Model model = around(20, [](ModelBuilder& builder, Handle value) {
        value = builder.add("bn", layers::BatchNormalization{}, value);
        value = builder.add("swish", activation(layers::Activation::swish), value);
        layers::DepthwiseConv2d depthwise;
        depthwise.kernel = {3, 3};
        depthwise.padding = layers::Padding::same;
        const Handle side = builder.add("depthwise", depthwise, value);
        const Handle both[] = {value, side};
        value = builder.add("add", layers::Merge{}, Span<const Handle>(both));
        return builder.add("pool", layers::Pool2d{}, value);
    });
    fill(model, 21);
    std::vector<std::vector<float>> first;
    for (const auto* table : support::all_tables()) {
        for (const int threads : {1, 2, 7}) {
            if (table->isa == kernels::Isa::emulated && threads != 2) continue;
            INFO(kernels::to_string(table->isa) << " threads " << threads);
            support::ThreadedExecutor executor(threads);
            training::TapeConfig config;
            config.kernels = table;
            config.executor = executor.executor();
            Probe probe(model, 5, config);
            std::vector<std::vector<float>> found{probe.forward()};
            probe.backward();
            for (std::size_t p = 0; p < model.parameters.size(); ++p) {
                const Tensor<float>* gradient = probe.tape.gradient(static_cast<Index>(p));
                if (gradient != nullptr) found.emplace_back(gradient->span().begin(), gradient->span().end());
            }
            if (first.empty()) first = found;
            REQUIRE(first.size() == found.size());
            for (std::size_t i = 0; i < found.size(); ++i) CHECK(support::same_bits(first[i], found[i]));
        }
    }
}

TEST_CASE("the layer where the first number that is not finite appears is named", "[training][tape][REQ-TRAIN-109]") {
    Model model = around_layer(5, conv(6, 3));
    fill(model, 3);
    model.parameters[2].value.data()[0] = INFINITY;
    Probe probe(model, 2);
    (void)probe.forward();
    const View<const float> inputs[] = {probe.input.view()};
    const training::BatchKeys keys{7, 3, {probe.samples.data(), probe.samples.size()}};
    CHECK(probe.tape.find_non_finite_output(Span<const View<const float>>(inputs), keys).value_or_throw() == "middle");
    model.parameters[2].value.data()[0] = 0.5f;
    probe.tape.repack();
    CHECK(probe.tape.find_non_finite_output(Span<const View<const float>>(inputs), keys).value_or_throw().empty());
    probe.input.data()[0] = NAN;
    CHECK(probe.tape.find_non_finite_output(Span<const View<const float>>(inputs), keys).value_or_throw() ==
          "the input");
}
