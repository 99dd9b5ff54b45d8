# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reads what the tests recorded: a list of cases, from the lines each test executable wrote and from ctest's own report."""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


def read(build_folder):
    """Every test case: {"suite", "name", "tags", "requirements", "file", "result", "reason"}."""
    build_folder = pathlib.Path(build_folder)
    cases = []
    for path in sorted((build_folder / "test-results").glob("*.jsonl")):
        cases += read_suite(path)
    return cases + unexplained(build_folder / "test-results" / "ctest.xml", cases)


def read_suite(path):
    ended, running = [], None
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            event = json.loads(line)
        except json.JSONDecodeError:  # the process was killed while it wrote
            continue
        if event["event"] == "start":
            if running:
                ended.append(crashed(path.stem, running))
            running = event["name"]
        else:
            running = None
            tags = re.findall(r"\[([^\]]+)\]", event["tags"])
            ended.append({"suite": path.stem, "name": event["name"], "tags": tags,
                          "requirements": sorted(tag for tag in tags if tag.startswith("REQ-")), "file": event["file"],
                          "result": event["result"], "reason": event["reason"]})
    return ended + ([crashed(path.stem, running)] if running else [])


def crashed(suite, name):
    return {"suite": suite, "name": name, "tags": [], "requirements": [], "file": "", "result": "failed",
            "reason": "the process ended in the middle of this case"}


def unexplained(ctest_report, cases):
    """ctest entries that failed although none of their cases did: not built, crashed before the first case, timed out."""
    if not ctest_report.is_file():
        return []
    failed_suites = {case["suite"] for case in cases if case["result"] == "failed"}
    recorded_suites = {case["suite"] for case in cases}
    found = []
    for entry in ElementTree.parse(ctest_report).getroot().iter("testcase"):
        name, status = entry.get("name"), entry.get("status")
        if name in failed_suites or (status == "run" and name in recorded_suites):
            continue
        # An entry that records no cases of its own is a case itself.
        found.append({"suite": name, "name": name, "tags": [], "requirements": [], "file": "",
                      "result": "passed" if status == "run" else "skipped" if status == "notrun" and has_skip(entry) else "failed",
                      "reason": "" if status == "run" else f"ctest says: {status}"})
    return found


def has_skip(entry):
    skipped = entry.find("skipped")
    return skipped is not None and "SKIP" in (skipped.get("message") or "")


def count(cases):
    return {result: sum(case["result"] == result for case in cases) for result in ("passed", "failed", "skipped")}


def main():
    cases = read(sys.argv[1])
    for case in cases:
        if case["result"] != "passed":
            print(f"{case['result']}: {case['suite']}: {case['name']}" + (f" ({case['reason'].splitlines()[0]})" if case["reason"] else ""))
    counts = count(cases)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    sys.exit(0 if counts["failed"] == 0 and counts["passed"] > 0 else 1)


if __name__ == "__main__":
    main()
