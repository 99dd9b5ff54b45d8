#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes keras_parity.md and keras_parity.csv: how far the library is from Keras in float64, beside how far Keras' own float32 is.

usage: keras_parity.py TEST_IO      the test executable of tests/io; it needs ../shared/data or PROVENN_SHARED_DATA
"""
import collections
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def measure(executable):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "measured.jsonl"
        done = subprocess.run([executable, "[REQ-IO-101],[REQ-IO-102],[REQ-IO-103]"], env={**os.environ, "PROVENN_PARITY_OUT": str(out)},
                              cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0 or "SKIPPED" in done.stdout:
            sys.exit("the tests did not pass whole, so there is nothing to show:\n" + done.stdout[-2000:])
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()], done.stdout.strip().splitlines()[-1]


def ratio(row, own="error", keras="keras_error"):
    return row[own] / row[keras] if row[keras] else None


def number(value):
    return "-" if value is None else f"{value:.2f}"


def table(head, rows):
    return "\n".join(["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)] + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def summary(rows):
    """One line for each kind: number of cases, how many are exact, the case nearest to its limit."""
    groups = collections.OrderedDict()
    for row in rows:
        groups.setdefault((row["group"], row["class"]), []).append(row)
    lines = []
    for (group, kind), members in groups.items():
        inexact = [row for row in members if row["keras_error"] > 0]
        exact = len(members) - len(inexact)
        if not inexact:
            lines.append([group, kind, str(len(members)), str(exact), "", "0", "0", "-", "-", "-"])
            continue
        worst = max(inexact, key=lambda row: row["error"] / row["limit"])
        lines.append([group, kind, str(len(members)), str(exact), worst["name"], f"{worst['error']:.2e}", f"{worst['keras_error']:.2e}",
                      number(ratio(worst)), number(statistics.median(ratio(row) for row in inexact)),
                      number(max(row["rms"] / row["keras_rms"] for row in inexact))])
    return lines


def main():
    record = json.loads((ROOT / "tests/golden/keras_parity.json").read_text(encoding="utf-8"))
    rows, verdict = measure(sys.argv[1])
    small = [row for row in rows if "class" in row and not row["group"].endswith(" layer")]
    layers = [row for row in rows if row["group"].endswith(" layer")]
    runs = [row for row in rows if "class" not in row]
    versions = ", ".join(f"{name} {record[name]}" for name in ["tensorflow", "tf_keras", "keras", "numpy", "h5py"])
    head = ["model", "layer", "cases", "exact", "nearest to its limit", "our error", "Keras' float32", "ratio", "median ratio", "worst mean ratio"]
    text = f"""# Against Keras in float64

Made by `docs/evidence/keras_parity.py` from the tests of REQ-IO-101, 102 and 103 ({verdict}) and `tests/golden/keras_parity.json`
(recorded by `{record['script']}` with {versions}). {len(small)} cases of layers and options, {len(runs)} runs and {len(layers)} layers of published
networks; every number is in `keras_parity.csv`.

Oracle: Keras computing in float64 with the file's float32 weights. Errors are greatest absolute differences from it. Limit: twice the
error of Keras' own float32, greatest and root-mean-square; where Keras is nearly exact, 2 epsilon of the greatest output (what
the elementary functions promise); where Keras is exact (outputs only moved or chosen), 0. "Exact" counts the latter. Bilinear and bicubic resizing have a float64
reference of their own, since TensorFlow resizes in float32 only.

The model `great_biases` has biases as great as the sums they are added to; in the other models they are a tenth of the sums, as in published ones.

Not compared: sparsemax. Keras 3.15 takes its threshold from the sum of all partial sums, so its results do not sum to 1; the library
computes the definition, and the load report says so.

## Published networks: scores

""" + table(["file", "input", "our error", "Keras' float32", "ratio", "greatest score"],
            [[row["group"], row["name"], f"{row['error']:.2e}", f"{row['keras_error']:.2e}", number(ratio(row)), f"{row['scale']:.3g}"] for row in runs])
    text += """
## Published networks: each layer

Of each layer up to 192 elements are recorded. Their greatest error is held to twice the greatest of Keras in the whole layer, their mean error to twice Keras' mean
over the same elements. Columns compare the same elements.

""" + table(head, summary(layers)) + "\n## Layers and options\n\n" + table(head, summary(small))
    (HERE / "keras_parity.md").write_text(text, encoding="utf-8")
    with open(HERE / "keras_parity.csv", "w", encoding="utf-8") as csv:
        csv.write("group,case,class,our_error,keras_float32_error,ratio,limit,our_rms,keras_float32_rms,greatest_output\n")
        for row in rows:
            csv.write(",".join([row["group"], row["name"], row.get("class", "network"), f"{row['error']:.3e}", f"{row['keras_error']:.3e}",
                                number(ratio(row)), f"{row['limit']:.3e}", f"{row['rms']:.3e}", f"{row['keras_rms']:.3e}", f"{row['scale']:.6g}"]) + "\n")


main()
