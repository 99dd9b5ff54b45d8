# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records outputs of four layers of the published ResNet-8 in Keras, for `provenn compare`: resnet8_layers.npz.
Run it in this folder as `resnet8_layers.py DATA`, with tf_keras (Keras 2, which reads the file as it is) and tensorflow."""
import os
import pathlib
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tf_keras

model = tf_keras.models.load_model(pathlib.Path(sys.argv[1]) / "resnet8_cifar10.h5", compile=False)
image = ((np.arange(32 * 32 * 3, dtype=np.int64) * 7919) % 256).reshape(1, 32, 32, 3).astype(np.float32)
adds = [layer.name for layer in model.layers if layer.__class__.__name__ == "Add"]
names = [adds[1], adds[2], model.layers[-2].name, model.layers[-1].name]
outputs = tf_keras.Model(model.input, [model.get_layer(name).output for name in names]).predict(image, verbose=0)
print(names, [output.shape for output in outputs], tf_keras.__version__)
np.savez_compressed("resnet8_layers.npz", input=image, **dict(zip(names, outputs)))
