#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records what real Keras computes in each layer of a whole-model .h5 file, for `provenn compare MODEL --golden OUT.npz`.

usage: record_golden.py MODEL.h5 OUT.npz [--input X.npy] [--layers GLOB] [--own-float32]
OUT.npz gets the array `input` (or one for each input, by name) and one array for each layer, by name, computed in float64 and
rounded to float32. Without --input the network sees reproducible random numbers in [-1, 1). Layers inside nested models are left out.
Needs tf_keras (files of Keras 2) or keras (files of Keras 3), tensorflow and h5py.
"""
import argparse
import fnmatch
import sys

import numpy as np
from keras_double import every_layer, load, random_input, run


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("out")
    parser.add_argument("--input", help="array [N, ...] as the network takes it")
    parser.add_argument("--layers", default="*", help="only layers whose name matches")
    parser.add_argument("--own-float32", action="store_true", help="what Keras computes in float32 instead")
    options = parser.parse_args()
    k, single, double = load(options.model)
    shapes = [tuple(tensor.shape[1:]) for tensor in single.inputs]
    if options.input is None and any(n is None for shape in shapes for n in shape):
        sys.exit(f"{options.model}: leaves the size of its input open; give one with --input")
    if options.input is not None and len(shapes) != 1:
        sys.exit(f"{options.model}: has {len(shapes)} inputs; --input is for one")
    given = [np.load(options.input).astype(np.float32)] if options.input else [random_input((1, *s), i) for i, s in enumerate(shapes)]
    model, names = every_layer(k, single if options.own_float32 else double)
    outputs = run(model, given, np.float32 if options.own_float32 else np.float64)
    input_names = ["input"] if len(given) == 1 else [layer.name for layer in single.layers if type(layer).__name__ == "InputLayer"]
    arrays = dict(zip(input_names, given))
    arrays.update((name, value.astype(np.float32)) for name, value in zip(names, outputs) if fnmatch.fnmatch(name, options.layers))
    np.savez_compressed(options.out, **arrays)
    print(f"{options.out}: {len(arrays) - len(given)} layers of {single.name}, {k.__name__} {k.__version__}")


main()
