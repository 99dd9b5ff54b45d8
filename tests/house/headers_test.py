# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every header compiles alone: those of the island as C++17 without exceptions and RTTI, those of the lab as C++20."""
import concurrent.futures
import os
import pathlib
import shlex

from cases import ISLAND, ISLAND_FLAGS, ROOT, WARNINGS, Skip, case, compile_command, compilers, files, folder_of, headers, main, none, \
    run, temporary_folder

# Include folders of the packages, handed over by CMake; without them only the island is compiled.
PACKAGE_FLAGS = shlex.split(os.environ.get("PROVENN_PACKAGE_FLAGS", ""))


def first_error(text):
    return next((line for line in text.splitlines() if "error" in line), text)[:300]


def compile_alone(header, compiler, folder):
    """An error text, or "". The second include checks the include guard."""
    name = header.relative_to(ROOT / "include").as_posix()
    on_island = folder_of(ROOT, header) in ISLAND or header.name == "inference.hpp"
    flags = ISLAND_FLAGS if on_island else ["-std=c++20", "-ffp-contract=off", *WARNINGS, *PACKAGE_FLAGS]
    unit = pathlib.Path(folder) / (name.replace("/", "_") + ".cpp")
    unit.write_text(f'#include "{name}"\n#include "{name}"\n', encoding="utf-8")
    done = run([*compile_command(compiler), *flags, "-O0", "-I", ROOT / "include", "-c", unit, "-o", unit.with_suffix(".o")])
    return "" if done.returncode == 0 else f"{name}: {first_error(done.stderr)}"


def broken(compiler, chosen):
    with temporary_folder() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [error for error in pool.map(lambda header: compile_alone(header, compiler, folder), chosen) if error]


def standing_alone():
    return [header for header in headers(ROOT) if header.suffix == ".hpp" and (PACKAGE_FLAGS or folder_of(ROOT, header) in ISLAND)]


@case("each header compiles alone", "REQ-HOUSE-011")
def alone():
    chosen = standing_alone()
    assert chosen
    print(f"{len(chosen)} headers")
    none(broken(compilers()["g++"], chosen), "header that does not compile alone")


@case("each header of the island compiles alone with clang", "REQ-HOUSE-011")
def alone_with_clang():
    if "clang" not in compilers():
        raise Skip("no clang on this machine")
    none(broken(compilers()["clang"], [header for header in standing_alone() if folder_of(ROOT, header) in ISLAND]),
         "header that does not compile alone with clang")


@case("kernel bodies are included by a header", "REQ-HOUSE-011")
def bodies_used():
    text = "".join(header.read_text(encoding="utf-8") for header in headers(ROOT))
    none([path.relative_to(ROOT) for path in files(ROOT / "include", "**/*.inl") if f"{path.parent.name}/{path.name}" not in text],
         "kernel body that nothing includes")


main()
