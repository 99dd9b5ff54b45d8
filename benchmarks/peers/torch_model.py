# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Network as a PyTorch module; convolutions take the batch normalisation behind them into their weights."""
import numpy
import torch
from torch.nn import functional


def parameter(array):
    return torch.nn.Parameter(torch.from_numpy(numpy.array(array)), requires_grad=False)


class TorchNetwork(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.steps = torch.nn.ParameterDict()
        self.network = network
        self.aliases = {}
        made_by = {op.output: op for op in network.operations}
        readers = {}
        for op in network.operations:
            for value in op.inputs:
                readers[value] = readers.get(value, 0) + 1
        for op in network.operations:
            if op.type in ("conv2d", "depthwise_conv2d"):
                self.add_convolution(op)
            elif op.type == "batch_normalization":
                before = made_by.get(op.inputs[0])
                if before is not None and before.type in ("conv2d", "depthwise_conv2d") and readers[before.output] == 1:
                    self.fold(before, op)
                else:
                    for name, array in zip("gbmv", self.statistics(op)):
                        self.steps[f"{name}{op.output}"] = parameter(array)
            else:
                for i, array in enumerate(op.parameters):
                    self.steps[f"p{i}_{op.output}"] = parameter(array)

    @staticmethod
    def statistics(op):
        parameters = list(op.parameters)
        ones = numpy.ones_like(parameters[-1])
        gamma = parameters.pop(0) if op.fields["scale"] else ones
        beta = parameters.pop(0) if op.fields["center"] else 0 * ones
        return gamma, beta, *parameters

    def add_convolution(self, op):
        kernel = op.parameters[0]
        if op.type == "conv2d":
            kernel = kernel.transpose(3, 2, 0, 1)
        else:
            height, width, channels, multiplier = kernel.shape
            kernel = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
        bias = op.parameters[1] if op.fields["use_bias"] else numpy.zeros(kernel.shape[0], numpy.float32)
        self.steps[f"w{op.output}"], self.steps[f"b{op.output}"] = parameter(kernel), parameter(bias)

    def fold(self, conv, norm):
        gamma, beta, mean, variance = self.statistics(norm)
        scale = torch.from_numpy(gamma / numpy.sqrt(variance + norm.fields["epsilon"]))
        weight, bias = self.steps[f"w{conv.output}"].data, self.steps[f"b{conv.output}"].data
        weight.mul_(scale.reshape(-1, 1, 1, 1))
        bias.copy_((bias - torch.from_numpy(mean)) * scale + torch.from_numpy(numpy.array(beta)))
        self.aliases[norm.output] = conv.output

    def to_channels_last(self):
        for name, tensor in self.steps.items():
            if tensor.dim() == 4:
                tensor.data = tensor.data.to(memory_format=torch.channels_last)
        return self

    def step(self, op, inputs):
        x, fields = inputs[0], op.fields
        if op.type in ("conv2d", "depthwise_conv2d"):
            top, bottom, left, right = op.padding(fields["kernel"])
            pads = (top, left)
            if (top, left) != (bottom, right):
                x, pads = functional.pad(x, (left, right, top, bottom)), (0, 0)
            groups = fields["groups"] if op.type == "conv2d" else x.shape[1]
            return functional.conv2d(x, self.steps[f"w{op.output}"], self.steps[f"b{op.output}"], fields["stride"],
                                     pads, fields["dilation"], groups)
        if op.type == "dense":
            bias = self.steps[f"p1_{op.output}"] if fields["use_bias"] else None
            return functional.linear(x, self.steps[f"p0_{op.output}"].t(), bias)
        if op.type == "batch_normalization":
            gamma, beta, mean, variance = (self.steps[f"{name}{op.output}"] for name in "gbmv")
            return functional.batch_norm(x, mean, variance, gamma, beta, eps=fields["epsilon"])
        if op.type == "activation":
            kind = fields["activation"]["kind"]
            if kind == "relu_general":
                return functional.hardtanh(x, 0.0, fields["activation"]["upper"])
            if kind == "softmax":
                return functional.softmax(x, 1)
            return {"relu": functional.relu, "swish": functional.silu, "sigmoid": torch.sigmoid}[kind](x)
        if op.type == "pool2d":
            top, bottom, left, right = op.padding(fields["window"])
            if fields["kind"] == 0:
                if (top, left) != (bottom, right):
                    x, top, left = functional.pad(x, (left, right, top, bottom), value=-float("inf")), 0, 0
                return functional.max_pool2d(x, fields["window"], fields["stride"], (top, left))
            return functional.avg_pool2d(x, fields["window"], fields["stride"], (top, left), count_include_pad=False)
        if op.type == "global_pool2d":
            pooled = x.mean((2, 3), keepdim=True) if fields["kind"] == 1 else x.amax((2, 3), keepdim=True)
            return pooled if fields["keep_axes"] else pooled.flatten(1)
        if op.type == "merge":
            if fields["kind"] == 6:
                return torch.cat(inputs, 1)
            combine = {0: torch.add, 1: torch.sub, 2: torch.mul, 4: torch.maximum, 5: torch.minimum}[fields["kind"]]
            for other in inputs[1:]:
                x = combine(x, other)
            return x
        if op.type == "zero_padding2d":
            top, bottom, left, right = next(iter(fields.values()))
            return functional.pad(x, (left, right, top, bottom))
        if op.type == "up_sampling2d":
            return functional.interpolate(x, scale_factor=tuple(fields["factor"]), mode="nearest")
        if op.type == "flatten":
            return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).flatten(1)
        if op.type == "reshape":
            return x.reshape(x.shape[0], op.output_shape[-1], *[1, 1, *op.output_shape][-3:-1])
        if op.type == "rescaling":
            return x * fields["scale"] + fields["offset"]
        if op.type == "normalization":
            mean, variance = (self.steps[f"p{i}_{op.output}"].reshape(1, -1, 1, 1) for i in (0, 1))
            return (x - mean) / variance.sqrt()
        if op.type == "dropout":
            return x
        raise ValueError(f"no PyTorch counterpart of {op.type}")

    def forward(self, x):
        values = {self.network.input: x}
        for op in self.network.operations:
            if op.output in self.aliases:
                values[op.output] = values[self.aliases[op.output]]
            else:
                values[op.output] = self.step(op, [values[i] for i in op.inputs])
        return values[self.network.output]
