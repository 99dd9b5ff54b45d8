#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records what real Keras computes in float64, and how far its own float32 is from that, for small models of every layer and for
published files; keras_parity_test.cpp holds the library to at most twice Keras' own error.

usage: keras_parity.py FOLDER [--data DATA] [--only NAME...] [--set SET...]     writes the files of tests/golden/keras_parity* into FOLDER;
                                                                  with --only the rest of what is there is kept
       keras_parity.py --check FOLDER                            runs the recorded .h5 files again in the Keras that is installed here
keras_parity_models.npz: the small .h5 files, as bytes
keras_parity.npz: their inputs (float32) and outputs (float64)
keras_parity_published.npz: outputs of the published files of DATA, and samples of the outputs of each of their layers (float64)
keras_parity.json: versions, hashes, and for each case the error of Keras' float32
keras_parity_nd*: the same for sequences, volumes and transposed convolutions
"""
import argparse
import hashlib
import json
import pathlib
import sys
import tempfile

import h5py
import keras
import numpy as np
import tensorflow as tf
import tf_keras
from keras_double import every_layer, hashed, in_double, load, random_input, run, same_weights, write_json
from keras_parity_models import KERAS_2, KERAS_3
from keras_parity_models_nd import KERAS_2_ND, KERAS_3_ND

SETS = {"keras_parity": (KERAS_2, KERAS_3), "keras_parity_nd": (KERAS_2_ND, KERAS_3_ND)}
SAMPLE = 192  # elements recorded of each layer of a published file
# name, inputs: (kind, value of a byte b: b / divisor + offset)
PUBLISHED = {
    "mobilenet_v1_0.25_224_imagenet.h5": [("coffee.png", 127.5, -1.0), ("chelsea.png", 127.5, -1.0), ("bytes", 127.5, -1.0)],
    "vww_mobilenet_96.h5": [("coffee.png", 255.0, 0.0), ("chelsea.png", 255.0, 0.0), ("bytes", 255.0, 0.0)],
    "resnet8_cifar10.h5": [("coffee.png", 1.0, 0.0), ("chelsea.png", 1.0, 0.0), ("bytes", 1.0, 0.0)],
    "tiny_xception_kdef.hdf5": [("bytes", 127.5, -1.0)],
    "squeezenet_tf_notop.h5": [("bytes", 1.0, -117.0)],
    "squeezenet_th_notop.h5": [("bytes", 1.0, -117.0)],
}


def rounded(values):
    """40 bits of mantissa: the 2^-17th part of a float's last place, and files a quarter smaller."""
    bits = np.ascontiguousarray(values, np.float64).view(np.uint64)
    return ((bits + np.uint64(1 << 11)) & ~np.uint64((1 << 12) - 1)).view(np.float64)


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def randomise(model, random):
    """Weights as initialisers make them, but biases and statistics that cannot hide: nothing is 0 or 1."""
    for layer in model.layers:
        if type(layer).__name__ == "Normalization":
            continue
        values = []
        for variable in layer.weights:
            name, shape = getattr(variable, "path", variable.name), tuple(variable.shape)
            if "variance" in name:
                values.append(10 ** random.uniform(-3, 3, shape))
            elif "mean" in name or "gamma" in name:
                values.append(random.uniform(-2, 2, shape))
            elif "bias" in name:
                values.append(random.uniform(-1, 1, shape) * (1.7 if model.name == "great_biases" else 0.1))
            else:
                fan = max(1, int(np.prod(shape[:2] if "depthwise" in name else shape[:-1])))
                values.append(random.uniform(-1.7, 1.7, shape) / np.sqrt(fan))
        if values:
            layer.set_weights([value.astype(np.float32) for value in values])


def bilinear(extent_in, extent_out):
    """Matrix of half-pixel-centred interpolation, in float64; TensorFlow's own bilinear resizing computes in float32 only."""
    matrix = np.zeros((extent_out, extent_in))
    for i in range(extent_out):
        at = max((i + 0.5) * extent_in / extent_out - 0.5, 0.0)
        low = min(int(at), extent_in - 1)
        high = min(low + 1, extent_in - 1)
        matrix[i, low] += 1 - (at - low)
        matrix[i, high] += at - low
    return matrix


def keys(x):
    """The cubic of Keys (1981) with a = -0.5 at a distance of 0 to 2."""
    return (1.5 * x - 2.5) * x * x + 1 if x <= 1 else ((-0.5 * x + 2.5) * x - 4) * x + 2


def bicubic(extent_in, extent_out):
    """As bilinear(); TensorFlow takes the weights from a table of 1024 steps, and leaves out what lies beyond an edge."""
    matrix = np.zeros((extent_out, extent_in))
    for i in range(extent_out):
        at = (i + 0.5) * extent_in / extent_out - 0.5
        low = int(np.floor(at))
        share = np.rint((at - low) * 1024) / 1024
        for index, distance in zip(range(low - 1, low + 3), [1 + share, share, 1 - share, 2 - share]):
            if 0 <= index < extent_in:
                matrix[i, index] = keys(distance)
    return matrix / matrix.sum(axis=1, keepdims=True)


