"""What a sweep will cost, from timing a few of its runs in a throw-away folder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from experiments.runs.jobs import Job, Outcome, job_path
from experiments.sweeps.assembly import assemble
from experiments.sweeps.design import Design
from experiments.sweeps.manifest import MANIFEST_NAME, rewrite_manifest
from experiments.sweeps.plan import Plan, Resolve
from experiments.sweeps.run_files import RUNS_FOLDER
from experiments.sweeps.session import SweepOptions, raise_unless_ended
from experiments.sweeps.store import MONTHS_TABLE, RUNS_TABLE, prepare
from experiments.sweeps.sweep import DEFAULT_OPTIONS, model_job, plan_sweep
from model.errors import RunsFailedError

ENOUGH_SECONDS = 3.0
MOST_TIMED_RUNS = 64


@dataclass(frozen=True, slots=True)
class Estimate:
    """Cost of a sweep; `timed_runs` is what the estimate rests on."""

    points: int
    runs: int
    workers: int
    seconds: float
    disk_bytes: int
    memory_bytes: int
    timed_runs: int


@dataclass(frozen=True, slots=True)
class _Timing:
    outcomes: list[Outcome]
    until_warm: float
    seconds_per_run: float
    warm: int


def dry_run(
    design: Path | Design,
    *,
    job: Job | None = None,
    resolve: Resolve | None = None,
    code: str | None = None,
    options: SweepOptions = DEFAULT_OPTIONS,
) -> Estimate:
    """Estimate time, disk and memory of a sweep by running a few of its points.

    Raises:
        DesignError: if the design is wrong.
        RunsFailedError: if one of the few runs fails.
    """
    path = job_path(job or model_job())
    plan = plan_sweep(design, resolve, code, path)
    with tempfile.TemporaryDirectory(prefix="muster-dry-run-") as name:
        folder = Path(name)
        prepare(folder, plan, path)
        timing = _time_some(folder, plan, path, options)
        return _extrapolate(folder, plan, timing, _workers(options))


def _workers(options: SweepOptions) -> int:
    if options.dask is None:
        return options.worker_count()
    from experiments.sweeps.dask_executor import worker_count

    return worker_count(options.dask)


def _time_some(folder: Path, plan: Plan, job: str, options: SweepOptions) -> _Timing:
    workers = min(_workers(options), len(plan.run_numbers))
    numbers = plan.run_numbers.values()
    tasks = (plan.task(n, folder, job, options.timeout_seconds) for n in numbers)
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    warm_at = started
    with closing(options.executor()(tasks)) as stream:
        for outcome in _checked(stream):
            outcomes.append(outcome)
            now = time.perf_counter()
            timed = len(outcomes) - workers
            if timed == 0:
                warm_at = now
            even = timed >= workers and timed % workers == 0
            if even and (now - warm_at > ENOUGH_SECONDS or timed >= MOST_TIMED_RUNS):
                break
    timed = max(len(outcomes) - workers, 0)
    elapsed = time.perf_counter() - warm_at
    per_run = elapsed / timed if timed else 0.0
    return _Timing(outcomes, warm_at - started, per_run, len(outcomes) - timed)


def _checked(stream: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in stream:
        raise_unless_ended(outcome)
        if outcome.status == "failed":
            raise RunsFailedError(
                f"run {outcome.run_id} of the estimate failed: {outcome.error}"
            )
        yield outcome


def _extrapolate(folder: Path, plan: Plan, timing: _Timing, workers: int) -> Estimate:
    runs, tried = len(plan.run_numbers), len(timing.outcomes)
    journal = folder / MANIFEST_NAME
    rewrite_manifest(journal, timing.outcomes)
    fixed = _bytes_below(folder) - _blocks(journal) - _bytes_below(folder / RUNS_FOLDER)
    started = time.perf_counter()
    assemble(folder)
    assembling = time.perf_counter() - started
    growing = [journal, folder / RUNS_TABLE, folder / MONTHS_TABLE]
    single = _bytes_below(folder / RUNS_FOLDER) + sum(p.stat().st_size for p in growing)
    run_seconds = timing.until_warm + (runs - timing.warm) * timing.seconds_per_run
    return Estimate(
        points=len(plan),
        runs=runs,
        workers=workers,
        seconds=run_seconds + assembling * runs / tried,
        disk_bytes=round(fixed + single * runs / tried),
        memory_bytes=max(o.peak_memory_bytes for o in timing.outcomes) * workers,
        timed_runs=tried,
    )


def _bytes_below(folder: Path) -> int:
    return sum(_blocks(path) for path in folder.rglob("*") if path.is_file())


def _blocks(path: Path) -> int:
    return path.stat().st_blocks * 512
