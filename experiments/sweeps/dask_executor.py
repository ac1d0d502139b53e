"""Runs on a Dask cluster, started by the user with `dask scheduler` and `dask worker`.

Results travel as files, so the sweep's folder must be visible to every worker under the
same path. Workers have one thread each, because a time limit ends a whole process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import chain, islice
from pathlib import Path
from typing import Any

from experiments.runs.jobs import Outcome, Task
from experiments.sweeps.executors import Executor, Outcomes, died
from experiments.sweeps.workers import Group, execute_guarded
from model.errors import DesignError, MusterError, StorageError

_TICK_SECONDS = 0.2
_TASKS_PER_WORKER = 2
_CONNECT_SECONDS = 10
_ATTEMPTS = 2
"""In company, then alone."""


def on_dask(address: str) -> Executor:
    """Run tasks on the workers of the scheduler at `address`."""

    def outcomes(groups: Iterable[Group]) -> Outcomes:
        client = _connect(address)
        try:
            yield from _stream(client, chain.from_iterable(groups))
        finally:
            client.close()

    return outcomes


def execute_on_cluster(task: Task) -> Outcome:
    """Run a task in a Dask worker, if that worker sees the sweep's folder."""
    if not Path(task.folder).is_dir():
        where = f"worker {os.uname().nodename}:{os.getpid()}"
        error = f"{task.folder}: not visible on {where}; use a shared folder"
        return Outcome(task.run_id, "storage", error=error)
    return execute_guarded(task, at_once=True)


def worker_count(address: str) -> int:
    """How many workers the scheduler has now."""
    client = _connect(address)
    try:
        return _workers(client)
    finally:
        client.close()


def _connect(address: str) -> Any:
    try:
        import distributed
    except ImportError:
        raise MusterError(
            "a Dask cluster needs a package that is not installed; where Muster was"
            " cloned: pip install --constraint constraints.txt --editable '.[dask]'"
        ) from None
    try:
        client: Any = distributed.Client
        return client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise DesignError(
            f"no Dask scheduler answers at {address} ({error}); "
            "start one with `dask scheduler` and give its address"
        ) from error


def _workers(client: Any) -> int:
    try:
        threads: dict[str, int] = client.nthreads()
    except OSError as error:
        raise _lost(error) from error
    if any(count != 1 for count in threads.values()):
        raise DesignError(
            "Dask workers must have one thread each; start them with --nthreads 1"
        )
    return len(threads)


def _stream(client: Any, tasks: Iterator[Task]) -> Iterator[Outcome]:
    """Yield what becomes of tasks; one that was lost with its workers runs again alone.

    Dask suspects every run that waited on a worker that died; alone, a run answers for
    itself.
    """
    executor = client.get_executor(pure=False)
    suspects: list[Task] = []
    for future, task in _completed(client, executor, tasks):
        if _was_killed(future):
            suspects.append(task)
        else:
            yield _result(future, task)
    for suspect in suspects:
        for future, task in _completed(client, executor, iter([suspect])):
            yield _result(future, task)


def _completed(
    client: Any, executor: Any, tasks: Iterator[Task]
) -> Iterator[tuple[Future[Outcome], Task]]:
    """Keep the workers busy; yield tasks as they end."""
    pending: dict[Future[Outcome], Task] = {}
    while True:
        room = max(1, _TASKS_PER_WORKER * _workers(client)) - len(pending)
        for task in islice(tasks, max(0, room)):
            pending[executor.submit(execute_on_cluster, task)] = task
        if not pending:
            return
        done, _ = wait(pending, timeout=_TICK_SECONDS, return_when=FIRST_COMPLETED)
        for future in done:
            yield future, pending.pop(future)


def _was_killed(future: Future[Outcome]) -> bool:
    from distributed.scheduler import KilledWorker

    return not future.cancelled() and isinstance(future.exception(), KilledWorker)


def _result(future: Future[Outcome], task: Task) -> Outcome:
    from distributed.scheduler import KilledWorker

    try:
        return future.result()
    except StorageError:
        raise
    except KilledWorker:
        return died(task, f"its Dask workers died, {_ATTEMPTS} times", _ATTEMPTS)
    except Exception as error:
        raise _lost(error) from error


def _lost(error: Exception) -> MusterError:
    return MusterError(
        f"the Dask cluster is lost ({type(error).__name__}: {error}); "
        "finished runs are safe: give the same command again"
    )
