"""Ctrl-C through the command line itself, as a hand at a terminal gives it."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.experiments.sweeping import (
    ROOT,
    alive,
    allowed,
    finished,
    heed_signals,
    wait_for_runs,
    workers_of,
)
from tests.experiments.toy_jobs import fingerprint

RUNS = 6
# Starting workers costs more than these runs.
QUIETLY_ALONE = ("--quiet", "--workers", "1")
DESIGN = f"""\
title: Two months of the model
until: 2022-10
design: grid
uncertainties:
  force.return_share: {[0.5 + number / 100 for number in range(RUNS)]}
"""


def muster(*arguments: str, at: Path) -> subprocess.Popen[str]:
    """Start a command as the leader of a process group, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "experiments.commands.cli", *arguments],
        cwd=at,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,
    )


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the fingerprint of the tables of the same sweep in one go."""
    folder = tmp_path_factory.mktemp("unbroken")
    (folder / "design.yaml").write_text(DESIGN, encoding="utf-8")
    process = muster(
        "sweep", "design.yaml", "--out", "whole", *QUIETLY_ALONE, at=folder
    )
    assert process.communicate() == ("", "")
    return fingerprint(folder / "whole")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_in_one_line_how_to_resume_and_that_line_completes_the_sweep(
    tmp_path: Path, workers: str, unbroken: str
) -> None:
    (tmp_path / "my design.yaml").write_text(DESIGN, encoding="utf-8")
    sweep = ("sweep", "my design.yaml", "--quiet", "--workers", workers)
    process = muster(*sweep, "--out", "broken", at=tmp_path)
    wait_for_runs(tmp_path / "broken", 1)
    children = workers_of(process.pid)
    asked = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    printed, said = process.communicate(timeout=allowed(30))
    assert time.monotonic() - asked < allowed(5)
    assert process.returncode == 130
    assert alive(children) == []
    assert printed == ""
    (line,) = said.splitlines()
    stem = "interrupted; finished runs are safe. Resume: muster "
    assert line.startswith(stem)

    kept = finished(tmp_path / "broken")
    assert 1 <= len(kept) < RUNS
    resume = shlex.split(line.removeprefix(stem))
    resumed = muster(*resume, "--workers", "1", at=tmp_path)
    assert f"{RUNS} runs, {len(kept)} of them earlier" in resumed.communicate()[0]
    assert resumed.returncode == 0
    assert kept <= finished(tmp_path / "broken")
    assert fingerprint(tmp_path / "broken") == unbroken
