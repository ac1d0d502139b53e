"""Where a sweep's runs are executed: in this process, in workers, or on a Dask cluster.

Each executor is a generator: it takes groups of tasks as it has room for them, yields
outcomes as they come, and when it is closed, early or not, leaves no process behind.
Files hold the truth: an executor that is lost takes no finished run with it. The tasks
of a group may share months; a run answers for itself alone, so a group that dies or
takes too long is done again run by run.
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
from experiments.sweeps.workers import Group, execute, execute_together, import_job

Outcomes = Generator[Outcome, None, None]
Executor = Callable[[Iterable[Group]], Outcomes]


def in_process(groups: Iterable[Group]) -> Outcomes:
    """Run one task after the other here, for debugging.

    There is no time limit, and a crash in compiled code takes this process with it.
    """
    try:
        for group in groups:
            yield from execute_together(group, execute)
    finally:
        close_journal()


def on_processes(limits: Limits, workers: int) -> Executor:
    """Run groups of tasks in spawned worker processes."""

    def outcomes(groups: Iterable[Group]) -> Outcomes:
        left = iter(groups)
        first = next(left, None)
        if first is None:
            return
        again: list[Group] = []
        runs = run_jobs(
            execute_together,
            chain([first], left),
            workers=workers,
            limits=limits,
            prepare=partial(import_job, first[0].job),
        )
        with closing(runs):
            for run in runs:
                if run.result is not None:
                    for outcome in run.result:
                        yield replace(outcome, attempts=run.attempts)
                elif len(run.job) > 1:
                    again += [(task,) for task in run.job]
                elif run.timed_out:
                    (task,) = run.job
                    late = died(task, run.cause, run.attempts)
                    seconds = task.timeout_seconds or 0.0
                    yield replace(late, kind="timeout", seconds=seconds)
                else:
                    yield died(run.job[0], run.cause, run.attempts)
        yield from outcomes(again)

    return outcomes


def died(task: Task, cause: str, attempts: int) -> Outcome:
    """Outcome of a run that took its workers with it."""
    return Outcome(task.run_id, "failed", kind="died", error=cause, attempts=attempts)
