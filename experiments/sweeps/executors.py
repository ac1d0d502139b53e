"""Where a sweep's runs are executed: in this process, in workers, or on a Dask cluster.

Each executor is a generator: it takes tasks as it has room for them, yields outcomes as
they come, and when it is closed, early or not, leaves no process behind. Files hold the
truth: an executor that is lost takes no finished run with it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain

from calibration.processes.runner import run_jobs
from calibration.processes.worker import Limits
from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.journal import close_journal
from experiments.sweeps.workers import execute, execute_guarded, import_job

Outcomes = Generator[Outcome, None, None]
Executor = Callable[[Iterable[Task]], Outcomes]


def in_process(tasks: Iterable[Task]) -> Outcomes:
    """Run one task after the other here, for debugging.

    There is no time limit, and a crash in compiled code takes this process with it.
    """
    try:
        for task in tasks:
            yield execute(task)
    finally:
        close_journal()


def on_processes(limits: Limits, workers: int) -> Executor:
    """Run tasks in spawned worker processes."""

    def outcomes(tasks: Iterable[Task]) -> Outcomes:
        left = iter(tasks)
        first = next(left, None)
        if first is None:
            return
        runs = run_jobs(
            execute_guarded,
            chain([first], left),
            workers=workers,
            limits=limits,
            prepare=partial(import_job, first.job),
        )
        with closing(runs):
            for run in runs:
                if run.result is not None:
                    yield replace(run.result, attempts=run.attempts)
                elif run.timed_out:
                    late = died(run.job, run.cause, run.attempts)
                    seconds = run.job.timeout_seconds or 0.0
                    yield replace(late, kind="timeout", seconds=seconds)
                else:
                    yield died(run.job, run.cause, run.attempts)

    return outcomes


def died(task: Task, cause: str, attempts: int) -> Outcome:
    """Outcome of a run that took its workers with it."""
    return Outcome(task.run_id, "failed", kind="died", error=cause, attempts=attempts)
