#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Wraps the lines over 120 columns of the named files (default: all sources) with clang-format and leaves the others as written."""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from cases import ROOT, files  # noqa: E402  (found through the line above)

SOURCES = ("include/**/*.hpp", "include/**/*.inl", "tests/**/*.cpp", "tests/**/*.hpp", "examples/**/*.cpp", "examples/**/*.hpp",
           "benchmarks/**/*.cpp")
for path in map(pathlib.Path, sys.argv[1:]) if sys.argv[1:] else files(ROOT, *SOURCES):
    lines = path.read_text(encoding="utf-8").split("\n")
    long = [f"--lines={number}:{number}" for number, line in enumerate(lines, 1) if len(line) > 120]
    if long:
        subprocess.run(["clang-format", "-i", *long, str(path)], check=True)
        print(path, len(long))
