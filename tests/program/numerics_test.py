# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""--numerics: a recorded choice that packages keep, with one set of bits of its own."""
import pathlib

from cases import case, main, temporary_folder
from program import USAGE, must, must_json, npy, provenn, read_npy, refused, shared

MODEL = "resnet8_cifar10.h5"


def scores(model, folder, *options):
    output = pathlib.Path(folder) / "y.npy"
    must("run", model, "--input", pathlib.Path(folder) / "x.npy", "--output", output, *options)
    return read_npy(output.read_bytes())


@case("fast numerics are said, kept, undone, and give one set of bits near the direct ones", "REQ-PROG-022")
def fast_and_direct():
    with temporary_folder() as folder:
        direct, fast, back, other = (pathlib.Path(folder) / name for name in ("d.pvn", "f.pvn", "b.pvn", "o.pvn"))
        pixels = [float(i * 37 % 256) for i in range(2 * 32 * 32 * 3)]
        (pathlib.Path(folder) / "x.npy").write_bytes(npy(pixels, (2, 32, 32, 3)))
        must("convert", shared(MODEL), direct)
        must("convert", direct, fast, "--numerics", "fast")
        must("convert", fast, back, "--numerics", "direct")
        must("convert", shared(MODEL), other, "--numerics", "fast")
        assert direct.read_bytes() == back.read_bytes() != fast.read_bytes(), "numerics are not a choice that can be undone"
        assert must_json("inspect", fast)["numerics"] == "fast" and must_json("inspect", other)["numerics"] == "fast"
        assert must_json("inspect", direct)["numerics"] == "direct" and "numerics       fast" in must("inspect", fast)
        exact, quick = scores(direct, folder), scores(fast, folder)
        assert exact != quick, "fast numerics gave the bits of direct ones"
        assert max(abs(a - b) for a, b in zip(exact[1], quick[1])) < 1e-4, (exact, quick)
        for options in (["--threads", "1", "--isa", "avx2"], ["--threads", "7", "--isa", "scalar-fma"]):
            assert scores(fast, folder, *options) == quick, options
        refused(provenn("run", fast, "--input", "x.npy", "--output", "y.npy", "--numerics", "direct"), USAGE, "numerics", "convert")


main()
