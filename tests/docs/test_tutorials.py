"""Every command and snippet of the tutorials runs, on a small country."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.commands import sweeping
from experiments.documents.parameter_page import DOCS
from experiments.report import build_report
from tests.docs.snippets import (
    SHORT_SCENARIO,
    reader_environment,
    run_shell,
    smaller,
    snippets,
    stand_in,
)
from tests.experiments.small_country import draws, settle

RESEARCHERS = DOCS / "tutorials/researchers.md"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
KINDS = {"bash", "python", "yaml"}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    # A worker process would not know of the small country.
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0})
    monkeypatch.setattr("calibration.posterior.load_draws", draws)
    monkeypatch.setattr("experiments.report.build_report", report_when_rebuilt)
    settle(monkeypatch)


def report_when_rebuilt(folder: Path) -> Path:
    """Draw figures only where a report is asked for by name; they take seconds."""
    page = folder / "report.html"
    if page.exists():
        return build_report(folder)
    page.touch()
    return page


def run_all(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a page from top to bottom, as its reader would."""
    names: dict[str, Any] = {"__name__": "__main__"}
    Path("short.yaml").write_text(SHORT_SCENARIO, encoding="utf-8")
    for snippet in snippets(page):
        if not snippet.runs or snippet.rest == "dask":
            continue
        if snippet.kind == "yaml":
            Path(snippet.rest).write_text(smaller(snippet.code), encoding="utf-8")
        elif snippet.kind == "python":
            where = f"{page.name}:{snippet.line}"
            exec(compile(smaller(snippet.code), where, "exec"), names)
        else:
            with monkeypatch.context() as patch:
                prepare(patch, snippet.rest)
                run_shell(snippet.code)


def prepare(patch: pytest.MonkeyPatch, tag: str) -> None:
    """Arrange what the tag behind a shell block asks for."""
    if tag == "interrupted":
        interrupt_after_one_run(patch)
    elif tag == "many-runs":
        patch.setattr("experiments.runs.run.run_point", stand_in)
    else:
        assert not tag, f"no meaning is known for {tag!r}"


def interrupt_after_one_run(patch: pytest.MonkeyPatch) -> None:
    """Stand in for the hand on Ctrl-C."""

    def tell(at: Any, *_: Any) -> None:
        if at.finished:
            raise KeyboardInterrupt

    patch.setattr(sweeping, "_tell", tell)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_runs_from_top_to_bottom(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_all(page, monkeypatch)
    assert [each for each in written(page) if not Path(each).exists()] == []


def written(page: Path) -> list[str]:
    """Return what the blocks of a page that are run say they write."""
    ran = (s.code for s in snippets(page) if s.runs and s.rest != "dask")
    return [each for code in ran for each in re.findall(r"--out[ =](\S+)", code)]


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_block_is_of_a_kind_that_is_run(page: Path) -> None:
    assert {snippet.kind for snippet in snippets(page)} <= KINDS


def test_only_set_up_and_slurm_are_left_out() -> None:
    reasons = [
        snippet.rest
        for page in TUTORIALS
        for snippet in snippets(page)
        if not snippet.runs
    ]
    assert reasons == [
        "no-test installs the project",
        "no-test needs a Slurm cluster",
        "no-test needs a Slurm cluster",
    ]


@pytest.fixture
def on_dask(tmp_path: Path) -> Path:
    """Return a folder with what the page's blocks on Dask start from."""
    named = {s.rest: s for s in snippets(RESEARCHERS)}
    design = smaller(named["price.yaml"].code)
    (tmp_path / "price.yaml").write_text(design, encoding="utf-8")
    (tmp_path / "short.yaml").write_text(SHORT_SCENARIO, encoding="utf-8")
    return tmp_path


def run_on_dask(folder: Path, kind: str, *program: str) -> int:
    """Run a page's block on Dask as a program of its own, since workers import it.

    Returns the number of runs in the table it leaves.
    """
    (block,) = (s for s in snippets(RESEARCHERS) if (s.kind, s.rest) == (kind, "dask"))
    (folder / "script").write_text(_elsewhere(block.code), encoding="utf-8")
    done = subprocess.run(
        [*program, "script"],
        cwd=folder,
        env={**reader_environment(), "PYTHONPATH": str(DOCS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return len(pd.read_parquet(folder / "sweeps/dask/runs.parquet"))


def _elsewhere(code: str) -> str:
    """Move the scheduler to a port that is free here."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return code.replace("8786", str(asked.getsockname()[1]))


@pytest.mark.slow
def test_a_sweep_runs_on_dask_workers_of_this_machine(on_dask: Path) -> None:
    assert run_on_dask(on_dask, "python", sys.executable) == 12


@pytest.mark.slow
def test_a_sweep_runs_on_workers_started_by_hand(on_dask: Path) -> None:
    # Without -m, a shell that runs a file has no jobs to kill by number.
    assert run_on_dask(on_dask, "bash", "bash", "-m") == 12
