# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small Keras models that, together, have every layer, padding, stride, dilation, grouping, activation and merge: each output is a case."""
import itertools

import tf_keras

WORDS_2 = ["linear", "relu", "relu6", "elu", "selu", "softplus", "softsign", "tanh", "sigmoid", "hard_sigmoid", "exponential", "swish",
           "gelu", "mish", "softmax", "leaky_relu"]
WORDS_3 = ["celu", "elu", "exponential", "gelu", "glu", "hard_shrink", "hard_sigmoid", "hard_silu", "hard_tanh", "leaky_relu",
           "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax", "softplus",
           "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "tanh", "tanh_shrink"]
# Not sparsemax: Keras 3.15 takes its threshold from the sum of all partial sums instead of the last one, so that its results do not
# sum to 1. The library computes what the paper defines; tests/kernels/softmax_test.cpp has it.


def name_of(kernel, padding, stride, dilation):
    return "k%dx%d_%s_s%d%d_d%d%d" % (*kernel, padding, *stride, *dilation)


def windows(extent, kernels, strides, dilations):
    """Every combination that Keras accepts and that fits: stride or dilation, not both."""
    for kernel, padding in itertools.product(kernels, ["valid", "same"]):
        for stride, dilation in [(s, (1, 1)) for s in strides] + [((1, 1), d) for d in dilations]:
            reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation)]
            if padding == "valid" and any(r > n for r, n in zip(reach, extent)):
                continue
            yield kernel, padding, stride, dilation


def conv_grid(k, extent, kernels):
    L, x = k.layers, k.Input((*extent, 4), name="image")
    strides, dilations = [(1, 1), (2, 2), (1, 2), (3, 3)], [(2, 2), (1, 3)]
    outs = []
    for w in windows(extent, kernels, strides, dilations):
        pixels = extent[0] // w[2][0] * (extent[1] // w[2][1])
        few = w[1] == "valid" and w[0] != (1, 1) or pixels < 30  # then more filters: the greatest of few errors says little
        outs.append(L.Conv2D(20 if few and pixels < 20 else 8 if few else 3, w[0], padding=w[1], strides=w[2], dilation_rate=w[3],
                             name="conv_" + name_of(*w))(x))
    return x, outs


def conv_even(k):
    return conv_grid(k, (8, 10), [(1, 1), (2, 2), (3, 3), (3, 2), (5, 5), (1, 4)])


def conv_odd(k):
    return conv_grid(k, (9, 7), [(1, 1), (2, 3), (3, 3), (4, 4), (7, 1)])


def conv_wide(k):
    """Channels that leave a ragged last block of sixteen, groups down to one channel each."""
    L, x = k.layers, k.Input((6, 5, 36), name="image")
    outs = [L.Conv2D(21, 1, name="pointwise")(x), L.Conv2D(33, 3, padding="same", name="ragged")(x),
            L.Conv2D(16, 3, strides=2, padding="same", use_bias=False, name="whole_block")(x)]
    for groups, filters in [(2, 34), (3, 36), (4, 12), (9, 9), (36, 36), (36, 72)]:
        name = "groups%d_%d" % (groups, filters)
        outs.append(L.Conv2D(filters, 3, groups=groups, padding="same", name=name)(x))
        outs.append(L.Conv2D(filters, (3, 2), strides=2, groups=groups, name=name + "_s2")(x))
        outs.append(L.Conv2D(filters, 2, dilation_rate=2, groups=groups, use_bias=False, name=name + "_d2")(x))
    return x, outs


def conv_activations(k):
    L, x = k.layers, k.Input((5, 6, 5), name="image")
    outs = [L.Conv2D(18, 3, activation=word, padding="same", name="conv_" + word)(x) for word in WORDS_2]
    outs += [L.DepthwiseConv2D(3, activation=word, name="depthwise_" + word)(x) for word in ["relu", "relu6", "swish", "softmax"]]
    return x, outs + [L.Dense(19, activation=word, name="dense_" + word)(x) for word in WORDS_2]


def depthwise(k):
    L, x = k.layers, k.Input((8, 7, 18), name="image")
    square = windows((8, 7), [(3, 3), (2, 2), (5, 5)], [(1, 1), (2, 2), (3, 3)], [(2, 2)])
    oblong = windows((8, 7), [(3, 2), (1, 5)], [(1, 1), (2, 2)], [(1, 2)])
    outs = [L.DepthwiseConv2D(w[0], padding=w[1], strides=w[2], dilation_rate=w[3], name="depthwise_" + name_of(*w))(x)
            for w in itertools.chain(square, oblong)]
    outs += [L.DepthwiseConv2D(3, depth_multiplier=m, padding=p, strides=s, use_bias=False, name="times%d_%s_s%d" % (m, p, s))(x)
             for m, p, s in itertools.product([2, 3], ["valid", "same"], [1, 2])]
    return x, outs


