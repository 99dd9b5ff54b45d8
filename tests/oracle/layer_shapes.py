# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Output shapes of real Keras for random layers: writes tests/oracle/layer_shapes.txt, one layer a line.

kind H W C kernel_h kernel_w stride_h stride_w dilation_h dilation_w same number -> P Q K; "none" where Keras refuses.
"""
import pathlib
import random

import keras
import numpy as np
import tensorflow as tf

# seed, lines, kinds
SETS = [(11, 400, ["conv2d"] * 4 + ["depthwise"] * 3 + ["separable"] * 2 + ["max", "average"] * 2 + [
            "up", "pad", "crop", "dense", "flatten", "permute", "global"]),
        (12, 120, ["transpose", "transpose_padded"])]
POOLS = ("max", "average", "up", "pad", "crop", "dense", "flatten", "permute", "global")


def build(kind, height, width, channels, kernel, stride, dilation, same, number):
    padding = "same" if same else "valid"
    layer = {
        "conv2d": lambda: keras.layers.Conv2D(number, kernel, stride, padding, dilation_rate=dilation),
        "depthwise": lambda: keras.layers.DepthwiseConv2D(kernel, stride, padding, depth_multiplier=number, dilation_rate=dilation),
        "separable": lambda: keras.layers.SeparableConv2D(number, kernel, stride, padding, dilation_rate=dilation),
        "transpose": lambda: keras.layers.Conv2DTranspose(number, kernel, stride, padding, dilation_rate=dilation),
        "transpose_padded": lambda: keras.layers.Conv2DTranspose(number, kernel, stride, padding, dilation_rate=dilation,
                                                                 output_padding=(number % stride[0], number % stride[1])),
        "max": lambda: keras.layers.MaxPooling2D(kernel, stride, padding),
        "average": lambda: keras.layers.AveragePooling2D(kernel, stride, padding),
        "up": lambda: keras.layers.UpSampling2D(kernel),
        "pad": lambda: keras.layers.ZeroPadding2D((kernel, stride)),
        "crop": lambda: keras.layers.Cropping2D((kernel, stride)),
        "dense": lambda: keras.layers.Dense(number),
        "flatten": lambda: keras.layers.Flatten(),
        "permute": lambda: keras.layers.Permute((3, 1, 2)),
        "global": lambda: keras.layers.GlobalAveragePooling2D(keepdims=bool(number % 2)),
    }[kind]()
    # Shapes of transposed convolutions are inferred also where TensorFlow then refuses to compute them.
    image = np.zeros((1, height, width, channels), "float32") if "transpose" in kind else keras.Input((height, width, channels))
    return tuple(layer(image).shape[1:])


def rows(seed, count, kinds):
    pick = random.Random(seed).randint
    lines = []
    while len(lines) < count:
        kind = kinds[pick(0, len(kinds) - 1)]
        size = (pick(1, 12), pick(1, 12), pick(1, 4))
        kernel, stride, dilation, same, number = (pick(1, 5), pick(1, 5)), (pick(1, 3), pick(1, 3)), (1, 1), pick(0, 1), pick(1, 5)
        if kind not in POOLS and pick(0, 1):
            stride, dilation = (1, 1), (pick(1, 3), pick(1, 3))
        if kind in ("depthwise", "separable"):
            stride = (stride[0], stride[0])  # TensorFlow has equal strides only
        try:
            shape = build(kind, *size, kernel, stride, dilation, same, number)
            text = " ".join(map(str, shape)) if min(shape) > 0 else "none"
        except (ValueError, TypeError, tf.errors.OpError):
            text = "none"
        lines.append(" ".join(map(str, [kind, *size, *kernel, *stride, *dilation, same, number, "->", text])))
    return lines


def main():
    lines = [f"# made by tests/oracle/layer_shapes.py with Keras {keras.__version__}"]
    for one in SETS:
        lines += rows(*one)
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
