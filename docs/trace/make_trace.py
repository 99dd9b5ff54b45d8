#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the trace of a test run, both ways: risk - requirement - test - result - unit, with environment and commit; fails on a gap.

    docs/trace/make_trace.py BUILD_FOLDER      writes BUILD_FOLDER/trace/trace.json and trace.md
"""
import json
import pathlib
import platform
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
import results  # noqa: E402  (found through the line above)

INCLUDE = re.compile(r'^\s*#\s*include\s*["<]((?:provenn|support)/[^">]+)[">]', re.MULTILINE)
GAPS_SHOWN = 60
PACKAGES = ["libtbb-dev", "libhdf5-dev", "libstb-dev", "nlohmann-json3-dev", "libeigen3-dev", "libcli11-dev", "catch2"]


def records(root):
    """(requirements by id, risks by id, anomalies by id, findings) of the records under docs/."""
    findings = []
    requirements = collect(sorted((root / "docs" / "requirements").glob("*.json")), r"REQ-[A-Z0-9]+-\d{3}", ("text",), findings)
    risks = collect([root / "docs" / "risks.json"], r"RISK-\d{3}", ("hazard", "cause", "control"), findings)
    anomalies = collect([root / "docs" / "anomalies.json"], r"ANOM-\d{3}", ("item", "version", "anomaly", "effect", "measure"), findings)
    for requirement in requirements.values():
        for risk in requirement.get("risks", []):
            if risk not in risks:
                findings.append(f"{requirement['id']} names {risk}, which docs/risks.json does not have")
    for source in (risks, anomalies):
        for entry in source.values():
            for name in entry.get("requirements", []):
                if name not in requirements:
                    findings.append(f"{entry['id']} names {name}, which docs/requirements does not have")
            for name in entry.get("risks", []):
                if name not in risks:
                    findings.append(f"{entry['id']} names {name}, which docs/risks.json does not have")
    return requirements, risks, anomalies, findings


def collect(paths, pattern, fields, findings):
    found = {}
    for path in paths:
        if not path.is_file():
            findings.append(f"{path.name} is missing")
            continue
        for entry in json.loads(path.read_text(encoding="utf-8")):
            name = entry.get("id", "")
            if not re.fullmatch(pattern, name):
                findings.append(f"{path.name}: id {name!r} is not of the form {pattern}")
            elif name in found:
                findings.append(f"{path.name}: {name} exists twice")
            for field in fields:
                if not str(entry.get(field, "")).strip():
                    findings.append(f"{path.name}: {name} has no {field}")
            found[name] = entry
    return found


def reach(root):
    """Headers that each test source includes: name of the source -> ({named directly}, {reached on the way})."""
    direct = {}
    for path in (root / "include").rglob("*.[hi][pn][pl]"):
        direct[path.relative_to(root / "include").as_posix()] = set(INCLUDE.findall(path.read_text(encoding="utf-8")))
    found = {}
    for path in (root / "tests" / "support").rglob("*.hpp"):
        direct[path.relative_to(root / "tests").as_posix()] = set(INCLUDE.findall(path.read_text(encoding="utf-8")))
    for path in sorted((root / "tests").rglob("*.cpp")):
        named = set(INCLUDE.findall(path.read_text(encoding="utf-8")))
        reached, open_ends = set(), list(named)
        while open_ends:
            header = open_ends.pop()
            if header not in reached:
                reached.add(header)
                open_ends += direct.get(header, ())
        found[path.relative_to(root).as_posix()] = (named, reached)
    return found


def relative(root, name):
    path = pathlib.Path(name)
    try:
        return path.resolve().relative_to(root).as_posix() if path.is_absolute() else name
    except ValueError:
        return name


def trace(root, cases):
    """The trace and the list of its gaps."""
    requirements, risks, anomalies, gaps = records(root)
    cases = [dict(case, file=relative(root, case["file"])) for case in cases]
    rows = {}
    for name, requirement in sorted(requirements.items()):
        tests = [case for case in cases if name in case["requirements"]]
        states = {case["result"] for case in tests}
        state = "failed" if "failed" in states else "passed" if "passed" in states else "skipped" if states else "untested"
        if state != "passed":
            gaps.append(f"{name} is {state}: {requirement.get('text', '')}")
        rows[name] = {"text": requirement.get("text", ""), "state": state, "tests": [key(case) for case in tests],
                      "risks": sorted(set(requirement.get("risks", []))
                                      | {risk for risk, entry in risks.items() if name in entry.get("requirements", [])})}
    for name in sorted({name for case in cases for name in case["requirements"]} - set(requirements)):
        tests = [key(case) for case in cases if name in case["requirements"]]
        gaps.append(f"{name} is not in docs/requirements, but named by {len(tests)} tests: {tests[0]}")
    risk_rows = {}
    for name, risk in sorted(risks.items()):
        controls = [row for row in rows if name in rows[row]["risks"]]
        risk_rows[name] = {**{field: risk.get(field, "") for field in ("hazard", "cause", "control", "residual")}, "requirements": controls}
        if not controls and not risk.get("residual"):
            gaps.append(f"{name} is controlled by no requirement: {risk.get('hazard', '')}")
    units = trace_units(root, cases, gaps)
    return {"requirements": rows, "risks": risk_rows, "anomalies": anomalies, "units": units,
            "tests": {key(case): {"result": case["result"], "requirements": case["requirements"], "file": case["file"],
                                  "reason": case["reason"]} for case in cases}}, gaps


def key(case):
    return f"{case['suite']}: {case['name']}"


def trace_units(root, cases, gaps):
    """unit -> the tests whose source names it, or else those that reach it through another header; none at all is a gap."""
    files = {case["file"] for case in cases}
    reached = {source: headers for source, headers in reach(root).items() if source in files}
    units = {}
    for path in sorted((root / "include" / "provenn").rglob("*.hpp")):
        name = path.relative_to(root / "include").as_posix()
        if name.count("/") == 1:
            continue  # umbrellas only include
        sources = {source for source, (named, _) in reached.items() if name in named}
        how = "named"
        if not sources:
            sources, how = {source for source, (_, all_of_them) in reached.items() if name in all_of_them}, "reached"
        tests = [case for case in cases if case["file"] in sources and case["result"] == "passed"]
        if not tests:
            gaps.append(f"unit {name} is in no passed test")
        documented = set(re.findall(r"REQ-[A-Z0-9]+-\d{3}", path.read_text(encoding="utf-8")))
        units[name] = {"how": how, "tests": [key(case) for case in tests] if how == "named" else sorted(sources)[:5],
                       "requirements": sorted(documented | {row for case in tests for row in case["requirements"]})}
    return units


def said(*command):
    if not shutil.which(command[0]):
        return ""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout.strip() if done.returncode == 0 else ""


def environment(build_folder):
    cache = (build_folder / "CMakeCache.txt").read_text(encoding="utf-8") if (build_folder / "CMakeCache.txt").is_file() else ""
    compiler = re.search(r"^CMAKE_CXX_COMPILER:\w+=(.*)$", cache, re.MULTILINE)
    processor = pathlib.Path("/proc/cpuinfo")
    model = re.search(r"model name\s*:\s*(.*)", processor.read_text(encoding="utf-8")) if processor.is_file() else None
    release = pathlib.Path("/etc/os-release")
    system = re.search(r'PRETTY_NAME="(.*)"', release.read_text(encoding="utf-8")) if release.is_file() else None
    return {"commit": said("git", "rev-parse", "HEAD"), "changed files": len(said("git", "status", "--porcelain").splitlines()),
            "system": system.group(1) if system else platform.platform(), "processor": model.group(1) if model else platform.machine(),
            "compiler": said(compiler.group(1), "--version").split("\n")[0] if compiler else "",
            "cmake": said("cmake", "--version").split("\n")[0], "python": platform.python_version(),
            "packages": {name: version for name in PACKAGES if (version := said("dpkg-query", "-W", "-f", "${Version}", name))}}


def markdown(document, gaps):
    counts = document["counts"]
    lines = ["# Trace", "", f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped test cases. "
             + (f"{len(gaps)} gaps." if gaps else "No gaps."), "", "Inputs to your technical documentation; reviewed by no authority.", ""]
    lines += [f"- {name}: {value}" for name, value in document["environment"].items()]
    if gaps:
        lines += ["", "## Gaps", ""] + [f"- {gap}" for gap in gaps]
    lines += ["", "## Requirements to tests", "", "| requirement | state | text | risks | tests |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {row['state']} | {cell(row['text'])} | {' '.join(row['risks'])} | {cell('; '.join(row['tests']))} |"
              for name, row in document["requirements"].items()]
    lines += ["", "## Risks to requirements", "", "| risk | hazard | control | requirements |", "|---|---|---|---|"]
    lines += [f"| {name} | {cell(row['hazard'])} | {cell(row['control'])} | {' '.join(row['requirements']) or cell(row['residual'])} |"
              for name, row in document["risks"].items()]
    lines += ["", "## Units to tests", "", "| unit | requirements | tests |", "|---|---|---|"]
    lines += [f"| {name} | {' '.join(row['requirements'])} | {row['how']}: {len(row['tests'])} |" for name, row in document["units"].items()]
    lines += ["", "## Tests to requirements", "", "| test | result | requirements |", "|---|---|---|"]
    lines += [f"| {cell(name)} | {row['result']}{': ' + cell(row['reason'].splitlines()[0]) if row['reason'] else ''} "
              f"| {' '.join(row['requirements'])} |" for name, row in document["tests"].items()]
    return "\n".join(lines) + "\n"


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def main():
    build_folder = pathlib.Path(sys.argv[1])
    cases = results.read(build_folder)
    document, gaps = trace(ROOT, cases)
    document = {"environment": environment(build_folder), "counts": results.count(cases), "gaps": gaps, **document}
    target = build_folder / "trace"
    target.mkdir(exist_ok=True)
    (target / "trace.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    (target / "trace.md").write_text(markdown(document, gaps), encoding="utf-8")
    for gap in gaps[:GAPS_SHOWN]:
        print("gap:", gap)
    if len(gaps) > GAPS_SHOWN:
        print(f"... and {len(gaps) - GAPS_SHOWN} more")
    print(f"trace: {len(document['requirements'])} requirements, {len(document['risks'])} risks, {len(document['units'])} units, "
          f"{len(cases)} tests, {len(gaps)} gaps: {target / 'trace.md'}")
    sys.exit(1 if gaps else 0)


if __name__ == "__main__":
    main()
