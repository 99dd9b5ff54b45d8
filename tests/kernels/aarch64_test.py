# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kernels on aarch64: tests of this folder, cross-compiled and run under an emulator with every instruction set that it has."""
import os
import pathlib
import re

from cases import ROOT, WARNINGS, Skip, aarch64_tools, case, compile_command, main, must_run, temporary_folder

KERNELS = ROOT / "include" / "provenn" / "kernels"
# Every operation of the sixteen lanes occurs in them. The others pass as well, and take minutes under an emulator.
STEMS = ["dispatch", "product_bits", "math", "activation", "softmax", "pool2d", "depthwise_conv2d", "conv2d_backward"]


@case("under an emulator of aarch64 the NEON kernels give the bits of the references and of x86-64", "REQ-DISPATCH-002")
def neon():
    compiler, emulator = aarch64_tools()
    catch = pathlib.Path("/usr/include/catch2")
    if not (catch / "catch.hpp").is_file():
        raise Skip("needs Catch2 2, which is headers only: version 3 is a library for this processor")
    environment = {name: value for name, value in os.environ.items() if name != "PROVENN_TEST_RESULTS"}
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        (folder / "catch2").symlink_to(catch)
        flags = ["-std=c++20", "-O1", "-ffp-contract=off", *WARNINGS, "-DPROVENN_LINK_KERNELS", "-I", ROOT / "include", "-I", ROOT / "tests",
                 "-isystem", folder]
        objects = []
        for source in (KERNELS / "implementation.cpp", KERNELS / "training_implementation.cpp", ROOT / "tests" / "support" / "main.cpp",
                       *(ROOT / "tests" / "kernels" / f"{stem}_test.cpp" for stem in STEMS)):
            objects.append(folder / f"{source.stem}.o")
            must_run([*compile_command(compiler), *flags, "-c", source, "-o", objects[-1]])
        must_run([compiler, "-static", *objects, "-o", folder / "tests", "-pthread"])
        said = must_run([emulator, folder / "tests"], env=environment)
    assert "products neon " in said and re.search(r"All tests passed \(\d+ assertions in \d+ test cases\)", said), said[-3000:]


main()
