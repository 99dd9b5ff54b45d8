# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Peak memory (VmHWM) of one inference of ResNet-50 and of one training step of ResNet-18 at batch 16, each participant
in a process of its own. A peer's process holds Python: what it had after its imports stands beside its peak."""
import argparse
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import types

THREADS = 2


def peak_mib():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def inference(peer, folder):
    import network as networks
    import peers
    importlib.import_module(peer)
    importlib.import_module("torch_model" if peer == "torch" else "onnx_model")
    imported = peak_mib()
    # Who reads network.onnx is not charged for the arrays that it was written from.
    network = networks.Network(folder) if peer == "torch" else types.SimpleNamespace(sample=networks.read_sample(folder))
    peers.PEERS[peer](network, folder, THREADS).run_once()
    return {"imported_mib": imported, "peak_mib": peak_mib()}


def training(batch, folder):
    import torch
    import torch_training
    import network as networks
    imported = peak_mib()
    torch.set_num_threads(THREADS)
    module = torch_training.TrainedNetwork(networks.Network(folder)).to_channels_last()
    optimizer = torch.optim.Adam(module.trained())
    images = torch.rand(batch, 3, 224, 224).to(memory_format=torch.channels_last)
    torch_training.train_step(module, optimizer, images, torch.arange(batch))
    return {"imported_mib": imported, "peak_mib": peak_mib()}


def ask(*command):
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def export(program, architecture, folder):
    """graph.json, weights.f32 and input.f32 of peers_ours, and network.onnx, written by processes that end."""
    pathlib.Path(folder).mkdir()
    subprocess.run([program, architecture, folder], check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    code = "import sys, network, peers; peers.onnx_file(network.Network(sys.argv[1]), sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, folder], check=True, cwd=pathlib.Path(__file__).parent)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", help="folder of the built peers_ours, start_up and training_ours")
    parser.add_argument("--as-peer", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.as_peer:
        what, argument, folder = options.as_peer
        print(json.dumps(inference(argument, folder) if what == "inference" else training(int(argument), folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for architecture in ("resnet50", "resnet18"):
            export(f"{options.bin}/peers_ours", architecture, f"{folder}/{architecture}")
        subprocess.run([f"{options.bin}/start_up", "make", "resnet50", f"{folder}/resnet50.pvn"], check=True)
        ours = ask(f"{options.bin}/start_up", "whole", f"{folder}/resnet50.pvn", str(THREADS))
        print(f"inference of ResNet-50: ours {ours['peak_mib']:.0f} MiB", flush=True)
        for peer in ("onnxruntime", "openvino", "torch"):
            show(peer, ask(sys.executable, __file__, "--as-peer", "inference", peer, f"{folder}/resnet50"))
        ours = ask(f"{options.bin}/training_ours", "step", "resnet18", "16", str(THREADS))
        print(f"training step of ResNet-18, batch 16: ours {ours['peak_mib']:.0f} MiB", flush=True)
        show("torch", ask(sys.executable, __file__, "--as-peer", "training", "16", f"{folder}/resnet18"))


def show(name, found):
    print(f"  {name:12} {found['peak_mib']:6.0f} MiB, of which {found['imported_mib']:4.0f} after its imports", flush=True)


if __name__ == "__main__":
    main()
