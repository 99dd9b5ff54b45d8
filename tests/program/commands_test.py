# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The program's commands on real files: help, exit codes, JSON, conversion, comparison with recorded layers, the self-test."""
import json
import pathlib
import re

from cases import ROOT, case, main, temporary_folder
from program import NO, USAGE, must, must_json, npy, provenn, read_npy, read_npz, refused, shared, write_npz

COMMANDS = ["inspect", "predict", "run", "train", "finetune", "evaluate", "convert", "compare", "selftest"]
MODEL, GOLDEN = "resnet8_cifar10.h5", ROOT / "tests/oracle/resnet8_layers.npz"


def folder_of(text):
    return pathlib.Path(text)


@case("each command's help teaches: an example, the exit codes, the options of all commands", "REQ-PROG-001")
def helps():
    overview = must("--help")
    for command in COMMANDS:
        assert re.search(rf"^  {command} ", overview, re.MULTILINE), f"{command} is not in the help"
        text = must(command, "--help")
        assert re.search(rf"Example:\n  provenn {command}\b", text), text
        for word in ("--threads", "--isa", "--json", "Exit codes: 0"):
            assert word in text, f"{command}: no {word}"


@case("wrong usage ends with 2, says what is wrong, and where to read on", "REQ-PROG-001")
def wrong_usage():
    for words, pattern in [
            ([], "subcommand"), (["dance"], "no command 'dance'"), (["fine-tune", "m.h5"], "did you mean 'finetune'"),
            (["predict", "m.pvn", "i.png", "--tops", "3"], "did you mean '--top'"), (["predict"], "MODEL"), (["predict", "m.pvn"], "IMAGE"),
            (["predict", "m.pvn", "i.png", "--top", "0"], "--top"), (["predict", "m.pvn", "i.png", "--isa", "mmx"], "--isa"),
            (["run", "m.pvn", "--input", "x.npy"], "--output"), (["selftest", "--threads", "0"], "--threads"),
            (["convert", "a.h5", "b.onnx"], "pvn"), (["evaluate", "m.pvn", "--threshold-for", "luck=1"], "sens=0.95"),
            (["compare", "m.pvn"], "--golden"), (["inspect", "a", "b"], "b"), (["predict", "m", "i", "--frobnicate"], "frobnicate")]:
        refused(provenn(*words), USAGE, pattern, "help|rename|see ")


@case("the self-test passes on every instruction set, and recomputes the answers of packages", "REQ-PROG-005")
def selftest():
    said = must_json("selftest")
    assert said["passed"] and len(said["checks"]) >= 8 and all(check["passed"] for check in said["checks"]), said
    assert any(check["check"].startswith("kernels emulated") for check in said["checks"]), said
    with temporary_folder() as folder:
        package = folder_of(folder) / "m.pvn"
        must("convert", shared(MODEL), package)
        said = must_json("selftest", package)
        assert [check["passed"] for check in said["checks"] if "m.pvn" in check["check"]] == [True], said


@case("the recorded layers of real Keras agree, in the Keras file and in the package", "REQ-PROG-006")
def compare_agrees():
    with temporary_folder() as folder:
        package = folder_of(folder) / "m.pvn"
        must("convert", shared(MODEL), package)
        for model in (shared(MODEL), package):
            said = must_json("compare", model, "--golden", GOLDEN)
            assert said["agrees"] and said["first_departure"] is None and len(said["layers"]) == 4, said
            assert all(layer["greatest_difference"] < 1e-5 * layer["greatest_golden"] for layer in said["layers"]), said


@case("compare names the first layer that departs, its channel, and by how much", "REQ-PROG-006")
def compare_departs():
    with temporary_folder() as folder:
        arrays = {name: (values, shape) for name, (shape, values) in read_npz(GOLDEN).items()}
        names = [layer["layer"] for layer in must_json("compare", shared(MODEL), "--golden", GOLDEN)["layers"]]
        for spoiled in names[2:0:-1]:  # the second layer spoiled last: it must then be named before the third
            values, shape = arrays[spoiled]
            values[5 * shape[-1] % len(values) + 3] += 1.0
        write_npz(folder_of(folder) / "spoiled.npz", arrays)
        done = provenn("compare", shared(MODEL), "--golden", folder_of(folder) / "spoiled.npz", "--json")
        assert done.returncode == NO, done
        first = json.loads(done.stdout)["first_departure"]
        assert first["layer"] == names[1] and first["channel"] == 3, first
        assert abs(first["greatest_difference"] - 1.0) < 1e-4, first
        assert abs(abs(first["ours"] - first["golden"]) - 1.0) < 1e-4, first
        write_npz(folder_of(folder) / "other.npz", {"input": arrays["input"], "no_such_layer": ([0.0], (1,))})
        refused(provenn("compare", shared(MODEL), "--golden", folder_of(folder) / "other.npz"), 3, "no_such_layer")