def separable(k):
    L, x = k.layers, k.Input((8, 7, 6), name="image")
    return x, [L.SeparableConv2D(7, w[0], depth_multiplier=m, padding=w[1], strides=w[2], dilation_rate=w[3], use_bias=m == 1,
                                 name="times%d_%s" % (m, name_of(*w)))(x)
               for w in windows((8, 7), [(3, 3), (2, 2)], [(1, 1), (2, 2)], [(2, 2)]) for m in (1, 3)]


def dense(k):
    L, x = k.layers, k.Input((5, 6, 23), name="image")
    flat = L.Flatten(name="flat")(x)
    wide = L.Dense(40, name="wide")(flat)
    return x, [L.Dense(17, name="on_map")(x), L.Dense(1, use_bias=False, name="on_map_one")(x), wide,
               L.Dense(3, use_bias=False, activation="softmax", name="head")(wide), L.Dense(1, activation="sigmoid", name="one")(flat),
               L.Dense(5, name="on_rows")(L.Reshape((30, 23), name="rows")(x))]


def pools(k):
    L = k.layers
    inputs = [k.Input((8, 10, 3), name="even"), k.Input((9, 7, 5), name="odd")]
    outs = []
    for x, parity in zip(inputs, ["even", "odd"]):
        for kind, layer in [("max", L.MaxPooling2D), ("average", L.AveragePooling2D)]:
            for window, padding, stride in itertools.product([(2, 2), (3, 3), (3, 2)], ["valid", "same"], [None, (1, 1), (2, 2), (2, 3)]):
                name = "%s_%s_%dx%d_%s_s%s" % (kind, parity, *window, padding, "".join(map(str, stride or window)))
                if stride != window:
                    outs.append(layer(window, strides=stride, padding=padding, name=name)(x))
        outs += [L.GlobalAveragePooling2D(name="global_average_" + parity)(x), L.GlobalMaxPooling2D(name="global_max_" + parity)(x),
                 L.GlobalAveragePooling2D(keepdims=True, name="global_average_keep_" + parity)(x),
                 L.GlobalMaxPooling2D(keepdims=True, name="global_max_keep_" + parity)(x)]
    return inputs, outs


def batch_norms(k):
    """Statistics as they come: log-uniform variances from 1e-3 to 1e3, means of a few deviations, negative gammas."""
    L, x = k.layers, k.Input((6, 5, 18), name="image")
    vector = L.GlobalMaxPooling2D(name="vector")(x)
    outs = [vector]
    for name, options in [("plain", {}), ("no_gamma", {"scale": False}), ("no_beta", {"center": False}), ("axis3", {"axis": 3}),
                          ("bare", {"scale": False, "center": False}), ("epsilon", {"epsilon": 0.1}), ("small_epsilon", {"epsilon": 2e-5})]:
        outs.append(L.BatchNormalization(**options, name=name)(x))
        options = {key: 1 if key == "axis" else value for key, value in options.items()}
        outs.append(L.BatchNormalization(**options, name=name + "_vector")(vector))
    if k is tf_keras:
        outs.append(L.BatchNormalization(fused=False, name="not_fused")(x))
    return x, outs


def sample_norms(k):
    """Statistics of a sample's own: odd numbers of channels, one row, one pixel, options."""
    L, x = k.layers, k.Input((6, 5, 18), name="image")
    vector = L.GlobalMaxPooling2D(name="vector")(x)
    wide = L.Dense(37, name="wide")(x)
    outs = []
    for name, options in [("plain", {}), ("no_gamma", {"scale": False}), ("no_beta", {"center": False}), ("axis3", {"axis": 3}),
                          ("bare", {"scale": False, "center": False}), ("epsilon", {"epsilon": 0.1}), ("small_epsilon", {"epsilon": 1e-6})]:
        outs.append(L.LayerNormalization(**options, name="layer_" + name)(x))
    outs += [L.LayerNormalization(name="layer_vector")(vector), L.LayerNormalization(name="layer_wide")(wide),
             L.LayerNormalization(name="layer_rows")(L.Reshape((30, 18), name="rows")(x))]
    for groups, options in [(1, {}), (2, {"scale": False}), (3, {"center": False}), (6, {"axis": 3}), (9, {"epsilon": 0.1}), (18, {}), (-1, {})]:
        outs.append(L.GroupNormalization(groups, **options, name="group_%s" % ("instance" if groups < 0 else groups))(x))
    outs += [L.GroupNormalization(3, name="group_vector")(vector), L.GroupNormalization(1, name="group_wide")(wide),
             L.GroupNormalization(6, name="group_rows")(L.Reshape((15, 36), name="rows36")(x))]
    return x, outs


