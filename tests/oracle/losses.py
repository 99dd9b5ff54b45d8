# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Losses of real Keras in float64 with their gradients by TensorFlow -> losses.txt.
Run in this folder: python3 losses.py (needs keras and tensorflow)."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import golden_text  # noqa: E402

keras.backend.set_floatx("float64")
L = keras.losses
random = np.random.default_rng(20260102)
N, K = 6, 5
logits = random.normal(size=(N, K)) * 4
logits[1] += 300  # a softmax without subtraction of the maximum overflows
probabilities = random.uniform(0.05, 0.95, size=(N, K))
probabilities[2] = [1, 0, 0, 0, 0]
probabilities[3, 1] = 3e-9
labels = random.integers(0, K, size=N)
labels[2] = 3  # the true class has probability 0
one_hot = np.eye(K)[labels]
binary = random.integers(0, 2, size=(N, K)).astype(np.float64)
real = random.normal(size=(N, K))
weights = np.array([1.0, 0.5, 2.0, 0.0, 3.0, 1.25])

CASES = {
    "categorical_logits": (L.CategoricalCrossentropy, dict(from_logits=True), one_hot, logits),
    "categorical_logits_smooth": (L.CategoricalCrossentropy, dict(from_logits=True, label_smoothing=0.1), one_hot, logits),
    "categorical_probabilities": (L.CategoricalCrossentropy, {}, one_hot, probabilities),
    "categorical_probabilities_smooth": (L.CategoricalCrossentropy, dict(label_smoothing=0.1), one_hot, probabilities),
    "binary_logits": (L.BinaryCrossentropy, dict(from_logits=True), binary, logits),
    "binary_logits_smooth": (L.BinaryCrossentropy, dict(from_logits=True, label_smoothing=0.1), binary, logits),
    "binary_probabilities": (L.BinaryCrossentropy, {}, binary, probabilities),
    "binary_probabilities_smooth": (L.BinaryCrossentropy, dict(label_smoothing=0.1), binary, probabilities),
    "squared": (L.MeanSquaredError, {}, real, logits),
}

arrays = {"logits": logits, "probabilities": probabilities, "one_hot": one_hot, "binary": binary, "real": real,
          "weights": weights}
for name, (kind, settings, targets, outputs) in CASES.items():
    for suffix, sample_weight in (("", None), ("_weighted", weights)):
        loss = kind(dtype="float64", **settings)
        x = tf.constant(outputs)
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = loss(tf.constant(targets), x, sample_weight=sample_weight)
        arrays[name + suffix] = np.array(value).reshape(1)
        arrays[name + suffix + "_gradient"] = np.array(tape.gradient(value, x))

golden_text.write(__file__, "losses.txt", arrays,
                  {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__})
