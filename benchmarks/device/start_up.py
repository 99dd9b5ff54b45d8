# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Start-up from the page cache, each start in a process of its own: the median of the whole, and the medians of its parts."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile


def measure(program, what, package, threads):
    return json.loads(subprocess.run([program, what, package, str(threads)], check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True, help="the built start_up")
    parser.add_argument("--architecture", default="resnet50")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--starts", type=int, default=21)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = os.path.join(folder, "network.pvn")
        subprocess.run([options.program, "make", options.architecture, package], check=True)
        pathlib.Path(package).read_bytes()
        wholes, parts = [], []
        for _ in range(options.starts):
            found = measure(options.program, "whole", package, options.threads)
            wholes.append(found["open"] + found["session"])
            parts.append(measure(options.program, "parts", package, options.threads))
        size = os.path.getsize(package)
    print(f"{options.architecture}, {size} bytes, {options.threads} threads, {options.starts} starts: median "
          f"{statistics.median(wholes):.0f} ms, least {min(wholes):.0f} ms, most {max(wholes):.0f} ms")
    for name in parts[0]:
        times = [part[name] for part in parts]
        print(f"  {name:8} median {statistics.median(times):6.1f} ms, least {min(times):6.1f} ms")


if __name__ == "__main__":
    main()
