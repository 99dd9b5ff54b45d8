# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""provenn predict: the published MobileNet on photographs, against what real Keras said of them (tests/oracle/mobilenet_predict.py)."""
import hashlib
import json
import pathlib

from cases import ROOT, case, main, temporary_folder
from program import must, must_json, shared

MODEL = "mobilenet_v1_0.25_224_imagenet.h5"
GOLDEN = json.loads((ROOT / "tests/oracle/mobilenet_predict.json").read_text(encoding="utf-8"))


def predictions(*options, photos=("coffee.png", "chelsea.png")):
    """[{class: probability}, ...] for each photo, in the order of the program."""
    said = must_json("predict", shared(MODEL), *[shared(photo) for photo in photos], *options)
    return [{entry["class"]: entry["probability"] for entry in result["classes"]} for result in said["results"]]


@case("the photographs of the record are those of the shared data", "REQ-PROG-003")
def same_files():
    for name, digest in GOLDEN["files"].items():
        assert hashlib.sha256(shared(name).read_bytes()).hexdigest() == digest, name


@case("coffee is class 967 and chelsea a cat, without any option", "REQ-PROG-003")
def defaults():
    coffee, chelsea = predictions("--top", "3")
    assert next(iter(coffee)) == 967, coffee
    assert next(iter(chelsea)) in (281, 282, 285), chelsea
    assert len(coffee) == len(chelsea) == 3


@case("probabilities are those of Keras for each named resize and crop", "REQ-PROG-003")
def against_keras():
    for record in GOLDEN["cases"]:
        [found] = predictions("--resize", record["resize"], "--crop", record["crop"], "--top", "5", photos=[record["photo"]])
        expected = {entry["class"]: entry["probability"] for entry in record["top"]}
        assert list(found) == list(expected), (record["photo"], record["resize"], record["crop"], found, expected)
        for k, probability in expected.items():
            assert abs(found[k] - probability) < 0.002, (record["photo"], record["resize"], k, found[k], probability)


@case("another way of preparing pixels gives other numbers", "REQ-PROG-003")
def preparation_matters():
    [right] = predictions(photos=["coffee.png"])
    [wrong] = predictions("--preprocess", "unit", photos=["coffee.png"])
    assert abs(right[967] - wrong.get(967, 0.0)) > 0.01, (right, wrong)


@case("instruction sets, threads and the package give the same text", "REQ-PROG-004")
def same_text():
    photo = shared("coffee.png")
    first = must("predict", shared(MODEL), photo, "--top", "5", "--json")
    for options in (["--threads", "1"], ["--threads", "3"], ["--isa", "scalar-fma"]):
        assert must("predict", shared(MODEL), photo, "--top", "5", "--json", *options) == first, options
    with temporary_folder() as folder:
        package = pathlib.Path(folder) / "mobilenet.pvn"
        must("convert", shared(MODEL), package)
        found = json.loads(must("predict", package, photo, "--top", "5", "--json"))
        assert found["results"] == json.loads(first)["results"], found


main()
