# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""provenn train and finetune with checkpoints: killed at any moment, the run that goes on ends with the same bytes."""
import os
import pathlib
import subprocess
import time

from cases import case, main, temporary_folder
from pictures import pictures
from program import REFUSED, USAGE, provenn, refused, shared

SPLIT = ["--patient-pattern", "{patient}_*", "--validation", "0.2", "--test", "0.2", "--threads", "1"]


def commands(folder):
    """Training from scratch; a cached trunk; all layers, which go through the network in every epoch."""
    data = pictures(folder / "data")
    return {"train": ["train", "resnet8", data, *SPLIT, "--epochs", "8", "--batch", "4", "--augment", "flip"],
            "finetune": ["finetune", shared("resnet8_cifar10.h5"), data, *SPLIT, "--epochs", "200", "--lr", "0.01"],
            "finetune all": ["finetune", shared("resnet8_cifar10.h5"), data, *SPLIT, "--epochs", "6", "--freeze-until", "none"]}


def killed_after(words, seconds):
    """Whether the command was killed before its end."""
    program = pathlib.Path(os.environ["PROVENN_BUILD_DIR"]) / "bin" / "provenn"
    with subprocess.Popen([program, *map(str, words)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            running.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            running.kill()
            return True


@case("a run that is killed again and again goes on from its checkpoint to the bytes of a run without a break", "REQ-PROG-021")
def goes_on():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        for name, words in commands(folder).items():
            start = time.monotonic()
            whole = provenn(*words, "--out", folder / "whole.pvn")
            assert whole.returncode == 0, whole.stderr
            seconds = time.monotonic() - start
            broken = [*words, "--out", folder / "broken.pvn", "--checkpoint", folder / f"{name}.ckpt", "--resume"]
            kills = sum(killed_after(broken, seconds * share) for share in (0.3, 0.6, 0.45, 0.8))
            last = provenn(*broken)
            assert last.returncode == 0, last.stderr
            assert kills > 0, f"{name} was never killed"
            assert (folder / "broken.pvn").read_bytes() == (folder / "whole.pvn").read_bytes(), name
            (folder / "broken.pvn").unlink()


@case("a checkpoint is not written over, and not used for other data, settings or another network", "REQ-PROG-021")
def refuses():
    with temporary_folder() as text:
        folder = pathlib.Path(text)
        train = commands(folder)["train"]
        kept = ["--out", folder / "m.pvn", "--checkpoint", folder / "run.ckpt"]
        assert provenn(*train, *kept).returncode == 0
        refused(provenn(*train, *kept), USAGE, "--resume goes on from it")
        refused(provenn(*train, "--out", folder / "m.pvn", "--resume"), USAGE, "--resume needs --checkpoint")
        refused(provenn(*train, *kept, "--resume", "--lr", "0.5"), REFUSED, "other settings")
        refused(provenn(*train, *kept, "--resume", "--seed", "9"), REFUSED, "other settings")
        (folder / "data" / "dark" / "Pd0_0.png").unlink()
        refused(provenn(*train, *kept, "--resume"), REFUSED, "other settings")


main()
