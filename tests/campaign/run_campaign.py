#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds a campaign, runs it and keeps what it says as evidence. Campaigns take minutes to an hour and are no part of run.sh.

    tests/campaign/run_campaign.py NAME [ARGUMENT...]     runs tests/campaign/NAME.cpp and writes docs/evidence/NAME.md
"""
import datetime
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
from cases import ROOT, compile_command, compilers, must_run, run, temporary_folder  # noqa: E402  (found through the line above)

FLAGS = ["-std=c++20", "-O3", "-march=native", "-ffp-contract=off", "-fno-trapping-math", "-fno-math-errno", "-DPROVENN_LINK_KERNELS", "-I", ROOT / "include", "-I", ROOT / "tests"]
KERNELS = ROOT / "include" / "provenn" / "kernels"


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def main():
    name, *arguments = sys.argv[1:]
    compiler = compilers()["g++"]
    with temporary_folder() as folder:
        program, objects = pathlib.Path(folder) / name, []
        for source in (ROOT / "tests" / "campaign" / f"{name}.cpp", KERNELS / "implementation.cpp", KERNELS / "training_implementation.cpp"):
            objects.append(pathlib.Path(folder) / f"{source.stem}.o")
            must_run([*compile_command(compiler), *FLAGS, "-c", source, "-o", objects[-1]])
        must_run([compiler, *objects, "-pthread", "-lmvec", "-o", program])
        started = time.monotonic()
        done = run([program, *arguments], cwd=ROOT)
        minutes = (time.monotonic() - started) / 60
    version = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    commit = run(["git", "-C", ROOT, "describe", "--always", "--dirty"]).stdout.strip()
    ending = f"\n{datetime.date.today()}, {processor()}, {version}, commit {commit}, {minutes:.1f} minutes with other work on the machine.\n"
    target = ROOT / "docs" / "evidence" / f"{name}.md"
    target.write_text(done.stdout + ending, encoding="utf-8")
    print(done.stdout + done.stderr + f"wrote {target.relative_to(ROOT)}, ended with {done.returncode}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
