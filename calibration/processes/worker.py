"""A worker: one process, reused from job to job, that nobody can leave behind.

Each worker is a `ProcessPoolExecutor` of one process, so a death breaks one executor,
and names its job, where a pool of several would break for everybody. The process is
spawned, never forked: it inherits neither locks nor threads. A thread in it watches the
parent and ends it when the parent is gone, however the parent ended.

This module imports the standard library only: a worker watches its parent before it
spends seconds on the libraries of its job.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from calibration.processes.signals import ignoring

Job = TypeVar("Job")
Result = TypeVar("Result")

GRACE_SECONDS = 5.0
WATCH = "watches the parent"
"""Name of the thread that ends a worker whose parent died."""
_ORPHANED = 70


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use; None is no limit."""

    timeout_seconds: float | None = None
    memory_bytes: int | None = None


class Worker(Generic[Job, Result]):
    """One worker process and the job it is busy with."""

    def __init__(
        self,
        function: Callable[[Job], Result],
        limits: Limits,
        prepare: Callable[[], None],
    ) -> None:
        self.job: Job | None = None
        self._function = function
        self._limits = limits
        self._process: BaseProcess | None = None
        self._given_at = 0.0
        self._gone_since: float | None = None
        self._executor = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_become_worker,
            initargs=(limits,),
        )
        # A worker must not see Ctrl-C, nor its terminal close, even while it is still
        # starting: the parent is asked too, and decides.
        with ignoring(signal.SIGINT, signal.SIGHUP):
            self.future: Future[Any] = self._executor.submit(_ready, prepare)

    def give(self, job: Job) -> None:
        """Start a job; the worker must be free."""
        self.job, self._given_at = job, time.monotonic()
        self.future = self._executor.submit(self._function, job)

    @property
    def free(self) -> bool:
        """Whether the worker is up and has nothing to do."""
        return self._process is not None and self.job is None

    def welcome(self) -> None:
        """Note which process answered the first question."""
        children = multiprocessing.active_children()
        process_id = self.future.result()
        self._process = next((c for c in children if c.pid == process_id), None)

    def out_of_time(self) -> bool:
        """Whether the job has used up its time."""
        limit = self._limits.timeout_seconds
        return limit is not None and self._elapsed >= limit

    def enforce(self) -> None:
        """Kill a worker that outlives its time limit in spite of its own timer."""
        limit = self._limits.timeout_seconds
        overdue = limit is not None and self._elapsed > limit + GRACE_SECONDS
        if self.job is not None and overdue:
            self.kill()

    @property
    def broken(self) -> bool:
        """Whether the worker died under its job, or is dead and nobody noticed."""
        if self.future.done():
            return isinstance(self.future.exception(), BrokenProcessPool)
        return self._is_lost()

    def cause_of_death(self) -> str:
        """How the worker ended, in words."""
        code = self._exit_code()
        how = "" if code is None else f" ({_exit_in_words(code)})"
        return f"its worker died{how}"

    def kill(self) -> None:
        """End the worker at once."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()

    def close(self) -> None:
        """End the worker: politely when free, at once when busy."""
        if self.job is not None:
            self.kill()
        self._executor.shutdown(wait=not self._is_lost(), cancel_futures=True)

    @property
    def _elapsed(self) -> float:
        """Seconds since the job was given to the worker."""
        return time.monotonic() - self._given_at

    def _is_lost(self) -> bool:
        """Whether the worker is dead and its executor has not noticed for seconds."""
        if self._process is None or self._process.is_alive():
            self._gone_since = None
            return False
        now = time.monotonic()
        self._gone_since = self._gone_since or now
        return now - self._gone_since > GRACE_SECONDS

    def _exit_code(self) -> int | None:
        # The executor's own thread may be the one that is told, a moment later.
        deadline = time.monotonic() + GRACE_SECONDS
        while self._process is not None and time.monotonic() < deadline:
            if self._process.exitcode is not None:
                return self._process.exitcode
            time.sleep(0.01)
        return None


def _become_worker(limits: Limits) -> None:
    """Prepare a fresh process: watch the parent, leave Ctrl-C to it, cap memory."""
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, name=WATCH, daemon=True).start()
    if limits.memory_bytes is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, hard))


def _die_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(_ORPHANED)


def _ready(prepare: Callable[[], None]) -> int:
    """Import what the jobs need, outside any time limit; give the process's number."""
    prepare()
    return os.getpid()


def _exit_in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    hint = ", often out of memory" if name == "SIGKILL" else ""
    return f"{name}{hint}"
