// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What all architectures of the zoo share: their options, and a shorthand for building them.
#pragma once

#include <string>
#include <utility>

#include "provenn/model/builder.hpp"
#include "provenn/zoo/preprocessing_presets.hpp"

namespace provenn {
inline namespace PROVENN_ABI {
namespace zoo {

/// What can be chosen about an architecture.
struct Options {
    Shape input{};              ///< [H, W, C]; each architecture has a default
    std::int64_t classes = 0;   ///< 0: the architecture's default
    double alpha = 1.0;         ///< width multiplier, MobileNets only
    bool has_top = true;        ///< with the layers that classify
};

/// Fills in defaults.
inline Options with_defaults(Options options, const Shape& input, std::int64_t classes) {
    if (options.input.rank() == 0) options.input = input;
    if (options.classes == 0) options.classes = classes;
    return options;
}

/// A chain of layers; `at` is the value reached so far.
class Net {
  public:
    using Handle = ModelBuilder::Handle;
    Net(const char* name, const Options& options) : builder_(Name(name)) {
        at = builder_.input("input_1", options.input);
    }

    Net& add(const std::string& name, const layers::Layer& layer) {
        at = builder_.add(Name(std::string_view(name)), layer, at);
        return *this;
    }
    Net& merge(const std::string& name, layers::MergeKind kind, Handle other) {
        const Handle both[] = {other, at};
        layers::Merge layer;
        layer.kind = kind;
        at = builder_.add(Name(std::string_view(name)), layer, Span<const Handle>(both));
        return *this;
    }
    Net& activate(const std::string& name, layers::Activation kind) {
        layers::ActivationLayer layer;
        layer.activation.kind = kind;
        return add(name, layer);
    }
    Net& relu(const std::string& name) { return activate(name, layers::Activation::relu); }
    Net& relu6(const std::string& name) {
        layers::ActivationLayer layer;
        layer.activation.kind = layers::Activation::relu_general;
        layer.activation.has_upper = true;
        layer.activation.upper = 6.0f;
        return add(name, layer);
    }
    Net& softmax(const std::string& name) { return activate(name, layers::Activation::softmax); }
    Net& dense(const std::string& name, std::int64_t units, layers::Activation activation) {
        layers::Dense layer;
        layer.units = units;
        layer.activation.kind = activation;
        return add(name, layer);
    }
    Net& max_pool(const std::string& name, std::int64_t window, std::int64_t stride,
                  layers::Padding padding = layers::Padding::valid) {
        return add(name, layers::Pool2d{layers::PoolKind::max, {window, window}, {stride, stride}, padding});
    }

    /// Zeros for a strided window without padding of its own, as keras.applications' correct_pad: where the extent is
    /// even, one less above and on the left.
    Net& pad_for_stride(const std::string& name, std::int64_t window) {
        const Shape map = builder_.shape(at);
        if (map.rank() != 3) return *this;
        const std::int64_t half = window / 2;
        return add(name, layers::ZeroPadding2d{{half - 1 + map[0] % 2, half, half - 1 + map[1] % 2, half}});
    }
    /// Channels of the value reached so far; 0 after a mistake.
    [[nodiscard]] std::int64_t channels() const {
        const Shape shape = builder_.shape(at);
        return shape.rank() == 0 ? 0 : shape.last();
    }

    /// The finished model with the contract that its published weights were trained for.
    Result<Model> finish(PreprocessingPreset preset) {
        builder_.output(at);
        PROVENN_ASSIGN(Model model, builder_.build());
        const Shape input = model.value(model.inputs[0]).shape;
        const bool needs_colour = preset == PreprocessingPreset::caffe || preset == PreprocessingPreset::torch;
        const bool fits = input.last() == 3 || !needs_colour;
        PROVENN_ASSIGN(model.input_contract, make_input_contract(fits ? preset : PreprocessingPreset::unit, input));
        return model;
    }

    Handle at;

  private:
    ModelBuilder builder_;
};

/// A square convolution.
inline layers::Conv2d conv(std::int64_t filters, std::int64_t size, std::int64_t stride, layers::Padding padding,
                           bool use_bias = true, layers::Activation activation = layers::Activation::linear) {
    layers::Conv2d layer;
    layer.filters = filters;
    layer.kernel = {size, size};
    layer.stride = {stride, stride};
    layer.padding = padding;
    layer.use_bias = use_bias;
    layer.activation.kind = activation;
    return layer;
}

/// A square depthwise convolution without bias; a strided one has its padding in a layer in front of it.
inline layers::DepthwiseConv2d depthwise(std::int64_t size, std::int64_t stride) {
    layers::DepthwiseConv2d layer;
    layer.kernel = {size, size};
    layer.stride = {stride, stride};
    layer.padding = stride == 1 ? layers::Padding::same : layers::Padding::valid;
    layer.use_bias = false;
    return layer;
}

/// Batch normalisation with these constants.
inline layers::BatchNormalization batch_norm(float momentum, float epsilon) {
    layers::BatchNormalization layer;
    layer.momentum = momentum;
    layer.epsilon = epsilon;
    return layer;
}

/// `base`, `base_1`, `base_2` ...: the names that Keras gives by itself.
inline std::string numbered(const char* base, int number) {
    return number == 0 ? std::string(base) : std::string(base) + "_" + std::to_string(number);
}

}  // namespace zoo
}  // namespace PROVENN_ABI
}  // namespace provenn
