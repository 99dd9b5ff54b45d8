# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The set-up of a machine: one list of packages, and a question that changes nothing."""
import os
import pathlib
import re

from cases import ROOT, case, files, main, none, run, temporary_folder

PACKAGES = ROOT / "examples" / "setup" / "packages.sh"


def asked(folder, dpkg_answer):
    """What packages.sh --no-install says on a machine whose dpkg-query answers thus, and whether it called a program that installs."""
    place = pathlib.Path(folder)
    for name, body in {"dpkg-query": dpkg_answer, "apt-get": f"touch {place}/installed", "sudo": f"touch {place}/installed"}.items():
        (place / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (place / name).chmod(0o755)
    done = run([PACKAGES, "--no-install"], env={**os.environ, "PATH": f"{place}:{os.environ['PATH']}"})
    return done, (place / "installed").exists()


@case("--no-install lists what is missing and changes nothing", "REQ-HOUSE-021")
def only_lists():
    with temporary_folder() as folder:
        done, installed = asked(folder, "exit 1")
        assert done.returncode == 1 and not installed, done.stdout + done.stderr
        for package in ("cmake", "libhdf5-dev", "libtbb-dev", "catch2", "dataset-fashion-mnist"):
            assert package in done.stdout.split(), f"{package} is not listed: {done.stdout}"


@case("nothing is listed where everything is installed", "REQ-HOUSE-021")
def nothing_missing():
    with temporary_folder() as folder:
        done, installed = asked(folder, "printf 'install ok installed'")
        assert done.returncode == 0 and not installed and "all installed" in done.stdout, done.stdout + done.stderr


@case("packages are named in one place", "REQ-HOUSE-021")
def one_list():
    none((f"{path.relative_to(ROOT)}" for path in files(ROOT, "tests/**/*.sh", "examples/**/*.sh", ".ci/*")
          if path != PACKAGES and re.search(r"apt(-get)? install|apt-get update", path.read_text(encoding="utf-8"))),
         "script that installs packages by itself")


@case("the README's test command says what it can do", "REQ-HOUSE-021")
def help_teaches():
    done = run([ROOT / "tests" / "run.sh", "--help"])
    assert done.returncode == 0 and "--no-install" in done.stdout and "--preset" in done.stdout, done.stdout
    assert run([ROOT / "tests" / "run.sh", "--no-such-option"]).returncode == 2


main()
