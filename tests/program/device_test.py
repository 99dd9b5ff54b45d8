# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The program on the device: it answers, refuses what is damaged with the reason, and computes the same bits on another processor."""
import os
import pathlib
import re
import struct
import subprocess

from cases import ROOT, WARNINGS, Skip, aarch64_tools, case, compile_command, main, must_run, run, temporary_folder, tool

PACKAGE = ROOT / "tests" / "golden" / "version_1.pvn"
SOURCE = ROOT / "examples" / "device" / "main.cpp"
FLAGS = ["-std=c++17", "-O2", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", *WARNINGS, "-I", ROOT / "include"]


def program():
    return pathlib.Path(os.environ["PROVENN_BUILD_DIR"]) / "bin" / "provenn-device"


def pictures(folder):
    """The same 16 x 16 pixels as PGM and NPY, the numbers that the contract makes of them, and 16-bit pixels."""
    pixels = [i * 7 % 256 for i in range(256)]
    numbers = [pixel / 64.0 - 2.0 for pixel in pixels]

    def npy(name, kind, shape, data):
        head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
        head = head.ljust(117) + "\n"
        (folder / name).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + data)
    (folder / "pixels.pgm").write_bytes(b"P5\n# a comment\n16 16\n255\n" + bytes(pixels))
    npy("pixels.npy", "|u1", "(16, 16, 1)", bytes(pixels))
    npy("numbers.npy", "<f4", "(1, 16, 16, 1)", struct.pack("<256f", *numbers))
    npy("wide.npy", "<f4", "(1, 16, 17, 1)", struct.pack("<272f", *range(272)))
    (folder / "deep.pgm").write_bytes(b"P5 16 16 65535\n" + struct.pack(">256H", *pixels))


def bits(output):
    return re.search(r"^bits +([0-9a-f]{64})$", output, re.MULTILINE)[1]


@case("the device program classifies an image, from pixels as from numbers", "REQ-INFER-023")
def answers():
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        pictures(folder)
        outputs = {image: must_run([program(), PACKAGE, folder / image]) for image in ("pixels.pgm", "pixels.npy", "numbers.npy")}
        for isa in ("emulated", "sse2", "scalar-fma", "avx2", "avx512"):
            done = run([program(), "--isa", isa, PACKAGE, folder / "pixels.pgm"])
            if done.returncode == 0:
                assert f"{isa} kernels" in done.stdout, done.stdout
                outputs[isa] = done.stdout
            else:
                assert "isa_unavailable" in done.stderr, done.stderr
        assert len({bits(output) for output in outputs.values()}) == 1, outputs
        # Recorded in tests/golden/package_test.cpp too.
        assert bits(outputs["emulated"]).startswith("4beffe95677cf3a9"), outputs
        assert re.search(r"^class +\d (north|east|south|west)$", outputs["pixels.pgm"], re.MULTILINE)
        best = re.search(r"^class +\d (\w+)$", outputs["pixels.pgm"], re.MULTILINE)[1]
        for threshold, said in (("0", "yes"), ("0.2", "yes"), ("1", "no")):
            done = must_run([program(), "--isa", "emulated", "--threshold", f"{best}={threshold}", PACKAGE, folder / "pixels.pgm"])
            assert re.search(rf"^positive +{said} \({best}: 0\.\d+, threshold {threshold}\)$", done, re.MULTILINE), done
        assert 0.25 <= float(re.search(r"^probability ([0-9.]+)$", outputs["pixels.pgm"], re.MULTILINE)[1]) <= 1.0