def sample_norms3(k):
    return sample_norms(k)


def scalings(k):
    import numpy as np
    L, x = k.layers, k.Input((6, 5, 3), name="image")
    norm = L.Normalization(name="normalization")
    norm.adapt(np.random.RandomState(1).uniform(-3, 5, (4, 6, 5, 3)).astype("float32"))
    return x, [norm(x), L.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(x), L.Rescaling(1 / 255, name="rescale_only")(x),
               L.PReLU(name="prelu_full")(x), L.PReLU(shared_axes=[1, 2], name="prelu_channels")(x),
               L.PReLU(shared_axes=[1], name="prelu_rows")(x), L.PReLU(shared_axes=[2], name="prelu_columns")(x)]


def activations2(k):
    L, x = k.layers, k.Input((5, 4, 18), name="image")
    outs = [L.Activation(word, name="word_" + word)(x) for word in WORDS_2]
    outs += [L.ReLU(max_value=6.0, name="relu_6")(x), L.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5, name="relu_all")(x),
             L.LeakyReLU(alpha=0.2, name="leaky")(x), L.ELU(alpha=0.7, name="elu")(x), L.ThresholdedReLU(theta=0.4, name="thresholded")(x),
             L.Softmax(name="softmax")(x)]
    vector = L.GlobalMaxPooling2D(name="vector")(x)
    return x, outs + [L.Softmax(name="softmax_vector")(vector), L.PReLU(name="prelu_vector")(vector)]


def activations3(k):
    L, x = k.layers, k.Input((5, 4, 18), name="image")
    outs = [L.Activation(word, name="word_" + word)(x) for word in WORDS_3]
    return x, outs + [L.LeakyReLU(negative_slope=0.1, name="leaky")(x), L.ELU(alpha=0.7, name="elu")(x),
                      L.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5, name="relu_all")(x), L.Softmax(name="softmax")(x)]


def merges(k):
    """Two and three operands, and operands stretched along rows and columns."""
    L = k.layers
    a, b, c = inputs = [k.Input((5, 6, 18), name=name) for name in "abc"]
    column, vector = L.GlobalAveragePooling2D(keepdims=True, name="column")(b), L.GlobalMaxPooling2D(name="vector")(a)
    other = L.GlobalMaxPooling2D(name="other_vector")(b)
    kinds = ["Add", "Multiply", "Average", "Maximum", "Minimum"]
    outs = [getattr(L, kind)(name=kind.lower() + "_three")([a, b, c]) for kind in kinds]
    outs += [getattr(L, kind)(name=kind.lower() + "_vectors")([vector, other]) for kind in kinds + ["Subtract"]]
    outs += [getattr(L, kind)(name=kind.lower() + "_stretched")([a, column]) for kind in ["Add", "Multiply", "Maximum"]]
    outs += [L.Subtract(name="subtract")([a, b]), L.Add(name="add_twice")([a, a]), L.Concatenate(name="channels")([a, b, c]),
             L.Concatenate(axis=1, name="rows")([a, b]), L.Concatenate(axis=2, name="columns")([a, b]),
             L.Concatenate(axis=-1, name="vectors")([vector, other])]
    return inputs, outs


def rearrangements(k):
    L, x = k.layers, k.Input((5, 6, 18), name="image")
    return x, [L.ZeroPadding2D(((1, 2), (3, 4)), name="pad_sides")(x), L.ZeroPadding2D((1, 0), name="pad_rows")(x),
               L.Cropping2D(((1, 2), (0, 3)), name="crop")(x), L.UpSampling2D((2, 3), name="up_nearest")(x),
               L.UpSampling2D(2, interpolation="bilinear", name="up_bilinear")(x),
               L.UpSampling2D((3, 1), interpolation="bilinear", name="up_bilinear_rows")(x),
               L.Resizing(4, 11, name="resize")(x), L.Resizing(8, 3, interpolation="nearest", name="resize_nearest")(x),
               L.Reshape((6, -1), name="reshape")(x), L.Reshape((3, 10, 18), name="reshape_map")(x), L.Permute((2, 3, 1), name="permute")(x),
               L.Flatten(name="flatten")(x), L.Dropout(0.3, name="dropout")(x), L.SpatialDropout2D(0.2, name="spatial")(x)]


