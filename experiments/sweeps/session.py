"""One attempt at the runs that are left: execute them, note failures, keep count."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from calibration.processes.runner import worker_count
from calibration.processes.worker import Limits
from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.executors import Executor, in_process, on_processes
from experiments.sweeps.failures import FailedRun, log_digest, log_path, write_failure
from experiments.sweeps.workers import Group
from model.errors import DesignError, StorageError

DEFAULT_TIMEOUT_SECONDS = 3600.0
MOST_TOGETHER = 16
"""Runs that are done one by one if something goes wrong with any of them."""


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """How a sweep is executed; nothing here can change a result.

    `workers` None uses every core given to the process; 1 runs in this process, with
    neither time limit nor protection against crashes. `dask` is a scheduler's address.
    """

    workers: int | None = None
    dask: str | None = None
    timeout_seconds: float | None = DEFAULT_TIMEOUT_SECONDS
    memory_bytes: int | None = None
    fail_fast: bool = False

    def worker_count(self) -> int:
        """Number of workers on this machine."""
        return worker_count(self.workers)

    def most_together(self, runs: int) -> int:
        """How many runs one worker may be given at once, to simulate what they share.

        Few where runs are few, so that no worker goes without; on Dask each stands
        alone, for the threads of its workers must not be forked.
        """
        if self.dask is not None:
            return 1
        workers = self.worker_count()
        parts = 2 * workers if workers > 1 else 1
        return max(1, min(MOST_TOGETHER, runs // parts))

    def executor(self) -> Executor:
        """Where the runs go."""
        if self.dask is not None:
            from experiments.sweeps.dask_executor import on_dask

            return on_dask(self.dask)
        if self.worker_count() == 1:
            return in_process
        limits = Limits(self.timeout_seconds, self.memory_bytes)
        return on_processes(limits, self.worker_count())


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a sweep stands; `failure` is the run that just failed, if it did."""

    planned: int
    reused: int
    finished: int
    failed: int
    seconds: float
    failure: FailedRun | None = None

    @property
    def seconds_left(self) -> float | None:
        """Expected time to the end; None until something has run."""
        ended = self.finished + self.failed - self.reused
        left = self.planned - self.finished - self.failed
        return self.seconds / ended * left if ended else None


Tell = Callable[[Progress], None]


@dataclass(slots=True)
class Tally:
    """Counts of a session, and the failures met in it."""

    planned: int
    reused: int
    finished: int = 0
    failures: list[FailedRun] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Seconds since the session began."""
        return time.monotonic() - self.started

    def progress(self, failure: FailedRun | None = None) -> Progress:
        """Where the session stands."""
        return Progress(
            self.planned,
            self.reused,
            self.reused + self.finished,
            len(self.failures),
            self.seconds,
            failure,
        )


def execute_tasks(
    folder: Path,
    groups: Iterable[Group],
    options: SweepOptions,
    tally: Tally,
    tell: Tell,
) -> None:
    """Run tasks until all have ended, or until the first failure with `fail_fast`.

    Args:
        folder: the sweep's folder.
        groups: the tasks; those of a group may share months.
        options: how they are executed.
        tally: is kept up.
        tell: called at the start and after every run.

    Raises:
        StorageError: as soon as a result cannot be written.
        DesignError: if a worker runs another version of the code.
    """
    given: dict[str, Task] = {}
    tell(tally.progress())
    with closing(options.executor()(_noting(groups, given))) as outcomes:
        for outcome in outcomes:
            task = given.pop(outcome.run_id)
            raise_unless_ended(outcome)
            failure = _failure(folder, task, outcome)
            tally.finished += failure is None
            tally.failures += [failure] if failure else []
            tell(tally.progress(failure))
            if failure and options.fail_fast:
                return


def raise_unless_ended(outcome: Outcome) -> None:
    """Stop where a worker could not write its result, or is no part of the sweep."""
    if outcome.status == "storage":
        raise StorageError(outcome.error)
    if outcome.status == "refused":
        raise DesignError(outcome.error)


def _noting(groups: Iterable[Group], given: dict[str, Task]) -> Iterator[Group]:
    for group in groups:
        given.update((task.run_id, task) for task in group)
        yield group


def _failure(folder: Path, task: Task, outcome: Outcome) -> FailedRun | None:
    if outcome.status == "finished":
        return None
    failure = FailedRun(
        run_id=task.run_id,
        scenario=task.scenario,
        draw=task.draw,
        seed=task.seed,
        settings=dict(task.settings),
        kind=outcome.kind,
        error=outcome.error,
        attempts=outcome.attempts,
        log=log_path(Path(), task.run_id).as_posix(),
        log_digest=log_digest(folder, task.run_id),
    )
    write_failure(folder, failure)
    return failure
