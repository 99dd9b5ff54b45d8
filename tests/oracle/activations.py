# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records what Keras computes in float64 for every activation: activations.bin (rows of float64, little-endian) and
activations.json (the names of the rows in order, versions, hashes). Keras 3, and Keras 2 (tf_keras) for its hard sigmoid.
Run it in this folder with tensorflow, keras and tf_keras installed."""
import hashlib
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras
import numpy as np
import tensorflow as tf
import tf_keras

A = keras.activations
# Off every corner by design, but for 0 and the thresholds at the end; all are floats, so that float kernels can use them too.
points = np.concatenate([np.linspace(-6.03, 6.01, 121), [-90, -20.5, -12, 12, 20.5, 80], [0, 0.5, -0.5]])
points = points.astype(np.float32).astype(np.float64)

ELEMENTWISE = {
    "linear": A.linear, "relu": A.relu, "relu6": A.relu6,
    "relu_general": lambda x: A.relu(x, negative_slope=0.25, max_value=3.5, threshold=0.5),
    "relu_threshold": lambda x: A.relu(x, negative_slope=0.125, threshold=-0.5),
    "leaky_relu": lambda x: A.leaky_relu(x, negative_slope=0.25), "elu": lambda x: A.elu(x, alpha=1.5), "selu": A.selu,
    "celu": lambda x: A.celu(x, alpha=1.5), "sigmoid": A.sigmoid, "hard_sigmoid": A.hard_sigmoid,
    "hard_sigmoid_k2": tf_keras.activations.hard_sigmoid, "tanh": A.tanh, "softplus": A.softplus, "softsign": A.softsign,
    "exponential": A.exponential, "swish": A.silu, "hard_swish": A.hard_silu, "gelu": lambda x: A.gelu(x, approximate=False),
    "gelu_tanh": lambda x: A.gelu(x, approximate=True), "mish": A.mish, "log_sigmoid": A.log_sigmoid, "hard_tanh": A.hard_tanh,
    "hard_shrink": A.hard_shrink, "soft_shrink": A.soft_shrink, "tanh_shrink": A.tanh_shrink,
    "threshold": lambda x: A.threshold(x, 0.5, 0.25), "squareplus": lambda x: A.squareplus(x, b=4.0), "sparse_plus": A.sparse_plus,
    "sparse_sigmoid": A.sparse_sigmoid,
}


def sparsemax(x):
    """Martins and Astudillo 2016, by sorting. Keras 3.15 adds up every partial sum instead of the last one of the support, so that
    its result does not sum to 1 (keras/src/backend/tensorflow/nn.py): it is no oracle here."""
    descending = np.sort(x, axis=-1)[:, ::-1]
    partial = np.cumsum(descending, axis=-1)
    ranks = np.arange(1, x.shape[-1] + 1)
    size = np.sum(1 + ranks * descending > partial, axis=-1, keepdims=True)
    return np.maximum(x - (np.take_along_axis(partial, size - 1, axis=-1) - 1) / size, 0)


OVER_CHANNELS = {"softmax": A.softmax, "log_softmax": A.log_softmax, "sparsemax": lambda x: sparsemax(np.asarray(x)), "glu": A.glu}

rows, names = [points], ["points"]
for name, function in ELEMENTWISE.items():
    rows.append(np.asarray(function(tf.constant(points, tf.float64))))
    names.append(name)
for name, function in OVER_CHANNELS.items():
    # 6 pixels of 20 channels from the first 120 points, mixed so that a pixel has large and small ones; scaled down for sparsemax.
    matrix = points[:120].reshape(20, 6).T / (4.0 if name == "sparsemax" else 1.0)
    value = np.asarray(function(tf.constant(matrix, tf.float64))).ravel()
    rows.append(np.concatenate([value, np.zeros(points.size - value.size)]))
    names.append(name)
for row, name in zip(rows, names):
    assert row.dtype == np.float64 and row.shape == points.shape, (name, row.dtype, row.shape)

data = np.stack(rows).astype("<f8").tobytes()
with open("activations.bin", "wb") as file:
    file.write(data)
with open("activations.json", "w", encoding="ascii") as file:
    json.dump({"script": "tests/oracle/activations.py", "script_sha256": hashlib.sha256(open(__file__, "rb").read()).hexdigest(),
               "sha256": hashlib.sha256(data).hexdigest(), "columns": int(points.size), "rows": names,
               "keras": keras.__version__, "tf_keras": tf_keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__},
              file, indent=1)
    file.write("\n")
print(len(data), "bytes,", len(rows), "rows of", points.size)
