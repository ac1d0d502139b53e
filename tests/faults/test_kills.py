"""Two hundred `kill -9` over twenty sweeps: parent, whole group, or one worker."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from experiments.sweeps.inspection import verify
from tests.experiments.sweeping import (
    alive,
    allowed,
    finished,
    start,
    sweep,
    wait_for_runs,
    workers_of,
)
from tests.experiments.toy_jobs import fingerprint, grid

pytestmark = pytest.mark.faults

SWEEPS, KILLS, RUNS = 20, 10, 400
# Limits only end a test that hangs; what is waited for is a condition.
LONGEST_STANDSTILL_SECONDS = 300
ORPHANS_GONE_SECONDS = 60


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("unbroken")
    sweep(folder, grid(RUNS))
    return fingerprint(folder)


@pytest.mark.parametrize("number", range(SWEEPS))
def test_kills_lose_nothing_leave_nobody_and_change_no_byte(
    tmp_path: Path, number: int, unbroken: str
) -> None:
    rng = random.Random(number)
    process = start(tmp_path, RUNS, job="brief")
    moments = sorted(rng.randrange(RUNS - 20) for _ in range(KILLS))
    for moment in moments:
        wait_for_runs(tmp_path, moment, LONGEST_STANDSTILL_SECONDS)
        time.sleep(rng.uniform(0, 0.05))
        process = strike(process, tmp_path, rng)
    finish(process, tmp_path)
    assert verify(tmp_path).whole
    assert fingerprint(tmp_path) == unbroken


def strike(
    process: subprocess.Popen[str], folder: Path, rng: random.Random
) -> subprocess.Popen[str]:
    """Kill somebody; give the process that now works on the sweep."""
    victim = rng.choice(("parent", "group", "worker"))
    kept, workers = finished(folder), workers_of(process.pid)
    if victim == "worker" and workers:
        rng.choice(workers).kill()
        return process
    if victim == "group":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
    deadline = time.monotonic() + allowed(ORPHANS_GONE_SECONDS)
    while alive(workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert alive(workers) == []
    assert kept <= finished(folder)
    return start(folder, RUNS, job="brief")


def finish(process: subprocess.Popen[str], folder: Path) -> None:
    """See the sweep to its end; a run whose workers were killed twice is retried."""
    for _ in range(5):
        code = wait_while_it_moves(process, folder)
        said = process.communicate()[1]
        assert code in (0, 4), said
        if code == 0:
            return
        process = start(folder, RUNS, job="brief")
    pytest.fail("the sweep does not come to its end")


def wait_while_it_moves(process: subprocess.Popen[str], folder: Path) -> int:
    count, since = 0, time.monotonic()
    while (code := process.poll()) is None:
        now = len(finished(folder))
        if now > count:
            count, since = now, time.monotonic()
        if time.monotonic() - since > allowed(LONGEST_STANDSTILL_SECONDS):
            process.kill()
            pytest.fail(f"nothing happened after run {count}")
        time.sleep(0.05)
    return code
