# SPDX-FileCopyrightText: 2026 The Provenn authors
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a planted fault is: a patch against the tree whose head says the mistake, the test that must turn red, and the risk."""
import dataclasses
import pathlib
import re
import subprocess

FOLDER = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Fault:
    path: pathlib.Path
    mistake: str
    test: str  # file, from the root of the tree
    case: str  # name of its test case
    risk: str  # id, or ""

    @property
    def name(self):
        return self.path.stem

    @property
    def changes(self):
        """Files that the patch changes."""
        return re.findall(r"^\+\+\+ b/(\S+)", self.path.read_text(encoding="utf-8"), re.MULTILINE)


def read_fault(path):
    head = path.read_text(encoding="utf-8").split("\n--- ", 1)[0]
    fields = dict(re.findall(r"^(Mistake|Test|Case|Risk): (.+)$", head, re.MULTILINE))
    return Fault(path, *(fields.get(name, "") for name in ("Mistake", "Test", "Case", "Risk")))


def read_faults(folder=FOLDER):
    """All faults in the order of their numbers."""
    return [read_fault(path) for path in sorted(folder.glob("*.patch"))]


def apply(fault, tree, *options):
    """Applies the patch to a tree; returns what git said against it, "" where it applied."""
    done = subprocess.run(["git", "apply", "--whitespace=nowarn", *options, str(fault.path)], cwd=tree, capture_output=True,
                          text=True, check=False)
    return "" if done.returncode == 0 else done.stderr.strip() or "git apply failed"


def has_case(tree, fault):
    """Whether the named test file has the named case."""
    test = tree / fault.test
    if not fault.case or not test.is_file():
        return False
    text = test.read_text(encoding="utf-8")
    macro = r"^@case\(\s*" if test.suffix == ".py" else r"^\s*TEST_CASE\(\s*"
    return re.search(macro + '"' + re.escape(fault.case) + '"', text, re.MULTILINE) is not None
