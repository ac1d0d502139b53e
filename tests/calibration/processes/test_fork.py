from __future__ import annotations

import os

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
