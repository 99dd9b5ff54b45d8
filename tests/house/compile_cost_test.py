# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What including the library costs: seconds and memory of the compiler, against the budgets. It measures; a machine's speed fails nothing."""
import os
import pathlib
import shlex
import subprocess
import time

from cases import ROOT, case, compilers, main, temporary_folder

BUDGETS = {  # unit: (budget in seconds, budget in MB)
    "inference.hpp": (5.0, 500), "provenn.hpp": (8.0, None)}


def cost(header, compiler, flags):
    """(seconds, peak MB) of compiling a unit that includes one umbrella, at -O2."""
    with temporary_folder() as folder:
        unit = pathlib.Path(folder) / "unit.cpp"
        unit.write_text(f"#include <provenn/{header}>\nint main() {{}}\n", encoding="utf-8")
        started = time.monotonic()
        process = subprocess.Popen([compiler, *flags, "-O2", "-I", str(ROOT / "include"), "-c", str(unit), "-o", str(unit) + ".o"],
                                   stderr=subprocess.PIPE, text=True)
        said = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, said[:2000]
        return time.monotonic() - started, usage.ru_maxrss / 1024


@case("what including the umbrellas costs is measured", "REQ-HOUSE-016")
def measured():
    packages = shlex.split(os.environ.get("PROVENN_PACKAGE_FLAGS", ""))
    for header, (seconds_budget, megabytes_budget) in BUDGETS.items():
        if header != "inference.hpp" and not packages:
            continue
        for name, compiler in compilers().items():
            seconds, megabytes = cost(header, compiler, ["-std=c++17"] if header == "inference.hpp" else ["-std=c++20", *packages])
            over = seconds > seconds_budget or (megabytes_budget and megabytes > megabytes_budget)
            print(f"{header} with {name}: {seconds:.1f} s (budget {seconds_budget}), {megabytes:.0f} MB" + (" OVER BUDGET" if over else ""))
            assert seconds > 0 and megabytes > 1


main()