def interpolation(layer):
    """What makes the matrix of a layer that resizes, or None."""
    kinds = {"bilinear": bilinear, "bicubic": bicubic}
    return kinds.get(getattr(layer, "interpolation", "")) if type(layer).__name__ in ("UpSampling2D", "Resizing") else None


def resized(layer, x):
    matrix, (rows, columns) = interpolation(layer), (int(n) for n in layer.output.shape[1:3])
    return np.einsum("yr,nrcd,xc->nyxd", matrix(x.shape[1], rows), x.astype(np.float64), matrix(x.shape[2], columns), optimize=True)


def outputs_in_double(double, inputs):
    outputs = run(double, inputs, np.float64)
    for i, layer in enumerate(double.output_names_in_order):
        if interpolation(double.get_layer(layer)):
            source = double.get_layer(layer).input
            x = inputs[0] if source is double.inputs[0] else run(type(double)(double.inputs, source), inputs, np.float64)[0]
            outputs[i] = resized(double.get_layer(layer), x)
    for value in outputs:
        assert value.dtype == np.float64
    return outputs


def output_names(model):
    """The layer that makes each output."""
    history = lambda tensor: tensor._keras_history[0] if isinstance(tensor._keras_history, tuple) else tensor._keras_history.operation
    return [getattr(history(tensor), "name") for tensor in model.outputs]


def error(single, double):
    """Greatest and root-mean-square difference, greatest magnitude."""
    difference = single.astype(np.float64) - double
    return {"keras_error": float(np.max(np.abs(difference))), "keras_rms": float(np.sqrt(np.mean(difference**2))),
            "scale": float(np.max(np.abs(double)))}


def small_input(name, index, shape):
    values = random_input((1, *shape), 1000 * index + sum(map(ord, name)))
    return values * np.float32(6) if name.startswith("activations") else values


def record_small(build, k, arrays, packed, record):
    name = build.__name__
    made = build(k)
    model = k.Model(*made, name=name)
    randomise(model, np.random.RandomState(sum(map(ord, name))))
    inputs = [small_input(name, i, tuple(tensor.shape[1:])) for i, tensor in enumerate(model.inputs)]
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / (name + ".h5")
        model.save(path)
        packed[name + ".h5"] = np.frombuffer(path.read_bytes(), np.uint8)
        _, _, double = load(path)
    double.output_names_in_order = output_names(double)
    for i, value in enumerate(inputs):
        arrays["%s/input_%d" % (name, i)] = value
    cases = []
    for layer, single, exact in zip(output_names(model), run(model, inputs, np.float32), outputs_in_double(double, inputs)):
        arrays["%s/%s" % (name, layer)] = rounded(exact)
        cases.append({"name": layer, "class": type(model.get_layer(layer)).__name__, **error(single, exact)})
    record["models"].append({"name": name, "keras": "%s %s" % (k.__name__, k.__version__), "inputs": len(inputs), "cases": cases})
    print(name, len(packed[name + ".h5"]), "bytes,", len(cases), "cases", flush=True)


def squeezenet(path):
    """SqueezeNet 1.1 without its top, built in code as its publisher does; the file has only weights. Theano's kernels are
    [K, C, R, S] and turned by 180 degrees."""
    L, image = tf_keras.layers, tf_keras.Input((67, 67, 3), name="input")
    x = L.MaxPooling2D(3, strides=2, name="pool1")(L.Conv2D(64, 3, strides=2, activation="relu", name="conv1")(image))
    for i, width in enumerate([16, 16, 32, 32, 48, 48, 64, 64]):
        fire = "fire%d_" % (i + 2)
        x = L.Conv2D(width, 1, activation="relu", name=fire + "squeeze1x1")(x)
        x = L.Concatenate(name=fire + "concat")([L.Conv2D(4 * width, 1, activation="relu", name=fire + "expand1x1")(x),
                                                 L.Conv2D(4 * width, 3, padding="same", activation="relu", name=fire + "expand3x3")(x)])
        if i in (1, 3):
            x = L.MaxPooling2D(3, strides=2, name="pool%d" % (i + 2))(x)
    model = tf_keras.Model(image, x, name="squeezenet")
    with h5py.File(path, "r") as file:
        stored = {}
        file.visititems(lambda key, item: stored.__setitem__(key, item[()]) if isinstance(item, h5py.Dataset) else None)
    for layer in model.layers:
        if not layer.weights:
            continue
        name = layer.name.replace("_", "/")
        kernel, = [value for key, value in stored.items() if "/%s/" % name in "/" + key + "/" or "/%s_W" % name in "/" + key if value.ndim == 4]
        bias, = [value for key, value in stored.items() if "/%s/" % name in "/" + key + "/" or "/%s_b" % name in "/" + key if value.ndim == 1]
        layer.set_weights([kernel if "_tf_" in path.name else kernel.transpose(2, 3, 1, 0)[::-1, ::-1], bias])
    return model


