# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the program writes: never over an input, checked before the work, and never a package without its record."""
import json
import os
import pathlib
import resource
import subprocess

from cases import case, main, temporary_folder
from pictures import pictures
from program import IO, REFUSED, USAGE, must, npy, provenn, refused, shared

MODEL = "resnet8_cifar10.h5"
SPLIT = ["--epochs", "1", "--validation", "0.2", "--test", "0.2"]


def state_of(folder):
    """Names and bytes of the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def program():
    return str(pathlib.Path(os.environ["PROVENN_BUILD_DIR"]) / "bin" / "provenn")


@case("no command writes over what it reads, through symbolic and hard links neither", "REQ-PROG-013")
def inputs_stay():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        must("convert", shared(MODEL), folder / "m.pvn")
        (folder / "x.npy").write_bytes(npy([0.5] * 3072, (1, 32, 32, 3)))
        for kind, source in (("pvn", "m.pvn"), ("npy", "x.npy")):
            os.link(folder / source, folder / f"hard.{kind}")
            (folder / f"soft.{kind}").symlink_to(source)
        os.link(folder / "m.pvn", folder / "m.h5")
        os.link(folder / "m.pvn", folder / "m.npy")
        os.link(folder / "m.pvn", folder / "r.run.json")
        os.link(folder / "m.pvn", folder / "u.pvn.unfinished")
        before = state_of(folder)
        for name in ("m.pvn", "hard.pvn", "soft.pvn"):
            for words in (["convert", folder / "m.pvn", folder / name], ["convert", folder / name, folder / "m.h5"],
                          ["finetune", folder / "m.pvn", data, "--out", folder / name, *SPLIT],
                          ["run", folder / name, "--input", folder / "x.npy", "--output", folder / "m.npy"]):
                refused(provenn(*words), USAGE, "same file as the input .*would be overwritten", "another name")
        for name in ("x.npy", "hard.npy", "soft.npy"):
            refused(provenn("run", folder / "m.pvn", "--input", folder / "x.npy", "--output", folder / name), USAGE, "same file as the input")
        for name in ("r.pvn", "u.pvn"):  # not the package itself, but what is written beside it
            refused(provenn("finetune", folder / "m.pvn", data, "--out", folder / name, *SPLIT), USAGE, "same file as the input")
        (folder / "table.csv").write_text("path,label\n", encoding="utf-8")
        os.link(folder / "table.csv", folder / "t.pvn")
        refused(provenn("train", "lenet5", "--table", folder / "table.csv", "--out", folder / "t.pvn"), USAGE, "same file as the input")
        assert state_of(folder) == {**before, "table.csv": b"path,label\n", "t.pvn": b"path,label\n"}, "a file changed"
        must("run", folder / "m.pvn", "--input", folder / "x.npy", "--output", folder / "y.npy")
        must("run", folder / "m.pvn", "--input", folder / "x.npy", "--output", folder / "y.npy")  # an older output may be replaced


@case("outputs that cannot be written are found before data are opened", "REQ-PROG-013")
def found_before():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        for name in ("folder.pvn", "record.run.json", "late.pvn.unfinished", "folder.npy"):
            (folder / name).mkdir()
        for name in ("pipe.pvn", "pipe.npy", "pipe.h5"):
            os.mkfifo(folder / name)
        (folder / "file").write_bytes(b"")
        before = sorted(path.name for path in folder.iterdir())
        # No data have this name: an error about the output shows that it was looked at first.
        for name, code, pattern in [
                ("m", USAGE, r"ends in \.pvn"), ("m.h5", USAGE, r"ends in \.pvn"), ("", USAGE, "empty|pvn"), ("folder.pvn", IO, "found a folder"),
                ("pipe.pvn", IO, "found a pipe"), ("no/m.pvn", IO, "no such file or folder"), ("file/m.pvn", IO, "not a folder"),
                ("record.pvn", IO, r"record\.run\.json.*found a folder"), ("late.pvn", IO, r"late\.pvn\.unfinished.*found a folder"),
                ("x" * 246 + ".pvn", IO, "name too long")]:
            out = folder / name if name else ""
            refused(provenn("train", "lenet5", folder / "nothing", "--out", out), code, pattern)
            refused(provenn("finetune", folder / "nothing.h5", folder / "nothing", "--out", out), code, pattern)
        for name, code, pattern in [("y", USAGE, r"\.npy or \.npz"), ("pipe.npy", IO, "found a pipe"), ("folder.npy", IO, "found a folder"),
                                    ("no/y.npy", IO, "no such file or folder")]:
            refused(provenn("run", folder / "nothing.pvn", "--input", folder / "x.npy", "--output", folder / name), code, pattern)
        refused(provenn("convert", folder / "nothing.pvn", folder / "pipe.h5"), IO, "found a pipe")
        if os.geteuid() != 0:  # root may write anywhere
            (folder / "closed").mkdir(mode=0o500)
            before.append("closed")
            refused(provenn("train", "lenet5", folder / "nothing", "--out", folder / "closed/m.pvn"), IO, "permission denied")
        assert sorted(path.name for path in folder.iterdir()) == sorted(before), "a check left something behind"


@case("a package whose record cannot be written does not bear its name", "REQ-PROG-014")
def no_package_without_record():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        words = ["train", "lenet5", data, "--out", folder / "m.pvn", "--batch", "64", "--validation", "0.2", "--test", "0.2", "--input-size", "16x16"]
        must(*words, "--epochs", "1")
        size = (folder / "m.pvn").stat().st_size
        (folder / "m.pvn").write_bytes(b"an older package")
        (folder / "m.run.json").write_bytes(b"its record")

        def limit():  # files may be as large as the package, and a record of so many epochs is larger
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, size + 100))
        done = subprocess.run([program(), *map(str, words), "--epochs", str(size // 60)], capture_output=True, text=True, check=False,
                              preexec_fn=limit, restore_signals=False, timeout=600)
        refused(done, IO, r"m\.run\.json.*larger than the limit", r"m\.pvn\.unfinished")
        assert (folder / "m.pvn").read_bytes() == b"an older package", "the older package was replaced"
        assert (folder / "m.run.json").read_bytes() == b"its record", "the older record was replaced"
        assert (folder / "m.pvn.unfinished").stat().st_size == size, "the trained network is lost"
        must(*words, "--epochs", "1")
        record = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))
        assert record["out"].endswith("m.pvn") and not (folder / "m.pvn.unfinished").exists(), "the finished run left its package unfinished"


@case("an image that cannot be read is found before training, on every side of the split", "REQ-PROG-015")
def broken_images():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        for number, content in enumerate([b"", b"no picture", None, "cut"]):
            data = pictures(folder / f"data{number}")
            for name in ("Pd0_0.png", "Pd2_9.png", "Pb4_19.png"):
                path = data / ("dark" if name[1] == "d" else "bright") / name
                whole = path.read_bytes()
                path.unlink()
                if content is None:
                    os.mkfifo(path)
                else:
                    path.write_bytes(whole[:60] if content == "cut" else content)
                out = folder / "m.pvn"
                refused(provenn("train", "lenet5", data, "--out", out, *SPLIT, timeout=60), IO if content is None else REFUSED, name)
                assert not list(folder.glob("m.*")), f"{name}: training had begun, and left {list(folder.glob('m.*'))}"
                path.unlink()
                path.write_bytes(whole)


@case("folders without images, classes of one image, and numbers that are none are refused", "REQ-PROG-015")
def unusable_data():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data, out = pictures(folder / "data"), folder / "m.pvn"
        for option, value, pattern in [("--epochs", "0", "0 not in range"), ("--lr", "nan", "nan is not a number"), ("--lr", "-1", "-1 not in range"),
                                       ("--lr", "inf", "inf"), ("--weight-decay", "NAN", "not a number"), ("--validation", "nan", "not a number")]:
            refused(provenn("train", "lenet5", data, "--out", out, option, value), USAGE, option, pattern)
        (data / "third").mkdir()
        refused(provenn("train", "lenet5", data, "--out", out, *SPLIT), REFUSED, "third: the folder holds no PNG")
        (data / "third" / "scan.tif").write_bytes(b"II*\0")
        refused(provenn("train", "lenet5", data, "--out", out, *SPLIT), REFUSED, "third: the folder holds no PNG")
        (data / "third" / "P1_0.png").write_bytes((data / "dark" / "Pd0_0.png").read_bytes() + b"\0")
        refused(provenn("train", "lenet5", data, "--out", out, *SPLIT), REFUSED, "class 'third' has too few")
        if os.geteuid() != 0:
            (data / "third" / "P1_0.png").chmod(0)
            refused(provenn("train", "lenet5", data, "--out", out, "--validation", "0", "--test", "0"), IO, "permission denied")
        assert not list(folder.glob("m.*")), "something was written"


@case("a closed stdout is an error, and no file gets what was meant for it", "REQ-PROG-016")
def closed_stdout():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        must("convert", shared(MODEL), folder / "m.pvn")
        package = (folder / "m.pvn").read_bytes()
        for words in (["--help"], ["--version"], ["inspect", folder / "m.pvn"], ["inspect", folder / "m.pvn", "--json"],
                      ["convert", folder / "m.pvn", folder / "w.h5"], ["convert", shared(MODEL), folder / "n.pvn"]):
            done = subprocess.run([program(), *map(str, words)], stderr=subprocess.PIPE, text=True, check=False, timeout=60,
                                  preexec_fn=lambda: os.close(1))
            assert done.returncode == IO and "stdout" in done.stderr and "next: " in done.stderr, (words, done)
        assert (folder / "m.pvn").read_bytes() == (folder / "n.pvn").read_bytes() == package, "a result went into a file"


@case("errors are the same words with --json, on stderr", "REQ-PROG-016")
def errors_with_json():
    with temporary_folder() as text:
        missing = pathlib.Path(text) / "missing.pvn"
        plain, asked = provenn("inspect", missing), provenn("inspect", missing, "--json")
        refused(plain, IO, "missing.pvn")
        refused(asked, IO, "missing.pvn")
        assert plain.stderr == asked.stderr, (plain, asked)


main()
