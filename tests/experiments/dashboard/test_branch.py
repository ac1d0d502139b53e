"""A branch in its own process, on a small country."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import numpy as np
import pytest

from experiments.dashboard.branch import Branch, BranchFailedError, Solve, Start
from experiments.dashboard.levers import Levers
from experiments.dashboard.quantities import Answer, answer
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.experiments.dashboard.small_page import (
    LATER,
    made_up,
    small_base,
    small_variant,
    under_way,
)
from tests.experiments.small_country import small_world

SEED = 3
VARIANT = Levers(**LATER, federal_bonus=2.0)


class ByTitle(Start):
    """A start whose checkpoint does what the scenario's title says."""

    def checkpoint(self) -> Solve:
        return _as_told


def _as_told(scenario: Scenario) -> Iterator[Answer]:
    if scenario.title == "months":
        yield under_way(1.0, months=12)
        time.sleep(600)
    if scenario.title == "sleep":
        time.sleep(600)
    if scenario.title == "fail":
        raise ValueError("as told")
    if scenario.title == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    yield made_up(1.0)


def told(title: str) -> Scenario:
    return small_base().model_copy(update={"title": title})


@pytest.fixture
def obedient() -> Iterator[Branch]:
    branch = Branch(ByTitle(small_base(), SEED, 11, small_world, shown_from=None))
    branch.wait_ready()
    yield branch
    branch.close()


def test_a_branch_answers_as_a_whole_run_does_and_again_and_again() -> None:
    branch = Branch(Start(small_base(), SEED, 11, small_world, shown_from=None))
    branch.wait_ready()
    for scenario in (small_variant(VARIANT), small_base(), small_variant(VARIANT)):
        branch.begin(scenario)
        found = branch.reply()
        tables = RecruitmentModel(scenario, small_world(), SEED).run()
        whole = answer(tables, scenario, scenario.time.months)
        assert found is not None
        for key, values in whole.series.items():
            np.testing.assert_array_equal(found.series[key], values, key)
        assert found.measures == pytest.approx(whole.measures, rel=0, nan_ok=True)
    branch.close()


def test_a_question_given_up_makes_room_for_the_next(obedient: Branch) -> None:
    obedient.begin(told("sleep"))
    obedient.give_up()
    assert obedient.reply() is None
    obedient.begin(told("answer"))
    assert obedient.reply() is not None


def test_months_come_before_the_answer_and_can_be_given_up(obedient: Branch) -> None:
    obedient.begin(told("months"))
    found = obedient.reply()
    assert found is not None
    assert (found.months, found.whole) == (12, False)
    obedient.give_up()
    assert obedient.reply() is None
    obedient.begin(told("answer"))
    assert obedient.reply() is not None


def test_giving_up_when_nothing_is_asked_does_no_harm(obedient: Branch) -> None:
    obedient.give_up()
    obedient.begin(told("answer"))
    assert obedient.reply() is not None


@pytest.mark.parametrize(
    ("title", "said"), [("fail", "ValueError: as told"), ("crash", "memory")]
)
def test_a_failure_is_told_and_the_branch_lives(
    obedient: Branch, title: str, said: str
) -> None:
    obedient.begin(told(title))
    with pytest.raises(BranchFailedError, match=said):
        obedient.reply()
    obedient.begin(told("answer"))
    assert obedient.reply() is not None


@pytest.mark.parametrize("pause_s", [0.0, 0.002, 0.005, 0.3])
def test_a_closed_branch_leaves_no_waiter_behind(
    obedient: Branch, pause_s: float
) -> None:
    obedient.begin(told("sleep"))
    time.sleep(pause_s)
    obedient.close()
    with pytest.raises(BranchFailedError):
        obedient.reply()


def test_a_branch_closed_before_it_is_grown_leaves_no_waiter_behind() -> None:
    branch = Branch(ByTitle(small_base(), SEED, 11, small_world, shown_from=None))
    branch.close()
    with pytest.raises(BranchFailedError):
        branch.wait_ready()
