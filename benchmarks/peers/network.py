# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The network that peers_ours exported: operations in running order, with their parameters as arrays."""
import json
import pathlib

import numpy


class Operation:
    def __init__(self, record, weights, values):
        self.type = record["type"]
        self.fields = record["fields"]
        self.inputs = record["inputs"]
        self.output = record["output"]
        self.input_shapes = [values[i] for i in self.inputs]
        self.output_shape = values[self.output]
        self.parameters = []
        for parameter in record["parameters"]:
            count = int(numpy.prod(parameter["shape"]))
            flat = weights[parameter["offset"]:parameter["offset"] + count]
            self.parameters.append(flat.reshape(parameter["shape"]))

    def padding(self, window):
        """Top, bottom, left and right of Keras' 'same', or nothing."""
        if self.fields["padding"] == 0:
            return [0, 0, 0, 0]
        amounts = []
        for axis in (0, 1):
            reach = (window[axis] - 1) * self.fields.get("dilation", [1, 1])[axis] + 1
            stride = self.fields["stride"][axis]
            total = max((self.output_shape[axis] - 1) * stride + reach - self.input_shapes[0][axis], 0)
            amounts += [total // 2, total - total // 2]
        return amounts


def read_sample(folder):
    """[1, H, W, C], the input that the network was exported with."""
    folder = pathlib.Path(folder)
    graph = json.loads((folder / "graph.json").read_text())
    shape = graph["values"][graph["inputs"][0]]
    return numpy.fromfile(folder / "input.f32", dtype=numpy.float32).reshape([1, *shape])


class Network:
    """Shapes are NHWC without the batch, as the library has them."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        graph = json.loads((folder / "graph.json").read_text())
        weights = numpy.fromfile(folder / "weights.f32", dtype=numpy.float32)
        self.values = graph["values"]
        self.operations = [Operation(o, weights, self.values) for o in graph["operations"]]
        self.input, self.output = graph["inputs"][0], graph["outputs"][0]
        self.input_shape, self.output_shape = self.values[self.input], self.values[self.output]
        self.sample = read_sample(folder)


def to_nchw(array):
    return numpy.ascontiguousarray(array.transpose(0, 3, 1, 2))


def to_nhwc(array):
    return array.transpose(0, 2, 3, 1) if array.ndim == 4 else array
