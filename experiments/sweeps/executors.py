"""Where runs are executed: in this process, in worker processes, or on a Dask cluster.

Each executor is a generator: it takes tasks as it has room for them, yields outcomes as
they come, and when it is closed, early or not, leaves no process behind. Files hold the
truth: an executor that is lost takes no finished run with it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Any, cast

from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.lanes import Lane, broken
from experiments.sweeps.workers import Limits, execute
from model.errors import MusterError

Outcomes = Generator[Outcome, None, None]
Executor = Callable[[Iterable[Task]], Outcomes]

DEATHS_ALLOWED = 2
STARTS_ALLOWED = 5
_TICK_SECONDS = 0.2


def in_process(tasks: Iterable[Task]) -> Outcomes:
    """Run one task after the other here, for debugging.

    There is no time limit, and a crash in compiled code takes this process with it.
    """
    for task in tasks:
        yield execute(task)


def on_processes(limits: Limits, workers: int) -> Executor:
    """Run tasks in spawned worker processes."""

    def outcomes(tasks: Iterable[Task]) -> Outcomes:
        pool = _Pool(_Queue(iter(tasks)), limits)
        try:
            yield from pool.run(workers)
        finally:
            pool.close()

    return outcomes


@dataclass(slots=True)
class _Queue:
    """Tasks not yet given out; those whose worker died come again at the end."""

    fresh: Iterator[Task]
    again: deque[Task] = field(default_factory=deque)
    deaths: Counter[str] = field(default_factory=Counter)
    head: Task | None = None

    def waiting(self) -> bool:
        """Whether there is anything to give out."""
        self.head = self.head or next(self.fresh, None)
        if self.head is None and self.again:
            self.head = self.again.popleft()
        return self.head is not None

    def pop(self) -> Task:
        """Give out the next task; there must be one."""
        if not self.waiting() or self.head is None:
            raise IndexError("no task is waiting")
        task, self.head = self.head, None
        return task

    def attempts(self, task: Task) -> int:
        return self.deaths[task.run_id] + 1


@dataclass(slots=True)
class _Pool:
    queue: _Queue
    limits: Limits
    lanes: list[Lane] = field(default_factory=list)
    failed_starts: int = 0

    def run(self, workers: int) -> Iterator[Outcome]:
        while self.queue.waiting() or any(lane.task for lane in self.lanes):
            if self.queue.head is not None and len(self.lanes) < workers:
                self.lanes.append(Lane(self.limits, self.queue.head.job))
            for lane in self.lanes:
                if lane.free and self.queue.waiting():
                    lane.give(self.queue.pop())
            yield from self._collect()

    def _collect(self) -> Iterator[Outcome]:
        waiting: set[Future[Any]] = {
            lane.future for lane in self.lanes if not lane.free
        }
        wait(waiting, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
        for lane in list(self.lanes):
            if lane.free:
                continue
            if lane.future.done() or lane.is_lost():
                yield from self._settle(lane)
            else:
                lane.enforce()

    def _settle(self, lane: Lane) -> Iterator[Outcome]:
        if not lane.future.done() or broken(lane.future):
            yield from self._bury(lane)
        elif lane.task is None:
            lane.welcome(cast("Future[int]", lane.future).result())
            self.failed_starts = 0
        else:
            outcome = cast("Future[Outcome]", lane.future).result()
            attempts = self.queue.attempts(lane.task)
            lane.task = None
            yield replace(outcome, attempts=attempts)

    def _bury(self, lane: Lane) -> Iterator[Outcome]:
        task, cause, timed_out = lane.task, lane.cause_of_death(), lane.out_of_time()
        self.lanes.remove(lane)
        lane.task = None
        lane.close()
        if task is None:
            self._count_failed_start()
        elif timed_out:
            yield _out_of_time(task, self.queue.attempts(task))
        else:
            self.queue.deaths[task.run_id] += 1
            if self.queue.deaths[task.run_id] < DEATHS_ALLOWED:
                self.queue.again.append(task)
            else:
                yield died(task, cause, DEATHS_ALLOWED)

    def _count_failed_start(self) -> None:
        self.failed_starts += 1
        if self.failed_starts >= STARTS_ALLOWED:
            raise MusterError(
                "workers die while they start; run with workers=1 to see why. A script "
                "must call the sweep under `if __name__ == '__main__':`, and a memory "
                "limit must leave room for the libraries (1 GiB)"
            )

    def close(self) -> None:
        for lane in self.lanes:
            lane.kill()
        for lane in self.lanes:
            lane.close()


def died(task: Task, cause: str, attempts: int) -> Outcome:
    """Outcome of a run that took its workers with it."""
    error = f"{cause}, {attempts} times" if attempts > 1 else cause
    return Outcome(task.run_id, "failed", kind="died", error=error, attempts=attempts)


def _out_of_time(task: Task, attempts: int) -> Outcome:
    limit = task.timeout_seconds
    error = f"took longer than {limit:g} seconds"
    return Outcome(
        task.run_id,
        "failed",
        kind="timeout",
        error=error,
        seconds=limit or 0.0,
        attempts=attempts,
    )
