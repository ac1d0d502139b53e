"""A sweep from design to tables: plan, lock, adopt what is done, run the rest, seal.

The same call starts a sweep and resumes it. Finished runs are never repeated; failed
ones are tried again. Whatever ends the process, the files of finished runs stay good.
"""

from __future__ import annotations

import secrets
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.processes.signals import stopping_as_interrupt
from experiments.runs.jobs import Job, find_together, job_path, job_version
from experiments.runs.own_code import NO_OWN_CODE, Measured, own_code
from experiments.storage.lock import locked
from experiments.sweeps import scenario_trees
from experiments.sweeps.design import SAMPLED, Design, open_design
from experiments.sweeps.failures import FailedRun
from experiments.sweeps.plan import WHOLE_SWEEP, Plan, Resolve, Shard, make_plan
from experiments.sweeps.session import (
    Progress,
    SweepOptions,
    Tally,
    Tell,
    execute_tasks,
)
from experiments.sweeps.store import (
    adopt,
    break_seal,
    conclude,
    is_sealed,
    make_folder,
    prepare,
)
from experiments.sweeps.together import grouped
from model.errors import DesignError, RunsFailedError, StoppedError, StorageError

if TYPE_CHECKING:
    from model.simulation import RecruitmentModel

FAILURES_TOLD = 20
RESUME_COMMAND = "muster sweep {design} --out {folder}"
REPLAY_COMMAND = "muster replay {run}"

DEFAULT_OPTIONS = SweepOptions()
MODEL_JOB = "experiments.runs.run:run_point"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """A complete sweep."""

    folder: Path
    planned: int
    reused: int
    seconds: float


def run_sweep(
    design: Path | Design,
    folder: Path,
    *,
    job: Job | None = None,
    resolve: Resolve | None = None,
    code: str | None = None,
    options: SweepOptions = DEFAULT_OPTIONS,
    tell: Tell = lambda _: None,
    model: type[RecruitmentModel] | None = None,
    measures: Mapping[str, Measured] | None = None,
    shard: Shard = WHOLE_SWEEP,
) -> SweepResult:
    """Run a sweep, or whatever is left of it.

    Args:
        design: a design file, or a validated design.
        folder: where everything is kept; new, empty, or this sweep's own.
        job: what one run does, a function at the top of a module; the model, unless
            said otherwise.
        resolve: how a scenario and a posterior draw become a tree.
        code: version of the code behind `job`; if not given, the digest of this
            project and of an own job.
        options: how the runs are executed.
        tell: called at the start and after every run.
        model: a subclass of the model, which takes its place.
        measures: own measures by name, besides those the design names.
        shard: the part of the runs to do, in a folder of its own; see `merge`.

    Raises:
        DesignError: if the design is wrong, the job is no function that workers find,
            or the folder belongs to another sweep.
        BusyError: if another process works in the folder.
        RunsFailedError: if some runs failed; the tables hold the others.
        StorageError: if a file could not be written or read.
        StoppedError: on Ctrl-C, SIGTERM or SIGHUP.
    """
    folder = folder.resolve()
    path = job_path(job or model_job())
    plan = plan_sweep(
        design, resolve, code, path, model=model, measures=measures, shard=shard
    )
    make_folder(folder)
    with _interruptible(_resume_line(design, folder)), locked(folder):
        prepare(folder, plan, path)
        tally = _work_off(folder, plan, path, options, tell)
    if tally.failures:
        raise RunsFailedError(failures_in_words(folder, tally.failures, tally.planned))
    return SweepResult(folder, tally.planned, tally.reused, tally.seconds)


