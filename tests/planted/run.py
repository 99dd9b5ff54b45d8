# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plants each fault of this folder in a copy of the committed tree and shows that the test it names turns red.

  python3 tests/planted/run.py [--only NAME]... [--merge] [--jobs N] [--out FOLDER] [--cache FOLDER]

For each fault the test file it names is compiled alone, without and with the patch: the named case must pass without it and fail
by an assertion with it; a compile error or a crash does not count. Writes planted.md and planted.json into --out (default:
docs/evidence) after each test file; with --merge the rows of faults that are not examined now stay, each with the commit it was
examined at. Ends with 1 where a fault is not found. Needs git, g++ (or $CXX), and what the tests need; ccache where there is one.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from patches import apply, has_case, read_faults

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# The flags of tests/CMakeLists.txt and tests/support/warnings.cmake; warnings are not errors, for a fault may cause one.
FLAGS = ["-std=c++20", "-O1", "-ffp-contract=off", "-Wno-psabi", "-I", "tests", "-I", "include"]


def packages(what):
    """Flags of the packages of the lab, from pkg-config or where Debian puts them."""
    names = ["tbb", "hdf5-serial", "nlohmann_json"]
    found = subprocess.run(["pkg-config", what, *names], capture_output=True, text=True, check=False)
    if found.returncode == 0:
        return shlex.split(found.stdout)
    hdf5 = next(iter(pathlib.Path("/usr/lib").glob("*/hdf5/serial")), "/usr/lib")
    return ["-isystem", "/usr/include/hdf5/serial"] if what == "--cflags" else ["-L", str(hdf5), "-ltbb", "-lhdf5"]


def compiler():
    launcher = shutil.which("ccache")
    return ([launcher] if launcher else []) + [os.environ.get("CXX", "g++")]


def call(command, tree, **environment):
    return subprocess.run([str(word) for word in command], cwd=tree, capture_output=True, text=True, errors="replace", check=False,
                          env={**os.environ, **environment}, timeout=1800)


