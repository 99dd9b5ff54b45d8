#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rewrites the umbrella headers from the folders; run it after adding a header. They only include, and a test keeps them whole."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from cases import ISLAND, ROOT, files  # noqa: E402  (found through the line above; the tests have it in PYTHONPATH)

LAB = ["files", "adapters", "evaluation", "zoo", "training", "data", "io", "transfer", "study", "assurance"]
HEAD = """// SPDX-FileCopyrightText: 2026 The Provenn authors
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// {sentence}
#pragma once

"""


def is_for_training(header):
    """Whether a header of kernels/ is met in training only: a device does not compile the gradients.
    (compiled_tables.hpp is left out too: dispatch.hpp includes it unless the kernels are linked.)"""
    return header.name.endswith("_backward.hpp") or header.name.startswith("training_")


def public_headers(root, folders):
    """Every header of the folders but the bodies of single instruction sets, which their floor's headers choose among."""
    found = []
    for folder in folders:
        for header in files(root / "include" / "provenn" / folder, "**/*.hpp"):
            inner = header.relative_to(root / "include").as_posix()
            if folder == "kernels" and (inner.count("/") > 2 or is_for_training(header) or header.name == "compiled_tables.hpp"):
                continue
            found.append(inner)
    return found


def umbrellas(root):
    """Path and text of each umbrella header as it ought to be."""
    def text(sentence, names):
        return HEAD.format(sentence=sentence) + "".join(f'#include "{name}"\n' for name in sorted(names))
    return {
        "include/provenn/inference.hpp": text(
            "Everything that runs on a device: core, kernels, layers, model, inference. C++17, standard library only.",
            public_headers(root, ISLAND)),
        "include/provenn/training.hpp": text(
            "Everything of the lab: files, data, training, transfer, evaluation, on top of what runs on the device.",
            ["provenn/inference.hpp", "provenn/kernels/training_dispatch.hpp", *public_headers(root, LAB)]),
        "include/provenn/provenn.hpp": text(
            "The whole library.", ["provenn/inference.hpp", "provenn/training.hpp"]),
    }


if __name__ == "__main__":
    for name, text in umbrellas(ROOT).items():
        (ROOT / name).write_text(text, encoding="utf-8")
        print("wrote", name)
