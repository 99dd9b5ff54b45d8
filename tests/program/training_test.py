# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""provenn train and finetune on real images: packages, run records, proof of freezing, and the same bytes on every configuration."""
import hashlib
import json
import pathlib
import shutil

from cases import case, main, temporary_folder
from pictures import pictures
from program import IO, REFUSED, USAGE, must, must_json, provenn, refused, shared

MODEL = "resnet8_cifar10.h5"


def finetune(folder, out, *options):
    return must_json("finetune", shared(MODEL), folder, "--out", out, "--patient-pattern", "{patient}_*", "--validation", "0.2", "--test", "0.2",
                     "--epochs", "12", "--lr", "0.01", "--batch", "8", *options)


@case("finetune keeps every frozen tensor, says where everything came from, and writes package and record", "REQ-PROG-011")
def finetunes():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        said = finetune(data, folder / "m.pvn", "--threshold-for", "sens=0.9", "--positive", "dark", "--class-weights")
        record = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))
        assert record == said, "the record is not what was printed"
        proof = said["proof_of_freezing"]
        assert proof["holds"] and proof["frozen_tensors"] == proof["publishers_tensors"] == 46, proof
        assert hashlib.sha256((folder / "m.pvn").read_bytes()).hexdigest() == said["package_sha256"]
        statuses = {layer["layer"]: (layer["status"], layer["frozen"]) for layer in said["layers"]}
        assert statuses.pop("head") == ("new", False), said["layers"]
        assert set(statuses.values()) == {("pre-trained, unmodified", True)}, statuses
        assert said["data"]["grouping"] == "by patient" and said["data"]["patients_across_splits"] == 0, said["data"]
        assert said["cached_samples"] == said["data"]["sizes"]["train"] and len(said["history"]) == 12, said["cached_samples"]
        assert said["history"][-1]["loss"] < said["history"][0]["loss"], said["history"]
        assert said["test"]["binary"]["threshold_origin"].startswith("rule sens=0.9 on validation"), said["test"]["binary"]
        assert said["test"]["accuracy"]["value"] > 0.8, said["test"]["accuracy"]
        again = must_json("evaluate", folder / "m.pvn", data, "--patient-pattern", "{patient}_*", "--validation", "0.2", "--test", "0.2",
                          "--threshold-for", "sens=0.9", "--positive", "dark")
        assert again["report"]["confusion"] == said["test"]["confusion"], "evaluate and finetune disagree on the same split"
        keeps_its_threshold(folder, data, said["test"]["binary"])


def keeps_its_threshold(folder, data, chosen):
    """On other images a threshold stays what it was: that of the record, or the one that is given. Class 0 is bright, 1 dark."""
    shutil.copytree(data, folder / "other" / "test")
    said = must_json("evaluate", folder / "m.pvn", folder / "other")["report"]
    assert said["cases"] == 40 and said["binary"]["threshold"] == chosen["threshold"], said["binary"]
    assert said["binary"]["positive_class"] == 1 and "m.run.json: rule sens=0.9" in said["binary"]["threshold_origin"], said["binary"]
    given = must_json("evaluate", folder / "m.pvn", folder / "other", "--threshold", "1", "--positive", "bright")["report"]
    assert given["binary"]["threshold"] == 1 and given["binary"]["positive_class"] == 0, given["binary"]
    other = must_json("evaluate", folder / "m.pvn", folder / "other", "--positive", "bright")["report"]
    assert other["binary"]["threshold"] == 0.5, "the record's threshold is for the other class"
    for wrong in ("2", "-1", "nan", "half", "0.5x"):
        refused(provenn("evaluate", folder / "m.pvn", folder / "other", "--threshold", wrong), USAGE, "--threshold")
    refused(provenn("evaluate", folder / "m.pvn", data, "--threshold", "0.5", "--threshold-for", "youden"), USAGE, "--threshold-for")


@case("the package has the same bytes for every instruction set and number of threads, and others for another seed", "REQ-PROG-004", "REQ-PROG-011")
def same_bytes():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        packages = {}
        for name, options in (("all", []), ("one", ["--threads", "1"]), ("three", ["--threads", "3", "--isa", "scalar-fma"]),
                              ("seed", ["--seed", "2"])):
            finetune(data, folder / f"{name}.pvn", "--augment", "flip,rotate=10,noise=0.01", *options)
            packages[name] = (folder / f"{name}.pvn").read_bytes()
        assert packages["all"] == packages["one"] == packages["three"], "threads or instruction set changed the package"
        assert packages["seed"] != packages["all"], "the seed changed nothing"


