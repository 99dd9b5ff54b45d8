#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks of keras.applications with weights by a rule (see `by_rule`), for tests/io/keras_applications_test.cpp.

usage: keras_applications.py record FOLDER           writes tests/golden/keras_applications.{json,npz} into FOLDER: the architectures as both
                                                     Keras describe them, samples of what Keras 3 computes in float64, its float32 error
       keras_applications.py files FOLDER NAME KERAS  writes whole.h5 and weights.h5 of one network by keras or tf_keras into FOLDER
"""
import hashlib
import importlib
import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras_double import hashed, in_double, random_input, run, write_json
from keras_parity import error, rounded

SAMPLE = 192  # elements recorded of each layer
CLASSES = 40  # enough scores that the greatest error of them says something
# Sides that are odd, even and different, so that every padding of a strided window occurs. Inputs are u * factor + offset, u in [-1, 1).
NETWORKS = {
    "resnet50": dict(builder="ResNet50", size=(64, 64), factor=16.0, offset=0.0),
    "vgg19": dict(builder="VGG19", size=(32, 32), factor=128.0, offset=0.0),
    "mobilenet_v2": dict(builder="MobileNetV2", size=(75, 66), factor=1.0, offset=0.0),
    "mobilenet_v2:alpha=0.35": dict(builder="MobileNetV2", size=(64, 97), factor=1.0, offset=0.0, alpha=0.35),
    "mobilenet_v2:alpha=1.3": dict(builder="MobileNetV2", size=(32, 32), factor=1.0, offset=0.0, alpha=1.3),
    "efficientnet_b0": dict(builder="EfficientNetB0", size=(67, 64), factor=127.5, offset=127.5),
    "densenet121": dict(builder="DenseNet121", size=(64, 64), factor=2.0, offset=0.0),
}


def build(k, name):
    k.backend.clear_session()  # names of layers without one are counted from here
    settings = {"alpha": NETWORKS[name]["alpha"]} if "alpha" in NETWORKS[name] else {}
    return getattr(k.applications, NETWORKS[name]["builder"])(weights=None, input_shape=(*NETWORKS[name]["size"], 3), classes=CLASSES, **settings)


def seed_of(text):
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value


def by_rule(layer, leaf, shape, head_scale):
    """A weight that both sides can compute: u in [-1, 1) counted from the weight's name, scaled in double, rounded once. Kernels keep
    the size of what they are given, biases and means reach 1/4, gammas and variances lie from 1/2 to 3/2."""
    count = int(np.prod(shape))
    u = (hashed(count, seed_of(layer + "/" + leaf)) >> np.uint32(8)).astype(np.float64) / 2**23 - 1
    if leaf in ("kernel", "depthwise_kernel"):
        fan = int(np.prod(shape[:2] if leaf == "depthwise_kernel" else shape[:-1]))
        u = u * np.sqrt(3.0 / fan) * (head_scale if layer == "predictions" else 1.0)
    elif leaf in ("gamma", "moving_variance", "variance"):
        u = 1.0 + 0.5 * u
    else:
        u = 0.25 * u
    return u.astype(np.float32).reshape(shape)


def set_weights(model, head_scale):
    for layer in model.layers:
        values = []
        for variable in layer.weights:
            leaf = variable.name.split("/")[-1].split(":")[0]
            if leaf == "kernel" and type(layer).__name__ == "DepthwiseConv2D":
                leaf = "depthwise_kernel"  # Keras 3 calls it kernel
            if leaf == "count" or "seed" in leaf:
                values.append(np.asarray(variable))
            else:
                values.append(by_rule(layer.name.replace("/", "_"), leaf, tuple(variable.shape), head_scale))
        if values:
            layer.set_weights(values)
        if type(layer).__name__ == "Normalization":
            layer.finalize_state()


def multiply_adds(model):
    """Of convolutions and dense layers, for one image."""
    total = 0
    for layer in model.layers:
        kind = type(layer).__name__
        if kind in ("Conv2D", "Dense"):
            kernel = layer.kernel.shape
            total += int(np.prod(kernel)) * int(np.prod(layer.output.shape[1:-1]))
        elif kind == "DepthwiseConv2D":
            total += int(np.prod(layer.kernel.shape[:2])) * int(np.prod(layer.output.shape[1:]))
    return total


def record_network(name, arrays):
    settings, key = NETWORKS[name], name.replace(":", "_")  # archives take no colon
    for k in (keras, tf_keras):
        arrays["%s/%s" % (key, k.__name__)] = np.frombuffer(build(k, name).to_json().encode(), np.uint8)
    single, double = build(keras, name), in_double(keras, lambda: build(keras, name))
    x = (random_input((1, *settings["size"], 3), 1).astype(np.float64) * settings["factor"] + settings["offset"]).astype(np.float32)
    head = double.get_layer("predictions")
    vector = head.input._keras_history.operation.name
    last_map = next(layer.name for layer in reversed(double.layers) if len(layer.output.shape) == 4)
    set_weights(double, 1.0)
    logits = run(keras.Model(double.inputs, double.get_layer(vector).output), [x], np.float64)[0] @ np.asarray(head.kernel)
    head_scale = float(2.0 ** np.floor(np.log2(3.0 / np.max(np.abs(logits)))))
    entry = {"name": name, "size": list(settings["size"]), "classes": CLASSES, "factor": settings["factor"], "offset": settings["offset"], "head_scale": head_scale,
             "count_params": int(sum(np.prod(w.shape) for w in single.weights if "seed" not in w.path)), "multiply_adds": multiply_adds(single),
             "cases": []}
    outputs = []
    for model, dtype in ((single, np.float32), (double, np.float64)):
        set_weights(model, head_scale)
        outputs.append(run(keras.Model(model.inputs, [model.get_layer(layer).output for layer in (last_map, vector, "predictions")]), [x], dtype))
    for layer, own, exact in zip((last_map, vector, "predictions"), *outputs):
        assert own.dtype == np.float32 and exact.dtype == np.float64
        places = (np.arange(min(SAMPLE, exact.size)) * 7919 + 13) % exact.size
        sample = exact.reshape(-1)[places]
        arrays["%s/%s" % (key, layer)] = rounded(sample)
        entry["cases"].append({"name": layer, "count": int(exact.size), **error(own.reshape(-1)[places], sample),
                               "keras_layer_error": error(own, exact)["keras_error"]})
    print(name, entry, flush=True)
    return entry


def record(folder):
    arrays = {}
    networks = [record_network(name, arrays) for name in NETWORKS]
    path = folder / "keras_applications.npz"
    np.savez_compressed(path, **arrays)
    write_json(folder / "keras_applications.json",
               {"script": "tests/oracle/keras_applications.py", "numpy": np.__version__, "tensorflow": tf.__version__, "tf_keras": tf_keras.__version__,
                "keras": keras.__version__, "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()}, "networks": networks})
    print(path.stat().st_size, "bytes")


def files(folder, name, library):
    model = build(importlib.import_module(library), name)
    set_weights(model, 1.0)
    model.save(folder / "whole.h5")
    if library == "tf_keras":
        model.save_weights(folder / "weights.h5")
        return
    # Keras 3 writes its own kind of weights file; the published ones have what a whole model has below model_weights.
    import h5py
    with h5py.File(folder / "whole.h5", "r") as whole, h5py.File(folder / "weights.h5", "w") as weights:
        for key, value in whole["model_weights"].attrs.items():
            weights.attrs[key] = value
        for key in whole["model_weights"]:
            whole.copy("model_weights/" + key, weights)


if __name__ == "__main__":
    if sys.argv[1:2] == ["record"] and len(sys.argv) == 3:
        record(pathlib.Path(sys.argv[2]))
    elif sys.argv[1:2] == ["files"] and len(sys.argv) == 5:
        files(pathlib.Path(sys.argv[2]), sys.argv[3], sys.argv[4])
    else:
        sys.exit(__doc__)
