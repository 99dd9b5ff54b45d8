# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A Network as a PyTorch module that trains: nothing folded, batch statistics, logits in place of a last softmax."""
import torch
from torch.nn import functional

import torch_model


class TrainedNetwork(torch_model.TorchNetwork):
    def __init__(self, network):
        super().__init__(network)
        for name, tensor in self.steps.items():
            tensor.requires_grad_(name[0] not in "mv")

    def fold(self, conv, norm):
        for name, array in zip("gbmv", self.statistics(norm)):
            self.steps[f"{name}{norm.output}"] = torch_model.parameter(array)

    def step(self, op, inputs):
        if op.type == "activation" and op.fields["activation"]["kind"] == "softmax":
            return inputs[0]
        if op.type == "batch_normalization":
            gamma, beta, mean, variance = (self.steps[f"{name}{op.output}"] for name in "gbmv")
            return functional.batch_norm(inputs[0], mean, variance, gamma, beta, training=True, momentum=0.01,
                                         eps=op.fields["epsilon"])
        return super().step(op, inputs)

    def trained(self):
        return [tensor for tensor in self.steps.values() if tensor.requires_grad]


def train_step(module, optimizer, images, labels):
    optimizer.zero_grad(set_to_none=True)
    loss = functional.cross_entropy(module(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
