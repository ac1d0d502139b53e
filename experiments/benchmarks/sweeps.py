"""How fast sweeps run: runs a second, efficiency, and what the engine itself costs.

Beside it, Mesa's `batch_run` on the same small model. Mesa's number includes that it
keeps all results in memory and loses them if anything dies.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from experiments.benchmarks import jobs as bench_jobs
from experiments.runs.jobs import Job
from experiments.sweeps.design import Design
from experiments.sweeps.parts import RUNS_TABLE
from experiments.sweeps.session import SweepOptions
from experiments.sweeps.sweep import run_sweep
from experiments.sweeps.tables import SweepTables

RUNS = 600
EMPTY_RUNS = 300
BARE_RUNS = 50
OVERHEAD_ALLOWED_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class Timing:
    """One way of running so many runs; `job_seconds` is spent inside the jobs."""

    name: str
    workers: int
    runs: int
    seconds: float
    job_seconds: float

    @property
    def runs_per_second(self) -> float:
        """Throughput."""
        return self.runs / self.seconds


@dataclass(frozen=True, slots=True)
class SweepBenchmark:
    """What `make bench-sweep` prints."""

    timings: tuple[Timing, ...]
    overhead_seconds_per_run: float
    speed_up: float
    machine_speed_up: float
    """What two processes that share nothing do at once, over what one does."""


def bench_sweep(runs: int = RUNS) -> SweepBenchmark:
    """Time sweeps of the small model on one and two workers, and Mesa's runner."""
    engine = _timed_sweep("engine alone, no work", bench_jobs.nothing, 1, EMPTY_RUNS)
    one = _timed_sweep("sweep", bench_jobs.exchange, 1, runs)
    two = _timed_sweep("sweep", bench_jobs.exchange, 2, runs)
    mesa = [_timed_mesa(workers, runs) for workers in (1, 2)]
    return SweepBenchmark(
        timings=(engine, one, two, *mesa),
        overhead_seconds_per_run=engine.seconds / engine.runs,
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
    design = Design(seeds=runs)
    with tempfile.TemporaryDirectory(prefix="muster-bench-") as folder:
        started = time.perf_counter()
        run_sweep(
            design,
            Path(folder) / "sweep",
            job=job,
            resolve=bench_jobs.settings,
            code="bench",
            options=SweepOptions(workers=workers),
        )
        seconds = time.perf_counter() - started
        table = SweepTables(Path(folder).resolve() / "sweep").read(RUNS_TABLE)
    inside = sum(table["seconds"].to_pylist())
    return Timing(name, workers, runs, seconds, inside)


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
    return Timing("mesa.batch_run", workers, runs, seconds, 0.0)


def in_words(found: SweepBenchmark) -> str:
    """The benchmark as lines of text."""
    lines = [
        f"{timing.name:24} {timing.workers} workers  {timing.runs} runs in "
        f"{timing.seconds:6.2f} s  {timing.runs_per_second:7.1f} runs/s"
        for timing in found.timings
    ]
    milliseconds = 1000 * found.overhead_seconds_per_run
    allowed = 1000 * OVERHEAD_ALLOWED_SECONDS
    lines.append(f"engine: {milliseconds:.2f} ms a run (at most {allowed:.0f})")
    lines.append(
        f"two workers: {found.speed_up:.2f} times one, start-up included; two bare "
        f"processes on this machine: {found.machine_speed_up:.2f}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(in_words(bench_sweep()))
