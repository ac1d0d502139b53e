from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from calibration.processes.fork import ForkEndedError, in_fork
from model.errors import ScenarioError


def test_the_copy_answers_and_leaves_what_is_held_as_it_was() -> None:
    held = [1]

    def work() -> list[int]:
        held.append(2)
        return held

    assert in_fork(work) == [1, 2]
    assert held == [1]


def test_what_the_copy_raises_is_raised_here() -> None:
    def work() -> None:
        raise ScenarioError("no such region")

    with pytest.raises(ScenarioError, match="no such region"):
        in_fork(work)


def test_a_copy_that_is_killed_is_told() -> None:
    with pytest.raises(ForkEndedError, match="memory"):
        in_fork(lambda: os._exit(1))


class AwkwardError(Exception):
    def __reduce__(self) -> str:
        raise TypeError("cannot travel")


def test_an_error_that_cannot_travel_is_told_in_words() -> None:
    def work() -> None:
        raise AwkwardError("no such region")

    with pytest.raises(RuntimeError, match="AwkwardError: no such region"):
        in_fork(work)


def test_a_copy_ends_with_the_process_that_asked(tmp_path: Path) -> None:
    def work() -> None:
        (tmp_path / "copy").write_text(str(os.getpid()))
        time.sleep(60)

    asking = os.fork()
    if not asking:
        in_fork(work)
        os._exit(0)
    seen = tmp_path / "copy"
    deadline = time.monotonic() + 30
    while not (seen.exists() and seen.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)
    copy = psutil.Process(int(seen.read_text()))
    os.kill(asking, signal.SIGKILL)
    os.waitpid(asking, 0)
    gone, _ = psutil.wait_procs([copy], timeout=10)
    assert gone == [copy] or copy.status() == psutil.STATUS_ZOMBIE
