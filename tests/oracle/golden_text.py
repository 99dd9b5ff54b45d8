# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Golden files of named float64 arrays as text: `name count value ...` a line, values in hexadecimal, so exact.
The head says which script, with which hash and which versions, made them; the last line hashes the rest.
Read in C++ by tests/support/golden_text.hpp."""
import hashlib
import os

import numpy as np


def write(script, path, arrays, versions):
    """`arrays` maps names without blanks to arrays; `versions` maps packages to versions."""
    with open(script, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    lines = [f"# made by tests/oracle/{os.path.basename(script)}, sha256 {digest}",
             "# with " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))]
    for name, array in arrays.items():
        flat = np.asarray(array)
        assert flat.dtype == np.float64, (name, flat.dtype)
        lines.append(" ".join([name, str(flat.size)] + [float(value).hex() for value in flat.ravel()]))
    text = "\n".join(lines) + "\n"
    with open(path, "w", encoding="ascii") as file:
        file.write(text + "# sha256 of the lines above: " + hashlib.sha256(text.encode()).hexdigest() + "\n")
    print(path, len(arrays), "arrays")
