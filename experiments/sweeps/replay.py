"""One run of a sweep again, in this process, from the folder alone."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from experiments.runs.jobs import (
    Job,
    RunInput,
    RunOutput,
    Task,
    find_job,
    job_path,
    job_version,
)
from experiments.runs.own_code import NO_OWN_CODE, OwnCode, own_code
from experiments.storage.identity import RUN_ID_LENGTH, short_digest
from experiments.sweeps.inputs import run_input
from experiments.sweeps.run_files import encode, read_failure, read_run, run_id_of
from experiments.sweeps.store import failure_paths, run_paths, sweep_header
from model.errors import DesignError

# A function at the top of one of the packages, named by its import path.
_OWN_JOB = re.compile(r"(?:model|scenarios|calibration|experiments)(?:\.\w+)*:\w+")
_NAMED = ("run_id", "scenario", "draw", "seed")


@dataclass(frozen=True, slots=True)
class Replay:
    """A run done again; `same` says whether it gave the stored bytes (None: it failed).

    `same_code` says whether the code is still that of the sweep.
    """

    given: RunInput
    output: RunOutput
    same: bool | None
    same_code: bool


def replay(
    run: Path,
    *,
    job: Job | None = None,
    code: str | None = None,
    own: OwnCode | None = None,
) -> Replay:
    """Repeat a finished or failed run; what it raises is raised.

    Args:
        run: `FOLDER/RUN_ID`, or the file of the run.
        job: the job the sweep was started with, where it was not one of Muster's.
        code: version of the code behind the job; this project's digest, if not given.
        own: what its runs took from outside the package, if anything
            (`experiments.runs.own_code.own_code`).

    Raises:
        DesignError: if no such run has ended there, or it ran another job.
    """
    folder, run_id = _locate(run)
    header = sweep_header(folder)
    task, stored = _task(folder, run_id, header)
    task = replace(task, own=_own(folder, header, own))
    given = run_input(task)
    output = _job(folder, task.job, job)(given)
    name = f"{run_id}-{short_digest(encode(task.row(), output))}.parquet"
    return Replay(
        given=given,
        output=output,
        same=None if stored is None else stored == name,
        same_code=header["versions"]["code"]
        == (code or job_version(task.job, task.own)),
    )


def _own(folder: Path, header: dict[str, Any], given: OwnCode | None) -> OwnCode:
    """Return the caller's own code: a folder from elsewhere may name any module."""
    found = given or NO_OWN_CODE
    stored = header.get("own", {})
    if stored.get("keep") and given is None and set(stored) == {"keep"}:
        return own_code(keep=stored["keep"])
    if found.identity != stored:
        raise DesignError(
            f"{folder}: its runs took {stored or 'nothing'} from outside the package; "
            "from Python, replay(run, own=own_code(...)) with the same"
        )
    return found


def _job(folder: Path, path: str, given: Job | None) -> Job:
    """Return the job of a sweep: a folder from elsewhere may name any function."""
    if given is not None and job_path(given) == path:
        return given
    if given is None and _OWN_JOB.fullmatch(path):
        with suppress(ImportError, AttributeError):
            found = find_job(path)
            if inspect.isfunction(found) and job_path(found) == path:
                return found
    raise DesignError(
        f"{folder}: its runs call {path}, and a folder is not trusted to say what is "
        "called; from Python, replay(run, job=...) with that function"
    )


def _locate(run: Path) -> tuple[Path, str]:
    run = run.resolve()
    in_file = run.suffix in {".parquet", ".json"}
    folder = run.parent.parent if in_file else run.parent
    return folder, run.name[:RUN_ID_LENGTH]


def _task(folder: Path, run_id: str, header: dict[str, Any]) -> tuple[Task, str | None]:
    inputs, stored = _inputs(folder, run_id)
    settings = {name: v for name, v in inputs.items() if name not in _NAMED}
    task = Task(
        folder=str(folder),
        run_id=run_id,
        job=header["job"],
        inputs=header["scenarios"][f"{inputs['scenario']} {inputs['draw']}"],
        scenario=inputs["scenario"],
        settings=tuple(settings.items()),
        draw=inputs["draw"],
        seed=inputs["seed"],
    )
    return task, stored


def _inputs(folder: Path, run_id: str) -> tuple[dict[str, Any], str | None]:
    for path in run_paths(folder):
        if run_id_of(path) == run_id:
            return read_run(path).inputs, path.name
    for path in failure_paths(folder):
        if run_id_of(path) == run_id:
            failed = read_failure(path)
            named = {name: getattr(failed, name) for name in _NAMED}
            return {**named, **failed.settings}, None
    raise DesignError(f"{folder}: no run {run_id!r} has ended here; see its runs/")
