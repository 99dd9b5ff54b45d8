# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The records agree with the code: requirements, risks, anomalies, test tags, error ids, links; and the trace finds planted gaps."""
import json
import pathlib
import re
import sys

from cases import ROOT, case, files, headers, main, none, temporary_folder

sys.path.insert(0, str(ROOT / "docs" / "trace"))
import make_trace  # noqa: E402  (found through the line above)

REQUIREMENT = re.compile(r"REQ-[A-Z0-9]+-\d{3}")


def tags_in_tests(root):
    """(tag, file) of every tag of a test case in the sources."""
    for path in files(root / "tests", "**/*_test.cpp"):
        for tags in re.findall(r'"((?:\[[^\]"]+\])+)"', path.read_text(encoding="utf-8")):
            for tag in re.findall(r"\[([^\]]+)\]", tags):
                yield tag, path.relative_to(root).as_posix()
    for path in files(root / "tests", "**/*_test.py"):
        for arguments in re.findall(r"^@case\((.*?)\)$", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for tag in re.findall(r'"(REQ-[^"]+|error-[^"]+)"', arguments):
                yield tag, path.relative_to(root).as_posix()


def error_ids(root):
    """{id: number} of the enum."""
    text = (root / "include" / "provenn" / "core" / "error.hpp").read_text(encoding="utf-8")
    body = re.search(r"enum class ErrorCode[^{]*\{(.*?)\};", text, re.DOTALL).group(1)
    return {name: int(number) for name, number in re.findall(r"^\s*(\w+) = (\d+),", body, re.MULTILINE)}


def documented_error_ids(root):
    """{id: number} of docs/reference/errors.md, of those that have a paragraph."""
    text = (root / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    return {name: int(number) for number, name, body in re.findall(r"^## (\d+) `(\w+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
            if len(body.split()) >= 15}


@case("requirements, risks and anomalies are well formed and name only what exists", "REQ-HOUSE-017")
def well_formed():
    requirements, risks, anomalies, findings = make_trace.records(ROOT)
    assert requirements and risks and anomalies
    none(findings, "finding in the records")


@case("every requirement has a test that names it, and every name exists", "REQ-HOUSE-017")
def tags_agree():
    requirements = make_trace.records(ROOT)[0]
    tagged = {}
    for tag, path in tags_in_tests(ROOT):
        if tag.startswith("REQ-"):
            tagged.setdefault(tag, path)
    none((f"{tag} in {path}" for tag, path in sorted(tagged.items()) if tag not in requirements), "tag without a requirement")
    none((f"{name}: {requirements[name]['text']}" for name in sorted(requirements) if name not in tagged), "requirement without a test")
    none((f"{name} in {path.relative_to(ROOT)}" for path in headers(ROOT)
          for name in REQUIREMENT.findall(path.read_text(encoding="utf-8")) if name not in requirements),
         "requirement named by a header, which does not exist")


@case("error ids: the enum, its text and the reference agree", "REQ-HOUSE-018")
def errors_documented():
    ids = error_ids(ROOT)
    assert len(ids) >= 20 and len(set(ids.values())) == len(ids)
    assert ids == documented_error_ids(ROOT), sorted(set(ids.items()) ^ set(documented_error_ids(ROOT).items()))
    text = (ROOT / "include" / "provenn" / "core" / "error.hpp").read_text(encoding="utf-8")
    none((name for name in ids if f'case ErrorCode::{name}: return "{name}";' not in text), "id without its text")


def asserted_error_ids(root):
    """Ids that an assertion of a test compares with, and those of test cases tagged [error-<id>]."""
    found = {tag.removeprefix("error-") for tag, _ in tags_in_tests(root) if tag.startswith("error-")}
    for path in files(root / "tests", "**/*_test.cpp"):
        text = path.read_text(encoding="utf-8")
        found |= {name for statement in re.findall(r"\b(?:CHECK|REQUIRE)\w*\(.*?\);", text, re.DOTALL)
                  for name in re.findall(r"\bErrorCode::(\w+)", statement)}
    return found


@case("every error id is provoked by a test", "REQ-HOUSE-018")
def errors_provoked():
    provoked = asserted_error_ids(ROOT)
    none(sorted(set(error_ids(ROOT)) - provoked), "error that no test asserts (or tag [error-<id>])")
    none(sorted(provoked - set(error_ids(ROOT))), "test of an error that does not exist")


def unknown_names_in_docs(root):
    """Error ids after @errors and test files named by the comments of headers that do not exist."""
    ids = error_ids(root)
    texts = {path: path.read_text(encoding="utf-8") for path in headers(root)}
    # "@errors of read_npy": functions and parameters are words of the code.
    words = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", re.sub(r"//.*", "", "".join(texts.values()))))
    for path, text in texts.items():
        for said in re.findall(r"@errors\s+(.*)", text):
            for name in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b(?!\()", said.split(". ")[0].split("@")[0]):
                if name not in ids and name not in words:
                    yield f"{path.relative_to(root)}: @errors {name}"
        for name in re.findall(r"\btests/[\w./]+\.(?:cpp|py)\b", text):
            if not (root / name).is_file():
                yield f"{path.relative_to(root)}: {name}"


@case("error ids and test files that headers name exist", "REQ-HOUSE-018")
def names_in_docs():
    none(unknown_names_in_docs(ROOT), "name that does not exist")


@case("links between the documents lead somewhere")
def links():
    found = []
    for path in [*files(ROOT, "*.md"), *files(ROOT / "docs", "**/*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                found.append(f"{path.relative_to(ROOT)}: {target}")
    none(found, "link that leads nowhere")


def planted_house(folder):
    """A house of one header, one test, one requirement, one risk: its trace has no gap."""
    root = pathlib.Path(folder)
    for name, text in {
            "include/provenn/core/shape.hpp": "#pragma once\n", "tests/core/shape_test.cpp": '#include "provenn/core/shape.hpp"\n',
            "docs/requirements/core.json": json.dumps([{"id": "REQ-CORE-001", "text": "A shape counts.", "risks": ["RISK-001"]}]),
            "docs/risks.json": json.dumps([{"id": "RISK-001", "hazard": "h", "cause": "c", "control": "x"}]),
            "docs/anomalies.json": json.dumps(
                [{"id": "ANOM-001", "item": "i", "version": "1", "anomaly": "a", "effect": "e", "measure": "m"}])}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    result = {"suite": "core", "name": "counts", "tags": [], "requirements": ["REQ-CORE-001"], "file": "tests/core/shape_test.cpp",
              "result": "passed", "reason": ""}
    return root, result


@case("the trace finds a gap of each kind", "REQ-HOUSE-019")
def gaps_found():
    with temporary_folder() as folder:
        root, passed = planted_house(folder)

        def gaps(*cases):
            return make_trace.trace(root, list(cases))[1]
        assert gaps(passed) == [], gaps(passed)
        assert any("untested" in gap for gap in gaps(dict(passed, requirements=[]))), "a requirement without a test"
        assert any("failed" in gap for gap in gaps(passed, dict(passed, name="other", result="failed"))), "a failed test"
        assert any("skipped" in gap for gap in gaps(dict(passed, result="skipped"))), "a skipped test is not a pass"
        assert any("REQ-CORE-999" in gap for gap in gaps(dict(passed, requirements=["REQ-CORE-001", "REQ-CORE-999"]))), "an unknown tag"
        (root / "include/provenn/core/orphan.hpp").write_text("#pragma once\n", encoding="utf-8")
        assert any("orphan.hpp" in gap for gap in gaps(passed)), "a unit in no test"
        (root / "include/provenn/core/orphan.hpp").unlink()
        risks = [{"id": f"RISK-00{i}", "hazard": "h", "cause": "c", "control": "x"} for i in (1, 2)]
        (root / "docs/risks.json").write_text(json.dumps(risks), encoding="utf-8")
        assert any("RISK-002" in gap for gap in gaps(passed)), "a risk that nothing controls"
        (root / "docs/risks.json").write_text("[]", encoding="utf-8")
        assert any("RISK-001" in gap for gap in gaps(passed)), "a risk that does not exist"


@case("a case that takes its process down counts as failed", "REQ-HOUSE-019")
def crash_is_failure():
    import results
    with temporary_folder() as folder:
        path = pathlib.Path(folder) / "core.jsonl"
        path.write_text('{"event": "start", "name": "a"}\n{"event": "end", "name": "a", "tags": "[x]", "file": "f", "result": "passed", '
                        '"reason": ""}\n{"event": "start", "name": "b"}\n', encoding="utf-8")
        assert [case["result"] for case in results.read_suite(path)] == ["passed", "failed"]


main()
