#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loads a weights file into a whole model of real Keras, by order and by name, and compares every
floating-point weight with the model's own (the sample count of a Normalization layer is not kept).

usage: keras_load_weights.py tf_keras|keras MODEL.h5 WEIGHTS.h5
Exit: 0 all equal, 1 not, 77 this Keras cannot be had.
"""
import importlib
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
try:
    keras = importlib.import_module(sys.argv[1])
    import numpy as np
except ImportError as problem:
    print(problem)
    sys.exit(77)

model = keras.models.load_model(sys.argv[2], compile=False)
published = model.get_weights()
for how in ({}, {"by_name": True}):
    model.set_weights([np.full_like(weight, 0.125) for weight in published])
    model.load_weights(sys.argv[3], **how)
    loaded = model.get_weights()
    same = len(loaded) == len(published) and all(np.array_equal(a, b) or not np.issubdtype(a.dtype, np.floating) for a, b in zip(published, loaded))
    print(keras.__name__, keras.__version__, how, "equal" if same else "DIFFERENT")
    if not same:
        sys.exit(1)
