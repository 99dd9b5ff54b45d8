# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""tests/oracle/record_golden.py, which users run where they have Keras, and provenn compare on what it records."""
import json
import os
import pathlib

from cases import ROOT, Skip, case, main, must_run, temporary_folder
from program import must_json, shared


def oracle():
    """The Python that has Keras."""
    python = os.environ.get("PROVENN_PYTHON")
    if not python:
        raise Skip("no Keras: set PROVENN_PYTHON to a Python that has tests/support/requirements.txt")
    return python


@case("every layer that real Keras records of the published MobileNet agrees", "REQ-PROG-006", "REQ-IO-103")
def every_layer():
    python = oracle()
    with temporary_folder() as folder:
        golden = pathlib.Path(folder) / "golden.npz"
        must_run([python, ROOT / "tests/oracle/record_golden.py", shared("mobilenet_v1_0.25_224_imagenet.h5"), golden])
        said = must_json("compare", shared("mobilenet_v1_0.25_224_imagenet.h5"), "--golden", golden, "--tolerance", "1e-5")
    assert said["agrees"] and len(said["layers"]) == 90, said


@case("the recorded parity goldens are what the installed Keras computes", "REQ-IO-101")
def record_holds():
    said = must_run([oracle(), ROOT / "tests/oracle/keras_parity.py", "--check", ROOT / "tests/golden"])
    for record in ("keras_parity", "keras_parity_nd"):
        models = json.loads((ROOT / "tests/golden" / (record + ".json")).read_text(encoding="utf-8"))["models"]
        assert f"{record}: {sum(len(model['cases']) for model in models)} outputs agree" in said, said


main()
