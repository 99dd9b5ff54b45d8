# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How the tests of the program call it, and where they find real files."""
import json
import os
import pathlib
import re
import struct
import zipfile

from cases import ROOT, Skip, run

# Sanitizers that find something must not look like an exit code of the program.
OPTIONS = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:exitcode=99"}
NO, USAGE, REFUSED, IO = 1, 2, 3, 4


def provenn(*words, timeout=600):
    """Runs the program of this build."""
    path = pathlib.Path(os.environ["PROVENN_BUILD_DIR"]) / "bin" / "provenn"
    assert path.is_file(), f"{path} was not built"
    return run([path, *words], timeout=timeout, env={**os.environ, **OPTIONS})


def must(*words, **options):
    """Runs the program, which must succeed; its result as text."""
    done = provenn(*words, **options)
    assert done.returncode == 0, f"provenn {' '.join(map(str, words))}\nended with {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def must_json(*words, **options):
    return json.loads(must(*words, "--json", **options), parse_constant=refuse_constant)


def refuse_constant(name):
    raise AssertionError(f"{name} is not JSON")


def refused(done, code, *patterns):
    """The program must have ended with this code, nothing on stdout, a reason and advice on stderr."""
    said = f"{' '.join(map(str, done.args))}\nended with {done.returncode}, expected {code}\n{done.stdout}{done.stderr}"
    assert done.returncode == code, said
    assert done.stdout == "", said
    assert "next: " in done.stderr, said
    for pattern in patterns:
        assert re.search(pattern, done.stderr), f"no {pattern!r} in:\n{said}"


def shared(name):
    """A file of the shared data, or the case is skipped."""
    path = pathlib.Path(os.environ.get("PROVENN_SHARED_DATA", ROOT.parent / "shared" / "data")) / name
    if not path.is_file():
        raise Skip(f"{name} is not in the shared data (set PROVENN_SHARED_DATA)")
    return path


def npy(values, shape):
    """The bytes of an .npy file of float32."""
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {tuple(shape)!r}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}f", *values)


def read_npy(data):
    """(shape, values) of an .npy file of float32 in C order."""
    assert data[:8] == b"\x93NUMPY\x01\x00", "not an npy file of version 1"
    size = struct.unpack("<H", data[8:10])[0]
    header = data[10:10 + size].decode()
    assert "'<f4'" in header and "'fortran_order': False" in header, header
    shape = tuple(int(word) for word in re.search(r"'shape': \(([^)]*)\)", header)[1].split(",") if word.strip())
    values = struct.unpack(f"<{(len(data) - 10 - size) // 4}f", data[10 + size:])
    return shape, list(values)


def write_npz(path, arrays):
    """{name: (values, shape)} as an .npz file."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, (values, shape) in arrays.items():
            archive.writestr(name + ".npy", npy(values, shape))


def read_npz(path):
    with zipfile.ZipFile(path) as archive:
        return {name.removesuffix(".npy"): read_npy(archive.read(name)) for name in archive.namelist()}
