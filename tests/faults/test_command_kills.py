"""Thirty kills of `run`, `compare` and `solve`: nobody stays, no finished draw is lost.

The parent is ended by SIGTERM, SIGHUP or SIGKILL, or one of its workers is killed; the
same command goes on, and its tables are those of a command that nobody disturbed.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.experiments.sweeping import alive, allowed, workers_of
from tests.experiments.sweeps.test_interrupt import muster

pytestmark = pytest.mark.faults

SHORT = ("--until", "2022-11", "--draws", "14", "--workers", "2", "--quiet")
COMMANDS = {
    "run": ("run", "baseline"),
    "compare": ("compare", "baseline", "regional_cuts"),
    "solve": ("solve", "baseline", "--inflow", "30000", "--from", "2022-10"),
}
INTERRUPTED = "interrupted; {} finished draws are kept[^\n]*\n"
WAYS = ("TERM", "HUP", "KILL", "worker")
KILLS_EACH = 10
# Limits only end a test that hangs; what is waited for is a condition.
GONE_SECONDS = 60.0
STANDSTILL_SECONDS = 300.0


def start(command: str, at: Path) -> subprocess.Popen[str]:
    return muster(*COMMANDS[command], *SHORT, "--out", "out", at=at)


def kept(at: Path) -> set[str]:
    """Name the finished draws."""
    return {path.name for path in (at / ".out.muster" / "draws").glob("[!.]*.json")}


def tables(at: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (at / "out").glob("*.parquet")}


def finish(process: subprocess.Popen[str]) -> int:
    """See a command to its end; return its exit code."""
    _, said = process.communicate()
    assert process.returncode in (0, 4), said
    return process.returncode


def wait_for_more(process: subprocess.Popen[str], at: Path, than: int) -> bool:
    """Wait until another draw is done; false if the command has ended."""
    deadline = time.monotonic() + allowed(STANDSTILL_SECONDS)
    while process.poll() is None and len(kept(at)) <= than:
        assert time.monotonic() < deadline, "nothing moves"
        time.sleep(0.02)
    return process.poll() is None


def strike(process: subprocess.Popen[str], at: Path, way: str, n: int) -> None:
    """End the command or one of its workers, and hold it to its promises."""
    workers, before = workers_of(process.pid), kept(at)
    if way == "worker":
        if workers:
            workers[n % len(workers)].kill()
        return
    process.send_signal(signal.Signals[f"SIG{way}"])
    ended = time.monotonic()
    _, said = process.communicate(timeout=allowed(30))
    while alive(workers) and time.monotonic() - ended < allowed(GONE_SECONDS):
        time.sleep(0.02)
    assert alive(workers) == []
    assert before <= kept(at)
    if way != "KILL":
        assert process.returncode == 130
        assert re.fullmatch(INTERRUPTED.format(len(kept(at))), said), said


@pytest.mark.parametrize("command", COMMANDS)
def test_kills_lose_no_draw_and_leave_nobody(command: str, tmp_path: Path) -> None:
    rng = random.Random(command)
    unbroken = tmp_path / "unbroken"
    unbroken.mkdir()
    assert finish(start(command, unbroken)) == 0
    at = tmp_path / "broken"
    at.mkdir()
    process, struck = start(command, at), 0
    while struck < KILLS_EACH and wait_for_more(process, at, len(kept(at))):
        time.sleep(rng.uniform(0, 0.1))
        way = WAYS[struck % len(WAYS)]
        strike(process, at, way, struck)
        struck += 1
        if way != "worker":
            process = start(command, at)
    while (code := finish(process)) == 4:  # a draw met two kills; it is tried again
        process = start(command, at)
    assert code == 0
    assert struck == KILLS_EACH
    assert not list(at.glob(".out*"))
    assert tables(at) == tables(unbroken)
