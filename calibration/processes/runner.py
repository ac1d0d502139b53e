"""The runner: jobs over worker processes, tried again when a worker dies.

    for ended in run_jobs(function, jobs, workers=2):
        ...
    results = run_stored(jobs, make, load, workers=2)

`run_jobs` takes jobs as it has room for them and gives each back as it ends; when it is
closed, early or not, no process is left. `run_stored` is for jobs whose result is a
file: what is stored is loaded and not made again, so that the same call goes on where
another was broken off, by whatever. ODD III.iii.
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Final, Generic, TypeVar

from calibration.processes.main_guard import refuse_unguarded_main
from calibration.processes.worker import Limits, Worker
from model.errors import MusterError, RunsFailedError, StorageError
from model.extensions import given_paths, load_given

Job = TypeVar("Job")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]

NO_LIMITS: Final = Limits()
DEATHS_ALLOWED: Final = 2
STARTS_ALLOWED: Final = 5
_TICK_SECONDS: Final = 0.2
_NAMED_AT_MOST: Final = 20


def nothing() -> None:
    """Prepare nothing."""


def silent(done: int, total: int) -> None:
    """Report nothing."""


def worker_count(workers: int | None = None) -> int:
    """Return the workers asked for, or one for each processor given to this process."""
    # Containers and batch systems give a process fewer processors than the machine has.
    return workers or len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Ended(Generic[Job, Result]):
    """How a job ended: with a result, or without one and with the cause."""

    job: Job
    result: Result | None
    cause: str = ""
    timed_out: bool = False
    attempts: int = 1


def run_jobs(
    function: Callable[[Job], Result],
    jobs: Iterable[Job],
    *,
    workers: int,
    limits: Limits = NO_LIMITS,
    prepare: Callable[[], None] = nothing,
) -> Generator[Ended[Job, Result], None, None]:
    """Run jobs in spawned worker processes; yield them as they end, in any order.

    A job whose worker dies is given to another; a second death is its end.

    Args:
        function: defined at the top of a module, so that a worker finds it. What it
            raises is raised here, and ends the jobs that are running.
        jobs: what it is applied to, taken as there is room; they can be pickled.
        workers: processes.
        limits: of one job.
        prepare: called in every worker first, outside the limit of time.

    Raises:
        MusterError: workers cannot be started.
    """
    refuse_unguarded_main()
    ready = partial(_prepared, given_paths(), prepare)
    crew = _Crew(_Queue(jobs), function, limits, ready)
    try:
        yield from crew.run(workers)
    finally:
        crew.close()


def run_stored(
    jobs: Sequence[Job],
    make: Callable[[Job], None],
    load: Callable[[Job], Result | None],
    *,
    workers: int | None = None,
    progress: Progress = silent,
    name: Callable[[Job], str] = str,
    kept: str = "finished runs",
) -> list[Result]:
    """Return the stored results of jobs in their order, making those that are missing.

    Args:
        jobs: what is to be done; they can be pickled.
        make: does a job and stores its result, whole or not at all.
        load: returns a job's stored result; None if there is none that holds.
        workers: processes; by default one a processor, 1 works in this process.
        progress: called with (jobs done, jobs), first with those found.
        name: what a job is called in an error.
        kept: what is said to be kept if some jobs are lost.

    Raises:
        RunsFailedError: the workers of some jobs died; all others are stored.
    """
    found = [load(job) for job in jobs]
    missing = [job for job, known in zip(jobs, found, strict=True) if known is None]
    done = len(jobs) - len(missing)
    progress(done, len(jobs))
    wanted = min(worker_count(workers), len(missing))
    lost: list[str] = []
    if wanted <= 1:
        for job in missing:
            make(job)
            done += 1
            progress(done, len(jobs))
    else:
        with closing(run_jobs(make, missing, workers=wanted)) as ended:
            for each in ended:
                if each.cause:
                    lost.append(f"{name(each.job)}: {each.cause}")
                done += not each.cause
                progress(done, len(jobs))
    if lost:
        more = f"; and {len(lost) - _NAMED_AT_MOST} more" * (len(lost) > _NAMED_AT_MOST)
        raise RunsFailedError(
            f"{'; '.join(lost[:_NAMED_AT_MOST])}{more}. {done} of {len(jobs)} {kept};"
            " the same command tries only what is missing"
        )
    results = [
        load(job) if known is None else known
        for job, known in zip(jobs, found, strict=True)
    ]
    if any(result is None for result in results):
        raise StorageError("a result vanished while others were made; run it again")
    return [result for result in results if result is not None]


def _prepared(mechanisms: tuple[str, ...], prepare: Callable[[], None]) -> None:
    """Let a worker know the mechanisms from outside before anything reads a job."""
    load_given(mechanisms)
    prepare()


class _Queue(Generic[Job]):
    """Jobs not yet given out; those whose worker died come again at the end."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        # Jobs are told apart by their place: they may be equal, or not hashable.
        self._fresh: Iterator[tuple[int, Job]] = enumerate(jobs)
        self._again: deque[tuple[int, Job]] = deque()
        self._head: tuple[int, Job] | None = None
        self._deaths: Counter[int] = Counter()

    def waiting(self) -> bool:
        """Whether there is anything to give out."""
        self._head = self._head or next(self._fresh, None)
        if self._head is None and self._again:
            self._head = self._again.popleft()
        return self._head is not None

    def pop(self) -> tuple[int, Job]:
        """Give out the next job with its place; there must be one."""
        if not self.waiting() or self._head is None:
            raise IndexError("no job is waiting")
        head, self._head = self._head, None
        return head

    def attempts(self, place: int) -> int:
        return self._deaths[place] + 1

    def try_again(self, place: int, job: Job) -> bool:
        """Note that a job's worker died; whether it comes again."""
        self._deaths[place] += 1
        if self._deaths[place] >= DEATHS_ALLOWED:
            return False
        self._again.append((place, job))
        return True


