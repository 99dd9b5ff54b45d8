# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Keras model twice, in Keras' own float32 and in float64 with the same float32 weights; what the recording scripts share."""
import json
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
import h5py
import numpy as np
import tf_keras


def is_keras3(path):
    with h5py.File(path, "r") as file:
        version = file.attrs.get("keras_version", b"1")
        return (version.decode() if isinstance(version, bytes) else str(version)).startswith("3")


def library(path):
    """The Keras that means by a file what its writer meant."""
    if is_keras3(path):
        import keras
        return keras
    return tf_keras


def in_double(k, build):
    """What `build()` makes while the default type is float64."""
    k.backend.set_floatx("float64")
    try:
        if k is not tf_keras:
            k.config.set_dtype_policy("float64")
        return build()
    finally:
        k.backend.set_floatx("float32")
        if k is not tf_keras:
            k.config.set_dtype_policy("float32")


def same_weights(single, double):
    double.set_weights([np.asarray(w).astype(np.float64 if np.asarray(w).dtype.kind == "f" else np.asarray(w).dtype)
                        for w in single.get_weights()])
    return double


def load(path):
    """(Keras, model in float32, model in float64) of a whole-model file."""
    k = library(path)
    single = k.models.load_model(path, compile=False)
    text = single.to_json().replace('"float32"', '"float64"')
    return k, single, same_weights(single, in_double(k, lambda: k.models.model_from_json(text)))


def every_layer(k, model):
    """The model with the output of each of its layers, and the layers' names. Layers inside nested models are left out."""
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer" and not hasattr(layer, "layers")]
    outputs = [layer.get_output_at(0) if hasattr(layer, "get_output_at") else layer.output for layer in layers]
    return k.Model(model.inputs, outputs), [layer.name for layer in layers]


def run(model, inputs, dtype):
    outputs = model([np.asarray(x, dtype) for x in inputs] if len(inputs) > 1 else np.asarray(inputs[0], dtype), training=False)
    return [np.asarray(y) for y in (outputs if isinstance(outputs, (list, tuple)) else [outputs])]


def hashed(count, seed):
    """32-bit numbers by counting, for inputs that need no file: the lowbias32 mixer of i * 0x9E3779B9 + seed."""
    with np.errstate(over="ignore"):
        x = np.arange(count, dtype=np.uint32) * np.uint32(0x9E3779B9) + np.uint32(seed)
        x ^= x >> np.uint32(16)
        x *= np.uint32(0x7FEB352D)
        x ^= x >> np.uint32(15)
        x *= np.uint32(0x846CA68B)
        x ^= x >> np.uint32(16)
    return x


def random_input(shape, seed):
    """Uniform in [-1, 1), multiples of 2^-23."""
    return ((hashed(int(np.prod(shape)), seed) >> np.uint32(8)).astype(np.float64) / 2**23 - 1).astype(np.float32).reshape(shape)


def write_json(path, record):
    with open(path, "w", encoding="utf-8") as stream:
        json.dump(record, stream, indent=1)
        stream.write("\n")
