"""A script without its main guard: one line before anything is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CALL = "print(sorted(each.result for each in run_jobs(abs, [-2, 1], workers=2)))"
IMPORT = "from calibration.processes.runner import run_jobs\n"


def python(*arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "head", ["", "if 'x' in 'xy':\n    pass\n", "name = __name__\n"]
)
def test_a_script_without_its_guard_is_told_so_in_one_line(
    tmp_path: Path, head: str
) -> None:
    (tmp_path / "study.py").write_text(IMPORT + head + CALL + "\n")
    found = python("study.py", at=tmp_path)
    assert found.returncode == 1
    assert found.stdout == ""
    (said,) = found.stderr.splitlines()
    assert said.startswith("study.py: worker processes import this script")
    assert "if __name__ == '__main__':" in said


def test_a_guarded_script_runs(tmp_path: Path) -> None:
    guarded = f"{IMPORT}if __name__ == '__main__':\n    {CALL}\n"
    (tmp_path / "study.py").write_text(guarded)
    assert python("study.py", at=tmp_path).stdout == "[1, 2]\n"


def test_a_console_or_a_notebook_needs_no_guard(tmp_path: Path) -> None:
    assert python("-c", IMPORT + CALL, at=tmp_path).stdout == "[1, 2]\n"
