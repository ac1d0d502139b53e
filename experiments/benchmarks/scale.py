"""Many runs of a toy: how long to plan, run, pack, open and verify, and in what memory.

    python -m experiments.benchmarks.scale 10000
    python -m experiments.benchmarks.scale 1000000 --shards 8 --at-once 2 --empty

Shards run in processes that know nothing of each other, one worker each, as an array of
jobs would; `merge` then puts them together. The toy takes about two milliseconds, or
nothing with `--empty`, so that all that is timed is the engine.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from experiments.benchmarks import jobs
from experiments.results.sweeps import open_sweep
from experiments.runs.jobs import Job
from experiments.sweeps.design import Design
from experiments.sweeps.inspection import status, verify
from experiments.sweeps.plan import WHOLE_SWEEP, Shard
from experiments.sweeps.session import SweepOptions
from experiments.sweeps.shards import merge, shard_folder
from experiments.sweeps.sweep import run_sweep

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was timed, and the largest memory of the process after it.

    `cpu_seconds` are those of every process that worked on it, `peak_bytes` those of
    the largest of them so far.
    """

    name: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def measure(
    runs: int,
    folder: Path,
    shards: int = 1,
    at_once: int = 1,
    job: Job = jobs.walk,
) -> list[Step]:
    """Time a sweep of a toy from nothing to one more run.

    Args:
        runs: runs of the sweep, of which the last is added when the others are done.
        folder: where it goes; new.
        shards: parts it is run in.
        at_once: shards that run at the same time.
        job: what a run does.
    """
    steps: list[Step] = []

    def timed(name: str, work: Callable[[], Result]) -> Result:
        started, cpu = time.perf_counter(), time.process_time()
        found = work()
        seconds = time.perf_counter() - started
        steps.append(Step(name, seconds, time.process_time() - cpu, peak_bytes()))
        return found

    work = partial(run_part, job, runs - 1, folder)
    if shards == 1:
        timed("plan, run and pack", partial(work, WHOLE_SWEEP))
    else:
        parts = [Shard(number + 1, shards) for number in range(shards)]
        started = time.perf_counter()
        # A process a shard, which knows nothing of the others.
        with multiprocessing.get_context("spawn").Pool(
            at_once, maxtasksperchild=1
        ) as p:
            costs = p.map(work, parts, 1)
        steps.append(
            Step(
                "plan, run and pack all shards",
                time.perf_counter() - started,
                sum(cpu for cpu, _ in costs),
                max(peak for _, peak in costs),
            )
        )
        timed("merge", partial(merge, folder))
    timed("status", partial(status, folder))
    timed("open, read headline measures", lambda: open_sweep(folder).runs.to_arrow())
    timed("verify", partial(verify, folder))
    timed("give the command again", partial(work, WHOLE_SWEEP))
    timed("one run more", partial(run_part, job, runs, folder, WHOLE_SWEEP))
    return steps


def run_part(job: Job, runs: int, folder: Path, shard: Shard) -> tuple[float, int]:
    """Run a sweep or a shard of it here; return CPU seconds and the largest memory."""
    run_sweep(
        Design(seeds=runs),
        folder if shard == WHOLE_SWEEP else shard_folder(folder, shard),
        job=job,
        resolve=jobs.settings,
        code="scale",
        options=SweepOptions(workers=1),
        shard=shard,
    )
    return time.process_time(), peak_bytes()


def peak_bytes() -> int:
    """Largest memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def size_of(folder: Path) -> tuple[int, int]:
    """Files and bytes below a folder."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("--empty", action="store_true")
    given = parser.parse_args()
    job = jobs.nothing if given.empty else jobs.walk
    took = 0.0 if given.empty else jobs.seconds_of_a_walk()
    print(f"{given.runs:,} runs of {1000 * took:.2f} ms of CPU, {given.shards} shards")
    with tempfile.TemporaryDirectory(prefix="muster-scale-") as below:
        folder = Path(below) / "sweep"
        steps = measure(given.runs, folder, given.shards, given.at_once, job)
        for step in steps:
            print(
                f"{step.name:32} {step.seconds:9.2f} s {step.cpu_seconds:9.2f} s CPU"
                f"{step.peak_bytes / 2**20:6.0f} MiB",
                flush=True,
            )
        files, size = size_of(folder)
        print(f"{files} files, {size / 2**20:.1f} MiB")


if __name__ == "__main__":
    main()
