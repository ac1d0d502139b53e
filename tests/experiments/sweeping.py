"""Start, watch and end toy sweeps; shared by the sweep's specifications."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from experiments.runs.jobs import Job
from experiments.sweeps.design import Design
from experiments.sweeps.ended import look
from experiments.sweeps.session import Progress
from experiments.sweeps.sweep import SweepOptions, SweepResult, run_sweep
from model.errors import StoppedError
from tests.experiments import toy_jobs

ROOT = Path(__file__).parents[2]


def sweep(
    folder: Path,
    design: Design | None = None,
    *,
    job: Job = toy_jobs.toy,
    workers: int = 1,
    **options: Any,
) -> SweepResult:
    """Run a toy sweep here."""
    return run_sweep(
        design or toy_jobs.grid(20),
        folder,
        job=job,
        resolve=toy_jobs.resolve,
        code="toy",
        options=SweepOptions(workers=workers, **options),
    )


def broken_off(
    folder: Path, design: Design, after: int, job: Job = toy_jobs.toy
) -> None:
    """Run a toy sweep here until so many runs have finished, then press Ctrl-C."""

    def tell(now: Progress) -> None:
        if now.finished >= after:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError):
        run_sweep(
            design,
            folder,
            job=job,
            resolve=toy_jobs.resolve,
            code="toy",
            options=SweepOptions(workers=1),
            tell=tell,
        )


def start(
    folder: Path, runs: int, *, workers: int = 2, job: str = "slow", **environment: str
) -> subprocess.Popen[str]:
    """Start a toy sweep in a process and a process group of its own."""
    arguments = [str(folder), str(runs), str(workers), job]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.experiments.drive", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_signals,
    )


def heed_signals() -> None:
    """Let a child heed what tests send it, whoever started them.

    A shell lets what it starts in the background ignore Ctrl-C, nohup the end of a
    terminal, and children inherit both.
    """
    for each in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)


def finished(folder: Path) -> set[str]:
    """Ids of finished runs."""
    return {f"{int(run):016x}" for run in look(folder).ids}


def allowed(seconds: float) -> float:
    """Seconds a promise grants here and now: longer if others crowd the processors."""
    cores = len(os.sched_getaffinity(0))
    return seconds * max(1.0, os.getloadavg()[0] / cores)


def wait_for_runs(folder: Path, count: int, seconds: float = 60) -> None:
    """Wait until so many runs have finished, as long as any finish now and then."""
    known, since = 0, time.monotonic()
    while (now := len(finished(folder))) < count:
        if now > known:
            known, since = now, time.monotonic()
        if time.monotonic() - since > allowed(seconds):
            pytest.fail(f"nothing happened after run {known} for {seconds} s")
        time.sleep(0.01)


def workers_of(process_id: int) -> list[psutil.Process]:
    """Worker processes of a sweep, without the helper that tracks resources."""
    try:
        children = psutil.Process(process_id).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [child for child in children if _is_worker(child)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return any("spawn_main" in part for part in process.cmdline())
    except psutil.Error:
        return False


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended."""
    return [
        p for p in processes if p.is_running() and p.status() != psutil.STATUS_ZOMBIE
    ]
