#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Same model, same input, same bits: counts the hashes of inference and of training over compilers, flags, instruction sets, threads and batches.

    tests/matrix/run_matrix.py [--small]     writes docs/evidence/bits.md; ends with 1 if any architecture has two hashes
"""
import collections
import pathlib
import platform
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from cases import ROOT, compile_command, compilers, must_run, temporary_folder, tool  # noqa: E402  (found through the line above)

SOURCES = {name: ROOT / "tests" / "matrix" / f"{name}.cpp" for name in ("network_bits", "training_bits")}
OPTIONS = [*([level, contract] for level in ("-O1", "-O3") for contract in ("-ffp-contract=off", "-ffp-contract=fast")),
           ["-O3", "-ffp-contract=fast", "-march=native"]]


def configurations():
    """(name, compile command, launcher) of each build."""
    for name, compiler in compilers().items():
        for used in OPTIONS:
            yield " ".join([name, *used]), [*compile_command(compiler), "-std=c++20", *used], [], ["-pthread"], compiler
    cross, emulator = tool("aarch64-linux-gnu-g++"), tool("qemu-aarch64", "qemu-aarch64-static")
    if cross and emulator:
        yield "aarch64 g++ -O2 (qemu-user)", [*compile_command(cross), "-std=c++20", "-O2"], [emulator], ["-static", "-pthread"], cross


def hashes(source, command, launcher, link, compiler, arguments):
    """Lines 'network isa threads N [batch N] hash' of one program in one build."""
    with temporary_folder() as folder:
        program = pathlib.Path(folder) / source.stem
        must_run([*command, "-I", ROOT / "include", "-c", source, "-o", program.with_suffix(".o")])
        must_run([compiler, program.with_suffix(".o"), *link, "-o", program])
        return must_run([*launcher, program, *arguments], timeout=3000).splitlines()


def version(compiler):
    return subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def main():
    arguments = sys.argv[1:]
    found, builds, started = collections.defaultdict(collections.Counter), [], time.monotonic()
    isas = collections.Counter()
    for name, command, launcher, link, compiler in configurations():
        lines = hashes(SOURCES["network_bits"], command, launcher, link, compiler, arguments)
        lines += hashes(SOURCES["training_bits"], command, launcher, link, compiler, [])
        for line in lines:
            network, isa, *_, digest = line.split()
            found[network][digest] += 1
            isas[isa] += 1
        builds.append((name, len(lines)))
        print(f"{name}: {len(lines)} runs, {time.monotonic() - started:.0f} s", flush=True)
    same = all(len(digests) == 1 for digests in found.values())
    runs = sum(count for _, count in builds)
    text = ["# Same model, same input, same bits", "",
            "Made by `tests/matrix/run_matrix.py`: inference of each architecture of the zoo (small inputs, random weights), the hash of the",
            "first sample's output over instruction sets, threads 1, 2, 3, 8, 64 and batches 1, 3 in each build; and `training:`, the hash of all weights",
            "after twenty training steps. `fast:` is with fast numerics, by Winograd's method. (Emulation is slow: fewer combinations run on it."
            + (" Reduced form: without VGG16." if "--small" in arguments else "") + ")", "",
            f"**{runs} runs in {len(builds)} builds: " + ("one hash for each work.**" if same else "DIFFERENT HASHES.**"), "",
            f"Machine: {platform.machine()}, {platform.system()}. Compilers: " + "; ".join(version(c) for c in compilers().values()) + ".", "",
            "| work | runs | hashes | SHA-256 of the bits |", "|---|---|---|---|"]
    for network, digests in found.items():
        text.append(f"| {network} | {sum(digests.values())} | {len(digests)} | " + "; ".join(f"`{digest}`" for digest in digests) + " |")
    text += ["", "| build | runs |", "|---|---|", *(f"| {name} | {count} |" for name, count in builds)]
    text += ["", "| instruction set | runs |", "|---|---|", *(f"| {isa} | {count} |" for isa, count in isas.items()), ""]
    target = ROOT / "docs" / "evidence" / "bits.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(text), encoding="utf-8")
    print("wrote", target.relative_to(ROOT), "-", runs, "runs,", "one hash each" if same else "DIFFERENT HASHES")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
