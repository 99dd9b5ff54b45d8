# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs networks in our library and in its peers, interleaved, and prints the median of the ratios of their times.

A round times each participant once, in turn; its ratio is our time over that of the fastest peer in the same round.
Outputs are compared first: a peer that computes something else is an error.
"""
import argparse
import importlib.metadata
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy

import network as networks
import peers

# Architecture, our numerics, and the goal for 1 and 2 threads.
WORKS = {
    "resnet50 fast": ("resnet50", "fast", 0.80, 0.85),
    "resnet50 direct": ("resnet50", "direct", 1.00, 1.00),
    "vgg16": ("vgg16", "fast", 0.40, 0.46),
    "mobilenet_v2": ("mobilenet_v2", "fast", 0.85, 0.80),
    "unet": ("unet", "fast", 0.50, 0.50),
    "resnet18": ("resnet18", "fast", 0.65, 0.65),
    "efficientnet_b0": ("efficientnet_b0", "fast", 0.90, 0.85),
}


class Ours:
    def __init__(self, program, architecture, folder):
        self.folder = pathlib.Path(folder)
        self.process = subprocess.Popen([program, architecture, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        self.expect("ready")

    def expect(self, word):
        answer = self.process.stdout.readline().strip()
        if answer != word:
            raise RuntimeError(f"peers_ours said {answer!r} in place of {word!r}")

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)

    def output(self, threads, numerics):
        self.ask("output", threads, numerics)
        self.expect("written")
        return numpy.fromfile(self.folder / "output.f32", dtype=numpy.float32)

    def time(self, threads, numerics, runs):
        self.ask("time", threads, numerics, runs)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def check_outputs(ours, theirs, name):
    """Both round single precision differently: they agree to a small part of the largest output."""
    difference = float(numpy.abs(ours - theirs.reshape(-1)).max()) / float(numpy.abs(ours).max())
    if not difference < 1e-3:
        raise RuntimeError(f"{name} computes something else: largest difference {difference:.2g} of the largest output")
    return difference


def compare(work, threads, options):
    architecture, numerics, *goals = WORKS[work]
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(options.program, architecture, folder)
        network = networks.Network(folder)
        output = ours.output(threads, numerics)
        others = [peers.PEERS[name](network, folder, threads) for name in options.peers]
        differences = {peer.name: check_outputs(output, peer.output(), peer.name) for peer in others}
        ours_ms, peers_ms, ratios = [], {peer.name: [] for peer in others}, []
        for _ in range(options.rounds):
            ours_ms.append(statistics.median(ours.time(threads, numerics, options.runs)))
            for peer in others:
                peers_ms[peer.name].append(statistics.median(peer.time(options.runs)))
            ratios.append(ours_ms[-1] / min(times[-1] for times in peers_ms.values()))
        ours.close()
    return {"work": work, "threads": threads, "ours_ms": statistics.median(ours_ms),
            "peers_ms": {name: statistics.median(times) for name, times in peers_ms.items()},
            "ratio": statistics.median(ratios), "goal": goals[threads - 1],
            "ratio_range": [min(ratios), max(ratios)], "largest_differences": differences}


def line(record):
    times = "  ".join(f"{name} {ms:8.2f}" for name, ms in record["peers_ms"].items())
    verdict = "reached" if record["ratio"] <= record["goal"] else "missed"
    low, high = record["ratio_range"]
    return (f"{record['work']:16} {record['threads']} thread{'s' if record['threads'] > 1 else ' '}  ours "
            f"{record['ours_ms']:8.2f} ms  {times}  ratio {record['ratio']:.2f} ({low:.2f} to {high:.2f})  "
            f"goal {record['goal']:.2f} {verdict}")


def markdown(records, versions):
    """The table as docs/evidence/ keeps it."""
    rows = ["| work | threads | ours, ms | peers, ms | ratio (range over rounds) | goal | |", "|---|---|---|---|---|---|---|"]
    for record in records:
        times = ", ".join(f"{name} {ms:.2f}" for name, ms in record["peers_ms"].items())
        low, high = record["ratio_range"]
        rows.append(f"| {record['work']} | {record['threads']} | {record['ours_ms']:.2f} | {times} | {record['ratio']:.2f} "
                    f"({low:.2f} to {high:.2f}) | {record['goal']:.2f} | {'reached' if record['ratio'] <= record['goal'] else 'missed'} |")
    return "\n".join([versions, "", *rows]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the built peers_ours")
    parser.add_argument("--json", help="write the records here")
    parser.add_argument("--markdown", help="write the table here")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--runs", type=int, default=3, help="of each participant in a round; their median counts")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], choices=[1, 2])
    parser.add_argument("--work", nargs="+", default=list(WORKS), choices=list(WORKS))
    parser.add_argument("--peers", nargs="+", default=["onnxruntime", "openvino", "torch"], choices=list(peers.PEERS))
    options = parser.parse_args()
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("onnxruntime", "openvino", "torch"))
    print(versions, flush=True)
    records = []
    for work in options.work:
        for threads in options.threads:
            records.append(compare(work, threads, options))
            print(line(records[-1]), flush=True)
            if options.json:
                pathlib.Path(options.json).write_text(json.dumps(records, indent=1) + "\n")
            if options.markdown:
                pathlib.Path(options.markdown).write_text(markdown(records, versions))
    return 0


if __name__ == "__main__":
    sys.exit(main())