def plan_sweep(
    design: Path | Design,
    resolve: Resolve | None = None,
    code: str | None = None,
    job: str = MODEL_JOB,
    *,
    model: type[RecruitmentModel] | None = None,
    measures: Mapping[str, Measured] | None = None,
    shard: Shard = WHOLE_SWEEP,
) -> Plan:
    """Read, check and lay out a design; nothing is written.

    Args:
        design: a design file, or a validated design.
        resolve: how a scenario and a posterior draw become a tree.
        code: version of the code; if not given, that behind the job.
        job: import path of what one run does.
        model: a subclass of the model, which takes its place.
        measures: own measures by name, besides those the design names.
        shard: the part of the runs to do.

    Raises:
        DesignError: with everything that is wrong, each with its place.
    """
    file = open_design(design) if isinstance(design, Path) else None
    found = file.design if file else design
    assert isinstance(found, Design)
    # First, since a module that holds a measure may register a channel to be varied.
    try:
        own = own_code(model, {**found.measures, **(measures or {})}, found.keep)
    except DesignError as error:
        if file is None:
            raise
        own = NO_OWN_CODE
        file.blame(("measures",), str(error))
    if resolve is None:
        scenario_trees.check(found, file)
    elif file is not None:
        file.raise_if_blamed()
    version, check = code or job_version(job, own), code is None
    resolver = resolve or scenario_trees.resolver(found)
    return make_plan(found, resolver, version, check_code=check, own=own, shard=shard)


def model_job() -> Job:
    """The model as a job, imported only when it is wanted."""
    from experiments.runs.run import run_point

    return run_point


def _work_off(
    folder: Path, plan: Plan, job: str, options: SweepOptions, tell: Tell
) -> Tally:
    finished = adopt(folder).ids
    runs = plan.runs
    # By run id, hence in random order, which makes the time left easy to guess; but a
    # sampled design row by row, so that its indices can be had of the rows so far.
    left = runs.numbers[~np.isin(runs.ids, finished, assume_unique=True)]
    if len(left) and plan.design.design in SAMPLED:
        left = left[np.argsort(plan.sample_rows(left), kind="stable")]
    tally = Tally(planned=len(runs), reused=len(runs) - len(left))
    if not len(left) and is_sealed(folder):
        return tally
    break_seal(folder)
    session = secrets.token_hex(4)
    alone = plan.own.model or find_together(job) is None
    most = 1 if alone else options.most_together(len(left))
    groups = (
        tuple(
            plan.task(int(number), folder, job, options.timeout_seconds, session)
            for number in group
        )
        for group in grouped(plan, left, most)
    )
    execute_tasks(folder, groups, options, tally, tell)
    if tally.finished + len(tally.failures) == len(left):
        ended = conclude(folder, len(runs))
        lost = len(runs) - len(ended.ids) - len(ended.failed)
        if lost:
            raise StorageError(
                f"{folder}: {lost} runs that ended are not on disk; does every worker "
                "write to this folder? The same command does them again"
            )
    return tally


def failures_in_words(folder: Path, failures: list[FailedRun], planned: int) -> str:
    """List failed runs, each with scenario, seed, log and the command to repeat it."""
    lines = [f"{folder}: {len(failures)} of {planned} runs failed"]
    lines += [failure_in_words(folder, failure) for failure in failures[:FAILURES_TOLD]]
    if len(failures) > FAILURES_TOLD:
        lines.append(f"and {len(failures) - FAILURES_TOLD} more, in failures/")
    return "\n".join(lines)


def failure_in_words(folder: Path, failure: FailedRun) -> str:
    """One failed run on one line, with the command to repeat it."""
    run = shlex.quote(str(folder / failure.run_id))
    return (
        f"  {failure.run_id}: {failure.error} (scenario {failure.scenario}, "
        f"draw {failure.draw}, seed {failure.seed}, log {failure.log}); "
        f"repeat with: {REPLAY_COMMAND.format(run=run)}"
    )


def _resume_line(design: Path | Design, folder: Path) -> str:
    if isinstance(design, Design):
        return f"call run_sweep again with folder {folder}"
    return RESUME_COMMAND.format(
        design=shlex.quote(str(design)), folder=shlex.quote(str(folder))
    )


@contextmanager
def _interruptible(resume_line: str) -> Iterator[None]:
    with stopping_as_interrupt():
        try:
            yield
        except KeyboardInterrupt:
            raise StoppedError(
                f"interrupted; finished runs are safe. Resume: {resume_line}"
            ) from None


__all__ = [
    "Progress",
    "SweepOptions",
    "SweepResult",
    "failure_in_words",
    "plan_sweep",
    "run_sweep",
]
