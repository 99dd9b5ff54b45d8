# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Units compiled with different flags live in one program, and cannot exchange the library's types: a link error, not a crash."""
import itertools
import pathlib

from cases import ROOT, WARNINGS, Skip, case, compile_command, compilers, main, must_run, none, run, temporary_folder

FLAGS = {
    "base": ["-march=x86-64"],
    "sse4": ["-march=x86-64", "-msse4.2"],
    "avx": ["-march=x86-64", "-mavx"],
    "avx2": ["-mavx2", "-mfma"],
    "avx512": ["-mavx512f", "-mavx512vl", "-mavx512bw", "-mavx512dq", "-mavx2", "-mfma"],
    "no_exceptions": ["-march=x86-64", "-fno-exceptions", "-fno-rtti"],
}

# Each unit uses the library's inline functions for itself; only a number crosses the border.
UNIT = """#include <provenn/inference.hpp>
long long answer_{name}() {{
    provenn::Array<float> values;
    if (!values.resize(1000)) return -1;
    const provenn::Shape shape{{10, 100}};
    provenn::FixedText<31> text;
    text << shape.element_count();
    return static_cast<long long>(values.size()) + static_cast<long long>(text.size());
}}
"""
EXCHANGE = """#include <provenn/inference.hpp>
{definition}
"""


def compile_unit(folder, name, text, flags, compiler):
    unit = pathlib.Path(folder) / f"{name}.cpp"
    unit.write_text(text, encoding="utf-8")
    must_run([*compile_command(compiler), "-std=c++17", "-O2", "-ffp-contract=off", *WARNINGS, *flags, "-I", ROOT / "include",
              "-c", unit, "-o", unit.with_suffix(".o")])
    return unit.with_suffix(".o")


def runnable():
    flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8") if pathlib.Path("/proc/cpuinfo").exists() else ""
    needed = {"sse4": " sse4_2", "avx": " avx ", "avx2": " avx2", "avx512": " avx512dq"}
    return [name for name in FLAGS if needed.get(name, "") in flags]


@case("units compiled for different instruction sets run in one program", "REQ-HOUSE-012")
def linked_together():
    names = runnable()
    body = "".join(f"long long answer_{name}();\n" for name in names) + "int main() { return "
    body += " || ".join(f"answer_{name}() != 1004" for name in names) + "; }\n"
    for compiler in compilers().values():
        with temporary_folder() as folder:
            objects = [compile_unit(folder, name, UNIT.format(name=name), FLAGS[name], compiler) for name in names]
            objects.append(compile_unit(folder, "main", body, [], compiler))
            # The linker keeps the first of several weak symbols, so each unit comes first once.
            for first in range(len(objects)):
                must_run([compiler, *objects[first:], *objects[:first], "-o", pathlib.Path(folder) / "main"])
                must_run([pathlib.Path(folder) / "main"])


def weak_symbols(unit):
    """Functions of the library that the object defines and the linker may take from another object instead."""
    return {line.split()[-1] for line in must_run(["nm", unit]).splitlines() if line.split()[-2] in "WVu" and "provenn" in line}


@case("units compiled for different instruction sets share no function of the library", "REQ-HOUSE-012")
def nothing_shared():
    # At -O0 nothing is inlined: every function of the library that a unit uses is a symbol of its object.
    with temporary_folder() as folder:
        symbols = {name: weak_symbols(compile_unit(folder, name, UNIT.format(name=name), [*flags, "-O0"], compilers()["g++"]))
                   for name, flags in FLAGS.items()}
    for one, other in itertools.combinations(FLAGS, 2):
        assert symbols[one] and symbols[other], "no functions found"
        none(sorted(symbols[one] & symbols[other]), f"function shared by {one} and {other}")


@case("units of one compiler and another run in one program", "REQ-HOUSE-012")
def two_compilers():
    found = compilers()
    if "clang" not in found:
        raise Skip("no clang on this machine")
    with temporary_folder() as folder:
        objects = [compile_unit(folder, "gcc", UNIT.format(name="gcc"), [], found["g++"]),
                   compile_unit(folder, "clang", UNIT.format(name="clang"), [], found["clang"]),
                   compile_unit(folder, "main", "long long answer_gcc();\nlong long answer_clang();\n"
                                "int main() { return answer_gcc() != answer_clang(); }\n", [], found["g++"])]
        must_run([found["g++"], *objects, "-o", pathlib.Path(folder) / "main"])
        must_run([pathlib.Path(folder) / "main"])


def exchange(giver_flags, taker_flags):
    """Links a unit that takes a Shape from another one; gives the linker's answer."""
    with temporary_folder() as folder:
        compiler = compilers()["g++"]
        giver = compile_unit(folder, "giver", EXCHANGE.format(
            definition="void fill(provenn::Shape& shape);\nvoid fill(provenn::Shape& shape) { shape = provenn::Shape{1, 2}; }"),
            giver_flags, compiler)
        taker = compile_unit(folder, "taker", EXCHANGE.format(
            definition="void fill(provenn::Shape& shape);\nint main() { provenn::Shape shape; fill(shape); return shape.rank() != 2; }"),
            taker_flags, compiler)
        return run([compiler, giver, taker, "-o", pathlib.Path(folder) / "main"])


@case("exchanging a library type between differently compiled units is a link error", "REQ-HOUSE-013")
def link_error():
    must_link = exchange(FLAGS["base"], FLAGS["base"])
    assert must_link.returncode == 0, must_link.stderr
    for other in ("sse4", "avx", "avx2", "avx512", "no_exceptions"):
        must_not_link = exchange(FLAGS["base"], FLAGS[other])
        assert must_not_link.returncode != 0, f"base and {other} exchanged a Shape"
        assert "undefined reference to `fill(provenn::" in must_not_link.stderr, must_not_link.stderr


@case("compiler modes that break the number contract are refused", "REQ-HOUSE-014")
def fast_math():
    for compiler in compilers().values():
        def compiled(*flags):
            with temporary_folder() as folder:
                unit = pathlib.Path(folder) / "unit.cpp"
                unit.write_text("#include <provenn/core/config.hpp>\n", encoding="utf-8")
                return run([compiler, "-std=c++17", "-O1", *flags, "-I", ROOT / "include", "-fsyntax-only", unit]).returncode == 0
        assert compiled(), "must compile without them"
        for flag in ("-ffast-math", "-Ofast", "-ffinite-math-only"):
            assert not compiled(flag), f"{compiler} {flag} must not compile"


main()
