// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Random networks over the whole list of layers, with random weights: what plans, packages and gradients are tried on.
#pragma once

#include <string>
#include <vector>

#include "provenn/model/builder.hpp"
#include "support/random.hpp"

namespace support {

using namespace provenn;

/// Fills every parameter: kernels around zero, scales and variances positive.
inline void fill_parameters(Model& model, CounterRandom& random) {
    for (Parameter& parameter : model.parameters) {
        const bool is_variance = parameter.role == layers::ParameterRole::statistic;
        for (float& value : parameter.value.span())
            value = is_variance ? random.next(0.25f, 2.0f) : random.next(-0.5f, 0.5f);
    }
}

/// Grows a network layer by layer; every layer of the list has a turn.
class RandomNetwork {
  public:
    explicit RandomNetwork(std::uint64_t seed) : random_(seed), builder_("random") {}

    Model make(int layer_count) {
        const Shape input{pick(5, 12), pick(5, 12), pick(1, 20)};
        ModelBuilder::Handle value = builder_.input("image", input);
        maps_.push_back(value);
        for (int i = 0; i < layer_count; ++i) {
            value = grow(value);
            builder_.status().value_or_throw();
            if (builder_.shape(value).rank() == 3) maps_.push_back(value);
        }
        builder_.output(value);
        if (random_.next_integer(0, 1) == 1) builder_.output(maps_[maps_.size() / 2]);
        Model model = builder_.build().value_or_throw();
        fill_parameters(model, random_);
        return model;
    }

  private:
    std::int64_t pick(std::int64_t least, std::int64_t most) { return random_.next_integer(least, most); }
    bool flip() { return pick(0, 1) == 1; }
    Name next_name() { return Name("layer" + std::to_string(++count_)); }
    layers::Padding padding() { return flip() ? layers::Padding::same : layers::Padding::valid; }

    ModelBuilder::Handle grow(ModelBuilder::Handle value) {
        const Shape shape = builder_.shape(value);
        if (shape.rank() < 3) return grow_flat(value, shape);
        switch (pick(0, 19)) {
            case 0:
            case 1: return convolution(value, shape);
            case 2: return depthwise(value, shape);
            case 3: return separable(value, shape);
            case 4: return builder_.add(next_name(), batch_norm(), value);
            case 5: return builder_.add(next_name(), activation(), value);
            case 6: return pool(value, shape);
            case 7: return residual(value, shape);
            case 8:
                return builder_.add(next_name(),
                                    layers::ZeroPadding2d{{pick(0, 2), pick(0, 2), pick(0, 2), pick(0, 2)}}, value);
            case 9:
                if (shape[0] < 4 || shape[1] < 4) return value;
                return builder_.add(next_name(), layers::Cropping2d{{pick(0, 1), pick(0, 1), pick(0, 1), 1}}, value);
            case 10: return resample(value, shape);
            case 11: return concatenate(value, shape);
            case 12: return builder_.add(next_name(), layers::PRelu{flip(), flip()}, value);
            case 13: return squeeze_excite(value, shape);
            case 14: return rename(value, shape);
            case 15: return builder_.add(next_name(), layers::LayerNormalization{1e-3f, flip(), flip()}, value);
            case 16: return builder_.add(next_name(), group_norm(shape.last()), value);
            case 17: return transpose(value, shape);
            case 18: return along_sequence(value, shape);
            default: return builder_.add(next_name(), layers::GlobalPool2d{kind(), false}, value);
        }
    }
    ModelBuilder::Handle grow_flat(ModelBuilder::Handle value, const Shape& shape) {
        if (shape.last() > 4000) return value;
        switch (pick(0, 3)) {
            case 0: return builder_.add(next_name(), batch_norm(), value);
            case 1: return builder_.add(next_name(), layers::Dropout{}, value);
            default: {
                layers::Dense dense;
                dense.units = pick(1, 40);
                dense.use_bias = flip();
                dense.activation = activation().activation;
                return builder_.add(next_name(), dense, value);
            }
        }
    }

