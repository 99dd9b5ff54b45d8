// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tape's gradients against finite differences of its own loss, for every layer; where gradients flow and where not.
#include <cmath>
#include <cstring>
#include <functional>

#include "networks.hpp"
#include "provenn/inference/session.hpp"
#include "provenn/training/tape.hpp"
#include "support/catch.hpp"

using namespace provenn;
using namespace networks;

namespace {

/// loss = sum of output * weight over a batch, with the gradient `weight`.
struct Probe {
    Model& model;
    training::Tape tape;
    Tensor<float> input, weight;
    std::vector<std::int64_t> samples;
    std::vector<Tensor<float>> more_inputs;

    Probe(Model& probed, std::int64_t batch, training::TapeConfig config = {})
        : model(probed), tape(training::Tape::make(probed, with_batch_of(config, batch)).value_or_throw()),
          input(random_tensor(training::with_batch(batch, probed.value(probed.inputs[0]).shape), 5)),
          weight(random_tensor(training::with_batch(batch, tape.output_shape()), 6)), samples(count_from(0, batch)) {}

    static training::TapeConfig with_batch_of(training::TapeConfig config, std::int64_t batch) {
        config.max_batch = batch;
        return config;
    }
    std::vector<float> forward() {
        const View<const float> inputs[] = {input.view()};
        tape.repack();
        const Status ran =
            tape.forward(Span<const View<const float>>(inputs), {7, 3, {samples.data(), samples.size()}});
        REQUIRE(ran.ok());
        Tensor<float> output = Tensor<float>::zeros(weight.shape()).value_or_throw();
        tape.read_output(output.view());
        return {output.span().begin(), output.span().end()};
    }
    double loss() {
        const std::vector<float> output = forward();
        double sum = 0.0;
        for (std::size_t i = 0; i < output.size(); ++i) {
            sum += static_cast<double>(output[i]) * static_cast<double>(weight.data()[i]);
        }
        return sum;
    }
    void backward() { tape.backward(weight.view()); }
};

/// Compares <gradient, direction> with the slope of the loss along random directions in each trained parameter.
void check_gradients(Model& model, std::int64_t batch = 3, double step = 0.004, double tolerance = 0.01) {
    fill(model, 11);
    Probe probe(model, batch);
    (void)probe.forward();
    probe.backward();
    int trained = 0;
    for (std::size_t p = 0; p < model.parameters.size(); ++p) {
        const Tensor<float>* found = probe.tape.gradient(static_cast<Index>(p));
        if (found == nullptr) continue;
        ++trained;
        const Tensor<float> gradient = found->clone().value_or_throw();
        Tensor<float>& values = model.parameters[p].value;
        const Tensor<float> kept = values.clone().value_or_throw();
        support::CounterRandom random(p + 100);
        for (int round = 0; round < 3; ++round) {
            std::vector<float> direction = random.floats(values.element_count());
            double expected = 0.0, scale = 0.0;
            for (std::size_t i = 0; i < direction.size(); ++i) {
                const double term = static_cast<double>(gradient.data()[i]) * static_cast<double>(direction[i]);
                expected += term;
                scale += term * term;
            }
            const auto shifted_loss = [&](double by) {
                for (std::size_t i = 0; i < direction.size(); ++i) {
                    values.data()[i] = static_cast<float>(static_cast<double>(kept.data()[i]) +
                                                          by * static_cast<double>(direction[i]));
                }
                return probe.loss();
            };
            const double slope = (shifted_loss(step) - shifted_loss(-step)) / (2.0 * step);
            std::memcpy(values.data(), kept.data(), kept.bytes().size());
            INFO(model.parameters[p].name.c_str() << " round " << round << " scale " << std::sqrt(scale));
            // Losses of magnitude 10 carry rounding errors of some 1e-6; corners and curvature add about a percent.
            CHECK_THAT(slope, support::WithinAbs(expected, tolerance * std::sqrt(scale) + 6e-6 / step + 5e-4));
        }
    }
    CHECK(trained > 0);
}

/// [6, 5, 3] -> conv of `channels` -> layers of `middle` -> flatten -> dense; everything is trained.
Model around(std::int64_t channels, const std::function<Handle(ModelBuilder&, Handle)>& middle) {
    ModelBuilder builder("probe");
    const Handle input = builder.input("input", {6, 5, 3});
    Handle value = builder.add("before", conv(channels, 3), input);
    value = middle(builder, value);
    if (builder.shape(value).rank() > 1) value = builder.add("flatten", layers::Flatten{}, value);
    builder.output(builder.add("after", dense(4), value));
    return builder.build().value_or_throw();
}
Model around_layer(std::int64_t channels, const layers::Layer& layer) {
    return around(channels, [&](ModelBuilder& builder, Handle value) { return builder.add("middle", layer, value); });
}
void check_layer(std::int64_t channels, const layers::Layer& layer, double tolerance = 0.01, double step = 0.004) {
    INFO(layers::type_name(layer));
    Model model = around_layer(channels, layer);
    check_gradients(model, 3, step, tolerance);
}
/// Steps that seldom cross a corner of a function that has corners; rounding errors count the more.
constexpr double kAcrossCorners = 0.0003;

}  // namespace

