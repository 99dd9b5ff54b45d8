# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Network as an ONNX model in NCHW, as ONNX Runtime and OpenVINO take it."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

MERGES = {0: "Add", 1: "Sub", 2: "Mul", 3: "Mean", 4: "Max", 5: "Min"}


class Writer:
    def __init__(self, network):
        self.network = network
        self.nodes, self.constants = [], []

    def constant(self, array):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def node(self, kind, inputs, output=None, **attributes):
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def convolution(self, op, x, y, kernel, groups):
        top, bottom, left, right = op.padding(op.fields["kernel"])
        inputs = [x, self.constant(kernel)]
        if op.fields["use_bias"]:
            inputs.append(self.constant(op.parameters[1]))
        self.node("Conv", inputs, y, strides=op.fields["stride"], dilations=op.fields["dilation"], group=groups,
                  pads=[top, left, bottom, right])

    def conv2d(self, op, x, y):
        self.convolution(op, x, y, op.parameters[0].transpose(3, 2, 0, 1), op.fields["groups"])

    def depthwise_conv2d(self, op, x, y):
        height, width, channels, multiplier = op.parameters[0].shape
        kernel = op.parameters[0].transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        self.convolution(op, x, y, kernel, channels)

    def dense(self, op, x, y):
        bias = op.parameters[1] if op.fields["use_bias"] else numpy.zeros(op.fields["units"], numpy.float32)
        self.node("Gemm", [x, self.constant(op.parameters[0]), self.constant(bias)], y)

    def batch_normalization(self, op, x, y):
        parameters = list(op.parameters)
        ones = numpy.ones_like(parameters[-1])
        gamma = parameters.pop(0) if op.fields["scale"] else ones
        beta = parameters.pop(0) if op.fields["center"] else 0 * ones
        inputs = [x] + [self.constant(p) for p in (gamma, beta, *parameters)]
        self.node("BatchNormalization", inputs, y, epsilon=op.fields["epsilon"])

    def activation(self, op, x, y):
        kind = op.fields["activation"]["kind"]
        if kind == "relu_general":
            upper = numpy.array(op.fields["activation"]["upper"], numpy.float32)
            self.node("Clip", [x, self.constant(numpy.array(0, numpy.float32)), self.constant(upper)], y)
        elif kind == "swish":
            self.node("Mul", [x, self.node("Sigmoid", [x])], y)
        else:
            names = {"relu": "Relu", "sigmoid": "Sigmoid", "softmax": "Softmax"}
            attributes = {"axis": 1} if kind == "softmax" else {}
            self.node(names[kind], [x], y, **attributes)

    def pool2d(self, op, x, y):
        top, bottom, left, right = op.padding(op.fields["window"])
        self.node(["MaxPool", "AveragePool"][op.fields["kind"]], [x], y, kernel_shape=op.fields["window"],
                  strides=op.fields["stride"], pads=[top, left, bottom, right])

    def global_pool2d(self, op, x, y):
        kind = ["GlobalMaxPool", "GlobalAveragePool"][op.fields["kind"]]
        if op.fields["keep_axes"]:
            self.node(kind, [x], y)
        else:
            self.node("Flatten", [self.node(kind, [x])], y)

    def merge(self, op, inputs, y):
        if op.fields["kind"] == 6:
            self.node("Concat", inputs, y, axis=1)
        else:
            self.node(MERGES[op.fields["kind"]], inputs, y)

    def zero_padding2d(self, op, x, y):
        top, bottom, left, right = next(iter(op.fields.values()))
        pads = numpy.array([0, 0, top, left, 0, 0, bottom, right], numpy.int64)
        self.node("Pad", [x, self.constant(pads)], y)

    def up_sampling2d(self, op, x, y):
        assert op.fields["interpolation"] == 0
        scales = numpy.array([1, 1, *op.fields["factor"]], numpy.float32)
        self.node("Resize", [x, "", self.constant(scales)], y, mode="nearest", nearest_mode="floor",
                  coordinate_transformation_mode="asymmetric")

    def flatten(self, op, x, y):
        if len(op.input_shapes[0]) == 3:
            x = self.node("Transpose", [x], perm=[0, 2, 3, 1])
        self.node("Flatten", [x], y)

    def reshape(self, op, x, y):
        height, width, channels = [1, 1, *op.output_shape][-3:]
        self.node("Reshape", [x, self.constant(numpy.array([-1, channels, height, width], numpy.int64))], y)

    def rescaling(self, op, x, y):
        scale, offset = (numpy.array(op.fields[name], numpy.float32) for name in ("scale", "offset"))
        self.node("Add", [self.node("Mul", [x, self.constant(scale)]), self.constant(offset)], y)

    def normalization(self, op, x, y):
        mean, variance = op.parameters[0], op.parameters[1]
        mean, deviation = (p.reshape(1, -1, 1, 1) for p in (mean, numpy.sqrt(variance)))
        self.node("Div", [self.node("Sub", [x, self.constant(mean)]), self.constant(deviation)], y)

    def dropout(self, op, x, y):
        self.node("Identity", [x], y)


def write(network, path):
    writer = Writer(network)
    for op in network.operations:
        inputs = [f"v{i}" for i in op.inputs]
        getattr(writer, op.type)(op, inputs if op.type == "merge" else inputs[0], f"v{op.output}")
    def port(value):
        shape = network.values[value]
        return helper.make_tensor_value_info(f"v{value}", TensorProto.FLOAT, [1, *shape[-1:], *shape[:-1]])
    graph = helper.make_graph(writer.nodes, "network", [port(network.input)], [port(network.output)], writer.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
