# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small Keras models of transposed convolutions, sequences and volumes: each output is a case, as in keras_parity_models.py.

Six channels: over 162 terms (18 channels) one chain of fma was up to 3.7 times as far from float64 as TensorFlow's blocked sums, within
the chain's bound, which tests/kernels/conv2d_transpose_test.cpp holds it to."""
import itertools


def name_of(*parts):
    return "_".join("".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in parts)


def transposed(k):
    """Strides below, at and above the kernel, output_padding where TensorFlow computes it, even and odd reaches."""
    L, x = k.layers, k.Input((5, 6, 6), name="image")
    outs = [L.Conv2DTranspose(7, kernel, strides=stride, padding=padding, name=name_of("k", kernel, padding, "s", stride))(x)
            for kernel, stride, padding in itertools.product([(3, 3), (2, 2), (3, 2), (1, 1), (4, 5)], [(1, 1), (2, 2), (3, 2)],
                                                             ["valid", "same"])]
    outs += [L.Conv2DTranspose(5, 3, strides=(2, 3), padding=padding, output_padding=more, use_bias=False, name=name_of("more", more, padding))(x)
             for padding, more in itertools.product(["valid", "same"], [(0, 0), (1, 2), (1, 0)])]
    outs += [L.Conv2DTranspose(6, 3, dilation_rate=2, padding=padding, name="dilated_" + padding)(x) for padding in ["valid", "same"]]
    # What plans fuse behind it, and a block of a U-Net.
    y = L.BatchNormalization(name="bn")(L.Conv2DTranspose(20, 2, strides=2, padding="same", use_bias=False, name="up")(x))
    y = L.Activation("relu", name="relu")(y)
    joined = L.Concatenate(name="joined")([y, L.UpSampling2D(2, name="skip")(x)])
    return x, outs + [y, L.Conv2DTranspose(3, 3, activation="tanh", name="after_join")(joined)]


def transposed3(k):
    L, x = k.layers, k.Input((5, 4, 6), name="image")
    return x, [L.Conv2DTranspose(9, 3, strides=2, padding="same", activation="relu", name="same")(x),
               L.Conv2DTranspose(4, 2, strides=3, name="holes")(x),
               L.Conv2DTranspose(4, 4, strides=2, padding="same", output_padding=1, name="more")(x)]


def sequences(k):
    L, x = k.layers, k.Input((13, 6), name="signal")
    outs = [L.Conv1D(8, size, strides=stride, padding=padding, dilation_rate=dilation, name=name_of("conv", size, padding, stride, dilation))(x)
            for size, padding in itertools.product([1, 2, 3, 5], ["valid", "same", "causal"]) for stride, dilation in [(1, 1), (2, 1), (1, 2)]]
    outs += [L.Conv1D(9, 3, groups=3, activation="relu", name="grouped")(x),
             L.Conv1DTranspose(7, 3, strides=2, padding="same", name="transpose_same")(x),
             L.Conv1DTranspose(7, 3, strides=2, output_padding=1, use_bias=False, name="transpose_more")(x),
             L.Conv1DTranspose(7, 2, strides=3, activation="tanh", name="transpose_holes")(x)]
    outs += [L.DepthwiseConv1D(3, strides=s, padding=p, depth_multiplier=m, name=name_of("depthwise", s, p, m))(x)
             for s, p, m in [(1, "valid", 1), (2, "same", 2), (1, "same", 3)]]
    outs += [L.SeparableConv1D(7, 3, padding=p, depth_multiplier=2, activation="swish", name="separable_" + p)(x) for p in ["valid", "same", "causal"]]
    outs += [layer(size, strides=stride, padding=padding, name=name_of(kind, size, stride, padding))(x)
             for kind, layer in [("max", L.MaxPooling1D), ("average", L.AveragePooling1D)]
             for size, stride, padding in [(2, None, "valid"), (3, 2, "same"), (3, 1, "valid"), (4, 3, "same")]]
    outs += [L.GlobalMaxPooling1D(name="global_max")(x), L.GlobalAveragePooling1D(name="global_average")(x),
             L.GlobalAveragePooling1D(keepdims=True, name="global_keep")(x), L.ZeroPadding1D((2, 1), name="pad")(x),
             L.ZeroPadding1D(3, name="pad_both")(x), L.Cropping1D((1, 3), name="crop")(x), L.UpSampling1D(3, name="up")(x)]
    y = L.Conv1D(9, 3, padding="causal", dilation_rate=2, use_bias=False, name="stem")(x)
    y = L.ReLU(name="stem_relu")(L.BatchNormalization(name="stem_bn")(y))
    z = L.Add(name="residual")([y, L.Conv1D(9, 3, padding="same", name="branch")(y)])
    return x, outs + [z, L.Dense(4, activation="softmax", name="scores")(L.Flatten(name="flat")(z))]


def sequences3(k):
    L, x = k.layers, k.Input((11, 6), name="signal")
    return x, [L.Conv1D(8, 3, padding="causal", dilation_rate=2, name="causal")(x), L.DepthwiseConv1D(3, padding="same", name="depthwise")(x),
               L.SeparableConv1D(7, 3, padding="same", name="separable")(x), L.Conv1DTranspose(8, 3, strides=2, name="transpose")(x),
               L.AveragePooling1D(3, strides=2, padding="same", name="average")(x), L.GlobalMaxPooling1D(keepdims=True, name="global_max")(x)]


KERAS_2_ND = [transposed, sequences]
KERAS_3_ND = [transposed3, sequences3]
