# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The peers, each at its best settings for one image: a class with a name, `prepare`, `run` (NHWC out) and `time`."""
import pathlib
import time

import numpy

import network as networks
import onnx_model


def onnx_file(network, folder):
    """network.onnx of the folder, written when it is not there yet."""
    path = pathlib.Path(folder) / "network.onnx"
    if not path.exists():
        onnx_model.write(network, path)
    return str(path)


class Peer:
    def time(self, runs):
        """Milliseconds of each of `runs` runs, after one that is not counted."""
        self.run_once()
        taken = []
        for _ in range(runs):
            start = time.perf_counter()
            self.run_once()
            taken.append(1e3 * (time.perf_counter() - start))
        return taken


class OnnxRuntime(Peer):
    """All graph optimisations, sequential execution, threads that spin: the defaults, which are its fastest here."""
    name = "onnxruntime"

    def __init__(self, network, folder, threads):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        self.session = onnxruntime.InferenceSession(onnx_file(network, folder), options, ["CPUExecutionProvider"])
        self.feeds = {self.session.get_inputs()[0].name: networks.to_nchw(network.sample)}

    def run_once(self):
        return self.session.run(None, self.feeds)[0]

    def output(self):
        return networks.to_nhwc(self.run_once())


class OpenVino(Peer):
    """Latency hint, one stream, single precision throughout."""
    name = "openvino"

    def __init__(self, network, folder, threads):
        import openvino
        core = openvino.Core()
        settings = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1,
                    "INFERENCE_PRECISION_HINT": "f32"}
        self.request = core.compile_model(onnx_file(network, folder), "CPU", settings).create_infer_request()
        self.request.set_input_tensor(openvino.Tensor(networks.to_nchw(network.sample)))

    def run_once(self):
        self.request.infer()
        return self.request.get_output_tensor().data

    def output(self):
        return networks.to_nhwc(numpy.array(self.run_once()))


class Torch(Peer):
    """Channels last, batch normalisation folded, inference mode."""
    name = "torch"

    def __init__(self, network, folder, threads):
        import torch
        import torch_model
        self.torch, self.threads = torch, threads
        self.module = torch_model.TorchNetwork(network).eval().to_channels_last()
        sample = torch.from_numpy(networks.to_nchw(network.sample))
        self.sample = sample.to(memory_format=torch.channels_last)
        self.forward = self.module

    def run_once(self):
        self.torch.set_num_threads(self.threads)
        with self.torch.inference_mode():
            return self.forward(self.sample)

    def output(self):
        return networks.to_nhwc(self.run_once().numpy())


class TorchCompiled(Torch):
    """The same through torch.compile with frozen weights, which needs a C++ compiler."""
    name = "torch_compiled"

    def __init__(self, network, folder, threads):
        super().__init__(network, folder, threads)
        import torch._inductor.config as inductor
        inductor.freezing = True
        self.torch.set_num_threads(threads)
        self.torch._dynamo.reset()
        self.forward = self.torch.compile(self.module)


PEERS = {peer.name: peer for peer in (OnnxRuntime, OpenVino, Torch, TorchCompiled)}
