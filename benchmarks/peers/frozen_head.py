# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A new head on a frozen ResNet-50: ours against PyTorch with the trunk run for each batch of each epoch (one epoch is
measured and multiplied), and against PyTorch with features computed once. Every peer's trunk is at its best: batch
normalisation folded, channels last, inference mode."""
import argparse
import json
import statistics
import subprocess
import tempfile
import time

import numpy
import torch

import compare
import network as networks
import torch_model

HEAD_CLASSES = 10


class TorchHead:
    def __init__(self, folder, threads, images, batch):
        torch.set_num_threads(threads)
        network = networks.Network(folder)
        self.trunk = torch_model.TorchNetwork(network).eval().to_channels_last()
        ours = numpy.fromfile(f"{folder}/output.f32", dtype=numpy.float32)
        sample = torch.from_numpy(networks.to_nchw(network.sample)).to(memory_format=torch.channels_last)
        self.difference = compare.check_outputs(ours, self.features(sample).numpy(), "torch")
        self.batch = batch
        self.images = torch.rand(images, 3, 224, 224).to(memory_format=torch.channels_last)
        self.labels = torch.arange(images) % HEAD_CLASSES

    def features(self, images):
        with torch.inference_mode():
            return self.trunk(images).flatten(1)

    def new_head(self):
        self.head = torch.nn.Linear(2048, HEAD_CLASSES)
        self.optimizer = torch.optim.Adam(self.head.parameters())

    def train(self, features, labels):
        self.optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(self.head(features.clone()), labels)
        loss.backward()
        self.optimizer.step()

    def usual_epoch(self):
        for picked in torch.randperm(len(self.images)).split(self.batch):
            self.train(self.features(self.images[picked]), self.labels[picked])

    def precomputed(self, epochs):
        features = torch.cat([self.features(part) for part in self.images.split(self.batch)])
        for _ in range(epochs):
            for picked in torch.randperm(len(self.images)).split(self.batch):
                self.train(features[picked], self.labels[picked])

    def time(self, work, *arguments):
        self.new_head()
        start = time.perf_counter()
        work(*arguments)
        return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the built training_ours")
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([options.program, "trunk", folder], check=True)
        peer = TorchHead(folder, options.threads, options.images, options.batch)
    print(f"torch {torch.__version__}, {options.images} images, {options.epochs} epochs, batch {options.batch}, "
          f"{options.threads} threads; largest difference of features {peer.difference:.1g}", flush=True)
    settings = [str(n) for n in (options.images, options.epochs, options.batch, options.threads)]
    ratios = {}
    for _ in range(options.rounds):
        usual = options.epochs * peer.time(peer.usual_epoch)
        precomputed = peer.time(peer.precomputed, options.epochs)
        print(f"torch, trunk in every epoch {usual:.1f} s ({options.epochs} times one epoch), features once "
              f"{precomputed:.1f} s", flush=True)
        for numerics in ("direct", "fast"):
            answer = subprocess.run([options.program, "head", *settings, numerics], check=True, stdout=subprocess.PIPE)
            ours = json.loads(answer.stdout)
            print(f"  ours {numerics:6} {ours['seconds']:6.1f} s ({ours['epochs_seconds']:.2f} s of it epochs): ratios "
                  f"{ours['seconds'] / usual:.3f} and {ours['seconds'] / precomputed:.2f}", flush=True)
            ratios.setdefault(numerics, []).append((ours["seconds"] / usual, ours["seconds"] / precomputed))
    for numerics, found in ratios.items():
        print(f"{numerics}: median ratio to the trunk in every epoch {statistics.median(r[0] for r in found):.3f} "
              f"(goal 0.12), to features once {statistics.median(r[1] for r in found):.2f} (goal 0.80)")


if __name__ == "__main__":
    main()