class _Crew(Generic[Job, Result]):
    """The workers, and what each of them does with the queue."""

    def __init__(
        self,
        queue: _Queue[Job],
        function: Callable[[Job], Result],
        limits: Limits,
        prepare: Callable[[], None],
    ) -> None:
        self._queue = queue
        self._function = function
        self._limits = limits
        self._prepare = prepare
        self._workers: list[Worker[Job, Result]] = []
        self._places: dict[int, int] = {}
        self._failed_starts = 0

    def run(self, workers: int) -> Iterator[Ended[Job, Result]]:
        while self._queue.waiting() or any(w.job is not None for w in self._workers):
            if self._queue.waiting() and len(self._workers) < workers:
                self._workers.append(
                    Worker(self._function, self._limits, self._prepare)
                )
            for worker in self._workers:
                if worker.free and self._queue.waiting():
                    self._places[id(worker)], job = self._queue.pop()
                    worker.give(job)
            yield from self._collect()

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.close()

    def _collect(self) -> Iterator[Ended[Job, Result]]:
        busy = [worker for worker in self._workers if not worker.free]
        futures = {worker.future for worker in busy}
        wait(futures, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
        for worker in busy:
            if worker.broken:
                yield from self._bury(worker)
            elif not worker.future.done():
                worker.enforce()
            elif worker.job is None:
                worker.welcome()
                self._failed_starts = 0
            else:
                attempts = self._queue.attempts(self._places[id(worker)])
                job, worker.job = worker.job, None
                try:
                    result = worker.future.result()
                except MemoryError:
                    # The process lives on, so the next job finds its memory free.
                    yield Ended(job, None, "ran out of memory", attempts=attempts)
                else:
                    yield Ended(job, result, attempts=attempts)

    def _bury(self, worker: Worker[Job, Result]) -> Iterator[Ended[Job, Result]]:
        job, cause, late = worker.job, worker.cause_of_death(), worker.out_of_time()
        self._workers.remove(worker)
        worker.job = None
        worker.close()
        if job is None:
            self._failed_starts += 1
            if self._failed_starts >= STARTS_ALLOWED:
                raise MusterError(
                    "workers die while they start; run with workers=1 to see why. A "
                    "script must call this under `if __name__ == '__main__':`, and a "
                    "memory limit must leave room for the libraries (1 GiB)"
                )
            return
        place = self._places.pop(id(worker))
        attempts = self._queue.attempts(place)
        if late:
            cause = f"took longer than {self._limits.timeout_seconds:g} seconds"
            yield Ended(job, None, cause, timed_out=True, attempts=attempts)
        elif not self._queue.try_again(place, job):
            cause = f"{cause}, {attempts} times"
            yield Ended(job, None, cause, attempts=attempts)
