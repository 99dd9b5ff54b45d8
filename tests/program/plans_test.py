# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Numerics and plans: a recorded choice with one set of bits of its own, and the steps that come of it."""
import json
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


@case("inspect shows the steps of the plan, times them, and writes a trace", "REQ-PROG-023")
def plan_and_profile():
    with temporary_folder() as folder:
        package, trace = pathlib.Path(folder) / "m.pvn", pathlib.Path(folder) / "run.json"
        must("convert", shared(MODEL), package, "--numerics", "fast")
        steps = must_json("inspect", package, "--plan")["plan"]["steps"]
        assert {step["algorithm"] for step in steps} >= {"direct", "winograd 4x4"} and "seconds" not in steps[0], steps
        said = must_json("inspect", package, "--profile", "3", "--trace", trace)["plan"]
        assert all(step["seconds"] > 0 for step in said["steps"]) and len(said["steps"]) == len(steps), said
        events = json.loads(trace.read_text())["traceEvents"]
        assert [event["name"] for event in events] == ["input"] + [step["layer"] for step in steps] + ["output"], events
        assert "GFLOP/s" in must("inspect", package, "--profile", "1")
        refused(provenn("inspect", package, "--trace", package), USAGE, "trace", "json")


main()