def copy_tree(target):
    """The committed tree, and nothing else."""
    target.mkdir(parents=True)
    archive = subprocess.Popen(["git", "archive", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-x", "-C", str(target)], stdin=archive.stdout, check=True)
    if archive.wait() != 0:
        raise SystemExit("git archive failed")


def support_object(tree, cache):
    """tests/support/main.cpp compiled once for the text that it has."""
    text = b"".join((tree / "tests" / "support" / name).read_bytes() for name in ("main.cpp", "catch.hpp"))
    made = cache / f"main-{hashlib.sha256(text).hexdigest()[:16]}.o"
    if not made.is_file():
        done = call([*compiler(), *FLAGS, "-c", "tests/support/main.cpp", "-o", made], tree)
        if done.returncode != 0:
            raise SystemExit(done.stderr[-3000:])
    return made


class Tests:
    """Compiles and runs single test cases in one tree."""

    def __init__(self, tree, cache):
        self.tree, self.main = tree, support_object(tree, cache)

    def compile(self, test):
        """"" or the first error."""
        if test.endswith(".py"):
            return ""
        done = call([*compiler(), *FLAGS, *packages("--cflags"), "-c", test, "-o", "test.o"], self.tree)
        if done.returncode == 0:
            done = call([os.environ.get("CXX", "g++"), "test.o", self.main, "-o", "test.run", *packages("--libs"), "-pthread"],
                        self.tree)
        if done.returncode == 0:
            return ""
        return next((line for line in done.stderr.splitlines() if "error" in line), done.stderr[:300]) or "compile error"

    def run(self, test, case):
        """("passed" | "failed" | "crashed" | "skipped" | "no result", the failed assertion or what else was said)."""
        data = os.environ.get("PROVENN_SHARED_DATA", str(ROOT.parent / "shared" / "data"))
        environment = {"PROVENN_SHARED_DATA": data, "PROVENN_TEST_RESULTS": "results.jsonl",
                       "PYTHONPATH": "tests/support", "PYTHONDONTWRITEBYTECODE": "1"}
        if test.endswith(".py"):
            said = call([sys.executable, test], self.tree, **environment).stdout
        else:
            name = re.sub(r"([\\,\[\]*~\"])", r"\\\1", case)
            said = call(["./test.run", name, "-r", "compact"], self.tree, **environment).stdout
        return verdict(said, self.tree / "results.jsonl", case)


def verdict(said, results, case):
    lines = results.read_text(encoding="utf-8").splitlines() if results.is_file() else []
    results.unlink(missing_ok=True)
    ended = [line for line in map(json.loads, lines) if line["name"] == case and line["event"] == "end"]
    failed = re.search(r"^(\S+):(\d+): failed: (.*)$", said, re.MULTILINE)
    if "fatal error condition" in said or (lines and not ended):
        return "crashed", said[-300:]
    if not ended:
        return "no result", said[-300:]
    if ended[-1]["result"] == "failed":
        where = f"{pathlib.Path(failed[1]).name}:{failed[2]}: {failed[3]}" if failed else ended[-1]["reason"]
        return "failed", re.sub(r"\s+", " ", where)[:160]
    return ended[-1]["result"], ended[-1]["reason"]


def examine(tests, fault, before):
    """One row of the table. `before` are the verdicts on the unpatched tree by (test, case)."""
    row = {"fault": fault.name, "mistake": fault.mistake, "risk": fault.risk, "test": fault.test, "case": fault.case,
           "before": before[fault.test, fault.case][0], "after": "", "assertion": "", "found": False}
    if row["before"] != "passed":
        row["assertion"] = before[fault.test, fault.case][1]
        return row
    said = apply(fault, tests.tree)
    if said:
        return {**row, "after": "does not apply", "assertion": said[:300]}
    try:
        error = tests.compile(fault.test)
        row["after"], row["assertion"] = ("does not compile", error) if error else tests.run(fault.test, fault.case)
    finally:
        apply(fault, tests.tree, "--reverse")
    row["found"] = row["after"] == "failed"
    return row


def examine_file(tests, test, faults):
    """The rows of all faults that one test file must find."""
    start = time.time()
    error = tests.compile(test)
    before = {}
    for fault in faults:
        if not has_case(tests.tree, fault):
            before[test, fault.case] = ("no such case", "")
        elif (test, fault.case) not in before:
            before[test, fault.case] = ("does not compile", error) if error else tests.run(test, fault.case)
    print(f"     {test}: before {sorted({said for said, _ in before.values()})} ({time.time() - start:.0f} s)", flush=True)
    rows = []
    for fault in faults:
        start = time.time()
        rows.append(examine(tests, fault, before))
        print(f"{'ok  ' if rows[-1]['found'] else 'LOST'} {fault.name}: {rows[-1]['after'] or rows[-1]['before']} "
              f"{rows[-1]['assertion'][:100]} ({time.time() - start:.0f} s)", flush=True)
    return rows


def environment():
    commit = call(["git", "rev-parse", "HEAD"], ROOT).stdout.strip()
    version = call([compiler()[-1], "--version"], ROOT).stdout.split("\n")[0]
    return {"commit": commit, "compiler": version, "machine": platform.machine()}


def markdown(rows):
    found = sum(row["found"] for row in rows)
    compilers = sorted({row["compiler"] for row in rows})
    lines = ["# Planted faults", "",
             f"{found} of {len(rows)} faults turned the test red that `tests/planted/` names for them. Each test was compiled alone",
             "twice: it passed on the unchanged tree, and failed by an assertion on the tree with the fault.", "",
             f"Made by `tests/planted/run.py` with {', '.join(compilers)}, `{' '.join(FLAGS)}`.", "",
             "| fault | the mistake | risk | test that turned red | its first failed assertion | commit |", "|---|---|---|---|---|---|"]
    for row in rows:
        result = row["assertion"] if row["found"] else f"**not found**: {row['after'] or row['before']}"
        cells = [row["fault"], row["mistake"], row["risk"] or "-", f"{row['test'][6:]}: {row['case']}",
                 "`" + result.replace("`", "'") + "`", row["commit"][:10]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


class Report:
    """The two tables, written anew whenever there is something to add."""

    def __init__(self, folder, merges):
        self.folder, self.facts, self.rows = folder, environment(), {}
        known = {fault.name for fault in read_faults()}
        if merges and (folder / "planted.json").is_file():
            kept = json.loads((folder / "planted.json").read_text(encoding="utf-8"))["faults"]
            self.rows = {row["fault"]: row for row in kept if row["fault"] in known}

    def add(self, rows):
        self.rows.update({row["fault"]: {**row, **self.facts} for row in rows})
        rows = [self.rows[name] for name in sorted(self.rows)]
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "planted.json").write_text(json.dumps({"faults": rows}, indent=1) + "\n", encoding="utf-8")
        (self.folder / "planted.md").write_text(markdown(rows), encoding="utf-8")


def examine_all(faults, jobs, cache, report):
    by_test = {}
    for fault in faults:
        by_test.setdefault(fault.test, []).append(fault)
    with tempfile.TemporaryDirectory(prefix="provenn-planted-") as folder:
        trees = [pathlib.Path(folder) / str(i) for i in range(jobs)]
        for tree in trees:
            copy_tree(tree)
        tests = [Tests(tree, cache) for tree in trees]

        def work(item):
            one = tests.pop()
            try:
                return examine_file(one, *item)
            finally:
                tests.append(one)

        found = []
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            for rows in pool.map(work, by_test.items()):
                report.add(rows)
                found += rows
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="faults whose name holds NAME; may be repeated")
    parser.add_argument("--merge", action="store_true", help="keep the rows of the faults that are not examined now")
    parser.add_argument("--jobs", type=int, default=1, help="trees examined at once (default 1)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs" / "evidence", help="folder of planted.md and planted.json")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path(tempfile.gettempdir()) / "provenn-planted-cache",
                        help="folder that keeps the compiled main.cpp of the tests")
    options = parser.parse_args()
    faults = [fault for fault in read_faults() if not options.only or any(name in fault.name for name in options.only)]
    if not faults:
        raise SystemExit("no such fault")
    options.cache.mkdir(parents=True, exist_ok=True)
    rows = examine_all(faults, max(1, options.jobs), options.cache, Report(options.out, options.merge))
    lost = sorted(row["fault"] for row in rows if not row["found"])
    print(f"{len(rows) - len(lost)} of {len(rows)} planted faults found" + (": not " + ", ".join(lost) if lost else ""))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