    layers::PoolKind kind() { return flip() ? layers::PoolKind::max : layers::PoolKind::average; }
    layers::BatchNormalization batch_norm() {
        layers::BatchNormalization config;
        config.center = flip();
        config.scale = flip();
        return config;
    }
    layers::GroupNormalization group_norm(std::int64_t channels) {
        layers::GroupNormalization config;
        config.groups = pick(1, 4);
        if (channels % config.groups != 0) config.groups = flip() ? 1 : -1;
        config.center = flip();
        config.scale = flip();
        return config;
    }
    layers::ActivationLayer activation() {
        constexpr layers::Activation kKinds[] = {layers::Activation::relu,    layers::Activation::linear,
                                                 layers::Activation::swish,   layers::Activation::tanh,
                                                 layers::Activation::softmax, layers::Activation::relu_general,
                                                 layers::Activation::gelu,    layers::Activation::hard_sigmoid_k2};
        layers::ActivationLayer layer;
        layer.activation.kind = kKinds[pick(0, 7)];
        if (layer.activation.kind == layers::Activation::relu_general) {
            layer.activation.has_upper = true;
            layer.activation.upper = 6.0f;
        }
        return layer;
    }
    ModelBuilder::Handle convolution(ModelBuilder::Handle value, const Shape& shape) {
        layers::Conv2d conv;
        conv.kernel = {pick(1, 3), pick(1, 3)};
        conv.stride = {pick(1, 2), pick(1, 2)};
        if (flip()) conv.dilation = {pick(1, 2), pick(1, 2)};
        conv.padding = layers::Padding::same;
        conv.groups = shape.last() % 2 == 0 && flip() ? 2 : 1;
        conv.filters = conv.groups * pick(1, 24);
        conv.use_bias = flip();
        conv.activation = activation().activation;
        return builder_.add(next_name(), conv, value);
    }
    ModelBuilder::Handle transpose(ModelBuilder::Handle value, const Shape& shape) {
        layers::Conv2dTranspose conv;
        conv.filters = pick(1, 20);
        conv.kernel = {pick(1, 3), pick(1, 3)};
        if (shape[0] * shape[1] < 150) conv.stride = {pick(1, 2), pick(1, 3)};
        if (flip()) conv.dilation = {pick(1, 2), pick(1, 2)};
        conv.padding = padding();
        conv.use_bias = flip();
        conv.activation = activation().activation;
        return builder_.add(next_name(), conv, value);
    }
    /// The map as a sequence of its pixels, through layers of one dimension, and back.
    ModelBuilder::Handle along_sequence(ModelBuilder::Handle value, const Shape& shape) {
        value = builder_.add(next_name(), layers::Reshape{{shape[0] * shape[1], shape[2]}}, value);
        layers::Conv2d conv;
        conv.filters = pick(1, 20);
        conv.kernel = {1, pick(1, 4)};
        conv.dilation = {1, pick(1, 3)};
        conv.padding = flip() ? layers::Padding::same : layers::Padding::causal;
        conv.activation = activation().activation;
        value = builder_.add(next_name(), layers::Conv1d(conv), value);
        layers::DepthwiseConv2d depthwise;
        depthwise.kernel = {1, pick(1, 3)};
        depthwise.padding = layers::Padding::same;
        value = builder_.add(next_name(), layers::DepthwiseConv1d(depthwise), value);
        if (flip()) {
            const layers::Pool2d pool{kind(), {1, 3}, {1, 1}, layers::Padding::same};
            value = builder_.add(next_name(), layers::Pool1d(pool), value);
        }
        return builder_.add(next_name(), layers::Reshape{{shape[0], shape[1], -1}}, value);
    }
    ModelBuilder::Handle depthwise(ModelBuilder::Handle value, const Shape& shape) {
        layers::DepthwiseConv2d conv;
        conv.kernel = {pick(1, 3), pick(1, 3)};
        conv.stride = {pick(1, 2), pick(1, 2)};
        conv.padding = layers::Padding::same;
        conv.depth_multiplier = shape.last() > 60 ? 1 : pick(1, 2);
        conv.use_bias = flip();
        conv.activation = activation().activation;
        return builder_.add(next_name(), conv, value);
    }
    ModelBuilder::Handle separable(ModelBuilder::Handle value, const Shape&) {
        layers::SeparableConv2d conv;
        conv.filters = pick(1, 20);
        conv.kernel = {pick(1, 3), pick(1, 3)};
        conv.padding = layers::Padding::same;
        conv.activation = activation().activation;
        return builder_.add(next_name(), conv, value);
    }
    ModelBuilder::Handle pool(ModelBuilder::Handle value, const Shape& shape) {
        layers::Pool2d config;
        config.kind = kind();
        config.window = {std::min<std::int64_t>(shape[0], pick(1, 3)), std::min<std::int64_t>(shape[1], pick(1, 3))};
        config.stride = {pick(1, 2), pick(1, 2)};
        config.padding = padding();
        return builder_.add(next_name(), config, value);
    }
    /// conv, batch norm, add of the input, relu: the pattern that fuses whole.
    ModelBuilder::Handle residual(ModelBuilder::Handle value, const Shape& shape) {
        layers::Conv2d conv;
        conv.kernel = {3, 3};
        conv.padding = layers::Padding::same;
        conv.filters = shape.last();
        ModelBuilder::Handle branch = builder_.add(next_name(), conv, value);
        if (flip()) branch = builder_.add(next_name(), batch_norm(), branch);
        const bool input_first = flip();
        const ModelBuilder::Handle pair[] = {input_first ? value : branch, input_first ? branch : value};
        layers::Merge merge;
        merge.kind = pick(0, 3) > 0 ? layers::MergeKind::add : layers::MergeKind::maximum;
        value = builder_.add(next_name(), merge, Span<const ModelBuilder::Handle>(pair));
        layers::ActivationLayer relu;
        relu.activation.kind = layers::Activation::relu;
        return flip() ? builder_.add(next_name(), relu, value) : value;
    }
    ModelBuilder::Handle resample(ModelBuilder::Handle value, const Shape& shape) {
        const auto how = static_cast<layers::Interpolation>(pick(0, 2));
        if (shape[0] * shape[1] > 200 || flip()) {
            return builder_.add(next_name(), layers::Resizing{{pick(3, 9), pick(3, 9)}, how}, value);
        }
        return builder_.add(next_name(), layers::UpSampling2d{{pick(1, 2), pick(1, 2)}, how}, value);
    }
    ModelBuilder::Handle concatenate(ModelBuilder::Handle value, const Shape& shape) {
        for (const ModelBuilder::Handle other : maps_) {
            const Shape own = builder_.shape(other);
            if (own[0] != shape[0] || own[1] != shape[1] || other.value == value.value || shape.last() > 60) continue;
            const ModelBuilder::Handle pair[] = {value, other};
            return builder_.add(next_name(), layers::Merge{layers::MergeKind::concatenate, -1},
                                Span<const ModelBuilder::Handle>(pair));
        }
        return value;
    }
    ModelBuilder::Handle squeeze_excite(ModelBuilder::Handle value, const Shape&) {
        const auto gate = builder_.add(next_name(), layers::GlobalPool2d{layers::PoolKind::average, true}, value);
        const ModelBuilder::Handle pair[] = {value, gate};
        return builder_.add(next_name(), layers::Merge{layers::MergeKind::multiply, -1},
                            Span<const ModelBuilder::Handle>(pair));
    }
    ModelBuilder::Handle rename(ModelBuilder::Handle value, const Shape& shape) {
        switch (pick(0, 3)) {
            case 0: return builder_.add(next_name(), layers::Permute{{1, 0, 2}}, value);
            case 1: return builder_.add(next_name(), layers::Rescaling{0.5f, -0.25f}, value);
            case 2: return builder_.add(next_name(), layers::Reshape{{shape[1], shape[0], -1}}, value);
            default: return shape.element_count() < 3000 ? builder_.add(next_name(), layers::Flatten{}, value) : value;
        }
    }

    CounterRandom random_;
    ModelBuilder builder_;
    std::vector<ModelBuilder::Handle> maps_;
    int count_ = 0;
};

}  // namespace support
