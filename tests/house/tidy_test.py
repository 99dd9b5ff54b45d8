# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""clang-tidy on every header through the umbrellas: names as agreed, functions of at most 60 lines, and a list of known mistakes."""
import os
import pathlib
import re
import shlex

from cases import ROOT, Skip, case, main, none, run, temporary_folder, tool


def tidy(text, *flags):
    """Findings of clang-tidy, with the project's settings, in a unit and the headers it includes."""
    program = tool("clang-tidy", "clang-tidy-18", "clang-tidy-14")
    if not program:
        raise Skip("no clang-tidy on this machine")
    with temporary_folder() as folder:
        unit = pathlib.Path(folder) / "unit.cpp"
        unit.write_text(text, encoding="utf-8")
        said = run([program, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", unit, "--", *flags, "-I", ROOT / "include"]).stdout
    return [line.replace(str(ROOT) + "/", "") for line in said.splitlines() if re.search(r": (?:error|warning): ", line)]


@case("names and constructs of the island are as agreed", "REQ-HOUSE-022")
def island():
    none(tidy("#include <provenn/inference.hpp>\n", "-std=c++17"), "finding of clang-tidy")


@case("names and constructs of the lab are as agreed", "REQ-HOUSE-022")
def lab():
    packages = shlex.split(os.environ.get("PROVENN_PACKAGE_FLAGS", ""))
    if not packages:
        raise Skip("the lab is not configured")
    none(tidy("#include <provenn/provenn.hpp>\n", "-std=c++20", *packages), "finding of clang-tidy")


@case("clang-tidy finds planted names", "REQ-HOUSE-022")
def checks_can_fail():
    proper = "class Proper {\n  public:\n    int size() const { return size_; }\n\n  private:\n    int size_ = 0;\n};\n"
    assert not tidy(proper, "-std=c++17"), tidy(proper, "-std=c++17")
    for planted in (proper.replace("size_", "m_size"), proper.replace("Proper", "proper"), proper.replace("size()", "getSize()"),
                    "inline int f(int BadName) { return BadName; }\n", "constexpr int limit = 3;\n",
                    "inline int g() {\n" + "    \n" * 60 + "    return 1;\n}\n"):
        assert tidy(planted, "-std=c++17"), f"overlooked: {planted}"


main()