def bicubics(k):
    """Whole and broken factors, up and down, maps of one pixel and of few."""
    L, x = k.layers, k.Input((5, 6, 5), name="image")
    pixel = L.GlobalAveragePooling2D(keepdims=True, name="pixel")(x)
    outs = [L.UpSampling2D(size, interpolation="bicubic", name="up_%dx%d" % size)(x) for size in [(2, 2), (3, 3), (4, 1), (1, 5)]]
    outs += [L.Resizing(*size, interpolation="bicubic", name="to_%dx%d" % size)(x) for size in [(4, 11), (8, 3), (2, 2), (13, 17)]]
    return x, outs + [L.UpSampling2D((2, 3), interpolation="bicubic", name="up_pixel")(pixel)]


def bicubics3(k):
    return bicubics(k)


def chains(k):
    """What plans fuse: product, normalisation, sum, activation in their usual orders."""
    L, x = k.layers, k.Input((9, 8, 5), name="image")
    y = L.Conv2D(20, 3, padding="same", use_bias=False, name="stem")(x)
    y = L.ReLU(6.0, name="stem_relu")(L.BatchNormalization(name="stem_bn")(y))
    z = L.DepthwiseConv2D(3, strides=2, padding="valid", use_bias=False, name="dw")(L.ZeroPadding2D(((0, 1), (0, 1)), name="dw_pad")(y))
    z = L.ReLU(6.0, name="dw_relu")(L.BatchNormalization(name="dw_bn")(z))
    z = L.BatchNormalization(name="pw_bn")(L.Conv2D(24, 1, use_bias=False, name="pw")(z))
    w = L.BatchNormalization(name="residual_bn")(L.Conv2D(24, 3, padding="same", name="residual")(z))
    w = L.Activation("relu", name="residual_relu")(L.Add(name="residual_add")([w, z]))
    gate = L.Dense(6, activation="relu", name="squeeze")(L.GlobalAveragePooling2D(name="pool")(w))
    gate = L.Reshape((1, 1, 24), name="gate")(L.Dense(24, activation="hard_sigmoid", name="excite")(gate))
    v = L.Multiply(name="scaled")([w, gate])
    pre = L.Activation("swish", name="pre_swish")(L.BatchNormalization(name="pre_bn")(v))
    v = L.Concatenate(name="dense_block")([v, L.Conv2D(7, 3, padding="same", name="grow")(pre)])
    head = L.Dense(4, activation="softmax", name="scores")(L.Flatten(name="features")(L.AveragePooling2D(2, name="shrink")(v)))
    return x, [w, v, head]


def great_biases(k):
    """Biases as great as the sums they are added to (see randomise): published networks have theirs ten times smaller."""
    L, x = k.layers, k.Input((10, 9, 16), name="image")
    return x, [L.Conv2D(18, 3, padding="same", name="conv")(x), L.Conv2D(18, 1, name="pointwise")(x), L.Conv2D(16, 5, name="conv5")(x),
               L.DepthwiseConv2D(3, name="depthwise")(x), L.DepthwiseConv2D(5, padding="same", name="depthwise5")(x),
               L.Dense(20, name="dense")(x), L.Dense(30, name="head")(L.Flatten(name="flat")(x))]


def keras3_layers(k):
    L, x = k.layers, k.Input((8, 7, 6), name="image")
    y = L.BatchNormalization(name="bn")(L.Conv2D(18, 3, padding="same", strides=2, name="conv")(x))
    return x, [y, L.DepthwiseConv2D(3, padding="same", strides=2, depth_multiplier=2, name="depthwise")(x),
               L.SeparableConv2D(5, 3, name="separable")(x), L.Conv2D(4, 3, dilation_rate=2, name="dilated")(x),
               L.Conv2D(6, 3, groups=3, name="grouped")(x), L.AveragePooling2D(3, strides=2, padding="same", name="average")(x),
               L.UpSampling2D(2, interpolation="bilinear", name="up_bilinear")(x), L.PReLU(shared_axes=[1, 2], name="prelu")(x),
               L.Dense(4, activation="softmax", name="scores")(L.GlobalAveragePooling2D(name="pool")(y))]


KERAS_2 = [conv_even, conv_odd, conv_wide, conv_activations, depthwise, separable, dense, pools, batch_norms, sample_norms, scalings, activations2, merges,
           rearrangements, bicubics, chains, great_biases]
KERAS_3 = [activations3, keras3_layers, sample_norms3, bicubics3]
