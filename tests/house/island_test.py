# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The island alone: five folders copied to an empty place compile, run, link nothing, lose instruction sets and keep their budget."""
import pathlib
import re
import shutil

from cases import ISLAND, ISLAND_FLAGS, ROOT, case, compile_command, compilers, files, main, must_run, run, temporary_folder, tool

BUDGET_LINES = 11_000
PROGRAM = """#include <provenn/inference.hpp>
int main() {
    const provenn::Shape shape{2, 3};
    return provenn::serial_executor().run == nullptr || shape.element_count() != 6;
}
"""


def copy_island(folder, without=()):
    """The five folders and their umbrella, and nothing else, under <folder>/include; leaves out the named kernel folders."""
    target = pathlib.Path(folder) / "include" / "provenn"
    target.mkdir(parents=True)
    for name in ISLAND:
        if (ROOT / "include" / "provenn" / name).is_dir():
            shutil.copytree(ROOT / "include" / "provenn" / name, target / name)
    for name in without:
        shutil.rmtree(target / "kernels" / name)
    umbrella = (ROOT / "include" / "provenn" / "inference.hpp").read_text(encoding="utf-8")
    present = [line for line in umbrella.split("\n")
               if not line.startswith("#include") or (target.parent / line.split('"')[1]).is_file()]
    (target / "inference.hpp").write_text("\n".join(present), encoding="utf-8")
    (pathlib.Path(folder) / "main.cpp").write_text(PROGRAM, encoding="utf-8")
    return pathlib.Path(folder)


def build_and_run(folder, compiler, *flags):
    """Compiles and runs the program of the folder; the object says which symbols it wants from elsewhere."""
    must_run([*compile_command(compiler), *ISLAND_FLAGS, *flags, "-O1", "-I", folder / "include", "-c", folder / "main.cpp",
              "-o", folder / "main.o"], cwd=folder)
    must_run([compiler, folder / "main.o", "-o", folder / "main"])
    must_run([folder / "main"])
    return folder / "main.o"


@case("the island compiles and runs alone as C++17 without exceptions and RTTI", "REQ-HOUSE-008")
def alone():
    for compiler in compilers().values():
        with temporary_folder() as folder:
            build_and_run(copy_island(folder), compiler)


@case("the island throws nothing and uses no stream, locale or thread", "REQ-HOUSE-003", "REQ-HOUSE-008")
def symbols():
    with temporary_folder() as folder:
        wanted = run([tool("nm"), "-u", "-C", build_and_run(copy_island(folder), compilers()["g++"])]).stdout
    found = re.findall(r"^.*(?:__cxa_throw|std::__throw|std::locale|std::basic_ostream|pthread_create|\bfopen|\bprintf).*$",
                       wanted, re.MULTILINE)
    assert not found, "\n".join(found)


@case("the island compiles with C++20 and exceptions too", "REQ-HOUSE-008")
def in_the_lab():
    with temporary_folder() as folder:
        build_and_run(copy_island(folder), compilers()["g++"], "-std=c++20", "-fexceptions", "-frtti")


@case("a header of the lab is out of the island's reach", "REQ-HOUSE-008")
def no_lab():
    with temporary_folder() as folder:
        place = copy_island(folder)
        (place / "main.cpp").write_text('#include <provenn/training.hpp>\nint main() {}\n', encoding="utf-8")
        failed = run([compilers()["g++"], "-std=c++20", "-I", place / "include", "-fsyntax-only", place / "main.cpp"])
        assert failed.returncode != 0


def instruction_sets():
    """Folders of kernels/ that a build may lose: all that hold an instruction set but the one that runs everywhere."""
    return [path.parent.name for path in sorted((ROOT / "include" / "provenn" / "kernels").glob("*/kernels.hpp"))
            if path.parent.name != "emulated"]


@case("the island builds without an instruction set's folder", "REQ-HOUSE-009")
def deleted_instruction_set():
    found = instruction_sets()
    assert found or not (ROOT / "include" / "provenn" / "kernels" / "avx2").is_dir(), "no instruction set found"
    for without in [*[[name] for name in found], found]:
        with temporary_folder() as folder:
            build_and_run(copy_island(folder, without), compilers()["g++"])


def code_lines(path):
    """Lines that hold more than a comment or nothing."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return sum(1 for line in text.split("\n") if line.strip() and not line.strip().startswith("//"))


def device_headers():
    """What <provenn/inference.hpp> pulls in, every instruction set included: the code that a device is verified with."""
    found, waiting = set(), [ROOT / "include" / "provenn" / "inference.hpp"]
    while waiting:
        header = waiting.pop()
        if header in found or not header.is_file():
            continue
        found.add(header)
        waiting += [ROOT / "include" / name for name in re.findall(r'"(provenn/[^"]+)"', header.read_text(encoding="utf-8"))]
    return found


@case("the island keeps its budget of 11,000 lines with any one instruction set", "REQ-HOUSE-010")
def budget():
    on_device = device_headers()
    counts, others, sets = {}, {}, {}
    for name in instruction_sets():
        sets[name] = sum(code_lines(header) for header in on_device if header.parent.name == name)
    for name in ISLAND:
        headers_of = files(ROOT / "include" / "provenn" / name, "**/*.hpp", "**/*.inl")
        counts[name] = sum(code_lines(header) for header in headers_of if header in on_device)
        others[name] = sum(code_lines(header) for header in headers_of if header not in on_device)
    print("non-comment lines on a device:", ", ".join(f"{name} {count}" for name, count in counts.items()), "- together",
          sum(counts.values()), "| of them", ", ".join(f"{name} {count}" for name, count in sets.items()),
          "| gradients, references and the like in the same folders:", sum(others.values()))
    assert 0 < sum(counts.values()) - sum(sets.values()) + max(sets.values()) <= BUDGET_LINES, (counts, sets)


@case("a device compiles no gradient and no reference", "REQ-HOUSE-010")
def no_gradients():
    names = {header.relative_to(ROOT / "include").as_posix() for header in device_headers()}
    assert "provenn/kernels/body/conv2d.inl" in names and "provenn/inference/session.hpp" in names, "the walk finds nothing"
    wrong = sorted(name for name in names if "_backward" in name or "training" in name or "/reference/" in name)
    assert not wrong, wrong

main()
