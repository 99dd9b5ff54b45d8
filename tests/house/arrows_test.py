# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Who may include whom: the floors of the house, the package fence, and what stays off the island and off the path to weights."""
import re

from cases import FLOORS, INCLUDE, ISLAND, ROOT, case, files, folder_of, headers, includes, main, none, planted

RANK = {folder: rank for rank, row in enumerate(FLOORS) for folder in row}

# Of the standard library, what the island may use: no streams, no threads, no exceptions, no containers that throw.
ISLAND_STANDARD = set("""algorithm array atomic cfenv cfloat cmath cstddef cstdint cstdlib cstring climits initializer_list iterator
    limits new numeric optional string_view tuple type_traits utility variant""".split())
STANDARD = ISLAND_STANDARD | set("""any bit bitset cctype cerrno charconv chrono compare complex concepts condition_variable cstdio ctime
    deque exception filesystem forward_list fstream functional future iomanip ios iosfwd iostream istream list map memory mutex numbers
    ostream queue ranges ratio set span sstream stack stdexcept stop_token streambuf string system_error thread typeinfo variant vector
    unordered_map unordered_set shared_mutex source_location""".split())
INTRINSICS = {"immintrin.h", "xmmintrin.h", "emmintrin.h", "cpuid.h", "arm_neon.h"}
# The operating system is met in files/ and in the few lab places that keep time or hold a process, nowhere on the island.
SYSTEM = {"errno.h", "fcntl.h", "unistd.h", "dirent.h", "sys/mman.h", "sys/stat.h", "sys/types.h", "sys/file.h",
          "signal.h", "sys/resource.h", "sys/wait.h"}
SYSTEM_FOLDERS = {"files"}


def wrong_arrows(root):
    """A header that includes its own floor's neighbours or a floor below; paths that are not full."""
    for header in headers(root):
        folder = folder_of(root, header)
        if folder and folder not in RANK:
            yield f"{header.relative_to(root)}: include/provenn/{folder}/ is not a floor of the house"
            continue
        for delimiter, name in includes(header):
            if name.startswith("provenn/"):
                target = name.split("/")[1] if name.count("/") > 1 else ""
                if folder and (not target or (target != folder and RANK.get(target, 99) >= RANK[folder])):
                    yield f"{header.relative_to(root)} includes {name}: {folder}/ may not include {target or 'an umbrella'}"
                if delimiter == "<" and folder:
                    yield f"{header.relative_to(root)}: own headers are included with quotes: {name}"
                if not (root / "include" / name).is_file():
                    yield f"{header.relative_to(root)}: there is no {name}"
            elif delimiter == '"':
                yield f'{header.relative_to(root)}: full include paths only, found "{name}"'


def broken_fence(root):
    """Packages are met in adapters/ only; intrinsics in core/ and kernels/; the operating system in files/."""
    for header in headers(root):
        folder = folder_of(root, header)
        for delimiter, name in includes(header):
            if delimiter == '"' or name in STANDARD or name.startswith("provenn/"):
                continue
            allowed = (folder == "adapters" or (name in INTRINSICS and folder in ("core", "kernels"))
                       or (name in SYSTEM and folder in SYSTEM_FOLDERS))
            if not allowed:
                yield f"{header.relative_to(root)}: <{name}>"


# What stands between these is compiled in the lab only, where there are exceptions (`value_or_throw`).
LAB_ONLY = re.compile(r"^#if defined\(__cpp_exceptions\)\n.*?^#endif", re.MULTILINE | re.DOTALL)


def not_for_the_island(root):
    for header in headers(root):
        if folder_of(root, header) not in ISLAND:
            continue
        code = LAB_ONLY.sub("", without_comments(header.read_text(encoding="utf-8")))
        for delimiter, name in INCLUDE.findall(code):
            if delimiter == "<" and name in STANDARD and name not in ISLAND_STANDARD:
                yield f"{header.relative_to(root)}: <{name}>"
        for word in re.findall(r"\bstd::(?:vector|string|map|function|shared_ptr|unique_ptr|thread|mutex)\b|\bthrow\b|\bdynamic_cast\b"
                               r"|\btypeid\b|\bprintf\b|\babort\b|\bexit\b", code):
            yield f"{header.relative_to(root)}: {word}"