@case("without freezing the trunk changes, and the record says so", "REQ-PROG-011")
def unfrozen():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        said = finetune(pictures(folder / "data"), folder / "m.pvn", "--freeze-until", "none", "--cut", "activation_6", "--input-size", "16x16", "--dropout", "0.1")
        statuses = {layer["layer"]: layer["status"] for layer in said["layers"]}
        assert "pre-trained, changed" in statuses.values() and said["proof_of_freezing"]["frozen_tensors"] == 0, statuses
        assert (said["input_contract"]["height"], said["input_contract"]["width"]) == (16, 16), said["input_contract"]


@case("train makes a classifier of a known architecture", "REQ-PROG-012")
def trains():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        said = must_json("train", "lenet5", data, "--out", folder / "m.pvn", "--epochs", "6", "--lr", "0.003", "--batch", "8",
                         "--validation", "0.2", "--test", "0.2")
        assert {layer["status"] for layer in said["layers"]} == {"new"}, said["layers"]
        assert said["data"]["grouping"] == "ungrouped" and said["history"][-1]["loss"] < said["history"][0]["loss"], said["history"]
        best = must_json("predict", folder / "m.pvn", data / "dark" / "Pd0_0.png")["results"][0]["classes"][0]
        assert best["name"] == "dark", best


@case("mistakes are found before training, and leave no package", "REQ-PROG-002", "REQ-PROG-011", "REQ-PROG-012")
def mistakes():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data, out = pictures(folder / "data"), folder / "m.pvn"
        (folder / "empty.h5").write_bytes(b"")
        (folder / "nothing").mkdir()
        cut = folder / "cut.tar"
        cut.write_bytes(shared("malaria_cells_1000.tar").read_bytes()[:5000])
        for words, code, pattern in [
                (["finetune", shared(MODEL), data, "--cut", "no_such"], USAGE, "no_such"),
                (["finetune", shared(MODEL), data, "--augment", "melt=1"], USAGE, "rotate=DEGREES"),
                (["finetune", shared(MODEL), data, "--positive", "grey"], USAGE, "grey"),
                (["finetune", folder / "empty.h5", data], REFUSED, "empty"), (["finetune", shared("coffee.png"), data], REFUSED, "PNG"),
                (["finetune", folder / "missing.h5", data], IO, "missing.h5"), (["finetune", shared(MODEL), folder / "nothing"], REFUSED, "nothing"),
                (["finetune", shared(MODEL), folder / "empty.h5"], REFUSED, "empty.h5"), (["finetune", shared(MODEL), cut], REFUSED, "cut.tar"),
                (["train", "alexnet", data], USAGE, "lenet5"), (["train", "lenet5", folder / "missing"], IO, "missing"),
                (["train", "lenet5", folder / "nothing"], REFUSED, "nothing"), (["train", "lenet5", cut], REFUSED, "cut.tar"),
                (["train", "lenet5", data, "--table", data], USAGE, "both")]:
            refused(provenn(*words, "--out", out), code, pattern)
            assert not out.exists() and not (folder / "m.run.json").exists(), words


@case("a training too short for the moving statistics of batch norm is told so, and --bn-momentum lets them follow", "REQ-PROG-020")
def follows():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        options = ("train", "resnet8", pictures(folder / "data"), "--out", folder / "m.pvn", "--epochs", "1", "--batch", "8", "--validation", "0.2", "--test", "0.2")
        hasty = provenn(*options)
        assert "moving statistics of trainable batch norms are still" in hasty.stderr and "--bn-momentum" in hasty.stderr, hasty.stderr
        settled = provenn(*options, "--bn-momentum", "0.2", "--json")
        assert settled.returncode == hasty.returncode == 0 and "moving statistics" not in settled.stderr, settled.stderr
        assert json.loads(settled.stdout)["options"]["bn_momentum"] == 0.2, settled.stdout[:2000]
        frozen = provenn("finetune", shared(MODEL), folder / "data", "--out", folder / "f.pvn", "--epochs", "1", "--validation", "0.2", "--test", "0.2")
        assert frozen.returncode == 0 and "moving statistics" not in frozen.stderr, frozen.stderr


main()
