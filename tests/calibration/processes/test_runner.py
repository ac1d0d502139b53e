"""Jobs over workers: nothing is lost with a worker, and what is lost is named."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from calibration.processes.runner import run_jobs, run_stored, worker_count
from model.errors import RunsFailedError
from tests.calibration.processes.errands import Errand, do, done, square


def errands(folder: Path, **ways: str) -> list[Errand]:
    """Return six errands; `number=way` for those that come to harm."""
    return [Errand(folder, at, ways.get(f"_{at}", "")) for at in range(6)]


def run(jobs: list[Errand], workers: int = 2) -> list[int]:
    return run_stored(jobs, do, done, workers=workers, name=lambda e: f"no. {e.number}")


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_jobs(tmp_path: Path, workers: int) -> None:
    assert run(errands(tmp_path), workers) == [0, 1, 4, 9, 16, 25]


def test_what_is_stored_is_not_made_again(tmp_path: Path) -> None:
    run(errands(tmp_path)[:4], 1)
    for path in tmp_path.glob("*.tried"):
        path.unlink()
    seen: list[tuple[int, int]] = []
    found = run_stored(
        errands(tmp_path), do, done, workers=1, progress=lambda *at: seen.append(at)
    )
    assert found == [0, 1, 4, 9, 16, 25]
    assert seen == [(4, 6), (5, 6), (6, 6)]
    assert {path.name for path in tmp_path.glob("*.tried")} == {"4.tried", "5.tried"}


def test_a_job_whose_worker_is_killed_is_tried_again(tmp_path: Path) -> None:
    assert run(errands(tmp_path, _2="killed once")) == [0, 1, 4, 9, 16, 25]


def test_a_job_that_kills_twice_is_named_and_the_others_are_done(
    tmp_path: Path,
) -> None:
    with pytest.raises(RunsFailedError) as raised:
        run(errands(tmp_path, _2="killed", _3="greedy"))
    told = str(raised.value)
    assert "no. 2: its worker died (SIGKILL, often out of memory), 2 times" in told
    assert "no. 3: ran out of memory" in told
    assert "4 of 6 finished runs" in told
    assert "\n" not in told
    assert raised.value.exit_code == 4
    assert {path.stem for path in tmp_path.glob("*.txt")} == {"0", "1", "4", "5"}


def test_an_error_in_a_job_is_raised_and_nobody_stays(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such number"):
        run(errands(tmp_path, _0="wrong", _1="slow"))
    assert multiprocessing.active_children() == []


def test_leaving_early_leaves_nobody() -> None:
    with closing(run_jobs(square, range(3, 100), workers=2)) as ended:
        assert next(ended).result is not None
    children = psutil.Process().children(recursive=True)
    assert [c for c in children if "spawn_main" in " ".join(c.cmdline())] == []


def test_jobs_are_taken_as_there_is_room() -> None:
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for number in range(5, 10**9):
            taken.append(number)
            yield number

    with closing(run_jobs(square, endless(), workers=2)) as ended:
        results = {next(ended).result for _ in range(4)}
    assert 25 in results
    assert len(taken) < 12


def test_every_end_is_told_once_with_its_attempts() -> None:
    ended = {each.job: each for each in run_jobs(square, range(6), workers=2)}
    assert {at: ended[at].result for at in range(6) if at != 4} == {
        0: 0, 1: 1, 2: 4, 3: 9, 5: 25,
    }  # fmt: skip
    assert ended[4].cause == "its worker died (exit code 9), 2 times"
    assert ended[4].attempts == 2


def test_there_is_a_worker_for_each_processor_of_this_process() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert worker_count() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert worker_count() == len(before)
    assert worker_count(7) == 7
