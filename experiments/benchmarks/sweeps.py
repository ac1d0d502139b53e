"""What the engine of sweeps itself costs, at one, two and four workers.

Beside it, Mesa's `batch_run` on the same small model. Mesa's number includes that it
keeps all results in memory and loses them if anything dies.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.benchmarks import jobs as bench_jobs
from experiments.runs.jobs import Job
from experiments.sweeps.design import Design
from experiments.sweeps.session import Progress, SweepOptions
from experiments.sweeps.sweep import run_sweep

RUNS = 600
EMPTY_RUNS = 2000
BARE_RUNS = 50
WORKERS = (1, 2, 4)
OVERHEAD_ALLOWED_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Timing:
    """One way of running so many runs; `warm_seconds`: without the workers' start."""

    name: str
    workers: int
    runs: int
    seconds: float
    warm_seconds: float

    @property
    def runs_per_second(self) -> float:
        """Throughput."""
        return self.runs / self.seconds

    @property
    def overhead_seconds(self) -> float:
        """Time that a processor spends on a run without work, workers being warm."""
        return self.warm_seconds * min(self.workers, processors()) / self.runs


@dataclass(frozen=True, slots=True)
class SweepBenchmark:
    """What `make bench-sweep` prints."""

    empty: tuple[Timing, ...]
    timings: tuple[Timing, ...]
    speed_up: float
    machine_speed_up: float
    """What two processes that share nothing do at once, over what one does."""


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))


def bench_sweep(runs: int = RUNS) -> SweepBenchmark:
    """Time sweeps of no work and of the small model, and Mesa's runner."""
    empty = [
        _timed_sweep("no work", bench_jobs.nothing, workers, EMPTY_RUNS)
        for workers in WORKERS
    ]
    one = _timed_sweep("sweep", bench_jobs.exchange, 1, runs)
    two = _timed_sweep("sweep", bench_jobs.exchange, 2, runs)
    mesa = [_timed_mesa(workers, runs) for workers in (1, 2)]
    return SweepBenchmark(
        empty=tuple(empty),
        timings=(one, two, *mesa),
        speed_up=one.seconds / two.seconds,
        machine_speed_up=_machine_speed_up(),
    )


def _machine_speed_up() -> float:
    """Time the same bare work alone and in two processes at once; median of three."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(bench_jobs.bare, [1, 1], chunksize=1)
        found = []
        for _ in range(3):
            (alone,) = pool.map(bench_jobs.bare, [BARE_RUNS])
            together = pool.map(bench_jobs.bare, [BARE_RUNS] * 2, chunksize=1)
            found.append(2 * alone / max(together))
    return statistics.median(found)


def _timed_sweep(name: str, job: Job, workers: int, runs: int) -> Timing:
    ended_at: list[float] = []

    def note(now: Progress) -> None:
        if now.finished:
            ended_at.append(time.perf_counter())

    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        started = time.perf_counter()
        run_sweep(
            Design(seeds=runs),
            Path(folder) / "sweep",
            job=job,
            resolve=bench_jobs.settings,
            code="bench",
            options=SweepOptions(workers=workers),
            tell=note,
        )
        ended = time.perf_counter()
    # Until the last worker has had a run; what comes after the last run is counted.
    warm = ended - ended_at[min(10 * workers, runs) - 1]
    return Timing(name, workers, runs, ended - started, warm)


def _timed_mesa(workers: int, runs: int) -> Timing:
    from mesa.batchrunner import batch_run

    run: Callable[..., object] = batch_run
    started = time.perf_counter()
    with contextlib.redirect_stderr(io.StringIO()):
        run(
            bench_jobs.ExchangeModel,
            parameters={"agents": bench_jobs.AGENTS, "seed": list(range(1, runs + 1))},
            number_processes=workers,
            iterations=1,
            # Mesa makes one step more than it is asked for.
            max_steps=bench_jobs.STEPS - 1,
            display_progress=False,
        )
    seconds = time.perf_counter() - started
    return Timing("mesa.batch_run", workers, runs, seconds, seconds)


def in_words(found: SweepBenchmark) -> str:
    """The benchmark as lines of text."""
    lines = [
        f"{timing.name:24} {timing.workers} workers  {timing.runs} runs in "
        f"{timing.seconds:6.2f} s  {1000 * timing.overhead_seconds:.2f} ms a run"
        for timing in found.empty
    ]
    lines += [
        f"{timing.name:24} {timing.workers} workers  {timing.runs} runs in "
        f"{timing.seconds:6.2f} s  {timing.runs_per_second:7.1f} runs/s"
        for timing in found.timings
    ]
    allowed = 1000 * OVERHEAD_ALLOWED_SECONDS
    lines.append(
        f"no work: time of a processor for a run, workers warm; at most {allowed:.0f} "
        f"ms are allowed; {processors()} processors, "
        f"{os.getloadavg()[0]:.1f} processes wanted them"
    )
    lines.append(
        f"two workers: {found.speed_up:.2f} times one, start-up included; two bare "
        f"processes on this machine: {found.machine_speed_up:.2f}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(in_words(bench_sweep()))
