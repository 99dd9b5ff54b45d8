# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Five steps of each optimizer, and learning rates over time, of real Keras in float64 -> optimizers.txt.
Run in this folder: python3 optimizers.py (needs keras and tensorflow)."""
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

import golden_text  # noqa: E402

keras.backend.set_floatx("float64")
O = keras.optimizers
RATE = 1.0 / 64  # exact in float32, in which Keras keeps it
F = np.float64  # Keras' ops.cast takes a Python float through float32; a NumPy float64 keeps its digits
random = np.random.default_rng(20260101)
start = random.normal(size=9)
gradients = random.normal(size=(5, 9)) * np.array([1, 1, 10, 1e-3, 1, 1e-6, 1, 0, 1])

CASES = {
    "sgd": (lambda: O.SGD(RATE), 0.0),
    "sgd_momentum": (lambda: O.SGD(RATE, momentum=F(0.9)), 0.0),
    "sgd_nesterov": (lambda: O.SGD(RATE, momentum=F(0.9), nesterov=True), 0.0),
    "sgd_l2": (lambda: O.SGD(RATE, momentum=F(0.9)), 0.25),
    "sgd_decay": (lambda: O.SGD(RATE, weight_decay=0.125), 0.0),
    "adam": (lambda: O.Adam(RATE, beta_1=F(0.9), beta_2=F(0.999)), 0.0),
    "adam_betas": (lambda: O.Adam(RATE, beta_1=F(0.8), beta_2=F(0.95), epsilon=1e-4), 0.0),
    "adam_l2": (lambda: O.Adam(RATE, beta_1=F(0.9), beta_2=F(0.999)), 0.25),
    "adamw": (lambda: O.AdamW(RATE, beta_1=F(0.9), beta_2=F(0.999), weight_decay=0.125), 0.0),
    "rmsprop": (lambda: O.RMSprop(RATE), 0.0),
    "rmsprop_momentum": (lambda: O.RMSprop(RATE, rho=0.8, momentum=0.5), 0.0),
    "rmsprop_centered": (lambda: O.RMSprop(RATE, centered=True), 0.0),
    "rmsprop_all": (lambda: O.RMSprop(RATE, centered=True, momentum=0.5, epsilon=1e-3, weight_decay=0.125), 0.0),
}

arrays = {"start": start, "gradients": gradients}
for name, (make, l2) in CASES.items():
    optimizer = make()
    variable = keras.Variable(start, dtype="float64", name="p")
    optimizer.build([variable])
    regularizer = keras.regularizers.L2(l2)
    values = []
    for gradient in gradients:
        with tf.GradientTape() as tape:
            penalty = regularizer(variable.value)
        total = tf.constant(gradient) + (tape.gradient(penalty, variable.value) if l2 else 0.0)
        optimizer.apply_gradients([(total, variable)])
        values.append(variable.numpy())
    arrays[name] = np.stack(values)

S = O.schedules
steps = np.arange(0, 60, 3)
for name, schedule in {
        "cosine": S.CosineDecay(F(RATE), 40, alpha=0.125),
        "cosine_warm": S.CosineDecay(F(RATE / 8), 40, alpha=0.125, warmup_target=F(RATE), warmup_steps=10),
        "staircase": S.ExponentialDecay(F(RATE), 7, 0.5, staircase=True)}.items():
    arrays[name] = np.array([float(schedule(np.float64(step))) for step in steps])
arrays["steps"] = steps.astype(np.float64)

losses = np.array([4, 3, 3, 3, 3, 3, 2.9, 2.9, 2.9, 2.9, 2.9, 2.89995, 2.9, 2.9, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1.0])
for name, settings in {"plateau": dict(patience=2, cooldown=0), "plateau_cooldown": dict(patience=2, cooldown=2),
                       "plateau_floor": dict(patience=1, cooldown=1, min_lr=RATE / 5)}.items():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=O.SGD(RATE), loss="mse")
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", factor=0.5, min_delta=1e-4, **settings)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": value})
        rates.append(float(model.optimizer.learning_rate))
    arrays[name] = np.array(rates)
arrays["plateau_losses"] = losses

golden_text.write(__file__, "optimizers.txt", arrays,
                  {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__})
