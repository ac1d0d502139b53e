"""An own job: found by its name, refused where it has none, and named by its source."""

from __future__ import annotations

import functools
import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from experiments.runs.jobs import Job, RunInput, RunOutput, job_path, job_version
from experiments.storage.identity import code_digest
from experiments.sweeps.sweep import SweepOptions, run_sweep
from model.errors import DesignError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import finished

JOB = """\
from experiments.runs.jobs import RunInput, RunOutput
import {helper}

def answer(given: RunInput) -> RunOutput:
    return RunOutput({{"answer": {helper}.NUMBER}})
"""
SCRIPT = """\
from pathlib import Path
from experiments.runs.jobs import RunInput, RunOutput
from experiments.sweeps.design import Design
from experiments.sweeps.sweep import run_sweep

def answer(given: RunInput) -> RunOutput:
    return RunOutput({"answer": 1.0})

if __name__ == "__main__":
    run_sweep(Design(), Path("out"), job=answer)
"""


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """An analyst's own module beside a module it uses."""
    name = f"study_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}_numbers.py").write_text("NUMBER = 1.0\n")
    (tmp_path / f"{name}.py").write_text(JOB.format(helper=f"{name}_numbers"))
    monkeypatch.syspath_prepend(str(tmp_path))
    return importlib.import_module(name)


def asked(study: ModuleType, folder: Path) -> None:
    run_sweep(
        toy_jobs.grid(2),
        folder,
        job=study.answer,
        resolve=toy_jobs.resolve,
        options=SweepOptions(workers=1),
    )


@pytest.mark.parametrize("edited", ["", "_numbers"])
def test_an_edited_job_is_another_job(
    study: ModuleType, edited: str, tmp_path: Path
) -> None:
    asked(study, tmp_path / "before")
    source = tmp_path / f"{study.__name__}{edited}.py"
    source.write_text(source.read_text() + "# edited\n")
    with pytest.raises(DesignError, match="changed since it began"):
        asked(study, tmp_path / "before")
    asked(study, tmp_path / "after")
    assert not finished(tmp_path / "before") & finished(tmp_path / "after")


def test_the_version_of_the_models_own_job_is_the_projects() -> None:
    assert job_version("experiments.runs.run:run_point") == code_digest()
    assert job_version("tests.experiments.toy_jobs:toy") != code_digest()


def local(name: str) -> Job:
    def job(given: RunInput) -> RunOutput:
        return RunOutput({name: 1.0})

    return job


@pytest.mark.parametrize(
    "job",
    [local("a"), lambda given: RunOutput({}), functools.partial(toy_jobs.toy)],
    ids=["local", "lambda", "partial"],
)
def test_a_job_that_workers_cannot_find_is_refused_at_the_start(
    job: Job, tmp_path: Path
) -> None:
    with pytest.raises(DesignError, match="at the top of a module"):
        run_sweep(toy_jobs.grid(2), tmp_path / "new", job=job, resolve=toy_jobs.resolve)
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_means_something_else_is_refused() -> None:
    def toy(given: RunInput) -> RunOutput:
        return RunOutput({})

    toy.__module__, toy.__qualname__ = toy_jobs.toy.__module__, "toy"
    with pytest.raises(DesignError, match="does not give the job"):
        job_path(toy)


def test_a_job_in_the_script_itself_is_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "as jobs.py, and import it from there" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "out").exists()
