"""A lane: one worker process, reused from run to run and replaced when it dies.

Each lane is a `ProcessPoolExecutor` of one worker, so a death breaks one lane, and
names its run, where a pool of several would break for everybody. The worker is spawned,
never forked: it inherits neither the lock nor threads.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.workers import Limits, become_worker, execute_guarded, ready

GRACE_SECONDS = 5.0


class Lane:
    """One worker process and the run it is busy with."""

    def __init__(self, limits: Limits, job: str) -> None:
        self.task: Task | None = None
        self._limits = limits
        self._process: BaseProcess | None = None
        self._given_at = 0.0
        self._gone_since: float | None = None
        self._executor = self._new_executor()
        with _keyboard_ignored():
            self.future: Future[int] | Future[Outcome] = self._executor.submit(
                ready, job
            )

    def give(self, task: Task) -> None:
        """Start a task; the lane must be free."""
        self.task, self._given_at = task, time.monotonic()
        self.future = self._executor.submit(execute_guarded, task)

    @property
    def free(self) -> bool:
        """Whether the worker is up and has nothing to do."""
        return self._process is not None and self.task is None

    def welcome(self, process_id: int) -> None:
        """Note which process answered the first question."""
        children = multiprocessing.active_children()
        self._process = next((c for c in children if c.pid == process_id), None)

    def out_of_time(self) -> bool:
        """Whether the run has used up its time."""
        limit = self._limits.timeout_seconds
        return limit is not None and self.elapsed >= limit

    @property
    def elapsed(self) -> float:
        """Seconds since the run was given to the worker."""
        return time.monotonic() - self._given_at

    def enforce(self) -> None:
        """Kill a worker that outlives its time limit in spite of its own timer."""
        limit = self._limits.timeout_seconds
        overdue = limit is not None and self.elapsed > limit + GRACE_SECONDS
        if self.task is not None and overdue:
            self.kill()

    def is_lost(self) -> bool:
        """Whether the worker is dead and its executor has not noticed for seconds."""
        if self._process is None or self._process.is_alive():
            self._gone_since = None
            return False
        now = time.monotonic()
        self._gone_since = self._gone_since or now
        return now - self._gone_since > GRACE_SECONDS

    def cause_of_death(self) -> str:
        """How the worker ended, in words."""
        code = self._exit_code()
        how = "" if code is None else f" ({_exit_in_words(code)})"
        return f"its worker died{how}"

    def _exit_code(self) -> int | None:
        # The executor's own thread may be the one that is told, a moment later.
        deadline = time.monotonic() + GRACE_SECONDS
        while self._process is not None and time.monotonic() < deadline:
            if self._process.exitcode is not None:
                return self._process.exitcode
            time.sleep(0.01)
        return None

    def kill(self) -> None:
        """End the worker at once."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()

    def close(self) -> None:
        """End the worker: politely when free, at once when busy."""
        if self.task is not None:
            self.kill()
        self._executor.shutdown(wait=not self.is_lost(), cancel_futures=True)

    def _new_executor(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=become_worker,
            initargs=(self._limits,),
        )


def broken(future: Future[int] | Future[Outcome]) -> bool:
    """Whether the worker died under this future."""
    return isinstance(future.exception(), BrokenProcessPool)


def _exit_in_words(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    hint = ", often out of memory" if name == "SIGKILL" else ""
    return f"{name}{hint}"


@contextmanager
def _keyboard_ignored() -> Iterator[None]:
    # A worker must not see Ctrl-C even while it is still starting; what a process
    # ignores, the ones it starts ignore too.
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
