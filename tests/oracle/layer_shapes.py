# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Output shapes of real Keras for random layers: writes tests/oracle/layer_shapes.txt, one layer a line.

kind H W C kernel_h kernel_w stride_h stride_w dilation_h dilation_w same number -> P Q K; "none" where Keras refuses.
"""
import pathlib
import random

import keras

LINES = 400


def build(kind, height, width, channels, kernel, stride, dilation, same, number):
    padding = "same" if same else "valid"
    layer = {
        "conv2d": lambda: keras.layers.Conv2D(number, kernel, stride, padding, dilation_rate=dilation),
        "depthwise": lambda: keras.layers.DepthwiseConv2D(kernel, stride, padding, depth_multiplier=number, dilation_rate=dilation),
        "separable": lambda: keras.layers.SeparableConv2D(number, kernel, stride, padding, dilation_rate=dilation),
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
    return tuple(layer(keras.Input((height, width, channels))).shape[1:])


def main():
    pick = random.Random(11).randint
    kinds = ["conv2d"] * 4 + ["depthwise"] * 3 + ["separable"] * 2 + ["max", "average"] * 2 + [
        "up", "pad", "crop", "dense", "flatten", "permute", "global"]
    lines = [f"# made by tests/oracle/layer_shapes.py with Keras {keras.__version__}"]
    while len(lines) <= LINES:
        kind = kinds[pick(0, len(kinds) - 1)]
        size = (pick(1, 12), pick(1, 12), pick(1, 4))
        kernel, stride, dilation, same, number = (pick(1, 5), pick(1, 5)), (pick(1, 3), pick(1, 3)), (1, 1), pick(0, 1), pick(1, 5)
        if kind in ("conv2d", "depthwise", "separable") and pick(0, 1):
            stride, dilation = (1, 1), (pick(1, 3), pick(1, 3))
        if kind in ("depthwise", "separable"):
            stride = (stride[0], stride[0])  # TensorFlow has equal strides only
        try:
            shape = build(kind, *size, kernel, stride, dilation, same, number)
            text = " ".join(map(str, shape)) if min(shape) > 0 else "none"
        except (ValueError, TypeError):
            text = "none"
        lines.append(" ".join(map(str, [kind, *size, *kernel, *stride, *dilation, same, number, "->", text])))
    pathlib.Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
