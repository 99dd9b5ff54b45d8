# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the tests written in Python share: cases that report like the C++ tests do, the floors, and how to call the compilers."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import traceback

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

ISLAND = ["core", "kernels", "layers", "model", "inference"]
# One row a floor, as in the table of the design: a folder may include the folders of the rows above its own.
FLOORS = [[folder] for folder in ISLAND] + [
    ["files"], ["adapters"], ["evaluation"], ["zoo"], ["training"], ["data"], ["io"], ["transfer"], ["study", "assurance"]]
WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wdouble-promotion", "-Werror"]
ISLAND_FLAGS = ["-std=c++17", "-fno-exceptions", "-fno-rtti", "-ffp-contract=off", *WARNINGS]

_cases = []


class Skip(Exception):
    """Raised by a case that cannot check what it is for; the text says why."""


def case(name, *tags):
    """Registers a function as a test case; tags are requirement ids such as "REQ-HOUSE-001"."""
    def register(function):
        _cases.append((name, tags, function))
        return function
    return register


def main():
    """Runs the cases of the calling script and records them for the trace; ends the process."""
    path = os.environ.get("PROVENN_TEST_RESULTS")
    record = open(path, "w", encoding="utf-8") if path else None
    failed = 0
    for name, tags, function in _cases:
        say(record, {"event": "start", "name": name})
        result, reason = "passed", ""
        try:
            function()
        except Skip as skipped:
            result, reason = "skipped", str(skipped)
        except AssertionError as error:
            result, reason = "failed", str(error)
        except Exception:  # a broken check is a failed check
            result, reason = "failed", traceback.format_exc()
        failed += result == "failed"
        print(f"{result:8}{name}" + (f"\n{reason}" if reason else ""), flush=True)
        say(record, {"event": "end", "name": name, "tags": "".join(f"[{tag}]" for tag in tags),
                     "file": str(pathlib.Path(sys.argv[0]).resolve()), "line": function.__code__.co_firstlineno,
                     "result": result, "reason": reason[:2000]})
    sys.exit(1 if failed else 0)


def say(record, line):
    if record:
        record.write(json.dumps(line) + "\n")
        record.flush()


def none(findings, what):
    """Fails with the list when there are findings."""
    findings = list(findings)
    if findings:
        raise AssertionError(f"{len(findings)} x {what}:\n" + "\n".join(f"  {finding}" for finding in findings[:60]))


def files(root, *patterns):
    """Files below `root` that match, in byte order."""
    found = {path for pattern in patterns for path in root.glob(pattern) if path.is_file() and "__pycache__" not in path.parts}
    return sorted(found)


def headers(root):
    return files(root / "include" / "provenn", "**/*.hpp", "**/*.inl")


def folder_of(root, header):
    """The floor of a header, or "" for an umbrella header, which stands above all floors."""
    parts = header.relative_to(root / "include" / "provenn").parts
    return parts[0] if len(parts) > 1 else ""


INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path):
    """(delimiter, name) of every include of a file."""
    return INCLUDE.findall(path.read_text(encoding="utf-8"))


def tool(*names):
    """Path of the first of the programs that is installed, or None."""
    return next((found for found in map(shutil.which, names) if found), None)


def compilers():
    """g++ and, where it is installed, clang."""
    found = {"g++": tool("g++"), "clang": tool("clang++", "clang++-18", "clang++-16", "clang++-14")}
    return {name: path for name, path in found.items() if path}


def aarch64_tools():
    """(compiler, emulator) for aarch64."""
    compiler, emulator = tool("aarch64-linux-gnu-g++"), tool("qemu-aarch64", "qemu-aarch64-static")
    if not compiler or not emulator:
        raise Skip("needs g++-aarch64-linux-gnu and qemu-user")
    return compiler, emulator


def run(command, **options):
    """Runs a command and returns what it said; `.returncode` tells how it ended."""
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", check=False, **options)


def must_run(command, **options):
    done = run(command, **options)
    if done.returncode != 0:
        raise AssertionError(" ".join(map(str, command)) + f"\nended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-6000:]}")
    return done.stdout


def compile_command(compiler):
    """The compiler behind ccache where there is one: these tests compile the same text again and again."""
    launcher = tool("ccache")
    return [launcher, compiler] if launcher else [compiler]


def temporary_folder():
    return tempfile.TemporaryDirectory(prefix="provenn-house-")


def planted(check, name, text):
    """What `check` finds in a house that holds one file more; a check that cannot fail checks nothing."""
    with temporary_folder() as folder:
        path = pathlib.Path(folder) / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
        return list(check(pathlib.Path(folder)))
