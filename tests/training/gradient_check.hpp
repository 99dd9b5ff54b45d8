// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of the tape share: small networks and the slopes of their loss.
#pragma once

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
inline void check_gradients(Model& model, std::int64_t batch = 3, double step = 0.004, double tolerance = 0.01) {
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
inline Model around(std::int64_t channels, const std::function<Handle(ModelBuilder&, Handle)>& middle) {
    ModelBuilder builder("probe");
    const Handle input = builder.input("input", {6, 5, 3});
    Handle value = builder.add("before", conv(channels, 3), input);
    value = middle(builder, value);
    if (builder.shape(value).rank() > 1) value = builder.add("flatten", layers::Flatten{}, value);
    builder.output(builder.add("after", dense(4), value));
    return builder.build().value_or_throw();
}
inline Model around_layer(std::int64_t channels, const layers::Layer& layer) {
    return around(channels, [&](ModelBuilder& builder, Handle value) { return builder.add("middle", layer, value); });
}
inline void check_layer(std::int64_t channels, const layers::Layer& layer, double tolerance = 0.01,
                        double step = 0.004) {
    INFO(layers::type_name(layer));
    Model model = around_layer(channels, layer);
    check_gradients(model, 3, step, tolerance);
}
/// Steps that seldom cross a corner of a function that has corners; rounding errors count the more.
constexpr double kAcrossCorners = 0.0003;

}  // namespace
