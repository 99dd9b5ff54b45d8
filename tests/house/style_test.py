# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The shape of files: licence head, length, plain ASCII, few macros, nothing left open, tests that mirror headers, whole umbrellas."""
import re

from cases import ROOT, case, files, headers, main, none, planted
from update_umbrellas import umbrellas

OPEN_ENDS = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
CODE = ("include/**/*.hpp", "include/**/*.inl", "tests/**/*.cpp", "tests/**/*.hpp", "examples/**/*.cpp", "examples/**/*.hpp",
        "benchmarks/**/*.cpp", "benchmarks/**/*.hpp")
SCRIPTS = ("CMakeLists.txt", "**/CMakeLists.txt", "tests/**/*.py", "docs/**/*.py", "examples/**/*.py", "weights/**/*.py", "tests/**/*.sh",
           "examples/**/*.sh", "tests/**/*.cmake", "examples/**/*.cmake")
TEXTS = ("*.md", "docs/**/*.md", "docs/**/*.json")


def sources(root, *patterns):
    return [path for path in files(root, *patterns) if path.relative_to(root).parts[0] != "build"]


def head(root):
    """Two SPDX lines, then one sentence."""
    for path in sources(root, *CODE):
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")[:3] + ["", "", ""]
        if not (lines[0].startswith("// SPDX-FileCopyrightText:")
                and lines[1] == "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" and re.match(r"// \S", lines[2])):
            yield f"{path.relative_to(root)}: needs the two SPDX lines and one sentence"
    for path in headers(root):
        if path.suffix == ".hpp" and "\n#pragma once\n" not in path.read_text(encoding="utf-8"):
            yield f"{path.relative_to(root)}: no #pragma once"


def too_long(root):
    """400 lines at most, 500 for the kernels of an instruction set; 120 columns."""
    for path in sources(root, *CODE):
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        inner = path.relative_to(root).parts
        limit = 500 if inner[:3] == ("include", "provenn", "kernels") and (len(inner) > 4 or path.suffix == ".inl") else 400
        if len(lines) - 1 > limit:
            yield f"{path.relative_to(root)}: {len(lines) - 1} lines, at most {limit}"
        for number, line in enumerate(lines, 1):
            if len(line) > 120:
                yield f"{path.relative_to(root)}:{number}: {len(line)} columns, at most 120"


def not_ascii(root):
    for path in sources(root, *CODE, *SCRIPTS):
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if not line.isascii():
                yield f"{path.relative_to(root)}:{number}"


def left_open(root):
    for path in sources(root, *CODE, *SCRIPTS, *TEXTS):
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").split("\n"), 1):
            if OPEN_ENDS.search(line):
                yield f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"


PACKAGE_MACRO = re.compile(r"(?:STB|STBI|EIGEN|JSON|H5|TBB|NLOHMANN)_\w+")


def macros(root):
    """(name, header) of every macro that a header leaves defined, but for the settings of packages in adapters."""
    for header in headers(root):
        text = header.read_text(encoding="utf-8")
        undefined = set(re.findall(r"^\s*#\s*undef\s+(\w+)", text, re.MULTILINE))
        for name in dict.fromkeys(re.findall(r"^\s*#\s*define\s+(\w+)", text, re.MULTILINE)):
            if name not in undefined and not (header.parent.name == "adapters" and PACKAGE_MACRO.fullmatch(name)):
                yield name, header


def too_many_macros(root):
    """At most ten, all PROVENN_..., all in core/."""
    found = list(macros(root))
    for name, header in found:
        if not name.startswith("PROVENN_") or header.parent.name != "core":
            yield f"{header.relative_to(root)}: {name}"
    names = sorted({name for name, _ in found})
    if len(names) > 10:
        yield f"{len(names)} macros, at most 10: {' '.join(names)}"


def without_subject(root):
    """tests/<folder>/<stem>_test.cpp mirrors a header or, for a subject of several headers, a folder of include/provenn/."""
    floors = {path.name for path in (root / "include" / "provenn").glob("*") if path.is_dir()}
    for path in files(root / "tests", "*/**/*_test.cpp"):
        folder = path.relative_to(root / "tests").parts[0]
        if folder not in floors | {"golden", "planted", "program", "house"}:
            yield f"{path.relative_to(root)}: include/provenn/{folder}/ does not exist"


@case("every file opens with licence and one sentence", "REQ-HOUSE-005")
def heads():
    none(head(ROOT), "head that is missing")


@case("files have one subject: at most 400 lines of 120 columns", "REQ-HOUSE-005")
def lengths():
    none(too_long(ROOT), "thing too long")


@case("sources are plain ASCII")
def ascii_only():
    none(not_ascii(ROOT), "line that is not ASCII")


@case("nothing is left open in the text", "REQ-HOUSE-005")
def open_ends():
    none(left_open(ROOT), "open end")


@case("at most ten macros, all in core", "REQ-HOUSE-006")
def macro_count():
    none(too_many_macros(ROOT), "macro too many")


@case("tests mirror the folders of the library")
def mirror():
    none(without_subject(ROOT), "test without a subject")


@case("umbrella headers include everything", "REQ-HOUSE-007")
def umbrellas_complete():
    stale = [name for name, text in umbrellas(ROOT).items()
             if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != text]
    none(stale, "umbrella that is out of date; run: python3 tests/house/update_umbrellas.py")


@case("the checks of style find planted violations", "REQ-HOUSE-005", "REQ-HOUSE-006")
def checks_can_fail():
    spdx = ("// SPDX-FileCopyrightText: 2026 The Provenn authors\n// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
            "// A planted file.\n#pragma once\n")
    core = "include/provenn/core/planted.hpp"
    for check, name, text in [
            (head, core, "#pragma once\n"), (head, core, spdx.replace("#pragma once", "")),
            (too_long, core, spdx + "\n" * 400), (too_long, core, spdx + "/" * 121), (not_ascii, core, spdx + "// \u00b5\n"),
            (left_open, core, spdx + "// TO" + "DO later\n"), (too_many_macros, core, spdx + "#define MIN(a, b) 0\n"),
            (too_many_macros, core, spdx + "".join(f"#define PROVENN_{i} 0\n" for i in range(11))),
            (too_many_macros, "include/provenn/model/planted.hpp", spdx + "#define PROVENN_X 0\n"),
            (without_subject, "tests/misc/planted_test.cpp", spdx)]:
        assert planted(check, name, text), f"{check.__name__} overlooked {text[-80:]!r}"
    for check in (head, too_long, not_ascii, left_open, too_many_macros):
        assert not planted(check, core, spdx), f"{check.__name__} finds fault with a proper file"


main()
