#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes small whole-model HDF5 files with every layer of Keras 2 (tf_keras) and one of Keras 3, with what must be read from them.

usage: keras_files.py FOLDER [NAME...]
For each model: NAME.h5, NAME.json (layers with output shapes, tensors with SHA-256 in canonical form, the versions that
made it) and NAME.npz (an input, and every layer's output computed in float64).
"""
import hashlib
import json
import os
import struct
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import tensorflow as tf
import tf_keras
from tf_keras import layers as L


def convolutions(k):
    x = k.Input((9, 10, 4), name="image")
    outs = [
        L.Conv2D(5, 3, name="valid")(x),
        L.Conv2D(6, (3, 2), strides=2, padding="same", use_bias=False, activation="relu", name="same_stride")(x),
        L.Conv2D(4, 3, dilation_rate=2, padding="same", activation="swish", name="dilated")(x),
        L.Conv2D(8, (1, 5), strides=(2, 1), padding="same", activation="hard_sigmoid", name="flat")(x),
        L.Conv2D(6, 3, groups=2, activation="gelu", name="grouped")(x),
        L.DepthwiseConv2D(3, depth_multiplier=2, padding="same", strides=2, name="depthwise")(x),
        L.DepthwiseConv2D((3, 5), use_bias=False, activation="elu", dilation_rate=(1, 2), name="depthwise_plain")(x),
        L.SeparableConv2D(7, 3, depth_multiplier=3, padding="same", strides=2, activation="tanh", name="separable")(x),
        L.SeparableConv2D(3, 3, use_bias=False, name="separable_plain")(x),
        L.Dense(5, activation="softmax", name="dense_map")(x),
    ]
    flat = L.Flatten(name="flat_map")(outs[0])
    outs += [L.Dense(3, activation="selu", use_bias=False, name="dense")(flat)]
    return x, outs


def normalizations(k):
    x = k.Input((5, 6, 3), name="image")
    norm = L.Normalization(name="norm")
    norm.adapt(np.random.RandomState(1).uniform(0, 255, (4, 5, 6, 3)).astype("float32"))
    rescaled = L.Rescaling(1 / 127.5, offset=-1.0, name="rescale")(x)
    vector = L.GlobalMaxPooling2D(name="vector")(x)
    outs = [
        rescaled,
        norm(x),
        L.BatchNormalization(name="bn")(rescaled),
        L.BatchNormalization(scale=False, epsilon=1.001e-5, momentum=0.9, name="bn_no_gamma")(x),
        L.BatchNormalization(center=False, axis=3, name="bn_no_beta")(x),
        L.BatchNormalization(scale=False, center=False, fused=False, name="bn_bare")(x),
        L.BatchNormalization(axis=1, name="bn_vector")(vector),
        L.PReLU(name="prelu_full")(rescaled),
        L.PReLU(shared_axes=[1, 2], name="prelu_channels")(rescaled),
        L.PReLU(shared_axes=[1], name="prelu_rows")(rescaled),
        L.PReLU(name="prelu_vector")(vector),
    ]
    return x, outs


def sample_norms(k):
    """Normalisations whose statistics are those of each sample, in the Keras whose module is given."""
    L = k.layers
    x = k.Input((5, 6, 18), name="image")
    vector = L.GlobalMaxPooling2D(name="vector")(x)
    outs = [
        L.LayerNormalization(name="ln")(x),
        L.LayerNormalization(axis=3, scale=False, epsilon=1e-6, name="ln_no_gamma")(x),
        L.LayerNormalization(axis=[-1], center=False, epsilon=0.1, name="ln_no_beta")(x),
        L.LayerNormalization(scale=False, center=False, name="ln_bare")(x),
        L.LayerNormalization(name="ln_vector")(vector),
        L.LayerNormalization(name="ln_rows")(L.Reshape((30, 18), name="rows")(x)),
        L.GroupNormalization(3, name="gn")(x),
        L.GroupNormalization(1, axis=3, scale=False, epsilon=1e-6, name="gn_one_group")(x),
        L.GroupNormalization(-1, center=False, name="gn_instance")(x),
        L.GroupNormalization(6, scale=False, center=False, name="gn_vector")(vector),
    ]
    return x, outs


def activations(k):
    x = k.Input((3, 4, 6), name="image")
    words = ["linear", "relu", "relu6", "elu", "selu", "softplus", "softsign", "tanh", "sigmoid", "hard_sigmoid",
             "exponential", "swish", "gelu", "mish", "softmax", "leaky_relu"]
    outs = []
    for word in words:
        try:
            outs.append(L.Activation(word, name="word_" + word)(x))
        except ValueError as problem:
            print("not in this Keras:", word, problem)
    outs += [
        L.ReLU(name="relu_plain")(x),
        L.ReLU(max_value=6.0, name="relu_6")(x),
        L.ReLU(max_value=2.0, negative_slope=0.25, threshold=0.5, name="relu_all")(x),
        L.LeakyReLU(alpha=0.2, name="leaky")(x),
        L.ELU(alpha=0.7, name="elu_layer")(x),
        L.ThresholdedReLU(theta=0.4, name="thresholded")(x),
        L.Softmax(name="softmax_layer")(x),
        L.ActivityRegularization(l2=0.1, name="penalty")(x),
        L.Conv2D(3, 1, activation=k.layers.LeakyReLU(alpha=0.3), name="conv_leaky")(x),
    ]
    return x, outs


def rearrangements(k):
    x = k.Input((7, 9, 4), name="image")
    a = L.ZeroPadding2D(((1, 2), (3, 4)), name="pad_sides")(x)
    same = L.Activation("relu", name="same")(x)
    column = L.GlobalAveragePooling2D(keepdims=True, name="global_average_keep")(x)
    outs = [
        a,
        L.ZeroPadding2D(2, name="pad_all")(x),
        L.ZeroPadding2D((1, 0), name="pad_rows")(x),
        L.Cropping2D(((1, 2), (0, 3)), name="crop")(x),
        L.UpSampling2D((2, 3), name="up_nearest")(x),
        L.UpSampling2D(2, interpolation="bilinear", name="up_bilinear")(x),
        L.Resizing(5, 11, name="resize")(x),
        L.Resizing(5, 11, interpolation="nearest", name="resize_nearest")(x),
        L.MaxPooling2D(name="max")(x),
        L.MaxPooling2D((3, 2), strides=1, padding="same", name="max_same")(x),
        L.AveragePooling2D(3, strides=2, padding="same", name="average_same")(x),
        L.GlobalAveragePooling2D(name="global_average")(x),
        L.GlobalMaxPooling2D(name="global_max")(x),
        column,
        L.Reshape((7, -1), name="reshape")(x),
        L.Permute((2, 3, 1), name="permute")(x),
        L.Add(name="add")([x, same, x]),
        L.Subtract(name="subtract")([x, same]),
        L.Multiply(name="multiply")([x, column]),
        L.Average(name="average")([x, same]),
        L.Maximum(name="maximum")([x, same]),
        L.Minimum(name="minimum")([x, same]),
        L.Concatenate(name="concat_channels")([x, same]),
        L.Concatenate(axis=1, name="concat_rows")([x, same]),
        L.Concatenate(axis=-2, name="concat_columns")([x, same]),
        L.Dropout(0.3, name="dropout")(x),
        L.SpatialDropout2D(0.2, name="spatial")(x),
        L.GaussianNoise(0.1, name="noise")(x),
        L.GaussianDropout(0.4, name="gaussian")(x),
        L.AlphaDropout(0.1, name="alpha_dropout")(x),
    ]
    return x, outs


def nested(k):
    """Nested and shared models; the inner batch normalisation is frozen, which reorders the weights in the file."""
    inner_in = k.Input((6, 6, 3), name="inner_in")
    y = L.Conv2D(4, 3, padding="same", name="conv")(inner_in)
    frozen = L.BatchNormalization(name="bn")
    frozen.trainable = False
    y = frozen(y)
    y = L.Conv2D(3, 3, padding="same", name="conv_2")(y)
    inner = k.Model(inner_in, y, name="encoder")
    head = k.Sequential([k.Input((6, 6, 3)), L.Flatten(name="flatten"), L.Dense(4, name="fc")], name="head")
    left, right = k.Input((6, 6, 3), name="left"), k.Input((6, 6, 3), name="right")
    shared = L.Conv2D(3, 1, name="shared")
    a, b = inner(shared(left)), inner(shared(right))
    outs = [L.Subtract(name="difference")([head(a), head(b)]), L.Add(name="sum")([a, b])]
    return [left, right], outs


def sequential(k):
    return k.Sequential([
        L.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1), name="first"),
        L.MaxPooling2D(name="pool"),
        L.Flatten(name="flatten"),
        L.Dense(3, activation="softmax", kernel_regularizer="l2", name="last"),
    ], name="plain")


def keras3(_):
    import keras as k3
    x = k3.Input((6, 6, 2), name="image")
    y = k3.layers.Conv2D(4, 3, padding="same", activation="hard_sigmoid", name="conv")(x)
    y = k3.layers.BatchNormalization(name="bn")(y)
    z = k3.layers.Add(name="add")([y, k3.layers.LeakyReLU(negative_slope=0.1, name="leaky")(y)])
    z = k3.layers.SeparableConv2D(3, 3, name="separable")(z)
    z = k3.layers.GlobalAveragePooling2D(name="pool")(z)
    return k3.Model(x, k3.layers.Dense(2, activation="softmax", name="dense")(k3.layers.Dropout(0.2, name="drop")(z)), name="three")


def keras3_norms(_):
    import keras as k3
    return k3.Model(*sample_norms(k3), name="three_norms")


MODELS = {"convolutions": convolutions, "normalizations": normalizations, "sample_norms": sample_norms, "keras3_norms": keras3_norms, "activations": activations,
          "rearrangements": rearrangements, "nested": nested, "sequential": sequential, "keras3": keras3}


def digest(values):
    """SHA-256 of rank, extents (i64 little-endian) and elements (f32 little-endian)."""
    values = np.ascontiguousarray(values, "<f4")
    head = struct.pack("<q", values.ndim) + b"".join(struct.pack("<q", n) for n in values.shape)
    return hashlib.sha256(head + values.tobytes()).hexdigest()


def randomise(model, random):
    """Every weight different, variances positive; statistics too, so that a mix-up cannot hide."""
    for layer in flat_layers(model):
        if "Normalization" == type(layer).__name__:
            continue
        values = []
        for variable in layer.weights:
            is_variance = "variance" in getattr(variable, "path", variable.name)
            size = variable.shape
            values.append(random.uniform(0.5, 2.0, size) if is_variance else random.uniform(-0.6, 0.6, size))
        if values and all(np.issubdtype(np.asarray(v).dtype, np.floating) for v in layer.get_weights()):
            layer.set_weights([value.astype("float32") for value in values])


def flat_layers(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from flat_layers(layer)
        else:
            yield layer


def tensors(model, prefix=""):
    found = {}
    for layer in model.layers:
        if hasattr(layer, "layers"):
            found.update(tensors(layer, prefix + layer.name + "/"))
            continue
        for variable, value in zip(layer.weights, layer.get_weights()):
            leaf = getattr(variable, "path", variable.name).split("/")[-1].split(":")[0]
            if np.issubdtype(np.asarray(value).dtype, np.floating):
                shape = list(np.asarray(value).shape)
                found[prefix + layer.name + "/" + leaf] = {"shape": shape, "sha256": digest(value)}
    return found


def in_double(model):
    """The same model computing in float64."""
    if not model.__class__.__module__.startswith("tf_keras"):
        return None
    text = model.to_json().replace('"float32"', '"float64"')
    tf_keras.backend.set_floatx("float64")
    try:
        double = tf_keras.models.model_from_json(text)
        double.set_weights([np.asarray(w, "float64") for w in model.get_weights()])
    finally:
        tf_keras.backend.set_floatx("float32")
    return double


def write(name, folder):
    random = np.random.RandomState(sum(map(ord, name)))
    made = MODELS[name](tf_keras)
    model = tf_keras.Model(*made, name=name) if isinstance(made, tuple) else made
    randomise(model, random)
    path = os.path.join(folder, name + ".h5")
    model.save(path)
    layers = {}
    for layer in model.layers:
        if hasattr(layer, "layers") or type(layer).__name__ == "InputLayer":
            continue
        output = layer.get_output_at(0) if hasattr(layer, "get_output_at") else layer.output
        layers[layer.name] = {"class": type(layer).__name__, "output": [int(n) for n in output.shape[1:]]}
    expected = {"made_by": "tests/oracle/keras_files.py", "numpy": np.__version__, "tensorflow": tf.__version__,
                "keras": tf_keras.__version__ if not name.startswith("keras3") else __import__("keras").__version__,
                "sha256": hashlib.sha256(open(path, "rb").read()).hexdigest(), "layers": layers, "tensors": tensors(model)}
    with open(os.path.join(folder, name + ".json"), "w") as stream:
        json.dump(expected, stream, indent=1)
        stream.write("\n")
    inputs = [random.uniform(-1.5, 1.5, (2, *t.shape[1:])).astype("float32") for t in model.inputs]
    arrays = {"input_%d" % i: value for i, value in enumerate(inputs)}
    double = in_double(model)
    runner = double if double is not None else model
    outputs = runner([np.asarray(i, "float64") if double is not None else i for i in inputs], training=False)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    names = [t.name.split("/")[0] if "/" in t.name else str(i) for i, t in enumerate(model.outputs)]
    for i, value in enumerate(outputs):
        arrays["output_%d" % i] = np.asarray(value)
    single = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    single = single if isinstance(single, (list, tuple)) else [single]
    for i, value in enumerate(single):
        arrays["float32_%d" % i] = np.asarray(value)
    arrays["output_names"] = np.array(names)
    np.savez_compressed(os.path.join(folder, name + ".npz"), **arrays)
    print(name, os.path.getsize(path), "bytes,", len(layers), "layers")


if __name__ == "__main__":
    for one in sys.argv[2:] or MODELS:
        write(one, sys.argv[1])
