"""What happens inside a worker: one run, its log, its file, and nobody left behind.

A watchdog thread ends the worker when its parent dies. The run's log is open while it
runs, so that a crash in compiled code or a run over its time leaves a traceback there.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import platform
import resource
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TextIO

from experiments.runs.jobs import Outcome, Task, find_job
from experiments.storage.durable import storage_faults
from experiments.storage.identity import code_digest
from experiments.sweeps.inputs import run_input
from experiments.sweeps.run_files import log_path, write_run
from model.errors import StorageError

LONGEST_ERROR = 300
_ORPHANED = 70


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use; None is no limit."""

    timeout_seconds: float | None = None
    memory_bytes: int | None = None


def become_worker(limits: Limits) -> None:
    """Prepare a fresh process: watch the parent, leave Ctrl-C to it, cap memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    if limits.memory_bytes is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, hard))


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(_ORPHANED)


def ready(job: str) -> int:
    """Import the job, outside any time limit, and give the worker's process id."""
    with suppress(Exception):  # the runs will tell
        find_job(job)
    return os.getpid()


def execute_guarded(task: Task) -> Outcome:
    """Run a task in a process of its own, with crash log and time limit."""
    with _log(task) as log:
        faulthandler.enable(log)
        if task.timeout_seconds is not None:
            faulthandler.dump_traceback_later(task.timeout_seconds, exit=True, file=log)
        try:
            return _execute(task, log)
        finally:
            faulthandler.cancel_dump_traceback_later()
            faulthandler.disable()


def execute(task: Task) -> Outcome:
    """Run a task in the calling process; a crash there is the caller's."""
    with _log(task) as log:
        return _execute(task, log)


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


def _execute(task: Task, log: TextIO) -> Outcome:
    started = time.perf_counter()
    if task.code and task.code != code_digest():
        error = "a worker has another version of the code; one sweep is one version"
        return _outcome(task, started, "refused", error=error)
    try:
        output = find_job(task.job)(run_input(task))
        name = write_run(Path(task.folder), task, output)
    except StorageError as error:
        return _outcome(task, started, "storage", error=str(error))
    except Exception as error:
        traceback.print_exc(file=log)
        kind = "memory" if isinstance(error, MemoryError) else "exception"
        return _outcome(task, started, "failed", kind=kind, error=_one_line(error))
    return _outcome(task, started, "finished", file=name)


def _outcome(
    task: Task,
    started: float,
    status: str,
    *,
    file: str = "",
    kind: str = "",
    error: str = "",
) -> Outcome:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return Outcome(
        run_id=task.run_id,
        status=status,
        file=file,
        kind=kind,
        error=error,
        seconds=time.perf_counter() - started,
        peak_memory_bytes=usage.ru_maxrss * 1024,
        worker=f"{platform.node()}:{os.getpid()}",
    )


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:LONGEST_ERROR]