@case("the device program refuses a flipped bit, a truncation and wrong files, with the reason", "REQ-INFER-023")
def refusals():
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        pictures(folder)
        good = PACKAGE.read_bytes()
        flipped = bytearray(good)
        flipped[len(good) // 2] ^= 16
        (folder / "flipped.pvn").write_bytes(flipped)
        (folder / "short.pvn").write_bytes(good[:-1])
        (folder / "empty").write_bytes(b"")
        (folder / "bad.pgm").write_bytes(b"P5 16 16 255\n123")
        (folder / "bomb.npy").write_bytes((folder / "pixels.npy").read_bytes().replace(b"(16, 16, 1)", b"(9999999999)"))
        for package, image, reason in [
                ("flipped.pvn", "pixels.pgm", "hash_mismatch"), ("short.pvn", "pixels.pgm", "corrupt_data"),
                ("empty", "pixels.pgm", "corrupt_data"), ("pixels.pgm", "pixels.pgm", "corrupt_data"),
                ("nothing.pvn", "pixels.pgm", "io_failed"), (PACKAGE, "nothing.pgm", "io_failed"),
                (PACKAGE, "empty", "unsupported"), (PACKAGE, PACKAGE, "unsupported"), (PACKAGE, "bad.pgm", "corrupt_data"),
                (PACKAGE, "bomb.npy", "corrupt_data"), (PACKAGE, "wide.npy", "shape_mismatch"), (PACKAGE, "deep.pgm", "input_refused")]:
            done = run([program(), folder / package, folder / image])
            assert done.returncode == 1, (package, image, done)
            assert done.stderr.startswith("refused: ") and reason in done.stderr and "bits" not in done.stdout, (package, image, done)
        os.mkfifo(folder / "pipe")  # nobody writes to it: reading would wait for ever
        for package, image, reason in [("pipe", "pixels.pgm", "found a pipe"), (PACKAGE, "pipe", "found a pipe"), (PACKAGE, folder, "found a folder")]:
            done = run([program(), folder / package, folder / image], timeout=20)
            assert done.returncode == 1 and f"refused: {folder / image if package == PACKAGE else folder / package}: io_failed: " in done.stderr, done
            assert reason in done.stderr and "bits" not in done.stdout, done
        for spoil, word in ((b"\0\0\xc0\x7f", "NaN"), (b"\0\0\x80\x7f", "infinity")):
            numbers = bytearray((folder / "numbers.npy").read_bytes())
            numbers[-8:-4] = spoil
            (folder / "spoiled.npy").write_bytes(numbers)
            done = run([program(), PACKAGE, folder / "spoiled.npy"])
            assert done.returncode == 1 and re.search(rf"not_finite: element 254: .*{word}", done.stderr), done
        closed = subprocess.run([str(program()), str(PACKAGE), str(folder / "pixels.pgm")], stderr=subprocess.PIPE, text=True, check=False,
                                preexec_fn=lambda: os.close(1))
        assert closed.returncode == 1 and "stdout" in closed.stderr, closed
        assert run([program()]).returncode == 2
        for wrong in ("north", "north=", "north=2", "north=nan", "north=0.5x", "up=0.5"):
            done = run([program(), "--threshold", wrong, PACKAGE, folder / "pixels.pgm"])
            assert done.returncode == 1 and "CLASS=NUMBER" in done.stderr and "bits" not in done.stdout, (wrong, done)
        assert run([program(), "--isa", "mmx", PACKAGE, folder / "pixels.pgm"]).returncode == 1


@case("the device program includes the island and the C library only", "REQ-INFER-023")
def includes_only():
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.parent.glob("*.[ch]pp"))
    found = set(re.findall(r'#include ([<"][^>"]+[>"])', text))
    assert found == {"<provenn/inference.hpp>", "<cmath>", "<cstdio>", "<cstdlib>", "<cstring>", "<string_view>", "<sys/stat.h>", '"image_file.hpp"'}, found


@case("compiled for aarch64 the device program computes the same bits, and chooses NEON", "REQ-INFER-023", "REQ-DISPATCH-002")
def on_aarch64():
    compiler, emulator = aarch64_tools()
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        pictures(folder)
        must_run([*compile_command(compiler), *FLAGS, "-c", SOURCE, "-o", folder / "device.o"])
        must_run([compiler, "-static", folder / "device.o", "-o", folder / "device"])
        native = must_run([program(), PACKAGE, folder / "pixels.pgm"])
        for isa in ("emulated", "scalar-fma", "neon"):
            foreign = must_run([emulator, folder / "device", "--isa", isa, PACKAGE, folder / "pixels.pgm"])
            assert bits(foreign) == bits(native), (isa, foreign, native)
        assert "neon kernels" in must_run([emulator, folder / "device", PACKAGE, folder / "pixels.pgm"])


@case("compiled for Windows the device program computes the same bits under Wine", "REQ-INFER-023")
def on_windows():
    compiler = tool("x86_64-w64-mingw32-g++-posix", "x86_64-w64-mingw32-g++")
    wine, server = tool("wine64", "/usr/lib/wine/wine64"), tool("wineserver", "/usr/lib/wine/wineserver64")
    if not compiler or not wine or not server:
        raise Skip("needs g++-mingw-w64-x86-64-posix and wine64 (1.1 GB, hence not installed by tests/run.sh)")
    clang, libraries = tool("clang++", "clang++-14"), pathlib.Path(must_run([compiler, "-print-libgcc-file-name"])).parent / "include" / "c++"
    builds = {"g++": [*compile_command(compiler)]}
    if clang:
        builds["clang"] = [*compile_command(clang), "--target=x86_64-w64-mingw32", "-isystem", libraries, "-isystem", libraries / "x86_64-w64-mingw32"]
    with temporary_folder() as name:
        folder = pathlib.Path(name)
        pictures(folder)
        (folder / "model.pvn").write_bytes(PACKAGE.read_bytes())
        environment = {**os.environ, "WINEPREFIX": str(folder / "wine"), "WINEDEBUG": "-all"}
        try:
            for build, command in builds.items():
                must_run([*command, *FLAGS, "-c", SOURCE, "-o", folder / "device.o"])
                must_run([compiler, "-static", folder / "device.o", "-o", folder / "device.exe"])
                for isa in ("emulated", "sse2", "scalar-fma", "avx2", "avx512"):
                    native = run([program(), "--isa", isa, PACKAGE, folder / "pixels.pgm"])
                    foreign = run([wine, "device.exe", "--isa", isa, "model.pvn", "pixels.pgm"], cwd=folder, env=environment, timeout=300)
                    if build == "g++" and isa in ("avx2", "avx512"):  # ANOM-028
                        assert foreign.returncode == 1 and "isa_unavailable" in foreign.stderr, foreign
                    elif native.returncode == 0:
                        assert foreign.returncode == 0 and bits(foreign.stdout) == bits(native.stdout), (build, isa, foreign, native)
        finally:
            run([server, "-k"], env=environment)


main()
