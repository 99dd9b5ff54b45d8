# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Times one convolution layer in Provenn and in libraries that are built by hand, interleaved, one thread.

Each output is first compared with numpy's in double. A round times each program once, in turn; a ratio is a peer's time
over ours of the same round, and the median of the rounds is quoted. Needs numpy, and keras for frugally-deep's model.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy

SIDE, CHANNELS, FILTERS, TAPS = 56, 64, 64, 3


class Layer:
    """Random numbers of a layer, and its output in double: bias, then a product for each tap, then ReLU."""

    def __init__(self):
        random = numpy.random.default_rng(7)
        self.input = random.uniform(-1, 1, (SIDE, SIDE, CHANNELS)).astype(numpy.float32)
        self.kernel = random.uniform(-0.1, 0.1, (TAPS, TAPS, CHANNELS, FILTERS)).astype(numpy.float32)
        self.bias = random.uniform(-0.5, 0.5, FILTERS).astype(numpy.float32)
        padded = numpy.pad(self.input.astype(numpy.float64), ((1, 1), (1, 1), (0, 0)))
        total = numpy.tile(self.bias.astype(numpy.float64), (SIDE, SIDE, 1))
        for r in range(TAPS):
            for s in range(TAPS):
                total += padded[r:r + SIDE, s:s + SIDE] @ self.kernel[r, s].astype(numpy.float64)
        self.output = numpy.maximum(total, 0)

    def write(self, folder):
        for name in ("input", "kernel", "bias"):
            getattr(self, name).tofile(folder / f"{name}.f32")

    def write_keras_model(self, folder, converter):
        os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
        import keras
        convolution = keras.layers.Conv2D(FILTERS, TAPS, padding="same", activation="relu")
        model = keras.Sequential([keras.Input((SIDE, SIDE, CHANNELS)), convolution])
        convolution.set_weights([self.kernel, self.bias])
        model.save(folder / "model.keras")
        subprocess.run([sys.executable, converter, "--no-tests", folder / "model.keras", folder / "model.json"],
                       check=True, stdout=subprocess.DEVNULL)


class Program:
    def __init__(self, path, folder):
        one_thread = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")}
        self.name, self.folder = path.name, folder
        self.process = subprocess.Popen([path.resolve(), folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env={**os.environ, **one_thread})
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError(f"{self.name} did not start")

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return self.process.stdout.readline()

    def difference(self, layer):
        """Greatest difference from the output in double, as a share of the greatest output."""
        path = self.folder / f"{self.name}.f32"
        self.ask("output", path)
        output = numpy.fromfile(path, dtype=numpy.float32).reshape(layer.output.shape)
        difference = float(numpy.abs(output - layer.output).max() / layer.output.max())
        if not difference < 1e-3:
            raise RuntimeError(f"{self.name} computes something else: {difference:.2g}")
        return difference

    def time(self, runs):
        """Milliseconds of a run: the median of `runs`."""
        return statistics.median(float(word) for word in self.ask("time", runs).split())

    def processor_time(self, runs):
        """Milliseconds that a run spends on the processor: the mean of `runs` and one before them."""
        schedule = pathlib.Path(f"/proc/{self.process.pid}/schedstat")
        before = int(schedule.read_text().split()[0])
        self.ask("time", runs)
        return (int(schedule.read_text().split()[0]) - before) / 1e6 / (runs + 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", type=pathlib.Path)
    parser.add_argument("peers", type=pathlib.Path, nargs="+")
    parser.add_argument("--converter", help="frugally-deep's keras_export/convert_model.py")
    parser.add_argument("--busy", action="store_true",
                        help="time on the processor in place of elapsed time, for a machine with other work")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--runs", type=int, default=10, help="of each program in a round; their median counts")
    options = parser.parse_args()
    layer = Layer()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        layer.write(folder)
        if options.converter:
            layer.write_keras_model(folder, options.converter)
        programs = [Program(path, folder) for path in [options.ours, *options.peers]]
        differences = [program.difference(layer) for program in programs]
        clock = Program.processor_time if options.busy else Program.time
        rounds = [[clock(program, options.runs) for program in programs] for _ in range(options.rounds)]
    gigaflop = 2e-9 * layer.output.size * TAPS * TAPS * CHANNELS
    for column, program in enumerate(programs):
        milliseconds = statistics.median(times[column] for times in rounds)
        ratios = [times[column] / times[0] for times in rounds]
        print(f"{program.name:24} {milliseconds:8.3f} ms {1e3 * gigaflop / milliseconds:7.1f} GFLOP/s   "
              f"{statistics.median(ratios):6.2f} times ours ({min(ratios):.2f} to {max(ratios):.2f})   "
              f"difference {differences[column]:.1e}")


if __name__ == "__main__":
    main()