# Whose output is a number between input bytes and weights. Reports (evaluation, study, assurance) may use libm.
NUMBER_FOLDERS = set(ISLAND) | {"training", "data", "transfer", "zoo"}
NOT_REPRODUCIBLE = re.compile(
    r"\bstd::(?:shuffle|random_device|mt19937\w*|\w+_distribution|unordered_\w+|reduce|transform_reduce|locale|setlocale)\b"
    r"|\bstd::(?:exp|exp2|expm1|log|log2|log10|log1p|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|erf|erfc"
    r"|tgamma|lgamma|cbrt|hypot)[fl]?\s*\(|\b_mm\w*_(?:rcp|rsqrt)\w*")


def not_reproducible(root):
    """libm, <random> and friends differ from machine to machine: the number contract has its own."""
    for header in headers(root):
        if folder_of(root, header) in NUMBER_FOLDERS:
            for word in NOT_REPRODUCIBLE.findall(without_comments(header.read_text(encoding="utf-8"))):
                yield f"{header.relative_to(root)}: {word}"


def without_comments(text):
    text = re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


def standalone_tests(root):
    """Tests include from include/ and tests/ only."""
    for path in files(root / "tests", "**/*.cpp", "**/*.hpp"):
        for delimiter, name in includes(path):
            if "../" in name:
                yield f"{path.relative_to(root)}: {name}"


@case("a folder includes only the folders above it", "REQ-HOUSE-001")
def arrows():
    assert headers(ROOT), "no headers found"
    none(wrong_arrows(ROOT), "arrow that the floors do not allow")


@case("packages are included in adapters only", "REQ-HOUSE-002")
def fence():
    none(broken_fence(ROOT), "include outside the fence")


@case("the island uses no streams, threads, exceptions or throwing containers", "REQ-HOUSE-003")
def island():
    none(not_for_the_island(ROOT), "thing that may not be on the island")


@case("nothing between input bytes and weights depends on libm, <random> or hash order", "REQ-HOUSE-004")
def reproducible():
    none(not_reproducible(ROOT), "thing whose result differs between machines")


@case("tests use full include paths")
def test_paths():
    none(standalone_tests(ROOT), "relative include")


@case("the checks of the arrows find planted violations", "REQ-HOUSE-001", "REQ-HOUSE-002", "REQ-HOUSE-003", "REQ-HOUSE-004")
def checks_can_fail():
    core = "include/provenn/core/planted.hpp"
    for check, name, text in [
            (wrong_arrows, core, '#include "provenn/kernels/gemm.hpp"\n'),
            (wrong_arrows, core, '#include "../core/shape.hpp"\n'),
            (wrong_arrows, core, '#include "provenn/inference.hpp"\n'),
            (wrong_arrows, "include/provenn/study/planted.hpp", '#include "provenn/assurance/dossier.hpp"\n'),
            (wrong_arrows, "include/provenn/misc/planted.hpp", "\n"),
            (broken_fence, "include/provenn/io/planted.hpp", "#include <hdf5.h>\n"),
            (broken_fence, "include/provenn/layers/planted.hpp", "#  include <immintrin.h>\n"),
            (broken_fence, "include/provenn/model/planted.hpp", "#include <fcntl.h>\n"),
            (not_for_the_island, core, "#include <vector>\n"),
            (not_for_the_island, core, "inline void f() { throw 1; }\n"),
            (not_reproducible, "include/provenn/training/planted.hpp", "double f(double x) { return std::exp(x); }\n"),
            (not_reproducible, "include/provenn/data/planted.hpp", "std::unordered_map<int, int> m;\n")]:
        assert planted(check, name, text), f"{check.__name__} overlooked {text!r} in {name}"
    assert not planted(not_for_the_island, core, "// throw nothing\n#include <new>\n")


main()
