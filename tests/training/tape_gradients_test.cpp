// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gradients of the tape for every kind of layer against the slopes of the loss.
#include "gradient_check.hpp"

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

TEST_CASE("gradients of transposed convolutions are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    layers::Conv2dTranspose transpose;
    transpose.filters = 6;
    transpose.kernel = {3, 2};
    check_layer(5, transpose);
    transpose.padding = layers::Padding::same;
    transpose.stride = {2, 3};
    check_layer(17, transpose);
    transpose.has_output_padding = true;
    transpose.output_padding = {0, 1};
    transpose.use_bias = false;
    transpose.activation.kind = layers::Activation::tanh;
    check_layer(3, transpose);
    transpose.padding = layers::Padding::valid;
    transpose.kernel = {1, 1};  // smaller than its stride: outputs that no input reaches
    check_layer(3, transpose);
    transpose.kernel = {2, 3};
    transpose.dilation = {2, 1};
    check_layer(3, transpose);
}

TEST_CASE("gradients of layers on sequences are the slopes of the loss", "[training][tape][REQ-TRAIN-101]") {
    using namespace layers;
    ActivationConfig tanh;
    tanh.kind = Activation::tanh;
    const Layer list[] = {
        Conv1d(Conv2d{6, {1, 3}, {1, 2}, {}, Padding::causal, 1, true, tanh}),
        Conv1d(Conv2d{6, {1, 3}, {}, {1, 2}, Padding::same, 2, true, {}}),
        DepthwiseConv1d(DepthwiseConv2d{{1, 3}, {1, 2}, {}, Padding::valid, 2, true, {}}),
        SeparableConv1d(SeparableConv2d{5, {1, 3}, {}, {}, Padding::same, 2, true, tanh}),
        Conv1dTranspose(Conv2dTranspose{5, {1, 3}, {1, 2}, {}, Padding::same, false, {0, 0}, true, {}}),
        Pool1d(Pool2d{PoolKind::average, {1, 3}, {1, 2}, Padding::same}),
        GlobalPool1d(GlobalPool2d{PoolKind::average, true}),
        ZeroPadding1d(ZeroPadding2d{{0, 0, 2, 1}}),
        Cropping1d(Cropping2d{{0, 0, 2, 1}}),
        UpSampling1d(UpSampling2d{{1, 2}, Interpolation::bilinear}),
    };
    for (const Layer& layer : list) {
        INFO(type_name(layer));
        Model model = around(4, [&](ModelBuilder& builder, Handle value) {
            value = builder.add("sequence", Reshape{{30, 4}}, value);
            return builder.add("middle", layer, value);
        });
        check_gradients(model);
    }
}

TEST_CASE("gradients of convolutions from and to maps of one pixel are the slopes of the loss",
          "[training][tape][REQ-TRAIN-101]") {
    Model model = around(5, [](ModelBuilder& builder, Handle value) {
        layers::Conv2d to_one_pixel = conv(6, 1, 1, layers::Padding::valid);
        to_one_pixel.kernel = {6, 5};
        value = builder.add("to one pixel", to_one_pixel, value);
        value = builder.add("padded", conv(5, 3), value);
        return builder.add("plain", conv(7, 1), value);
    });
    check_gradients(model);
    model = around(4, [](ModelBuilder& builder, Handle value) {
        value = builder.add("strided", conv(5, 3, 6), value);
        layers::DepthwiseConv2d depthwise;
        depthwise.kernel = {3, 3};
        depthwise.padding = layers::Padding::same;
        return builder.add("depthwise", depthwise, value);
    });
    check_gradients(model);
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

TEST_CASE("gradients of normalisations within a sample are the slopes of the loss",
          "[training][tape][REQ-TRAIN-101]") {
    check_layer(5, layers::LayerNormalization{}, 0.03);
    check_layer(19, layers::LayerNormalization{0.1f, true, true}, 0.03);
    check_layer(5, layers::LayerNormalization{0.1f, false, true}, 0.03);
    check_layer(5, layers::LayerNormalization{0.1f, true, false}, 0.03);
    check_layer(6, layers::GroupNormalization{3, 0.1f, true, true}, 0.03);
    check_layer(34, layers::GroupNormalization{2, 0.1f, false, true}, 0.03);
    check_layer(5, layers::GroupNormalization{-1, 0.1f, true, false}, 0.03);
    check_layer(5, layers::GroupNormalization{1, 0.1f, false, false}, 0.03);
    Model frozen_groups = around_layer(6, layers::GroupNormalization{2, 0.1f, true, true});
    frozen_groups.layers[1].trainable = false;
    check_gradients(frozen_groups);
    Model frozen = around_layer(5, layers::LayerNormalization{});
    frozen.layers[1].trainable = false;
    check_gradients(frozen);
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
    smooth.interpolation = layers::Interpolation::bicubic;
    check_layer(5, smooth);
    check_layer(5, layers::Resizing{{4, 9}, layers::Interpolation::bicubic});
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
