# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every command against files that are missing, empty, cut short or of another kind: an error that names the file and the reason."""
import os
import pathlib

from cases import ROOT, case, main, none, temporary_folder
from program import IO, REFUSED, must, npy, provenn, read_npz, refused, shared, write_npz

REASONS = {"missing": "No such file|no such file", "empty": "empty", "cut": r"corrupt|cut|end|truncat|passes|bytes|stops|size",
           "wrong": r"expected|not an? |found|not UTF-8|no end record", "folder": r"folder|directory|regular|expected", "pipe": "found a pipe"}


def good_files(folder):
    """One good file of each kind, made from the shared data."""
    good = {"h5": shared("resnet8_cifar10.h5"), "png": shared("coffee.png"), "tar": shared("malaria_cells_1000.tar"),
            "pvn": folder / "good.pvn", "npy": folder / "good.npy", "npz": folder / "good.npz"}
    must("convert", good["h5"], good["pvn"])
    arrays = read_npz(ROOT / "tests/oracle/resnet8_layers.npz")
    good["npy"].write_bytes(npy(arrays["input"][1], arrays["input"][0]))
    write_npz(good["npz"], {name: (values, shape) for name, (shape, values) in arrays.items()})
    return good


def bad_files(folder, good, kind, ending):
    """{what is bad: path} for a file that should be of `kind`."""
    made = {"missing": folder / f"missing{ending}", "empty": folder / f"empty{ending}", "cut": folder / f"cut_{kind}{ending}",
            "wrong": folder / f"wrong_{kind}{ending}", "folder": folder / f"folder{ending}", "pipe": folder / f"pipe{ending}"}
    made["empty"].write_bytes(b"")
    whole = good[kind].read_bytes()
    made["cut"].write_bytes(whole[:len(whole) // 2])
    made["wrong"].write_bytes(good["npy" if kind == "png" else "png"].read_bytes())
    made["folder"].mkdir(exist_ok=True)
    if not made["pipe"].exists():
        os.mkfifo(made["pipe"])  # nobody writes to it: reading would wait for ever
    return made


def table(good, out, array_out):
    """(name, kind of the file that is bad, its ending, the command line with None in its place)."""
    model, image, array, golden, data = good["pvn"], good["png"], good["npy"], good["npz"], good["tar"]
    rows = []
    for kind, ending in (("pvn", ".pvn"), ("h5", ".h5")):
        rows += [("inspect", kind, ending, ["inspect", None]), ("predict", kind, ending, ["predict", None, image]),
                 ("run", kind, ending, ["run", None, "--input", array, "--output", array_out]),
                 ("evaluate", kind, ending, ["evaluate", None, data, "--resplit"]), ("convert", kind, ending, ["convert", None, out]),
                 ("compare", kind, ending, ["compare", None, "--golden", golden])]
    return rows + [
        ("selftest", "pvn", ".pvn", ["selftest", "--threads", "1", None]), ("predict", "png", ".png", ["predict", model, None]),
        ("inspect", "png", ".png", ["inspect", None]), ("inspect", "npy", ".npy", ["inspect", None]), ("inspect", "npz", ".npz", ["inspect", None]),
        ("run", "npy", ".npy", ["run", model, "--input", None, "--output", array_out]),
        ("compare", "npz", ".npz", ["compare", model, "--golden", None]),
        ("evaluate", "tar", ".tar", ["evaluate", model, None]), ("evaluate", "npz", ".npz", ["evaluate", model, None]),
        ("evaluate", "npz", ".csv", ["evaluate", model, "--table", None])]


def wrongly_treated(folder):
    good = good_files(folder)
    outputs = [folder / "out.pvn", folder / "out.npy"]
    for name, kind, ending, words in table(good, *outputs):
        for bad, path in bad_files(folder, good, kind, ending).items():
            if (bad, name) == ("wrong", "inspect") or (bad == "folder" and name == "evaluate" and None in words[2:]):
                continue  # inspect takes a PNG for what it is; a folder may be a data set
            done = provenn(*[path if word is None else word for word in words], timeout=60)
            try:
                refused(done, IO if bad in ("missing", "folder", "pipe") else REFUSED, path.name, REASONS[bad])
            except AssertionError as error:
                yield f"{name} of {bad} {kind}: {error}"
            for out in outputs:
                if out.exists():
                    yield f"{name} of {bad} {kind}: wrote an output"
                    out.unlink()


@case("every command refuses missing, empty, cut and wrong files with the reason", "REQ-PROG-002")
def bad():
    with temporary_folder() as folder:
        none(wrongly_treated(pathlib.Path(folder)), "bad file that is treated wrongly")


@case("an empty name is shown as one", "REQ-PROG-002")
def empty_names():
    for words in (["inspect", ""], ["predict", "", "x.png"], ["selftest", "--threads", "1", ""]):
        refused(provenn(*words), IO, r"'' \(an empty name\): open failed: no such file")


@case("what cannot be written is an error of its own", "REQ-PROG-002")
def unwritable():
    model, missing = shared("resnet8_cifar10.h5"), "/no/such/folder/out"
    refused(provenn("convert", model, missing + ".pvn"), IO, "/no/such/folder/out.pvn")
    refused(provenn("convert", model, missing + ".h5"), IO, "/no/such/folder/out.h5")


main()
