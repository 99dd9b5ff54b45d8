# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small Keras models of transposed convolutions, sequences and volumes: each output is a case, as in keras_parity_models.py.

Six channels: over 162 terms (18 channels) one chain of fma was up to 3.7 times as far from float64 as TensorFlow's blocked sums, within
the chain's bound, which tests/kernels/conv2d_transpose_test.cpp holds it to."""
import itertools


def name_of(*parts):
    return "_".join("".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in parts)


def transposed(k):
    """Strides below, at and above the kernel, output_padding where TensorFlow computes it, even and odd reaches."""
    L, x = k.layers, k.Input((5, 6, 6), name="image")
    outs = [L.Conv2DTranspose(7, kernel, strides=stride, padding=padding, name=name_of("k", kernel, padding, "s", stride))(x)
            for kernel, stride, padding in itertools.product([(3, 3), (2, 2), (3, 2), (1, 1), (4, 5)], [(1, 1), (2, 2), (3, 2)],
                                                             ["valid", "same"])]
    outs += [L.Conv2DTranspose(5, 3, strides=(2, 3), padding=padding, output_padding=more, use_bias=False, name=name_of("more", more, padding))(x)
             for padding, more in itertools.product(["valid", "same"], [(0, 0), (1, 2), (1, 0)])]
    outs += [L.Conv2DTranspose(6, 3, dilation_rate=2, padding=padding, name="dilated_" + padding)(x) for padding in ["valid", "same"]]
    # What plans fuse behind it, and a block of a U-Net.
    y = L.BatchNormalization(name="bn")(L.Conv2DTranspose(20, 2, strides=2, padding="same", use_bias=False, name="up")(x))
    y = L.Activation("relu", name="relu")(y)
    joined = L.Concatenate(name="joined")([y, L.UpSampling2D(2, name="skip")(x)])
    return x, outs + [y, L.Conv2DTranspose(3, 3, activation="tanh", name="after_join")(joined)]


def transposed3(k):
    L, x = k.layers, k.Input((5, 4, 6), name="image")
    return x, [L.Conv2DTranspose(9, 3, strides=2, padding="same", activation="relu", name="same")(x),
               L.Conv2DTranspose(4, 2, strides=3, name="holes")(x),
               L.Conv2DTranspose(4, 4, strides=2, padding="same", output_padding=1, name="more")(x)]


KERAS_2_ND = [transposed]
KERAS_3_ND = [transposed3]
