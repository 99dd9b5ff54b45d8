# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The planted faults are kept usable: each patch still applies and names a test case that exists. run.py shows that it turns red."""
import pathlib
import re
import tempfile

from cases import ROOT, case, main, none
from patches import apply, has_case, read_fault, read_faults


@case("there are at least forty planted faults, each with its mistake, test and case", "REQ-HOUSE-023")
def enough():
    faults = read_faults()
    assert len(faults) >= 40, f"{len(faults)} planted faults, at least 40"
    none((fault.name for fault in faults if not fault.mistake), "patch that does not say its mistake")
    none((f"{fault.name}: {fault.test} has no case '{fault.case}'" for fault in faults if not has_case(ROOT, fault)),
         "named test that does not exist")
    numbers = [fault.name.split("-")[0] for fault in faults]
    none({number for number in numbers if numbers.count(number) > 1 or not re.fullmatch(r"\d\d", number)}, "number used twice")


@case("every planted fault changes the library alone and still applies", "REQ-HOUSE-023")
def still_apply():
    faults = read_faults()
    none((f"{fault.name}: {name}" for fault in faults for name in fault.changes if not name.startswith("include/provenn/")),
         "patch that changes something else")
    none((f"{fault.name}: {said}" for fault in faults if (said := apply(fault, ROOT, "--check"))), "patch that no longer applies")


@case("the checks of planted faults can fail", "REQ-HOUSE-023")
def checks_can_fail():
    with tempfile.TemporaryDirectory(prefix="provenn-planted-") as folder:
        path = pathlib.Path(folder) / "99-none.patch"
        path.write_text("Mistake: none\nTest: tests/core/sha256_test.cpp\nCase: no such case\n\n--- a/README.md\n+++ b/README.md\n"
                        "@@ -1,1 +1,1 @@\n-no such line\n+another\n", encoding="utf-8")
        fault = read_fault(path)
        assert fault.changes == ["README.md"] and not has_case(ROOT, fault) and apply(fault, ROOT, "--check")


main()
