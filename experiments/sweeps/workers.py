"""Runs of a sweep inside a worker: their logs, their results, and how they ended.

The run's log is open while it runs, so that a crash in compiled code or a run over its
time leaves a traceback there.
"""

from __future__ import annotations

import faulthandler
import os
import platform
import resource
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from mmap import mmap
from pathlib import Path
from typing import TextIO

from experiments.runs.jobs import (
    Outcome,
    RunOutput,
    Task,
    find_job,
    find_together,
    job_version,
)
from experiments.storage.durable import storage_faults
from experiments.sweeps.failures import log_path
from experiments.sweeps.inputs import run_input
from experiments.sweeps.journal import encode, keep
from model.errors import StorageError
from model.extensions import load_given

LONGEST_ERROR = 300
Group = tuple[Task, ...]


def import_job(job: str) -> None:
    """Import a job before its first run, so that no run's time pays for it."""
    with suppress(Exception):  # the runs will tell
        find_job(job)


def execute_guarded(task: Task, *, at_once: bool = False) -> Outcome:
    """Run a task in a process of its own, with crash log and time limit.

    Args:
        task: the run.
        at_once: force the result to disk before it is told of, so that another machine
            sees it.
    """
    with _log(task) as log:
        faulthandler.enable(log)
        if task.timeout_seconds is not None:
            faulthandler.dump_traceback_later(task.timeout_seconds, exit=True, file=log)
        try:
            return _execute(task, log, at_once=at_once)
        finally:
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()


def execute_together(
    tasks: Group, alone: Callable[[Task], Outcome] = execute_guarded
) -> list[Outcome]:
    """Run tasks that may share months; what is not done together is done alone.

    Args:
        tasks: of one job, scenario, draw and seed.
        alone: runs a task that stands alone, or that went wrong in company.
    """
    started = time.perf_counter()
    done = _done_together(tasks) if len(tasks) > 1 else set()
    return [
        _outcome(task, started, "finished") if task.run_id in done else alone(task)
        for task in tasks
    ]


def _done_together(tasks: Group) -> set[str]:
    """Run tasks with the months they share simulated once; return those that are kept.

    Nobody is blamed here: what raises is tried again by itself, with a log of its own.
    """
    here, worker, first = os.getpid(), _worker(), tasks[0]
    started = time.perf_counter()
    load_given(first.own.extensions)
    together = find_together(first.job)
    if together is None or _is_other_version(first):
        return set()
    # A byte for each run that is kept, in memory that forks share with this process.
    with mmap(-1, len(tasks)) as kept:

        def keep_run(number: int, output: RunOutput) -> None:
            task = tasks[number]
            seconds = (time.perf_counter() - started) / (sum(kept[:]) + 1)
            body = encode(task.row(), output, seconds, worker)
            # A fork ends without forcing anything to disk later.
            at_once = os.getpid() != here
            keep(task.folder, task.session, task.run_id, body, at_once=at_once)
            kept[number] = 1

        with suppress(Exception):
            together([run_input(task) for task in tasks], keep_run)
        ended = zip(tasks, kept[:], strict=True)
        return {task.run_id for task, is_kept in ended if is_kept}


def execute(task: Task) -> Outcome:
    """Run a task in the calling process; a crash there is the caller's."""
    with _log(task) as log:
        return _execute(task, log, at_once=False)


@contextmanager
def _log(task: Task) -> Iterator[TextIO]:
    path = log_path(Path(task.folder), task.run_id)
    # A link there, from whomever, is replaced and not followed.
    with storage_faults(path):
        path.unlink(missing_ok=True)
    with storage_faults(path), open(path, "x", encoding="utf-8") as stream:
        yield stream
    if os.path.getsize(path) == 0:
        with suppress(OSError):
            path.unlink()


def _execute(task: Task, log: TextIO, *, at_once: bool) -> Outcome:
    started = time.perf_counter()
    load_given(task.own.extensions)
    if _is_other_version(task):
        error = "a worker has another version of the code; one sweep is one version"
        return _outcome(task, started, "refused", error=error)
    try:
        output = find_job(task.job)(run_input(task))
        seconds = time.perf_counter() - started
        body = encode(task.row(), output, seconds, _worker())
        keep(task.folder, task.session, task.run_id, body, at_once=at_once)
    except StorageError as error:
        return _outcome(task, started, "storage", error=str(error))
    except Exception as error:
        traceback.print_exc(file=log)
        kind = "memory" if isinstance(error, MemoryError) else "exception"
        return _outcome(task, started, "failed", kind=kind, error=_one_line(error))
    return _outcome(task, started, "finished")


def _is_other_version(task: Task) -> bool:
    return bool(task.code) and task.code != job_version(task.job, task.own)


def _outcome(
    task: Task,
    started: float,
    status: str,
    *,
    kind: str = "",
    error: str = "",
) -> Outcome:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Outcome(
        run_id=task.run_id,
        status=status,
        kind=kind,
        error=error,
        seconds=time.perf_counter() - started,
        peak_memory_bytes=usage.ru_maxrss * 1024,
        worker=_worker(),
    )


def _worker() -> str:
    return f"{platform.node()}:{os.getpid()}"


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:LONGEST_ERROR]
