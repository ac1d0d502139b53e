"""Plant faults one at a time and see whether the tests notice: `make mutants`.

Each fault of `mutants.yaml` is made in a copy of the tree, and the tests it names are
run there, after they have passed without it. Prints killed of tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
COPIED = ("model", "scenarios", "calibration", "experiments", "tests", "docs")
WANTED = 0.9


def main() -> int:
    """Try all faults; 1 if too many survive, or one fits no code or a failing test."""
    faults = YAML(typ="safe").load(HERE / "mutants.yaml")
    with tempfile.TemporaryDirectory() as name:
        tree = Path(name)
        for folder in COPIED:
            shutil.copytree(PROJECT / folder, tree / folder)
        for path in PROJECT.glob("*.*"):
            if path.is_file():
                shutil.copy(path, tree)
        told = [tried(tree, fault) for fault in faults]
    killed = told.count("killed")
    print(f"{killed} of {len(faults)} killed ({killed / len(faults):.0%})")
    fits = not {"stale", "red"} & set(told)
    return 0 if fits and killed >= WANTED * len(faults) else 1


def tried(tree: Path, fault: Mapping[str, str]) -> str:
    """Plant one fault, run its tests, mend it; say and return what came of it."""
    path, tests = tree / fault["file"], fault["tests"]
    whole = path.read_text("utf-8") if path.exists() else ""
    if whole.count(fault["find"]) != 1:
        verdict = "stale"
    elif not tests_pass(tree, tests):
        verdict = "red"
    else:
        path.write_text(whole.replace(fault["find"], fault["replace"]), "utf-8")
        failed = not _run(tree, tests)
        path.write_text(whole, "utf-8")
        verdict = "killed" if failed else "survived"
    print(f"{verdict:8}  {fault['fault']} ({fault['file']})", flush=True)
    return verdict


@cache
def tests_pass(tree: Path, tests: str) -> bool:
    """Whether the tests pass in the whole copy."""
    return _run(tree, tests)


def _run(tree: Path, tests: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "-m", "not slow"]
    found = subprocess.run(
        [*command, "-p", "no:cacheprovider", *tests.split()],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
    )
    return found.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