@case("run gives the recorded scores, for any batch, and the same bytes from the package", "REQ-PROG-007")
def runs():
    golden = read_npz(GOLDEN)
    shape, values = golden["input"]
    scores = golden["dense"][1]
    with temporary_folder() as text:
        folder = folder_of(text)
        (folder / "x.npy").write_bytes(npy(values * 3, (3, *shape[1:])))
        must("convert", shared(MODEL), folder / "m.pvn")
        outputs = set()
        for model, batch in ((shared(MODEL), 1), (shared(MODEL), 2), (folder / "m.pvn", 16)):
            said = must_json("run", model, "--input", folder / "x.npy", "--output", folder / "y.npy", "--batch", str(batch))
            assert said["samples"] == 3 and said["outputs"][0]["shape"] == [3, 10], said
            outputs.add((folder / "y.npy").read_bytes())
        assert len(outputs) == 1, "the bytes depend on batch or file"
        shape, found = read_npy(outputs.pop())
        assert shape == (3, 10) and all(abs(a - b) < 1e-5 for a, b in zip(found, scores * 3)), found
        (folder / "wrong.npy").write_bytes(npy(values, (1, 32, 96, 1)))
        refused(provenn("run", shared(MODEL), "--input", folder / "wrong.npy", "--output", folder / "z.npy"), 3,
                r"\[32, 32, 3\].*\[1, 32, 96, 1\]")
        (folder / "nan.npy").write_bytes(npy([float("nan")] * len(values), (1, 32, 32, 3)))
        refused(provenn("run", shared(MODEL), "--input", folder / "nan.npy", "--output", folder / "z.npy"), 3, "not_finite")
        for value, word in ((float("nan"), "NaN"), (float("-inf"), "infinity")):
            (folder / "spoiled.npy").write_bytes(npy([*values, *values[:100], value, *values[101:]], (2, 32, 32, 3)))
            refused(provenn("run", shared(MODEL), "--input", folder / "spoiled.npy", "--output", folder / "z.npy"), 3,
                    rf"spoiled\.npy: input 0, sample 1, element 100: .*{word}")
        assert not (folder / "z.npy").exists(), "a refused input left an output"


@case("a package keeps every number: Keras file to package to Keras weights to package", "REQ-PROG-008")
def round_trip():
    with temporary_folder() as text:
        folder = folder_of(text)
        first = must_json("convert", shared(MODEL), folder / "a.pvn")
        second = must_json("convert", folder / "a.pvn", folder / "w.h5")
        assert first["fingerprint"] == second["fingerprint"] and first["parameters"] == 78666, (first, second)
        tensors = must_json("inspect", folder / "w.h5")["tensors"]
        assert must_json("inspect", folder / "w.h5")["kind"] == "keras weights" and len(tensors) == 48, len(tensors)
        must("convert", shared(MODEL), folder / "b.pvn")
        assert (folder / "a.pvn").read_bytes() == (folder / "b.pvn").read_bytes(), "converting twice gives other bytes"
        refused(provenn("convert", folder / "w.h5", folder / "c.pvn"), 3, "weights-only", "--architecture")
        refused(provenn("predict", folder / "a.pvn", shared("coffee.png"), "--resize", "area"), USAGE, "package")


@case("inspect says what files are", "REQ-PROG-009")
def inspects():
    said = must_json("inspect", shared(MODEL))
    assert said["summary"]["parameters"] == 78666 and said["kind"] == "keras model", said["summary"]["parameters"]
    assert len(said["load_report"]["tensors"]) >= 48 and said["input_contract"]["assumed"], said["input_contract"]
    with temporary_folder() as folder:
        package = folder_of(folder) / "m.pvn"
        must("convert", shared(MODEL), package)
        said = must_json("inspect", package)
        assert said["kind"] == "package" and said["known_answers"]["reproduced"], said["kind"]
    arrays = must_json("inspect", GOLDEN)["arrays"]
    assert {"name": "dense", "type": "f4", "shape": [1, 10]} in arrays, arrays
    image = must_json("inspect", shared("coffee.png"))
    assert image["kind"] == "image" and image["shape"] == [400, 600, 3] and image["bits"] == 8, image


@case("evaluate reports with intervals, the threshold chosen on validation images", "REQ-PROG-010")
def evaluates():
    words = ["evaluate", shared("vww_mobilenet_96.h5"), shared("malaria_cells_1000.tar"), "--resplit", "--patient-pattern", "{patient}Thin*|{patient}thin*"]
    said = must_json(*words, "--threshold-for", "sens=0.9")
    report = said["report"]
    assert said["data"]["grouping"] == "by patient" and report["patients"] > 1, said["data"]
    assert sum(map(sum, report["confusion"])) == report["cases"] == said["data"]["sizes"]["test"], report["confusion"]
    assert "sens=0.9" in report["binary"]["threshold_origin"] and "validation" in report["binary"]["threshold_origin"], report["binary"]
    assert report["auc"]["lower"] < report["auc"]["value"] < report["auc"]["upper"], report["auc"]
    refused(provenn("evaluate", shared(MODEL), shared("malaria_cells_1000.tar"), "--resplit"), 3, r"2 classes.*\[10\]")
    refused(provenn("evaluate", shared(MODEL)), USAGE, "DATA")


main()
