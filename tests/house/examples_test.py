# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The code in README and docs: every C++ block stands in an example, and every example is run and gives the recorded output."""
import os
import pathlib
import re

from cases import ROOT, case, files, main, none, run, temporary_folder

BLOCK = re.compile(r"(?:^<!-- (?P<source>\S+) -->\n)?^```(?:cpp|c\+\+)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def examples(root):
    return files(root / "examples", "*.cpp")


def blocks_that_no_example_holds(root):
    """A block names its example in a comment above it, `<!-- examples/name.cpp -->`, and its lines stand there in one piece."""
    for path in [*files(root, "*.md"), *files(root / "docs", "**/*.md")]:
        for block in BLOCK.finditer(path.read_text(encoding="utf-8")):
            source = root / (block["source"] or "")
            where = f"{path.relative_to(root)}: block that begins with {block['code'].splitlines()[0]!r}"
            if not block["source"] or not source.is_file():
                yield f"{where} names no file"
            elif block["code"].strip("\n") not in source.read_text(encoding="utf-8"):
                yield f"{where} does not stand in {block['source']}"


def wrong_outputs(root, programs):
    """Runs each example in an empty folder and compares what it prints."""
    for example in examples(root):
        expected = example.with_suffix(".out")
        program = programs / example.stem
        if not expected.is_file():
            yield f"{example.name}: no recorded output {expected.name}"
            continue
        if not program.is_file():
            yield f"{example.name}: was not built"
            continue
        with temporary_folder() as folder:
            done = run([program], cwd=folder, timeout=600)
        if done.returncode != 0 or done.stdout != expected.read_text(encoding="utf-8"):
            yield f"{example.name}: ended with {done.returncode}\n--- recorded\n{expected.read_text(encoding='utf-8')}--- now\n{done.stdout}{done.stderr}"


@case("every C++ block of the documents stands in an example", "REQ-HOUSE-020")
def blocks():
    none(blocks_that_no_example_holds(ROOT), "block of code that is not compiled")


@case("every example gives its recorded output", "REQ-HOUSE-020")
def outputs():
    assert examples(ROOT), "no examples"
    none(wrong_outputs(ROOT, pathlib.Path(os.environ["PROVENN_BUILD_DIR"]) / "bin" / "examples"), "example that departs from its record")


@case("the checks of the examples find planted departures", "REQ-HOUSE-020")
def checks_can_fail():
    with temporary_folder() as folder:
        root = pathlib.Path(folder)
        (root / "examples").mkdir()
        (root / "examples" / "one.cpp").write_text("int main() {}\n", encoding="utf-8")
        for text, findings in [("```cpp\nint main() {}\n```\n", 1), ("<!-- examples/one.cpp -->\n```cpp\nint main() {}\n```\n", 0),
                               ("<!-- examples/one.cpp -->\n```cpp\nint main() { }\n```\n", 1), ("<!-- examples/two.cpp -->\n```cpp\nx\n```\n", 1)]:
            (root / "README.md").write_text(text, encoding="utf-8")
            assert len(list(blocks_that_no_example_holds(root))) == findings, text
        assert len(list(wrong_outputs(root, root))) == 1, "an example without a record"
        (root / "examples" / "one.out").write_text("1\n", encoding="utf-8")
        (root / "one").write_text("#!/bin/sh\necho 2\n", encoding="utf-8")
        (root / "one").chmod(0o755)
        assert len(list(wrong_outputs(root, root))) == 1, "another output"
        (root / "examples" / "one.out").write_text("2\n", encoding="utf-8")
        assert not list(wrong_outputs(root, root))


main()
