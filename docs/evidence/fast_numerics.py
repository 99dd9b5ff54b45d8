#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes fast_numerics.md: what fast numerics (Winograd's method) change in the results on real images, against direct numerics.

usage: fast_numerics.py PROVENN [FASHION_MNIST]     the program, and the folder of Fashion-MNIST's IDX files; data come from
                                                    ../shared/data or PROVENN_SHARED_DATA; needs numpy and Pillow
"""
import gzip
import io
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = pathlib.Path(os.environ.get("PROVENN_SHARED_DATA") or next(
    (folder for folder in (ROOT.parent / "shared" / "data", ROOT.parent.parent / "shared" / "data")
     if folder.is_dir()), ROOT.parent / "shared" / "data"))


def provenn(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout


def idx(path):
    raw = gzip.decompress(path.read_bytes())
    rank = raw[3]
    extents = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(rank)]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * rank).reshape(extents)


def fashion(folder):
    """(images, labels) of the 60,000 training and the 10,000 test images."""
    return [(idx(folder / f"{part}-images-idx3-ubyte.gz"), idx(folder / f"{part}-labels-idx1-ubyte.gz")) for part in ("train", "t10k")]


def malaria():
    with tarfile.open(DATA / "malaria_cells_1000.tar") as archive:
        members = [member for member in archive.getmembers() if member.name.endswith(".png")]
        return [Image.open(io.BytesIO(archive.extractfile(member).read())).convert("RGB") for member in members]


def resized(images, side):
    """[N, side, side, 3] of bytes, bilinear."""
    pictures = [image if isinstance(image, Image.Image) else Image.fromarray(image).convert("RGB") for image in images]
    return np.stack([np.asarray(picture.resize((side, side), Image.BILINEAR)) for picture in pictures])


def outputs(program, model, x, folder):
    """The model's outputs for the rows of x, in pieces that fit into memory."""
    rows, piece = [], max(1, 40_000_000 // x[0].size)
    for start in range(0, len(x), piece):
        np.save(folder / "x.npy", x[start:start + piece])
        provenn(program, "run", model, "--input", folder / "x.npy", "--output", folder / "y.npy")
        rows.append(np.load(folder / "y.npy"))
    return np.concatenate(rows).reshape(len(x), -1)


def upper_bound(flips, images, doubt=0.05):
    """Clopper and Pearson's one-sided upper limit of a rate: the p at which `flips` or fewer have probability `doubt`."""
    def at_most(p):
        logs = [math.lgamma(images + 1) - math.lgamma(i + 1) - math.lgamma(images - i + 1) + i * math.log(p) + (images - i) * math.log1p(-p)
                for i in range(flips + 1)]
        return sum(map(math.exp, logs))
    low, high = 1e-12, 1 - 1e-12
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if at_most(middle) > doubt else (low, middle)
    return high


class Comparison:
    def __init__(self, program, folder):
        self.program, self.folder, self.rows, self.images, self.flips = program, folder, [], 0, 0

    def add(self, network, data, model, x, labels=None, counts=True):
        """Runs a package and its fast twin."""
        fast = self.folder / "fast.pvn"
        provenn(self.program, "convert", model, fast, "--numerics", "fast")
        direct, quick = (outputs(self.program, package, x, self.folder) for package in (model, fast))
        chosen, twin = direct.argmax(1), quick.argmax(1)
        flips, largest = int((chosen != twin).sum()), float(np.abs(direct - quick).max())
        top = np.sort(direct, axis=1)
        margin = float((top[:, -1] - top[:, -2]).min())
        right = "-" if labels is None else f"{100 * (chosen == labels).mean():.2f} / {100 * (twin == labels).mean():.2f} %"
        same = int((direct == quick).all(axis=1).sum())
        self.rows.append(f"| {network} | {data} | {len(x):,} | {flips} | {100 * upper_bound(flips, len(x)):.4f} % | {largest:.2e} | {margin:.1e} "
                         f"| {same:,} | {right} |")
        print(self.rows[-1], flush=True)
        if counts:
            self.images, self.flips = self.images + len(x), self.flips + flips


def train(program, folder, name, arrays, epochs):
    """small_cnn on arrays in MedMNIST's form."""
    np.savez(folder / f"{name}.npz", **arrays)
    package = folder / f"{name}.pvn"
    provenn(program, "train", "small_cnn", folder / f"{name}.npz", "--out", package, "--epochs", epochs, "--batch", 64, "--leaks", "drop")
    return package


def unit(images):
    return (images.astype(np.float32) / np.float32(255))[..., None]


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    (train_x, train_y), (test_x, test_y) = fashion(pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "/usr/share/datasets/fashion-mnist"))
    pneumonia = dict(np.load(DATA / "pneumoniamnist.npz"))
    cells = malaria()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        done = Comparison(program, folder)
        small = train(program, folder, "fashion", {
            "train_images": train_x[:12000], "train_labels": train_y[:12000, None], "val_images": train_x[12000:13000],
            "val_labels": train_y[12000:13000, None], "test_images": test_x, "test_labels": test_y[:, None]}, 2)
        done.add("small_cnn, trained on 12,000 of Fashion-MNIST", "Fashion-MNIST, test", small, unit(test_x), test_y)
        chest = train(program, folder, "pneumonia", pneumonia, 3)
        done.add("small_cnn, trained on PneumoniaMNIST", "PneumoniaMNIST, test", chest, unit(pneumonia["test_images"]),
                 pneumonia["test_labels"].reshape(-1))
        done.add("small_cnn, trained on PneumoniaMNIST", "PneumoniaMNIST, training", chest, unit(pneumonia["train_images"]),
                 pneumonia["train_labels"].reshape(-1))
        tiny = folder / "resnet8.pvn"
        provenn(program, "convert", DATA / "resnet8_cifar10.h5", tiny, "--preprocess", "raw")
        for data, images in (("malaria cells", cells), ("PneumoniaMNIST, test", pneumonia["test_images"]), ("Fashion-MNIST, test", test_x)):
            done.add("ResNet-8 of MLPerf Tiny (CIFAR-10)", data, tiny, resized(images, 32).astype(np.float32))
        mobile = folder / "mobilenet.pvn"
        provenn(program, "convert", DATA / "mobilenet_v1_0.25_224_imagenet.h5", mobile, "--preprocess", "tf")
        for data, images in (("malaria cells", cells), ("PneumoniaMNIST, test", pneumonia["test_images"])):
            x = resized(images, 224).astype(np.float32) / np.float32(127.5) - np.float32(1)
            done.add("MobileNet 0.25 (ImageNet)", data, mobile, x, counts=False)
    text = ["# Fast numerics on real images", "",
            "Made by `docs/evidence/fast_numerics.py`: the same packages with direct and with fast numerics (3 x 3 convolutions by Winograd's method),",
            "the same images. A flip is an image whose most likely class differs. The limit is Clopper and Pearson's exact one-sided 95 % upper limit",
            "of the rate of flips. The largest difference is that of any output of any image (probabilities); the least margin is the",
            "smallest distance, among these images, between the first and the second class: where it is smaller than the difference a flip can occur.", "",
            f"**{done.flips} flips in {done.images:,} images of networks that use Winograd's method; upper limit "
            f"{100 * upper_bound(done.flips, done.images):.4f} %.**", "",
            "| network | images | number | flips | upper limit | largest difference | least margin | same bits | accuracy, direct / fast |",
            "|---|---|---|---|---|---|---|---|---|", *done.rows, "",
            "small_cnn has six 3 x 3 convolutions, two a stage, as VGG has them. MobileNet's 3 x 3 convolutions are depthwise, or have stride 2 and three",
            "channels: none of them goes by Winograd's method, so its bits are the same and it does not count above. ResNet-8 has never seen such images;",
            "what it calls them means nothing, whether it calls them the same does. The images of a row are no random sample of any clinic's:",
            "the limit is for images like these. A network with closer classes, more layers or larger activations needs its own comparison.", ""]
    (HERE / "fast_numerics.md").write_text("\n".join(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
