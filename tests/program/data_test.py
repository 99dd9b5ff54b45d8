# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the program says of its data: patients, the positive class, transparent images, and what the run record lists."""
import hashlib
import json
import pathlib
import struct
import zlib

from cases import case, main, temporary_folder
from pictures import pictures
from program import REFUSED, USAGE, must_json, provenn, refused, shared

SHORT = ["--epochs", "1", "--validation", "0.2", "--test", "0.2"]
SPLIT = SHORT[2:]


def image(path, color, pixel):
    """A PNG of 8x8 equal pixels of this colour type: 0 grey, 2 RGB, 6 RGBA."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, color, 0, 0, 0))
                     + chunk(b"IDAT", zlib.compress((b"\0" + bytes(pixel) * 8) * 8)) + chunk(b"IEND", b""))


def ends(done, code=0):
    assert done.returncode == code, done.stdout + done.stderr
    return done.stderr


def train(data, out, *options):
    return provenn("train", "lenet5", data, "--out", out, *SHORT, *options)


@case("patients are counted with examples, and doubted where most have a single image", "REQ-PROG-017", "REQ-DATA-012")
def patients():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        said = ends(train(data, folder / "m.pvn", "--patient-pattern", "{patient}_*"))
        assert "note: 10 patients in 40 images: Pb0, Pb1, Pb2 ..." in said, said
        assert "warning" not in said, said
        assert json.loads((folder / "m.run.json").read_text(encoding="utf-8"))["data"]["patients"] == 10
        said = ends(train(data, folder / "m.pvn", "--patient-pattern", "{patient}"))
        assert "warning: 40 of 40 patients have a single image" in said, said
        assert "patient" not in ends(train(data, folder / "m.pvn")), "no patients, nothing to say"
        refused(train(data, folder / "m.pvn", "--patient-pattern", "p{patient}_*"), REFUSED, "upper and lower case")
        for path in data.glob("*/*.png"):
            path.rename(path.with_name("Q_" + path.name))
        refused(train(data, folder / "m.pvn", "--patient-pattern", "{patient}_*"), REFUSED, "patients or lone samples in all: 1")


@case("the class that counts as positive is said, and an unknown one answered with those there are", "REQ-PROG-017")
def positive():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        said = ends(train(data, folder / "m.pvn"))
        assert "the positive class is 'dark', the second" in said and "specificity (spec=) that of 'bright'" in said, said
        words = ["evaluate", folder / "m.pvn", data, *SPLIT]
        assert "the positive class is 'dark'" in ends(provenn(*words))
        assert "positive class" not in ends(provenn(*words, "--positive", "bright"))
        for command in (words, ["train", "lenet5", data, "--out", folder / "n.pvn", *SHORT]):
            refused(provenn(*command, "--positive", "Dark"), USAGE, "'Dark'; the classes are: bright, dark")
        assert not (folder / "n.pvn").exists()


@case("transparent images are refused with advice, or treated as --alpha says", "REQ-PROG-019", "REQ-DATA-013")
def transparent():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        image(data / "dark" / "Pd0_0.png", 6, [10, 20, 30, 128])
        refused(train(data, folder / "m.pvn"), REFUSED, "Pd0_0.png", "--alpha")
        ends(train(data, folder / "m.pvn", "--alpha", "white"))
        record = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))
        assert record["data_options"]["alpha"] == "white" and record["input_contract"]["channels"] == 3, record["data_options"]
        refused(provenn("evaluate", folder / "m.pvn", data, "--split", "all"), REFUSED, "Pd0_0.png", "--alpha")
        said = must_json("evaluate", folder / "m.pvn", data, "--split", "all", "--alpha", "black")
        assert said["report"]["cases"] == 40 and said["data_options"]["alpha"] == "black", said["data_options"]

        def scores(path, *options):
            return must_json("predict", folder / "m.pvn", path, *options)["results"][0]["classes"]
        refused(provenn("predict", folder / "m.pvn", data / "dark" / "Pd0_0.png"), REFUSED, "--alpha")
        # 10 * 128 / 255 = 5.02, and 127 more on white.
        for policy, pixel in (("ignore", [10, 20, 30]), ("black", [5, 10, 15]), ("white", [132, 137, 142])):
            image(folder / "plain.png", 2, pixel)
            treated = scores(data / "dark" / "Pd0_0.png", "--alpha", policy)
            assert treated == scores(folder / "plain.png"), (policy, treated)
        # Where the first image has an alpha channel, the network still has three channels.
        image(data / "bright" / "A_0.png", 6, [200, 200, 200, 255])
        ends(train(data, folder / "m.pvn", "--alpha", "ignore"))
        record = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))
        assert record["input_contract"]["channels"] == 3, record["input_contract"]


@case("all 253 brain images go through with --alpha", "REQ-PROG-019", "REQ-DATA-013")
def brain():
    words = ["evaluate", shared("vww_mobilenet_96.h5"), shared("brain_mri_253.tar"), "--split", "all"]
    refused(provenn(*words), REFUSED, "no.jpg", "alpha channel that is not opaque", "--alpha")
    for policy in ("ignore", "white", "black"):
        said = must_json(*words, "--alpha", policy)
        assert said["report"]["cases"] == 253, said["report"]["cases"]


@case("train --channels 3 takes grey and colour images together", "REQ-PROG-019")
def mixed():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        image(data / "bright" / "A_0.png", 0, [200])
        refused(train(data, folder / "m.pvn"), REFUSED, "expected 1 channels, found 3", "--channels 3")
        ends(train(data, folder / "m.pvn", "--channels", "3"))
        record = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))
        assert record["input_contract"]["channels"] == 3 and record["model_options"]["channels"] == "3", record["model_options"]


@case("the run record lists every image with hash and part, and says what program and options made it", "REQ-PROG-018")
def record_is_whole():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        for name in ("a", "b"):
            words = ["finetune", shared("resnet8_cifar10.h5"), data, "--out", folder / f"{name}.pvn", "--patient-pattern", "{patient}_*", *SHORT,
                     "--cut", "activation_6", "--freeze-until", "activation_4", "--positive", "dark"]
            ends(provenn(*words, *([] if name == "a" else ["--threads", "1"])))
        record = json.loads((folder / "a.run.json").read_text(encoding="utf-8"))
        assert record["program"]["command_line"][1:] == [str(word) for word in words[:4]] + [str(folder / "a.pvn")] + [str(word) for word in words[5:]]
        assert record["program"]["version"][0].isdigit() and record["program"]["compiler"].split()[0] in ("gcc", "clang"), record["program"]
        chosen = record["model_options"]
        assert (chosen["cut"], chosen["freeze_until"]) == ("activation_6", "activation_4"), chosen
        assert record["data_options"]["patient_pattern"] == "{patient}_*" and record["options"]["positive"] == "dark", record["data_options"]
        listing, parts = {}, record["files"]
        for part in ("train", "validation", "test"):
            assert len(parts[part]) == record["data"]["sizes"][part] > 0, part
            for line in parts[part]:
                digest, name = line.split("  ", 1)
                assert hashlib.sha256((data / name).read_bytes()).hexdigest() == digest, line
                listing[name] = f"{digest}\t{part}\t{name.split('/')[0]}\t{name}\n"
        assert len(listing) == 40
        whole = "".join(listing[name] for name in sorted(listing))
        assert hashlib.sha256(whole.encode()).hexdigest() == parts["listing_sha256"], "the digest is not that of the listing"
        assert (folder / "a.pvn").read_bytes() == (folder / "b.pvn").read_bytes(), "the record changed the package"


@case("evaluate warns of images that the record beside the package says were trained on", "REQ-PROG-017")
def trained_on():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        data = pictures(folder / "data")
        ends(train(data, folder / "m.pvn"))
        sizes = json.loads((folder / "m.run.json").read_text(encoding="utf-8"))["data"]["sizes"]

        def evaluate(*options):
            done = provenn("evaluate", folder / "m.pvn", data, *options, "--json")
            said = ends(done)
            return said, json.loads(done.stdout)["images_trained_on"]
        said, count = evaluate(*SPLIT)
        assert count == 0 and "trained on" not in said, said
        said, count = evaluate("--split", "all")
        assert count == sizes["train"], count
        assert f"warning: {count} of these 40 images were trained on, says {folder / 'm.run.json'}" in said, said
        said, count = evaluate(*SPLIT, "--split-seed", "7")
        assert count > 0 and "warning:" in said, (count, said)
        record = folder / "m.run.json"
        record.write_text(record.read_text(encoding="utf-8").replace('"package_sha256": "', '"package_sha256": "0'), encoding="utf-8")
        said, count = evaluate("--split", "all")
        assert count is None and "not the record of this package" in said, said
        record.write_text("[", encoding="utf-8")
        assert evaluate("--split", "all")[1] is None
        record.unlink()
        assert evaluate("--split", "all")[1] is None


main()