def pixels(kind, shape, seed, data):
    """Whole numbers 0..255: counted random ones, or the middle of a photograph."""
    if kind == "bytes":
        return (hashed(int(np.prod(shape)), seed) >> np.uint32(24)).reshape(shape)
    photo = np.asarray(__import__("PIL.Image").Image.open(data / kind))
    top, left = (photo.shape[0] - shape[0]) // 2, (photo.shape[1] - shape[1]) // 2
    return photo[top:top + shape[0], left:left + shape[1]]


def record_published(name, data, arrays, record):
    if name.startswith("squeezenet"):
        k, single = tf_keras, squeezenet(data / name)
        text = single.to_json().replace('"float32"', '"float64"')
        double = same_weights(single, in_double(k, lambda: k.models.model_from_json(text)))
    else:
        k, single, double = load(data / name)
    shape = tuple(single.input.shape[1:])
    entry = {"file": name, "sha256": digest(data / name), "runs": [], "layers": []}
    for i, (kind, divisor, offset) in enumerate(PUBLISHED[name]):
        x = (pixels(kind, shape, i, data) / divisor + offset).astype(np.float32)[None]
        exact, own = run(double, [x], np.float64)[0], run(single, [x], np.float32)[0]
        arrays["%s/%d" % (name, i)] = rounded(exact)
        entry["runs"].append({"input": kind, "seed": i, "divisor": divisor, "offset": offset, **error(own, exact)})
    if not name.startswith("squeezenet"):
        inner, names = every_layer(k, single)
        all_single, all_double = run(inner, [x], np.float32), run(every_layer(k, double)[0], [x], np.float64)
        for layer, own, exact in zip(names, all_single, all_double):
            # Counted positions; one layer of `count` elements has element (i * 7919 + 13) mod count as its sample i.
            places = (np.arange(min(SAMPLE, exact.size)) * 7919 + 13) % exact.size
            sample = exact.reshape(-1)[places]
            arrays["%s/layers/%s" % (name, layer)] = rounded(sample)
            entry["layers"].append({"name": layer, "class": type(single.get_layer(layer)).__name__, "count": int(exact.size),
                                    **error(own.reshape(-1)[places], sample),
                                    "keras_layer_error": error(own, exact)["keras_error"]})
    record["published"].append(entry)
    print(name, len(entry["layers"]), "layers", flush=True)


def record_all(folder, data, only, stem):
    record = {"script": "tests/oracle/keras_parity.py", "numpy": np.__version__, "tensorflow": tf.__version__, "tf_keras": tf_keras.__version__,
              "keras": keras.__version__, "h5py": h5py.__version__, "files": {}, "models": [], "published": []}
    has_published = stem == "keras_parity"
    names = [stem + ".npz", stem + "_models.npz"] + [stem + "_published.npz"] * has_published
    arrays, packed, published = {}, {}, {}
    if only and (folder / (stem + ".json")).exists():
        kept = json.loads((folder / (stem + ".json")).read_text(encoding="utf-8"))
        record["models"] = [entry for entry in kept["models"] if entry["name"] not in only]
        record["published"] = [entry for entry in kept["published"] if entry["file"] not in only]
        archives = [{key: value for key, value in np.load(folder / name).items()
                     if key.split("/")[0].removesuffix(".h5") not in only and key.split("/")[0] not in only}
                    for name in names]
        arrays, packed, published = archives if has_published else [*archives, {}]
    for k, builds in zip([tf_keras, keras], SETS[stem]):
        for build in builds:
            if not only or build.__name__ in only:
                record_small(build, k, arrays, packed, record)
    for name in PUBLISHED if data and has_published else []:
        if not only or name in only:
            record_published(name, data, published, record)
    for name, content in zip(names, [arrays, packed, published]):
        np.savez_compressed(folder / name, **content)
        record["files"][name] = digest(folder / name)
        print(name, (folder / name).stat().st_size, "bytes")
    write_json(folder / (stem + ".json"), record)


def check(folder, stem):
    """Every recorded output of the recorded files, computed again; 1e-12 of the scale leaves room for another order of sums."""
    packed, arrays = np.load(folder / (stem + "_models.npz")), np.load(folder / (stem + ".npz"))
    worst, count = 0.0, 0
    for file in packed.files:
        name = file[:-3]
        with tempfile.TemporaryDirectory() as temporary:
            path = pathlib.Path(temporary) / file
            path.write_bytes(packed[file].tobytes())
            k, single, double = load(path)
        double.output_names_in_order = output_names(double)
        inputs = [arrays["%s/input_%d" % (name, i)] for i in range(len(double.inputs))]
        for layer, value in zip(double.output_names_in_order, outputs_in_double(double, inputs)):
            recorded = arrays["%s/%s" % (name, layer)]
            assert recorded.shape == value.shape, (name, layer)
            apart = float(np.max(np.abs(recorded - value)) / max(np.max(np.abs(recorded)), 1e-300))
            worst, count = max(worst, apart), count + 1
            if not apart <= 1e-12:
                sys.exit("%s/%s: departs from the record by %g of its scale" % (name, layer, apart))
    print("%s: %d outputs agree with the record, worst %.2g of the scale" % (stem, count, worst))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--set", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    for one in options.set:
        check(options.folder, one) if options.check else record_all(options.folder, options.data, options.only, one)
