# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds mobilenet.cpp with the kernels of one instruction set and says how large the stripped program is, and what it
takes from the C++ library. With --start-up it also makes a package with that program and runs it."""
import argparse
import os
import pathlib
import re
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
FLAGS = ["-std=c++17", "-DNDEBUG", "-DPROVENN_LINK_KERNELS", "-I", str(HERE.parents[1] / "include"), "-fno-exceptions",
         "-fno-rtti", "-ffp-contract=off", "-ffunction-sections", "-fdata-sections", "-fno-asynchronous-unwind-tables",
         "-fno-threadsafe-statics"]  # the program has one thread
STATIC = ["-static-libstdc++", "-static-libgcc"]


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def build(compiler, program_level, kernels_level, folder):
    objects = []
    for unit, level in (("mobilenet", program_level), ("one_instruction_set", kernels_level), ("c_heap", program_level)):
        objects.append(f"{folder}/{unit}.o")
        subprocess.run([compiler, *FLAGS, level, "-c", HERE / f"{unit}.cpp", "-o", objects[-1]], check=True)
    program = f"{folder}/mobilenet"
    subprocess.run([compiler, *objects, *STATIC, "-Wl,--gc-sections", "-s", "-o", program], check=True)
    return program, objects


def report(program, objects):
    text, data, bss = output_of("size", program).split("\n")[1].split()[:3]
    print(f"  stripped program {os.path.getsize(program)} bytes: text {text}, data {data}, bss {bss}")
    for unit in objects:
        print(f"  {pathlib.Path(unit).stem}: text {output_of('size', unit).splitlines()[1].split()[0]} before unused sections go")
    wanted = output_of("nm", "-u", "-C", *objects)
    foreign = sorted(set(re.findall(r"U (.*(?:std::|__cxa|operator new|operator delete).*)", wanted)))
    print("  wanted of the C++ library:", ", ".join(foreign) or "nothing")


def run(program, start_up, folder):
    package, picture = f"{folder}/mobilenet.pvn", f"{folder}/input.f32"
    subprocess.run([start_up, "make", "mobilenet_v1:alpha=0.25", package], check=True)
    pathlib.Path(picture).write_bytes(struct.pack("<f", 0.5) * (224 * 224 * 3))
    print(f"  {os.path.basename(program)}: {output_of(program, package, picture).strip()} (known answers reproduced)")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--start-up", help="the built start_up")
    options = parser.parse_args()
    print(output_of(options.compiler, "--version").split("\n")[0])
    for levels in (("-Os", "-Os"), ("-Os", "-O2"), ("-O2", "-O2")):
        with tempfile.TemporaryDirectory() as folder:
            program, objects = build(options.compiler, *levels, folder)
            print(f"program {levels[0]}, kernels {levels[1]}")
            report(program, objects)
            if options.start_up:
                run(program, options.start_up, folder)


if __name__ == "__main__":
    main()