TEST_CASE("gradients of convolutions are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    check_layer(5, conv(7, 3));
    check_layer(20, conv(18, 3, 2));
    check_layer(5, conv(6, 2, 1, layers::Padding::valid));
    layers::Conv2d dilated = conv(4, 3);
    dilated.dilation = {2, 1};
    check_layer(3, dilated);
    layers::Conv2d grouped = conv(6, 3);
    grouped.groups = 2;
    grouped.use_bias = false;
    check_layer(4, grouped);
    layers::DepthwiseConv2d depthwise;
    depthwise.kernel = {3, 3};
    depthwise.padding = layers::Padding::same;
    check_layer(18, depthwise);
    depthwise.stride = {2, 2};
    depthwise.depth_multiplier = 2;
    check_layer(3, depthwise);
    layers::SeparableConv2d separable;
    separable.filters = 5;
    separable.kernel = {3, 2};
    separable.activation.kind = layers::Activation::tanh;
    check_layer(4, separable);
    check_layer(3, dense(17, layers::Activation::sigmoid));
}

TEST_CASE("gradients of batch normalisation are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    check_layer(5, layers::BatchNormalization{}, 0.03);
    layers::BatchNormalization plain;
    plain.center = plain.scale = false;
    check_layer(17, plain, 0.03);
    layers::BatchNormalization centred;
    centred.scale = false;
    check_layer(3, centred, 0.03);
    Model model = around_layer(5, layers::BatchNormalization{});
    model.layers[1].trainable = false;
    check_gradients(model);
}

TEST_CASE("gradients of every activation are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    for (int kind = 0; kind < kernels::kActivationCount; ++kind) {
        const auto which = static_cast<layers::Activation>(kind);
        INFO(kernels::to_string(which));
        layers::ActivationLayer layer = activation(which, 0.3f, 0.5f);
        if (which == layers::Activation::relu_general) layer.activation.upper = 0.8f, layer.activation.has_upper = true;
        if (which == layers::Activation::squareplus) layer.activation.beta = 4.0f;
        const bool jumps = which == layers::Activation::hard_shrink || which == layers::Activation::threshold;
        if (jumps) continue;  // a finite difference across the jump is no slope; kernel tests have the dual numbers
        check_layer(6, layer, 0.03, kAcrossCorners);
    }
}

TEST_CASE("gradients of layers without weights are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    layers::Pool2d pool;
    check_layer(6, pool, 0.02, kAcrossCorners);
    pool.kind = layers::PoolKind::average;
    pool.window = {3, 2};
    pool.padding = layers::Padding::same;
    check_layer(17, pool);
    layers::GlobalPool2d global;
    check_layer(5, global);
    global.kind = layers::PoolKind::max;
    global.keep_axes = true;
    check_layer(5, global, 0.02, kAcrossCorners);
    check_layer(5, layers::ZeroPadding2d{{1, 2, 0, 3}});
    check_layer(5, layers::Cropping2d{{1, 2, 0, 3}});
    check_layer(5, layers::UpSampling2d{});
    layers::UpSampling2d smooth;
    smooth.interpolation = layers::Interpolation::bilinear;
    smooth.factor = {3, 2};
    check_layer(5, smooth);
    check_layer(5, layers::Resizing{{4, 9}, layers::Interpolation::bilinear});
    check_layer(5, layers::Reshape{Shape{5, -1}});
    check_layer(5, layers::Permute{Shape{2, 0, 1}});
    check_layer(5, layers::Rescaling{0.5f, -0.25f});
    check_layer(5, layers::Normalization{});
    check_layer(5, layers::PRelu{});
    layers::PRelu own_slopes;
    own_slopes.share_rows = own_slopes.share_columns = false;
    check_layer(3, own_slopes);
    for (int kind = 0; kind < 4; ++kind) {
        layers::Dropout dropout;
        dropout.kind = static_cast<layers::DropoutKind>(kind);
        dropout.rate = 0.4f;
        INFO("dropout kind " << kind);
        check_layer(5, dropout);
    }
}

TEST_CASE("gradients of merges and shared values are the slopes of the loss", "[training][tape][REQ-TRAIN-102]") {
    for (int kind = 0; kind <= 6; ++kind) {
        INFO("merge kind " << kind);
        layers::Merge merge;
        merge.kind = static_cast<layers::MergeKind>(kind);
        Model model = around(5, [&](ModelBuilder& builder, Handle value) {
            const Handle left = builder.add("left", conv(4, 1), value);
            const Handle right = builder.add("right", conv(4, 3), value);
            const Handle both[] = {left, right};
            return builder.add("merge", merge, Span<const Handle>(both));
        });
        check_gradients(model, 2, 0.004, 0.03);
    }
    // Squeeze and excite: one factor for each channel; and a value added to itself; and one layer used twice.
    Model excite = around(5, [](ModelBuilder& builder, Handle value) {
        layers::GlobalPool2d pool;
        pool.keep_axes = true;
        Handle gate = builder.add("squeeze", pool, value);
        gate = builder.add("gate", conv(5, 1, 1, layers::Padding::same, layers::Activation::sigmoid), gate);
        layers::Merge multiply;
        multiply.kind = layers::MergeKind::multiply;
        const Handle both[] = {value, gate};
        return builder.add("excite", multiply, Span<const Handle>(both));
    });
    check_gradients(excite);
    Model doubled = around(5, [](ModelBuilder& builder, Handle value) {
        const Handle twice[] = {value, value, value};
        return builder.add("twice", layers::Merge{}, Span<const Handle>(twice));
    });
    check_gradients(doubled);
    Model shared = around(5, [](ModelBuilder& builder, Handle value) {
        const Handle once =
            builder.add("shared", conv(5, 3, 1, layers::Padding::same, layers::Activation::tanh), value);
        const Handle again = builder.reuse("shared", once);
        const Handle both[] = {once, again};
        return builder.add("add", layers::Merge{}, Span<const Handle>(both));
    });
    check_gradients(shared);
}

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
