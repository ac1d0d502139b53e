"""What a sweep will cost, from timing a few of its runs in a throw-away folder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from experiments.runs.jobs import Job, Outcome, job_path
from experiments.sweeps.assembly import rows_of
from experiments.sweeps.design import Design
from experiments.sweeps.ended import look
from experiments.sweeps.journal import JOURNALS_FOLDER
from experiments.sweeps.parts import Bucket, buckets, write_parts
from experiments.sweeps.plan import Plan, Resolve
from experiments.sweeps.session import SweepOptions, raise_unless_ended
from experiments.sweeps.store import make_folders, prepare
from experiments.sweeps.sweep import DEFAULT_OPTIONS, model_job, plan_sweep
from model.errors import RunsFailedError

ENOUGH_SECONDS = 3.0
MOST_TIMED_RUNS = 64
_BLOCK_BYTES = 4096


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
    workers = min(_workers(options), len(plan.runs))
    numbers = map(int, plan.runs.numbers)
    # Alone, so that each can be timed; runs that share months take less than is said.
    groups = (
        (plan.task(n, folder, job, options.timeout_seconds, "timed"),) for n in numbers
    )
    started = time.perf_counter()
    outcomes: list[Outcome] = []
    warm_at = started
    with closing(options.executor()(groups)) as stream:
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
    runs, tried = len(plan.runs), len(timing.outcomes)
    fixed = sum(
        path.stat().st_blocks * 512
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != JOURNALS_FOLDER
    )
    # Tables grow by less than their first runs take: hence the size of one run and of
    # all, and a straight line through both.
    one, _ = _packed(folder, folder / "one", 1)
    all_, seconds = _packed(folder, folder / "all", tried)
    tables = one + (all_ - one) / max(tried - 1, 1) * (runs - 1)
    # Every file takes whole blocks: half a block more, on average, for either table of
    # a part; the seal and the lock come last.
    files = 2 * len(buckets(runs))
    run_seconds = timing.until_warm + (runs - timing.warm) * timing.seconds_per_run
    return Estimate(
        points=len(plan),
        runs=runs,
        workers=workers,
        seconds=run_seconds + seconds * runs / tried,
        disk_bytes=round(fixed + tables + (files / 2 + 2) * _BLOCK_BYTES),
        memory_bytes=max(o.peak_memory_bytes for o in timing.outcomes) * workers,
        timed_runs=tried,
    )


def _packed(folder: Path, into: Path, count: int) -> tuple[int, float]:
    """Pack some of the runs that have ended; return bytes and seconds."""
    make_folders(into)
    started = time.perf_counter()
    whole = Bucket(0, 1)
    (rows,) = rows_of(folder, [look(folder)], [whole])
    months = rows.months[: rows.months.num_rows * count // rows.runs.num_rows]
    part = write_parts(into, whole, rows.runs[:count], months)
    size = sum((into / name).stat().st_size for name in part.files)
    return size, time.perf_counter() - started
